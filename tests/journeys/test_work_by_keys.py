"""A learner who uses no pointer answers a quiz of every sort of question, and hands in work."""

from collections.abc import Callable

import pytest
from factories.progress import make_learner, make_run
from journeys import taking
from journeys.keys import go_to
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, ON_SQLITE]

WORDS = "Dear keeper of wells, please share your list with us."


def test_a_quiz_is_answered_and_work_handed_in_without_a_pointer(
    site: Site, window: Callable[..., Window]
) -> None:
    world = make_run(site.app, taking.every_kind(), weeks_ago=0)
    ana_id, _ = make_learner(site.app, world, "Ana Lind")
    ana = window(ana_id)
    page = taking.go_to_activity(ana, world.slug, taking.QUIZ)
    go_to(page, page.get_by_role("button", name="Begin", exact=True))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    ana.check()

    go_to(page, page.get_by_label("A rumour"))  # one stop for all of them, and arrows within
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("A list of wells")).to_be_checked()
    for apt in ("Findable", "Reusable"):
        go_to(page, page.get_by_label(apt))
        page.keyboard.press("Space")
    order_by_keys(page)
    for left, letters in (("Well", "A p"), ("River", "A l")):
        go_to(page, page.get_by_label(left, exact=True))
        page.keyboard.type(letters)
    expect(page.get_by_label("Well", exact=True).locator("option:checked")).to_have_text("A point")
    for asked, typed in (
        ("How high is it?", "12.5"),
        ("Who looks after data?", "data steward"),
        ("What would you do first", "I would ask who holds it."),
    ):
        go_to(page, taking.question(page, asked))
        page.keyboard.type(typed)
    go_to(page, page.get_by_role("button", name="Hand in"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Some of it is read by a person.")).to_be_visible()
    expect(page.locator("#verdict")).to_be_focused()

    taking.go_to_activity(ana, world.slug, taking.ASSIGNMENT)
    go_to(page, page.get_by_label("Your text"))
    page.keyboard.type(WORDS)
    expect(page.get_by_text("Draft saved")).to_be_visible()
    chooser = page.get_by_label("A file", exact=True)
    go_to(page, chooser)
    with page.expect_file_chooser() as opened:
        page.keyboard.press("Space")
    opened.value.set_files([taking.WORK])
    go_to(page, page.get_by_role("button", name="Add the file"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="wells.pdf")).to_be_visible()
    go_to(page, page.get_by_role("button", name="Hand in"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("It waits to be read.")).to_be_visible()
    take_back_by_keys(page)
    expect(page.get_by_label("Your text")).to_have_value(WORDS)


def order_by_keys(page: Page) -> None:
    """Move each thing up to its place; the button that moves it keeps the focus."""
    for place, thing in enumerate(taking.ORDER):
        steps = taking.in_order(page).index(thing) - place
        if not steps:
            continue
        up = page.get_by_role("button", name=f"Move up: {thing}", exact=True)
        go_to(page, up)
        for _ in range(steps):
            page.keyboard.press("Enter")
            expect(up).to_be_focused()
        said = page.locator("[data-ordering] + [role=status]")
        expect(said).to_have_text(f"{thing}: place {place + 1}")
    assert taking.in_order(page) == list(taking.ORDER)


def take_back_by_keys(page: Page) -> None:
    """Take the work back while nobody has begun to read it; that is asked once more."""
    go_to(page, page.locator("summary", has_text="Take it back"))
    page.keyboard.press("Enter")
    go_to(page, page.locator("[data-confirm-yes]"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
