"""Somebody is mentioned by keyboard, as one writes; nothing is shown on a broken line."""

import dataclasses
import uuid
from collections.abc import Callable, Iterator

import pytest
from conftest import make_settings
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space
from flask import Flask
from journeys.axe import check
from playwright.sync_api import Browser, Page, expect
from running import running

from community.accounts.models import User
from community.app import create_app
from community.kernel.db import db

pytestmark = pytest.mark.browser
expect.set_options(timeout=40_000)  # milliseconds; a machine that runs all tests at once is slow


@dataclasses.dataclass(frozen=True)
class Talk:
    """A served thread by Amina that Jolien answered; Zoë is in the space, too."""

    app: Flask
    url: str
    amina: uuid.UUID
    zoe: uuid.UUID
    thread_id: uuid.UUID
    open: Callable[..., Page]


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[Flask, str]]:
    settings = make_settings(tmp_path_factory.mktemp("mentions"))
    with running(settings, worker=False) as server:
        yield create_app(settings), server.url


@pytest.fixture
def talk(served, browser: Browser) -> Iterator[Talk]:
    app, url = served
    space_id = make_space(app)
    names = ("Amina Otieno", "Jolien V", "Zoë Ngũgĩ")
    people = [make_user(app, name, password_hash=PASSWORD_HASH) for name in names]
    for each in people:
        join(app, space_id, each)
    amina, jolien, zoe = people
    thread_id = make_thread(app, space_id, amina)
    reply(app, thread_id, jolien)
    opened = []

    def open_thread(**options) -> Page:
        context = browser.new_context(**options)
        opened.append(context)
        page = context.new_page()
        with app.app_context():
            email = db.session.get_one(User, amina).email
        page.goto(f"{url}/sign-in")
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda address: "sign-in" not in address)
        page.goto(f"{url}/threads/{thread_id}")
        expect(page.locator("#posts[data-live]")).to_be_attached()
        return page

    yield Talk(app, url, amina, zoe, thread_id, open_thread)
    for context in opened:
        context.close()


def options(page: Page):
    return page.get_by_role("option")


def test_people_and_emoji_are_chosen_by_keyboard(talk):
    page = talk.open()
    box = page.get_by_label("Your reply")
    box.press_sequentially("Ask @")
    expect(options(page)).to_have_text(["JVJolien V", "@organisersThose who organise",
                                        "@facilitatorsThose who facilitate"])  # fmt: skip
    expect(page.get_by_role("status").filter(has_text="3 to choose from")).to_be_attached()
    assert box.get_attribute("aria-activedescendant") == options(page).first.get_attribute("id")
    box.press("ArrowUp")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("@facilitators")
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    check(page)

    box.press("Escape")
    expect(options(page)).to_have_count(0)
    assert box.get_attribute("aria-activedescendant") is None
    box.press_sequentially("zoe ng")
    expect(options(page)).to_have_text(["ZNZoë Ngũgĩ"])
    box.press("Enter")
    expect(box).to_have_value("Ask @Zoë Ngũgĩ ")
    box.press_sequentially(":tad")
    expect(options(page)).to_have_count(1)
    box.press("Tab")
    expect(box).to_have_value("Ask @Zoë Ngũgĩ 🎉 ")
    expect(box).to_be_focused()
    box.press("Control+Enter")
    last = page.locator("#p3 .prose")
    expect(last).to_have_text("Ask @Zoë Ngũgĩ 🎉")
    expect(last.locator("a.mention")).to_have_attribute("href", f"/people/{talk.zoe}")
    check(page)


def test_who_may_not_call_everyone_is_told_so(talk):
    page = talk.open()
    box = page.get_by_label("Your reply")
    box.fill("Hello @everyone.")
    box.press("Control+Enter")
    expect(page.locator("#f-body-error")).to_contain_text("“@everyone” stays text")


def test_on_a_phone_the_list_is_tapped_and_stays_within_the_page(talk):
    page = talk.open(viewport={"width": 375, "height": 700}, has_touch=True)
    box = page.get_by_label("Your reply")
    box.tap()
    box.press_sequentially("@jo")
    expect(options(page)).to_have_count(1)
    frame = page.get_by_role("listbox").bounding_box()
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= 375
    assert frame["y"] + frame["height"] <= 700
    options(page).first.tap()
    expect(box).to_have_value("@Jolien V ")
    expect(box).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_without_a_line_one_writes_on(talk):
    page = talk.open()
    box = page.get_by_label("Your reply")
    page.context.set_offline(True)
    box.press_sequentially("@jolien v and :tada: too")
    expect(options(page)).to_have_count(0)
    expect(box).to_have_value("@jolien v and :tada: too")
    page.context.set_offline(False)
