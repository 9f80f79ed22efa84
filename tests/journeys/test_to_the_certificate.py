"""A learner takes every kind of activity to the certificate; a stranger reads whether it holds."""

import re
from collections.abc import Callable

import pytest
from factories.progress import World, hold_session, make_learner, make_run
from journeys import axe, taking
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, ON_SQLITE]

FIRST = "Dear keeper of wells, please share your list with us."
SECOND = "Dear keeper of wells, please share your list. It saves lives."
READ = "read by a person before it counts"
WHY_REVOKED = "It went to the wrong person."


def look(person: Window, path: str = "") -> Page:
    """Go to a page that everybody must be able to use, wide and narrow."""
    page = person.visit(path) if path else person.check()
    axe.check_narrow(page)
    return page


def test_from_the_first_page_to_a_certificate_that_is_revoked(
    site: Site, window: Callable[..., Window]
) -> None:
    world = make_run(site.app, taking.every_kind(), weeks_ago=0)
    ana_id, _ = make_learner(site.app, world, "Ana Lind")
    ana, lead, stranger = window(ana_id), window(world.owner), window()
    home = f"/spaces/{world.slug}"

    page = look(ana, f"{home}/my-progress")
    expect(page.locator("#asked")).to_contain_text("Not yet")
    expect(page.locator("#missing").get_by_role("listitem")).to_have_count(10)
    take_what_one_does_alone(ana, world)
    hold_session(site.app, world, {ana_id: 3_000})
    page = look(ana, f"{home}/my-progress")
    left = page.locator("#missing").get_by_role("listitem")
    taking.shown_in_time(page, page.get_by_text("2 required activities"))
    expect(left.filter(has_text="Check what you read")).to_contain_text("Score 60% or more")
    expect(left.filter(has_text="A letter to who holds it")).to_be_visible()
    expect(page.locator("#missing")).to_contain_text(f"{READ}: Check what you read.")
    with ana.refused(404):
        ana.visit(f"{home}/certificate")

    mark_the_essay(lead, home)
    hand_in_twice(ana, lead, home)
    page = look(ana, f"{home}/my-progress")
    expect(page.get_by_text("You have completed this run.")).to_be_visible()
    expect(page.locator("#asked")).to_contain_text("Met")
    expect(page.get_by_text("Nothing is left to do")).to_be_visible()

    ana.follow("Your certificate")
    look(ana)
    address = page.url.removeprefix(site.url)
    with page.expect_download() as loading:
        page.get_by_role("link", name="Load the PDF").click()
    assert loading.value.path().read_bytes().startswith(b"%PDF-")
    verify = page.locator("#address").inner_text()
    code = verify.rpartition("/")[2]

    other = look(stranger, "/verify")
    other.get_by_label("Code").fill(code.lower())
    stranger.follow("Check it", "button")
    look(stranger)
    expect(other.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
    expect(other.locator("dd").first).to_have_text("Ana Lind")

    revoke(lead, home)
    other.reload()
    expect(other.get_by_role("heading", level=1)).to_have_text("This certificate was revoked")
    expect(other.get_by_role("main")).not_to_contain_text(WHY_REVOKED)  # that is for the learner
    look(stranger)
    look(ana, address)
    expect(page.get_by_text(WHY_REVOKED)).to_be_visible()
    expect(page.get_by_role("link", name="Load the PDF")).to_have_count(0)
    assert ana.context.request.get(f"{site.url}{address}/pdf").status == 409
    for path in ("manage/run/rules", "manage/run/releases", "manage/run/who-sees", "hand-ins"):
        look(lead, f"{home}/{path}")


def take_what_one_does_alone(ana: Window, world: World) -> None:
    """Do everything that asks for nobody else, and hand in the quiz with its essay."""

    def go(number: int) -> Page:
        return taking.go_to_activity(ana, world.slug, number)

    page = go(taking.PAGE)
    taking.read_on(page)
    expect(page.get_by_text("Read to the end.")).to_be_visible()
    go(taking.QUIZ)
    ana.follow("Begin", "button")
    taking.answer_the_quiz(page)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Some of it is read by a person.")).to_be_visible()
    ana.check()
    go(taking.TALK)
    ana.follow("Go to the thread")
    page.get_by_label("Your reply").fill("I wish for the readings of *every* well we dug.")
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.get_by_text("I wish for the readings of every well we dug.")).to_be_visible()
    go(taking.CHECKLIST)
    taking.tick_off(page)
    expect(page.get_by_text("3 of 3 ticked.")).to_be_visible()
    go(taking.FILM)
    page.get_by_text("Watched it elsewhere").click()
    ana.follow("I know what is in it", "button")
    go(taking.FILE)
    with page.expect_download():
        page.get_by_role("button", name="Open the file").click()
    expect(page.get_by_text("You have opened it.")).to_be_visible()
    go(taking.REFLECTION)
    page.get_by_label("Your text").fill("Ask the one who walks there.")
    ana.follow("Share with the cohort", "button")
    go(taking.SURVEY)
    taking.fill_in_the_survey(page)
    ana.follow("Send my answers", "button")
    expect(page.get_by_text("You answered")).to_be_visible()


def open_hand_in(lead: Window, home: str, title: str) -> Page:
    """Find in the queue what waits under a title, and open it."""
    page = look(lead, f"{home}/hand-ins")
    with page.expect_navigation():
        page.get_by_role("row").filter(has_text=title).get_by_role("link").click()
    return look(lead)


def mark_the_essay(lead: Window, home: str) -> None:
    page = open_hand_in(lead, home, "Check what you read")
    page.get_by_label("Points, 0 to 2").fill("2")
    page.get_by_label("Comment").fill("They do know.")
    lead.follow("Give the score", "button")


def hand_in_twice(ana: Window, lead: Window, home: str) -> None:
    """Hand in, get it back with a word, rework it, and have it accepted."""
    title = "A letter to who holds it"
    page = ana.visit(f"{home}/learn/1/{taking.ASSIGNMENT}")
    taking.write_the_work(ana, FIRST, file=True)
    ana.follow("Hand in", "button")
    desk = open_hand_in(lead, home, title)
    desk.get_by_label("Partly").check()
    desk.get_by_label("Kind").check()
    desk.get_by_label("Comment").fill("Say why it matters to them.")
    lead.follow("Give back", "button")

    ana.visit(f"{home}/my-progress")
    missing = page.locator("#missing").get_by_role("listitem")
    expect(missing).to_have_count(1)
    expect(page.locator("#missing")).to_contain_text(f"Given back to you, to go on with: {title}.")
    ana.check()
    ana.follow(title)
    expect(page.get_by_text("Say why it matters to them.")).to_be_visible()
    taking.write_the_work(ana, SECOND)
    ana.follow(re.compile("Hand in again"), "button")
    open_hand_in(lead, home, title)
    expect(desk.locator("ins").first).to_be_visible()
    desk.get_by_label("Clear").check()
    desk.get_by_label("Kind").check()
    lead.follow("Accept", "button")


def revoke(lead: Window, home: str) -> None:
    """Revoke the only certificate of the run, for a reason."""
    page = look(lead, f"{home}/certificates")
    lead.follow("Ana Lind")
    look(lead)
    page.locator("#revoke summary").click()
    reason = page.get_by_label("Why, for everybody who asks")
    reason.select_option(index=1)
    page.get_by_label("Why, in your words").fill(WHY_REVOKED)
    with page.expect_navigation():
        page.locator("#revoke").get_by_role("button", name="Revoke", exact=True).click()
    look(lead)
    look(lead, f"{home}/certificates?state=revoked")
