"""A module with every kind is written, published and mended while a run uses it."""

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from factories.accounts import make_user
from factories.files import PDF, VTT, WEBM
from journeys import axe, studio, taking
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from playwright.sync_api import Page, expect

from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.db import db
from community.spaces.models import Role, Space
from community.spaces.operations import add_member

pytestmark = [pytest.mark.browser, ON_SQLITE]

SURVEY = """Two questions.

## How was it? *

- ( ) Good
- ( ) Too much at once

## What should we change?

- ___
"""
ASSIGNMENT = """Write to whoever holds the data you need.

## Purpose {criterion}

- (3) Clear
  > Somebody who was not here knows whose problem it is.
- (1) Partly
- (0) Missing
"""
FILM = "- 0:00 Welcome\n- 1:05 Who holds it\n\n*Asha:* Welcome. We are here because of wells."
LIST = "Before you write:\n\n- [ ] Find out who holds it\n- [ ] Say what it is for"

WRITTEN = (
    ("Reading", "What counts as data", "Data is what somebody wrote down."),
    ("Quiz", "Check what you read", taking.quiz_text()),
    ("Discussion", "A dataset you wish you had", "Which dataset would change your work?"),
    ("Live session", "A circle of failures", "Four rounds of ten minutes."),
    ("Checklist", "Before you ask", LIST),
    ("Film", "A talk about wells", FILM),
    ("File or link", "The list of wells", "Look for the wells of your own district."),
    ("Reflection", "What stays with you", "What would you tell a colleague?"),
    ("Survey", "How was it?", SURVEY),
    ("Assignment", "A letter to who holds it", ASSIGNMENT),
)
"""Kind, title and text, in the order of ``taking``."""

FILES = (
    ("talk.webm", "video/webm", WEBM, "The talk"),
    ("captions.vtt", "text/vtt", VTT, "Captions of the talk"),
    ("wells.pdf", "application/pdf", PDF, "The list of wells"),
)


def test_every_kind_is_written_given_and_mended_while_a_run_uses_it(
    site: Site, window: Callable[..., Window]
) -> None:
    [author_id] = studio.network(site, "Wanjiru Kamau")
    author = window(author_id)
    title = f"Sharing data {uuid.uuid4().hex[:6]}"
    write_the_course(author, title)
    home = give_it(author, title)
    ana_id = enrol(site, home, author_id, "Ana Lind")
    ana = window(ana_id)
    learn_some(ana, home)

    mend_the_course(author, title)
    move_the_run(author, home)

    page = ana.visit(f"{home}/learn")
    module = page.locator("#module-1")
    expect(module).to_contain_text("3 of 10 done")
    expect(module).not_to_contain_text("How was it?")
    for kept in ("What counts as data", "Before you ask", "What stays with you"):
        expect(module.get_by_role("listitem").filter(has_text=kept)).to_contain_text("Done")
    page = ana.visit(f"{home}/learn/1/{taking.PAGE}")
    expect(page.get_by_text("or measured")).to_be_visible()
    expect(page.get_by_text("Read to the end.")).to_be_visible()
    ana.visit(f"{home}/learn/1/{taking.REFLECTION}")
    expect(page.get_by_label("Your text")).to_have_value("Ask the one who walks there.")

    author.visit(f"{home}/manage")
    author.follow("Ana Lind")
    expect(author.page.get_by_role("main")).to_contain_text("How was it?")
    axe.check_narrow(author.page)


def write_the_course(author: Window, title: str) -> None:
    """Write one module with every kind in the studio, and publish it."""
    page = studio.begin(author, title)
    page.locator(".studio-first").get_by_label("Title of the module").fill("Why share data")
    author.follow("Add the module", "button")
    for kind, name, text in WRITTEN:
        studio.add(author, kind, name)
        studio.write(page, text)
        choose(page, "Minutes", "10")
        if kind == "Film":
            for each in FILES:
                add_file(author, *each)
            choose(page, "Film", "files/talk.webm")
            choose(page, "Captions", "files/captions.vtt")
            expect(page.locator(".studio-preview")).to_contain_text("talk.webm")
        elif kind == "File or link":
            choose(page, "File", "files/wells.pdf")
        elif kind == "Assignment":
            choose(page, "Files at most", "2")
            expect(page.locator(".studio-preview")).to_contain_text("Purpose")
        expect(page.locator("[data-part=notes]")).not_to_contain_text("To mend")
        author.check()
        axe.check_narrow(page)
    author.follow("Publish")
    expect(page.locator(".studio-notes")).to_have_count(0)
    expect(page.locator(".change").filter(has_text=re.compile("in Why share"))).to_have_count(10)
    author.follow("Publish version 1", "button")
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()


def choose(page: Page, label: str, value: str) -> None:
    """Fill in or choose what stands beside the text, and wait until it is saved by itself."""
    field = page.locator(".facts").get_by_label(label, exact=True)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        if field.evaluate("field => field.localName") == "select":
            field.select_option(value)
        else:
            field.fill(value)
            field.press("Tab")
    studio.saved(page)


def add_file(author: Window, name: str, media_type: str, data: bytes, words: str) -> None:
    """Add a file to the course, below the text."""
    page = author.page
    below = page.locator("#files")
    if not below.evaluate("details => details.open"):
        below.locator("summary").first.click()
    file = {"name": name, "mimeType": media_type, "buffer": data}
    below.get_by_label("File", exact=True).set_input_files(file)
    below.get_by_label("What is it called?").fill(words)
    author.follow("Add the file", "button")
    expect(page.locator("[data-new-file]")).to_contain_text(f"files/{name}")


def give_it(author: Window, title: str) -> str:
    """Plan and open a run of the course; returns the address of its space."""
    page = author.visit("/courses")
    author.follow(title)
    author.follow("Plan a run")
    page.get_by_label("Name", exact=True).fill(f"{title}, cohort 1")
    page.get_by_label("First day").fill(dt.datetime.now(dt.UTC).date().isoformat())
    page.get_by_label("Weeks").fill("4")
    page.get_by_label("Time zone").select_option("UTC")
    page.get_by_label("Seats").fill("12")
    author.follow("Plan the run", "button")
    home = page.url.removeprefix(author.url).removesuffix("/manage")
    author.visit(f"{home}/manage")
    author.follow("Open the run", "button")
    expect(page.get_by_text("The run is open.")).to_be_visible()
    return home


def enrol(site: Site, home: str, owner: uuid.UUID, name: str) -> uuid.UUID:
    """Let a learner into the run; returns their id."""
    user_id = make_user(site.app, name)

    def let_in() -> None:
        slug = home.rpartition("/")[2]
        query = sa.select(Run).join(Space, Space.id == Run.space_id).where(Space.slug == slug)
        run = db.session.scalars(query).one()
        add_member(Context.begin(owner), run.space_id, user_id, role=Role.MEMBER)

    site.do(let_in)
    return user_id


def learn_some(ana: Window, home: str) -> None:
    """Take what an earlier version asks, one of which will be gone."""
    page = ana.visit(f"{home}/learn/1/{taking.PAGE}")
    taking.read_on(page)
    expect(page.get_by_text("Read to the end.")).to_be_visible()
    ana.visit(f"{home}/learn/1/{taking.CHECKLIST}")
    taking.tick_off(page)
    expect(page.get_by_text("2 of 2 ticked.")).to_be_visible()
    ana.visit(f"{home}/learn/1/{taking.REFLECTION}")
    page.get_by_label("Your text").fill("Ask the one who walks there.")
    ana.follow("I have finished", "button")
    ana.visit(f"{home}/learn/1/{taking.SURVEY}")
    page.get_by_label("Good").check()
    ana.follow("Send my answers", "button")
    expect(page.get_by_text("You answered")).to_be_visible()
    ana.visit(f"{home}/learn/1/{taking.FILM}")
    expect(page.locator("video track")).to_be_attached()
    ana.check()


def mend_the_course(author: Window, title: str) -> None:
    """Change a text, take the survey out, add a reading, and publish the next version."""
    page = author.visit("/courses")
    author.follow(re.compile(f"^Edit ?: {title}"), "button")
    open_activity(page, "What counts as data")
    studio.write(page, "Data is what somebody wrote down or measured.")
    open_activity(page, "How was it?")
    page.locator(".studio-away summary", has_text="Remove").click()
    with page.expect_navigation():
        page.locator("[data-confirm-yes]").click()
    open_activity(page, "What counts as data")
    studio.add(author, "Reading", "Who counts")
    studio.write(page, "Whoever was asked.")
    choose(page, "Minutes", "5")
    author.follow("Publish")
    expect(page.locator(".change ins").first).to_contain_text("or measured")
    axe.check_narrow(page)
    author.follow("Publish version 2", "button")


def open_activity(page: Page, title: str) -> None:
    with page.expect_navigation():
        page.locator("[data-outline]").get_by_role("link", name=title).click()


def move_the_run(author: Window, home: str) -> None:
    """Read what the newer version would do to the run, and let it go on with it."""
    page = author.visit(f"{home}/manage/run")
    author.follow("See what it would change")
    axe.check_narrow(page)
    report = page.locator("#change")
    expect(report).to_contain_text("What learners have completed stays completed")
    for what in ("What counts as data", "How was it?", "Who counts"):
        expect(report.locator(".moves")).to_contain_text([what])
    expect(report).to_contain_text("8 activities stay as they are")
    author.follow("Go on with version 2", "button")
