"""An author writes a course in the studio, by keys and by hand, and publishes it."""

import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from factories.academy import course_source, make_version, module_source
from journeys import axe
from journeys.served import ON_SQLITE, Site
from journeys.studio import add, begin, network, saved, write
from journeys.window import Window
from PIL import Image
from playwright.sync_api import Page, expect

from community.academy.models import CourseVersion
from community.academy.operations import begin_draft
from community.academy.queries import draft_outline
from community.kernel.context import Context
from community.kernel.db import db
from community.spaces.models import Membership

pytestmark = [pytest.mark.browser, ON_SQLITE]

QUIZ = """## Which of these is data?

- ( ) A rumour
  > Not yet.
- (x) A list of wells
  > Yes: it can be checked.
"""
LIST = "Before you write:\n\n- [ ] Find out who holds it\n- [ ] Say what it is for"


def asked_for_and_filled(page: Page) -> None:
    """What is missing is asked for quietly, and is wrong once one left it empty."""
    minutes = page.get_by_label("Minutes", exact=True)
    hint = page.locator("#f-minutes-hint")
    expect(hint).to_have_text("This is still to be filled in.")
    expect(minutes).not_to_have_attribute("aria-invalid", "true")
    minutes.focus()
    page.keyboard.press("Tab")
    expect(minutes).to_have_attribute("aria-invalid", "true")
    minutes.fill("5")
    page.keyboard.press("Tab")
    expect(hint).to_be_empty()
    expect(minutes).not_to_have_attribute("aria-invalid", "true")


def another_question(page: Page) -> None:
    """A question of another sort is put below the first by keys alone, and taken out again."""
    menu = page.locator("[data-pieces]")
    menu.locator("summary").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("button", name="Several answers are right")).to_be_focused()
    for _key in range(3):
        page.keyboard.press("ArrowUp")
    expect(menu.get_by_role("button", name="A short text")).to_be_focused()
    page.keyboard.press("Enter")
    expect(menu).not_to_have_attribute("open", "")
    expect(page.locator("#f-body")).to_be_focused()
    expect(page.locator("#f-body")).to_have_value(re.compile("- [(]~[)] Another spelling"))
    page.keyboard.press("Control+s")
    expect(page.locator(".studio-preview fieldset")).to_have_count(2)
    write(page, QUIZ)
    expect(page.locator(".studio-preview fieldset")).to_have_count(1)


def uploaded_where_it_is_wanted(author: Window) -> None:
    """A file is added at the field that names it; then the activity is taken out again."""
    page = add(author, "File or link", "The wells")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("link", name="Upload one").click()
    wells = {"name": "wells.csv", "mimeType": "text/csv", "buffer": b"well,depth\nA,12\n"}
    chosen.value.set_files(wells)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("In plain words").fill("Table of the wells")
    author.check()
    dialog.get_by_role("button", name="Add the file").click()
    expect(page.get_by_role("combobox", name="File")).to_have_value("files/wells.csv")
    expect(page.locator("#f-body")).to_have_value("")
    expect(page.locator(".studio-preview")).to_contain_text("wells.csv")
    saved(page)
    page.locator(".studio-away summary").click()
    with page.expect_navigation():
        page.get_by_role("dialog").get_by_role("button", name="Remove the activity").click()


def titles(page: Page) -> list[str]:
    """Return the outline as it reads, modules and activities."""
    links = page.locator("[data-outline] [data-title]").all()
    return [link.get_attribute("data-title") or "" for link in links]


def test_an_author_writes_a_course_and_publishes_it(
    site: Site, window: Callable[..., Window]
) -> None:
    wanjiru_id, grace_id = network(site, "Wanjiru Kamau", "Grace Mwangi")
    wanjiru = window(wanjiru_id)
    page = begin(wanjiru, "Sharing data")
    axe.check_narrow(page)
    page.locator(".studio-first").get_by_label("Title of the module").fill("Why share data")
    wanjiru.follow("Add the module", "button")
    axe.check_narrow(page)

    # every kind there is
    add(wanjiru, "Reading", "What counts as data")
    expect(page.locator(".studio-preview h1")).to_have_text("What counts as data")
    asked_for_and_filled(page)
    write(page, "Data is what somebody wrote down. See [here](https://example.org).")
    expect(page.locator(".studio-preview .first")).to_contain_text("Data is what somebody wrote")
    add(wanjiru, "Quiz", "Check what you read")
    write(page, QUIZ)
    expect(page.locator(".studio-preview fieldset")).to_contain_text("A list of wells")
    another_question(page)
    page.get_by_role("button", name="Take that").click()
    expect(page.get_by_label("Minutes")).to_have_value("2")
    expect(page.locator("[data-part=notes]")).not_to_contain_text("To mend")
    wanjiru.check()
    axe.check_narrow(page)
    add(wanjiru, "Discussion", "A dataset you wish you had")
    write(page, "Which dataset would change your work?")
    add(wanjiru, "Live session", "A circle of failures")
    page.get_by_label("Day").fill("2")
    page.get_by_label("Time", exact=True).fill("16:30")
    expect(page.locator(".studio-preview")).to_contain_text("Day 2 of the module's week, 16:30.")
    add(wanjiru, "Checklist", "Before you ask")
    write(page, LIST)
    expect(page.locator(".studio-preview .option")).to_have_count(2)
    wanjiru.check()

    uploaded_where_it_is_wanted(wanjiru)

    # moved by keys and by hand
    link = page.locator("[data-outline]").get_by_role("link", name="Before you ask")
    link.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-news]")).to_have_text("Before you ask is now number 4 of 5.")
    expect(link).to_be_focused()
    assert titles(page)[4:] == ["Before you ask", "A circle of failures"]
    item = page.locator("li[data-activity]")
    item.filter(has_text="A circle of failures").drag_to(item.filter(has_text="Check what you"))
    expect(page.locator("[data-news]")).to_contain_text("A circle of failures is now number")
    assert titles(page).index("A circle of failures") < titles(page).index(
        "A dataset you wish you had"
    )

    # somebody else was faster
    with page.expect_navigation():
        page.locator("[data-outline]").get_by_role("link", name="What counts as data").click()
    grace = window(grace_id)
    grace.visit(page.url.removeprefix(site.url))
    write(grace.page, "Data is what somebody recorded.")
    with wanjiru.refused(409):
        page.locator("#f-body").press("Control+End")
        page.keyboard.type(" And what another can check.")
        expect(page.locator("[data-conflict]")).to_contain_text("Grace Mwangi saved this")
    expect(page.locator("[data-conflict] ins").first).to_contain_text("recorded")
    wanjiru.check()
    page.get_by_role("button", name="Keep my words").click()
    expect(page.locator("[data-conflict]")).to_have_count(0)
    saved(page)
    page.reload()
    expect(page.locator("#f-body")).to_have_value(re.compile("another can check"))

    # hints, and what they ask for
    hint = page.locator("[data-part=notes]").get_by_text("These words do not say where")
    expect(hint).to_be_visible()
    write(page, "Data is what somebody wrote down, says [the handbook](https://example.org).")
    expect(hint).to_have_count(0)

    # a picture is dropped, and asked what it shows
    drop_picture(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What does this picture show?")
    wanjiru.check()
    dialog.get_by_label("In a sentence").fill("Two waves, the second higher")
    dialog.get_by_label("Caption").fill("Waves of openness")
    dialog.get_by_role("button", name="Put it into the text").click()
    expect(dialog).to_have_count(0)
    line = '![Two waves, the second higher](assets/waves.png "Waves of openness")'
    expect(page.locator("#f-body")).to_have_value(re.compile(re.escape(line)))
    shown = page.locator(".studio-preview figure img")
    expect(shown).to_have_attribute("alt", "Two waves, the second higher")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40

    # what is left to mend stands before publishing, and leads to its place
    wanjiru.follow("Publish")
    axe.check_narrow(page)
    while page.locator(".studio-notes li").count():
        with page.expect_navigation():
            page.locator(".studio-notes li a").first.click()
        page.get_by_label("Minutes").fill("20")
        page.get_by_label("Minutes").press("Tab")
        expect(page.locator("[data-part=notes]")).not_to_contain_text("Minutes:")
        wanjiru.follow("Publish")

    # as a learner would have it, before and on the day
    wanjiru.follow("Go on writing")
    page.locator(".outline-foot summary", has_text="Module").click()
    panel = page.locator(".outline-foot details[open]")
    panel.get_by_label("Title of the module").fill("The steward's job")
    with page.expect_navigation():
        panel.get_by_role("button", name="Add the module").click()
    add(wanjiru, "Reading", "A steward's week")
    write(page, "Monday begins with a call.")
    page.get_by_label("Minutes").fill("5")
    page.get_by_label("Minutes").press("Tab")
    saved(page)
    wanjiru.follow("As a learner")
    expect(page.get_by_text("It is not open to them on that day.")).to_be_visible()
    today = dt.datetime.now(dt.UTC).date()
    page.get_by_label("Seen on").fill((today + dt.timedelta(days=15)).isoformat())
    wanjiru.follow("Look", "button")
    expect(page.locator("article")).to_contain_text("Monday begins with a call.")
    axe.check_narrow(page)

    wanjiru.follow("Go on writing")
    wanjiru.follow("Publish")
    expect(page.locator(".change").first).to_contain_text("Sharing data")
    wanjiru.follow("Publish version 1", "button")
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()

    # the next version shows what is different
    wanjiru.follow("Edit", "button")
    with page.expect_navigation():
        page.locator("[data-outline]").get_by_role("link", name="A steward's week").click()
    write(page, "Monday begins with a visit.")
    wanjiru.follow("Publish")
    expect(page.locator(".change del")).to_have_text("call")
    expect(page.locator(".change ins")).to_have_text("visit")
    wanjiru.follow("Publish version 2", "button")


def drop_picture(page: Page) -> None:
    """Drop a picture on the text, as from a folder."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "PNG")
    carried = page.evaluate_handle(
        """bytes => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], 'Waves.png', {type: 'image/png'}));
          return carried;
        }""",
        list(made.getvalue()),
    )
    page.dispatch_event("[data-text]", "drop", {"dataTransfer": carried})


def test_what_is_written_without_a_line_is_kept_and_saved_when_it_is_back(
    site: Site, window: Callable[..., Window]
) -> None:
    author = window(*network(site, "Wanjiru Kamau"))
    page = begin(author, "Sharing data")
    author.line_breaks = True
    author.context.set_offline(True)
    page.locator("#f-body").fill("Written on the train.")
    expect(page.get_by_text("You are offline. Go on writing")).to_be_visible()
    page.wait_for_timeout(2_500)
    author.context.set_offline(False)
    expect(page.locator(".studio-preview")).to_contain_text("Written on the train.")

    # closed on the way: the device still has it
    author.context.set_offline(True)
    page.locator("#f-body").fill("Written on the train, and read again.")
    page.goto("about:blank")
    author.context.set_offline(False)
    page.go_back()
    expect(page.locator(".studio-preview")).to_contain_text("and read again.")


def test_a_module_is_written_with_the_keyboard_alone(
    site: Site, window: Callable[..., Window]
) -> None:
    author = window(*network(site, "Wanjiru Kamau"))
    page = begin(author, "Sharing data")
    reach(page, "Title of the module")
    page.keyboard.type("Why share data")
    reach(page, "Add the module")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reach(page, "Title of the activity")
    page.keyboard.type("What counts as data")
    reach(page, "Reading")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reach(page, "Title")
    page.keyboard.press("Enter")  # from the title on to the text
    expect(page.locator("#f-body")).to_be_focused()
    page.keyboard.press("Control+b")
    page.keyboard.type("Data")
    page.keyboard.press("Control+End")
    page.keyboard.type(" can be checked.")
    page.keyboard.press("Control+s")
    expect(page.locator(".studio-preview strong")).to_have_text("Data")
    expect(page.locator("#f-body")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#f-body")).not_to_have_value(re.compile("checked"))


def reach(page: Page, name: str) -> None:
    """Press the tab key until what has this name is focused."""
    for _ in range(80):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const here = document.activeElement;
              return here.labels?.[0]?.textContent ?? here.ariaLabel ?? here.textContent }"""
        )
        if found.strip().startswith(name):
            return
    raise AssertionError(f"the tab key never came to {name}")


def test_without_scripts_the_same_forms_save_move_and_add(
    site: Site, window: Callable[..., Window]
) -> None:
    author = window(*network(site, "Wanjiru Kamau"), java_script_enabled=False)
    page = begin(author, "Sharing data")
    page.locator(".studio-first").get_by_label("Title of the module").fill("Why share data")
    author.follow("Add the module", "button")
    for kind, title in (("Reading", "What counts as data"), ("Quiz", "Check what you read")):
        add(author, kind, title)
    page.locator("#f-body").fill(QUIZ)
    author.follow("Save", "button")
    expect(page.locator(".studio-preview fieldset")).to_contain_text("A list of wells")
    author.follow(re.compile("^Up"), "button")
    assert titles(page)[-2:] == ["Check what you read", "What counts as data"]
    page.locator(".studio-pictures summary", has_text="Pictures").click()
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "PNG")
    picture = {"name": "Waves.png", "mimeType": "image/png", "buffer": made.getvalue()}
    page.get_by_label("Picture", exact=True).set_input_files(picture)
    page.get_by_label("What does it show?").fill("Two waves")
    author.follow("Add the picture", "button")
    expect(page.locator("[data-new-picture]")).to_have_text("![Two waves](assets/waves.png)")


def test_a_long_outline_scrolls_in_its_own_box_to_what_is_open(
    site: Site, window: Callable[..., Window]
) -> None:
    """What is only heard in the outline made the page 1,600 px longer; the open one was far off."""
    (wanjiru_id,) = network(site, "Wanjiru Kamau")
    modules = tuple(module_source(number) for number in range(1, 13))
    with site.app.app_context():
        mine = sa.select(Membership.space_id).where(Membership.user_id == wanjiru_id)
        space = db.session.scalars(mine).one()
    version = make_version(site.app, space, course_source(modules=modules))
    with site.app.app_context():
        course = db.session.get_one(CourseVersion, version).course_id
        draft = begin_draft(Context.begin(wanjiru_id), course)
        last = draft_outline(draft.id).modules[-1].activities[-1]
        place = f"/studio/{draft.id}/activities/{last.id}"
    wanjiru = window(wanjiru_id)
    page = wanjiru.visit(place)
    expect(page.locator("[data-outline] [aria-current]")).to_be_in_viewport()
    length, end = page.evaluate(
        "() => [document.documentElement.scrollHeight,"
        " document.querySelector('.studio').getBoundingClientRect().bottom + scrollY]"
    )
    assert length <= end + 1
