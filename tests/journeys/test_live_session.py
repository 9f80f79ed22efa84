"""Three learners and a facilitator in a live session; one line breaks for twenty seconds."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Callable

import pytest
from factories.academy import course_source, module_source, page_source, session_source
from factories.accounts import make_user
from factories.live import make_session
from factories.progress import World, make_learners, make_member, make_run
from factories.spaces import join, make_space
from flask import Flask
from journeys.served import ON_POSTGRES, Site
from journeys.window import Window
from playwright.sync_api import Locator, Page, expect

from community.cohorts.queries import placements
from community.kernel.localtime import PLACES
from community.spaces.models import Role

pytestmark = [pytest.mark.browser, ON_POSTGRES]

AWAY = 20  # seconds without a line
TITLE = "A circle of failures"


def test_a_live_session_with_a_broken_line(site: Site, window: Callable[..., Window]) -> None:
    world = make_evening_run(site.app)
    ines_id = make_member(site.app, world, "Ines Marchetti", Role.FACILITATOR)
    learners = make_learners(site.app, world, ["Amina Otieno", "Goran Ilic", "Mei Tanaka"])
    session = site.do(lambda: placements(world.run)[world.activities[0]].session_id)
    ines, amina, goran, mei = (window(each) for each in (ines_id, *learners))
    everybody = (ines, amina, goran, mei)

    locked(amina, world)
    for each in everybody:
        go_in(each, session)
    expect(ines.page.locator("[data-people] li")).to_have_count(4)

    ines.page.get_by_role("button", name="Start the session").click()
    for each in everybody:
        expect(each.page.get_by_text("Live,")).to_be_visible()
        each.check()

    say(amina, "I counted plates, not children.")
    for each in everybody:
        expect(lines(each)).to_have_text(["I counted plates, not children."])
    goran.page.get_by_role("button", name="Raise my hand").click()
    hand = ines.page.locator("[data-hands] li").filter(has_text="Goran Ilic")
    expect(hand).to_be_visible()
    ines.check()
    hand.get_by_role("button", name="Lower").click()
    expect(goran.page.get_by_role("button", name="Raise my hand")).to_be_visible()

    mei.line_breaks = True
    mei.context.set_offline(True)
    expect(mei.page.get_by_text("You are offline. What you write is kept")).to_be_visible()
    say(mei, "From the train: who may rub it out?")
    say(mei, "And who writes the second half?")
    expect(mei.page.locator("[data-chat] > [data-waiting]")).to_have_count(2)
    mei.check()
    meanwhile = [f"While you were away, {number}" for number in range(1, 5)]
    for number, text in enumerate(meanwhile):
        say((amina, goran)[number % 2], text)
        ines.page.wait_for_timeout(AWAY * 1000 / len(meanwhile))
    expect(lines(ines)).to_have_text(["I counted plates, not children.", *meanwhile])
    expect(lines(mei)).to_have_text(["I counted plates, not children."])

    mei.context.set_offline(False)
    told = [
        "I counted plates, not children.",
        *meanwhile,
        "From the train: who may rub it out?",
        "And who writes the second half?",
    ]
    for each in everybody:
        expect(lines(each)).to_have_text(told)
    expect(mei.page.locator("[data-chat] > [data-waiting]")).to_have_count(0)
    expect(mei.page.get_by_text("You are offline.")).to_be_hidden()
    mei.check()

    mei.page.wait_for_timeout(4_000)  # what was cut out of her time must not be what she lacks
    ines.page.locator("summary", has_text="End the session").click()
    ines.page.get_by_role("dialog").get_by_role("button", name="End the session").click()
    expect(ines.page.get_by_text("Everybody's attendance is written.")).to_be_visible()
    there = ines.page.locator("#attendance").get_by_role("rowheader")
    expect(there).to_have_count(len(everybody))
    ines.check()
    for each in (amina, goran, mei):
        expect(each.page.get_by_text("This session is over.")).to_be_visible()
        expect(lines(each)).to_have_text(told)  # nothing came twice
        each.check()
        opened(each, world)


def test_a_phone_sees_what_is_new_and_keeps_what_the_end_cut_off(
    site: Site, window: Callable[..., Window]
) -> None:
    space = make_space(site.app)
    lead, learner = make_user(site.app, "Ines Marchetti"), make_user(site.app, "Amina Otieno")
    join(site.app, space, lead, Role.FACILITATOR)
    join(site.app, space, learner)
    session = make_session(site.app, space, lead)
    phone = {"viewport": {"width": 375, "height": 480}}
    ines, amina = window(lead, **phone), window(learner, **phone)
    for each in (ines, amina):
        go_in(each, session)
    ines.page.get_by_role("button", name="Start the session").click()
    expect(amina.page.locator("[data-chat] .system")).to_contain_text("The session started")
    for number in range(1, 13):
        say(amina, f"Line {number}")
    expect(lines(ines)).to_have_count(12)
    expect(ines.page.locator("[data-chat] .goes-on")).to_have_count(11)

    chat, offer = ines.page.locator("[data-chat]"), ines.page.locator("[data-below] button")
    expect(offer).to_be_hidden()
    chat.evaluate("chat => chat.scrollTo(0, 0)")
    say(amina, "The plan is at https://example.org/plan")
    expect(offer).to_have_text("New below: 1")
    ines.check()
    offer.click()
    expect(offer).to_be_hidden()
    expect(lines(ines).last).to_be_in_viewport()
    expect(ines.page.get_by_role("link", name="https://example.org/plan")).to_be_visible()

    amina.page.get_by_label("Message to the room").fill("And who counts the plates?")
    ines.page.locator(".room-top summary", has_text="End").click()
    ines.page.get_by_role("dialog").get_by_role("button", name="End the session").click()
    expect(amina.page.get_by_text("This was not sent while the session ran.")).to_be_visible()
    told = [text.strip() for text in amina.page.locator("[data-chat] > li").all_inner_texts()]
    amina.check()
    amina.page.reload()
    again = [text.strip() for text in amina.page.locator("[data-chat] > li").all_inner_texts()]
    assert again == told
    with amina.page.expect_navigation():
        amina.page.get_by_role("link", name="write it in Talk").click()
    expect(amina.page.get_by_label("First post")).to_have_value("And who counts the plates?")
    expect(amina.page.get_by_label("Title")).to_have_value("A circle of failures")


def make_evening_run(app: Flask) -> World:
    """Make a run whose first module is a session of last night, and whose second opened today.

    In the zone where it is now between one and two in the night, a session planned for half past
    eleven can still begin, and the next module has just been released: only attendance locks it.
    """
    zone = next(zone for zone in PLACES if dt.datetime.now(zoneinfo.ZoneInfo(zone)).hour == 1)
    settings = {"day": 7, "time": "23:30", "attend": 2}  # three seconds
    source = course_source(
        modules=(
            module_source(1, activities=(session_source(minutes=2, settings=settings),)),
            module_source(2, activities=(page_source(body="A text to read, with no picture."),)),
        ),
        assets=(),
    )
    today = dt.datetime.now(zoneinfo.ZoneInfo(zone)).date()
    begins = today - dt.timedelta(weeks=1)
    return make_run(app, source, zone=zone, starts_on=begins, lapsed=True)


def go_in(person: Window, session_id: uuid.UUID) -> None:
    """Go into the room from the session's page, as one comes to it."""
    person.visit(f"/sessions/{session_id}")
    person.page.get_by_role("link", name="Go into the room").click()
    person.page.wait_for_url("**/room")
    me = person.page.locator("[data-people] .end").get_by_text("me", exact=True)
    expect(me).to_have_count(1)  # the room has been joined


def say(person: Window, text: str) -> None:
    box = person.page.get_by_label("Message to the room")
    box.fill(text)
    box.press("Enter")


def lines(person: Window) -> Locator:
    """Return what was said and has arrived."""
    return person.page.locator("[data-chat] > [data-line]:not([data-waiting]) .text")


def locked(learner: Window, world: World) -> None:
    """See that the second module waits for the session, and that the page says so."""
    second = learner.visit(f"/spaces/{world.slug}/learn").locator("#module-2")
    expect(second.get_by_text(f"Finish first: {TITLE}")).to_be_visible()
    expect(second.get_by_role("link", name=TITLE)).to_be_visible()
    expect(second.get_by_role("link")).to_have_count(1)


def opened(learner: Window, world: World) -> None:
    """See that having been there counts, and that the second module is open."""
    page = learner.visit(f"/spaces/{world.slug}/learn")
    link = page.locator("#module-2").get_by_role("link", name="What counts as data")
    wait_for_the_worker(page, page.locator("#module-1 .module-state", has_text="Done"))
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What counts as data")
    learner.check()


def wait_for_the_worker(page: Page, place: Locator) -> None:
    """Load the page again until what is done beside it has been done."""
    for _ in range(60):
        if place.count():
            return
        page.wait_for_timeout(300)
        page.reload()
    expect(place).to_be_visible()
