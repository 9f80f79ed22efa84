"""A learner whose line is down for an hour: what they did arrives later, once."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from factories.academy import (
    FILMS,
    checklist_source,
    course_source,
    film_source,
    module_source,
    page_source,
    quiz_source,
    reflection_source,
)
from factories.accounts import PASSWORD, PASSWORD_HASH
from factories.progress import World, enrolment_id_of, have_come, make_learner, make_run
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from playwright.sync_api import Page, Request, Route, expect

from community.accounts.models import User
from community.coursework.models import FilmWatching, Reflection
from community.coursework.queries import digest_of_film
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.files.store import store
from community.kernel.operation import unit_of_work
from community.progress.models import LearningEvent, Summary

pytestmark = [pytest.mark.browser, ON_SQLITE]

PARTS = (page_source(), quiz_source(), checklist_source(), reflection_source(), film_source())
PLAYED = """([start, end]) => {
  const film = document.querySelector("video");
  const played = { length: 1, start: () => start, end: () => end };
  Object.defineProperty(film, "played", { value: played, configurable: true });
  film.dispatchEvent(new Event("pause"));
}"""
"""What a player says that has played from one second to another."""
WAITING = "[data-acts]"
TELL = "(detail) => document.dispatchEvent(new CustomEvent('act:tell', { detail }))"
LATER = """(() => {
  const ahead = () => Number(globalThis.localStorage?.getItem("ahead") ?? 0);
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + ahead()); }
    static now() { return Real.now() + ahead(); }
  };
})()"""
"""A device whose clock, in every window, is ahead by as many milliseconds as its storage says."""


@pytest.fixture
def world(site: Site) -> World:
    source = course_source(modules=(module_source(1, activities=PARTS),), files=FILMS)
    made: World = make_run(site.app, source)
    return made


@pytest.fixture
def learner(site: Site, world: World) -> uuid.UUID:
    user_id, _enrolment = make_learner(site.app, world, "Amina Otieno")
    have_come(site.app, world, days=9)
    return user_id


def give_password(site: Site, user_id: uuid.UUID) -> str:
    """Let somebody sign in by a form; returns their address."""

    def give() -> str:
        with unit_of_work(Context.begin(None)):
            person = db.session.get_one(User, user_id)
            person.password_hash = PASSWORD_HASH
            person.email = f"amina.{uuid.uuid4().hex}@example.org"
            return person.email

    return str(site.do(give))


def page_of(world: World, number: int) -> str:
    return f"/spaces/{world.slug}/learn/1/{number}"


def events(site: Site, world: World, user_id: uuid.UUID) -> list[Any]:
    """Return what was counted: (kind, value, minutes ago), as the ledger has it."""
    mine = enrolment_id_of(site.app, world, user_id)
    rows = site.do(
        lambda: db.session.execute(
            sa.select(LearningEvent)
            .where(LearningEvent.enrolment_id == mine)
            .order_by(LearningEvent.happened_at)
            .with_only_columns(LearningEvent.kind, LearningEvent.value, LearningEvent.happened_at)
        ).all()
    )
    now = dt.datetime.now(dt.UTC)
    return [
        (row.kind, row.value, round((now - row.happened_at).total_seconds() / 60)) for row in rows
    ]


def tick(page: Page, *names: str) -> None:
    for name in names:
        page.locator(f"#tick-{name}").check()


def an_hour_passes(site: Site, page: Page) -> None:
    """Set the device's clock ahead, and what the server has heard so far, a glance mostly, back."""

    def age() -> None:
        heard = Summary.last_active_at
        with unit_of_work(Context.begin(None)):
            for enrolment_id, at in db.session.execute(
                sa.select(Summary.enrolment_id, heard).where(heard.is_not(None))
            ).all():
                earlier = at - dt.timedelta(hours=1, minutes=1)
                mine = Summary.enrolment_id == enrolment_id
                db.session.execute(sa.update(Summary).where(mine).values(last_active_at=earlier))

    site.do(age)
    page.evaluate("localStorage.setItem('ahead', String(3_600_000))")


def read_to_the_end(page: Page) -> None:
    """Scroll down, and wait until the page has noticed: a busy machine draws late."""
    for _ in range(200):
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        if '"fraction":1' in page.evaluate("JSON.stringify({...localStorage})").replace("\\", ""):
            return
        page.wait_for_timeout(200)
    raise AssertionError("the page did not notice that it was read to its end")


def a_glance(kind: str, value: float, _ago: int) -> bool:
    """Whether it is what one sees of a page before one has scrolled; told where that takes long."""
    return kind == "read" and value < 1


def test_an_hour_offline_arrives_later_once_from_when_it_was_done(
    site: Site, window: Callable[..., Window], world: World, learner: uuid.UUID
) -> None:
    amina = window(learner)
    amina.line_breaks = True
    amina.context.add_init_script(LATER)
    pages = [amina.page, *(amina.context.new_page() for _ in PARTS[1:4])]
    for number, page in enumerate(pages, 1):
        page.goto(site.url + page_of(world, number))
    reading, quiz, checklist, reflection = pages

    amina.context.set_offline(True)
    read_to_the_end(reading)
    tick(checklist, "i1")
    tick(checklist, "i2", "i3")
    quiz.get_by_role("radio").nth(1).check()
    for name in ("Findable", "Reusable"):
        quiz.get_by_label(name).check()
    quiz.get_by_role("button", name="Check my answers").click()
    expect(quiz.get_by_text("handed in as soon as it is back")).to_be_visible()
    reflection.get_by_label("Your text").fill("The well by the school, not the one on the map.")
    expect(reflection.get_by_text("your words are kept on this device")).to_be_visible()
    expect(checklist.locator(WAITING)).to_contain_text("4 things wait to be sent.")
    assert not [each for each in events(site, world, learner) if not a_glance(*each)]

    an_hour_passes(site, checklist)
    amina.context.set_offline(False)
    expect(reading.get_by_text("Read to the end.")).to_be_visible()
    expect(quiz.get_by_text("2 of 2 are right.")).to_be_visible()
    expect(reflection.get_by_text("Draft saved")).to_be_visible()
    expect(checklist.get_by_text("3 of 3 ticked.")).to_be_visible()
    expect(checklist.get_by_text("Everything has been sent.")).to_be_visible()

    found = [each for each in events(site, world, learner) if not a_glance(*each)]
    assert sorted((kind, value) for kind, value, _ago in found) == [
        ("read", 1.0),
        ("scored", 100.0),
        ("ticked", 3.0),
    ]
    ages = {kind: ago for kind, _value, ago in found}
    assert 55 <= ages["read"] <= 65
    assert 55 <= ages["ticked"] <= 65
    assert ages["scored"] == 0, "a quiz counts from when it arrives"


def test_what_waited_goes_after_the_browser_was_shut_and_one_has_signed_in_again(
    site: Site, window: Callable[..., Window], world: World, learner: uuid.UUID
) -> None:
    amina = window(learner)
    amina.line_breaks = True
    page = amina.page
    page.goto(site.url + page_of(world, 3))
    amina.context.set_offline(True)
    tick(page, "i1", "i2", "i3")
    expect(page.locator(WAITING)).to_contain_text("One thing waits to be sent.")
    page.close()

    amina.context.clear_cookies()  # the session has ended meanwhile
    amina.context.set_offline(False)
    amina.page = page = amina.context.new_page()
    page.goto(f"{site.url}/sign-in?next={page_of(world, 1)}")
    page.get_by_label("Email address").fill(give_password(site, learner))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_response(lambda answer: "/api/v1/acts" in answer.url):
        page.get_by_role("button", name="Sign in", exact=True).click()
    told = [act for act in events(site, world, learner) if not a_glance(*act)]
    assert [act[:2] for act in told] == [("ticked", 3.0)]


def test_a_session_that_ended_is_said_and_signing_out_leaves_nothing_behind(
    site: Site, window: Callable[..., Window], world: World, learner: uuid.UUID
) -> None:
    amina = window(learner)
    page = amina.page
    page.goto(site.url + page_of(world, 3))
    cookies = amina.context.cookies()
    amina.context.clear_cookies()
    with amina.refused(400, 401):
        tick(page, "i1")
        expect(page.get_by_role("link", name="Sign in again to send")).to_be_visible()
    amina.context.add_cookies(cookies)  # type: ignore[arg-type]
    amina.line_breaks = True
    amina.context.set_offline(True)
    tick(page, "i2")
    amina.context.set_offline(False)
    page.goto(f"{site.url}/me")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/")
    kept = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))")
    assert kept == []


def test_a_text_that_clashes_with_another_window_is_not_lost(
    site: Site, window: Callable[..., Window], world: World, learner: uuid.UUID
) -> None:
    amina = window(learner)
    amina.line_breaks = True
    here, there = amina.page, amina.context.new_page()
    for page in (here, there):
        page.goto(site.url + page_of(world, 4))
    amina.context.set_offline(True)
    here.get_by_label("Your text").fill("Written without a line.")
    expect(here.get_by_text("your words are kept on this device")).to_be_visible()

    mine = enrolment_id_of(site.app, world, learner)

    def save_elsewhere() -> None:
        with unit_of_work(Context.begin(None)):
            db.session.add(
                Reflection(
                    enrolment_id=mine,
                    activity_id=world.activities[3],
                    draft="Written on my phone.",
                    revision=1,
                    saved_at=dt.datetime.now(dt.UTC),
                )
            )

    site.do(save_elsewhere)
    with amina.refused(409):
        amina.context.set_offline(False)
        expect(here.get_by_text("This was saved in another window")).to_be_visible()
    expect(here.get_by_label("Your text")).to_have_value("Written without a line.")


def test_what_was_played_of_a_film_waits_as_one_report(
    site: Site, window: Callable[..., Window], world: World, learner: uuid.UUID
) -> None:
    amina = window(learner)
    amina.line_breaks = True
    page = amina.page
    page.goto(site.url + page_of(world, 5))
    amina.context.set_offline(True)
    for span in ([0, 3], [2, 5], [8, 9]):
        page.evaluate(PLAYED, span)
    expect(page.locator(WAITING)).to_contain_text("One thing waits to be sent.")
    amina.context.set_offline(False)
    expect(page.get_by_text("Everything has been sent.")).to_be_visible()
    mine = enrolment_id_of(site.app, world, learner)
    query = sa.select(FilmWatching.played).where(FilmWatching.enrolment_id == mine)
    assert site.do(lambda: db.session.scalar(query)) == [[0.0, 5.0], [8.0, 9.0]]


def test_a_lasting_refusal_is_asked_about_once_and_tried_again_later(
    site: Site, window: Callable[..., Window], world: World, learner: uuid.UUID
) -> None:
    amina = window(learner)
    page = amina.page
    page.goto(site.url + page_of(world, 3))
    asked: list[str] = []
    ours = ("/api/v1/acts", page_of(world, 3))

    def note(request: Request) -> None:
        if request.url.endswith(ours):
            asked.append(request.method)

    page.on("request", note)
    page.route("**/api/v1/acts", lambda route: route.fulfill(status=403, body="{}"))
    with amina.refused(403):
        tick(page, "i1")
        expect(page.locator(WAITING)).to_contain_text("One thing waits to be sent.")
        page.wait_for_timeout(2_000)
        tries = asked.count("GET")
        assert 2 <= tries <= 4, "after a second or so, then after two, then after four"
        assert abs(asked.count("POST") - 2 * tries) <= 1, "each time with one new token"
        page.unroute("**/api/v1/acts")
        expect(page.get_by_text("Everything has been sent.")).to_be_visible(timeout=15_000)
    assert [act[:2] for act in events(site, world, learner)] == [("ticked", 1.0)]


def test_what_could_not_be_read_together_goes_alone_and_the_next_together_again(
    site: Site, window: Callable[..., Window], world: World, learner: uuid.UUID
) -> None:
    amina = window(learner)
    amina.line_breaks = True
    pages = [amina.page, amina.context.new_page()]
    for number, page in zip((3, 5), pages, strict=True):
        page.goto(site.url + page_of(world, number))
    checklist, film = pages
    told: list[int] = []

    def answer(route: Route) -> None:
        told.append(len(route.request.post_data_json["acts"]))
        if told == [2]:
            route.fulfill(status=422, body="{}")
        else:
            route.continue_()

    amina.context.route("**/api/v1/acts", answer)
    with amina.refused(422):
        for item, span in (("i1", [0, 3]), ("i2", [4, 6])):
            amina.context.set_offline(True)
            tick(checklist, item)
            film.evaluate(PLAYED, span)
            expect(film.locator(WAITING)).to_contain_text("2 things wait to be sent.")
            amina.context.set_offline(False)
            expect(film.get_by_text("Everything has been sent.")).to_be_visible()
    assert told == [2, 1, 1, 2]


def test_a_film_that_is_away_for_a_while_holds_nothing_else_up(
    site: Site, window: Callable[..., Window], world: World, learner: uuid.UUID
) -> None:
    film = world.activities[4]
    file = site.do(lambda: store().path(digest_of_film(film)))
    elsewhere = file.rename(file.with_suffix(".away"))
    amina = window(learner)

    def arrived(*kinds: str) -> None:
        for _ in range(50):
            if [kind for kind, _, _ in events(site, world, learner)] == [*kinds]:
                return
            amina.page.wait_for_timeout(200)
        raise AssertionError(events(site, world, learner))

    try:
        amina.page.goto(site.url + page_of(world, 3))
        watched = {"kind": "watched", "run_id": str(world.run), "activity_id": str(film)}
        watched |= {"slot": "film", "told": {"played": [[0, 5]], "position": 5}}
        amina.page.evaluate(TELL, watched)
        expect(amina.page.locator(WAITING)).to_be_visible()
        tick(amina.page, "i1")
        arrived("ticked")
        expect(amina.page.locator(WAITING)).to_be_visible()  # the film is kept
    finally:
        elsewhere.rename(file)
    arrived("ticked", "watched")
    expect(amina.page.locator(WAITING)).to_be_hidden()
    amina.check()
