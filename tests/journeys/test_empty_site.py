"""From an empty site to a running cohort: what an organiser does in one sitting, and what comes."""

import datetime as dt
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from conftest import make_settings
from databases import postgres_url
from factories.accounts import PASSWORD
from icalendar import Calendar
from journeys import axe
from journeys.served import ON_SQLITE, Site, serving
from journeys.test_keyboard import go_to
from journeys.window import Window
from journeys.worlds import ACADEMY
from letters import Postbox, link_of, text_of
from playwright.sync_api import expect

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.notifications.models import ScheduleNews
from community.notifications.rules import QUIET

pytestmark = [pytest.mark.browser, ON_SQLITE]

ZONE = "Africa/Nairobi"
NAMES = ("Amina Bola Chidi Dalia Eyal Farai", "Gloria Hana Ivo Jonas Kim Lena")
INVITED = [f"{name} Otieno <{name.lower()}@example.org>" for name in " ".join(NAMES).split()]
SOON = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=20)).replace(second=0, microsecond=0)
AMINA, BOLA = "amina@example.org", "bola@example.org"


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, post_office: Postbox
) -> Iterator[Site]:
    """Serve a site in which nobody has been yet; its letters are handed to a mail server."""
    url = "" if request.param == "sqlite" else postgres_url("community_empty")
    mail = f"smtp://127.0.0.1:{post_office.port}"
    settings = make_settings(tmp_path_factory.mktemp("empty"), url, smtp_url=mail)
    with serving(settings) as made:
        yield made


def test_an_organiser_begins_in_one_sitting(
    site: Site, window: Callable[..., Window], postbox: Postbox
) -> None:
    root = ["--email", "wanjiru@example.org", "--name", "Wanjiru Kamau", "--password-stdin"]
    said = site.command("admin", "create", *root, typed=f"{PASSWORD}\n")
    assert f"{site.url}/sign-in" in said
    said = site.command("course", "import", str(ACADEMY))
    assert "“Data Stewardship Academy” is version 1 in Long Table" in said

    wanjiru = window(timezone_id=ZONE)
    page = wanjiru.visit("/sign-in")
    page.get_by_label("Email address").fill("wanjiru@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    wanjiru.follow("Sign in", "button")
    expect(page.get_by_text("You lead no run yet")).to_be_visible()
    axe.check_narrow(page)
    wanjiru.follow("Choose a course")
    wanjiru.follow("Plan a run")
    axe.check_narrow(page)
    run = plan_a_run(wanjiru)

    wanjiru.follow("Invite people")
    invite_twelve(wanjiru)
    amina = window(timezone_id=ZONE)
    join_by_letter(amina, postbox.wait_for(AMINA, "Wanjiru Kamau invites you"))
    invited = [str(letter["To"]) for letter in postbox.letters]
    assert len(invited) == len(set(invited)) == 12

    wanjiru.visit(f"{run}/manage")
    expect(page.get_by_role("link", name="1 of 14 seats taken")).to_be_visible()
    wanjiru.follow("Open the run", "button")
    expect(page.get_by_text("The run is open.")).to_be_visible()
    axe.check_narrow(page)
    shift_by_a_week(wanjiru)
    plan_a_session(wanjiru, run)
    announce(wanjiru, run)

    letter = postbox.wait_for(AMINA, "Academy, cohort 9: We begin a week later")
    assert "The *harvest* is late, and so are we." in text_of(letter)
    site.do(let_it_rest)
    letter = postbox.wait_for(AMINA, "Academy, cohort 9: new times")
    assert "8 sessions of Academy, cohort 9 have changed." in text_of(letter)
    assert len(calendar_of(letter).walk("VEVENT")) == 8
    letter = postbox.wait_for(AMINA, "Meet before we begin")
    assert "takes place within a day" in text_of(letter)
    [event] = calendar_of(letter).walk("VEVENT")
    assert event["SUMMARY"] == "Meet before we begin"
    assert event["DTSTART"].dt.astimezone(dt.UTC) == SOON
    amina.visit(link_of(letter))
    expect(amina.page.get_by_role("heading", level=1)).to_have_text("Meet before we begin")
    amina.visit("/home")
    expect(amina.page.get_by_text("We begin a week later").first).to_be_visible()
    axe.check_narrow(amina.page)
    for other in ("wanjiru@example.org", BOLA):  # who did it, and who has not joined
        subjects = [letter["Subject"] for letter in postbox.letters_to(other)]
        assert not any("new times" in each or "week later" in each for each in subjects)


def plan_a_run(organiser: Window) -> str:
    """Plan eight weeks with a week of rest in the middle; returns the path of its space."""
    page = organiser.page
    page.get_by_label("Name", exact=True).fill("Academy, cohort 9")
    page.get_by_label("First day").fill(f"{SOON + dt.timedelta(days=7):%Y-%m-%d}")
    page.get_by_label("Time zone").select_option(ZONE)
    page.get_by_label("Seats").fill("14")
    rest = page.get_by_role("group", name="Break 1")
    rest.get_by_label("After week").fill("4")
    rest.get_by_label("Days").fill("7")
    rest.get_by_label("What for").fill("Harvest")
    organiser.follow("Plan the run", "button")
    expect(page.get_by_text("The run is planned. Invite people, then open it.")).to_be_visible()
    axe.check_narrow(page)
    return page.url.removeprefix(organiser.url).removesuffix("/manage")


def invite_twelve(organiser: Window) -> None:
    """Paste a list by keyboard; one line is wrong, is said to be, and is mended."""
    page = organiser.page
    go_to(page, page.get_by_label("Whom to invite"))
    page.keyboard.insert_text("\n".join([*INVITED[:11], "Lena Otieno, lena at example.org"]))
    go_to(page, page.get_by_label("A word from you"))
    page.keyboard.type("You asked me about this in March.")
    press(organiser, "See who will be invited")
    expect(page.get_by_text("11 people will be invited.")).to_be_visible()
    expect(page.get_by_role("row", name="lena at example.org")).to_contain_text(
        "There is no address on this line"
    )
    axe.check_narrow(page)
    press(organiser, "Change the list")
    whom = page.get_by_label("Whom to invite")
    go_to(page, whom)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("\n".join(INVITED))
    press(organiser, "See who will be invited")
    expect(page.get_by_text("12 people will be invited.")).to_be_visible()
    press(organiser, "Send 12 invitations")
    expect(page.get_by_text("12 invitations are on their way.")).to_be_visible()
    axe.check_narrow(page)


def join_by_letter(newcomer: Window, letter: EmailMessage) -> None:
    """Follow the link of an invitation, and make an account: its own letter proved the address."""
    assert "You asked me about this in March." in text_of(letter)
    page = newcomer.visit(link_of(letter))
    axe.check_narrow(page)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Amina Otieno")
    expect(page.get_by_label("Email address").first).to_have_value(AMINA)
    expect(page.get_by_label("Time zone")).to_have_value(ZONE)  # as their browser has it
    page.get_by_label("Password", exact=True).first.fill(PASSWORD)
    newcomer.follow("Make an account and join", "button")
    expect(page.get_by_text("Welcome to Academy, cohort 9.")).to_be_visible()
    expect(page.get_by_text("Harvest")).to_be_visible()
    axe.check_narrow(page)


def shift_by_a_week(organiser: Window) -> None:
    """See first what moves, then move it."""
    page = organiser.page
    organiser.follow("Name, dates and breaks")
    organiser.follow("Move the run")
    page.get_by_label("Days").fill("7")
    organiser.follow("Show what moves", "button")
    expect(page.get_by_text("8 modules and 8 sessions move.")).to_be_visible()
    expect(page.get_by_text("one letter about")).to_be_visible()
    axe.check_narrow(page)
    organiser.follow("Move it", "button")
    expect(page.get_by_text("Everything from week 1 on is 7 days later.")).to_be_visible()


def plan_a_session(organiser: Window, run: str) -> None:
    """Plan a session that is near enough to be reminded of."""
    page = organiser.visit(f"{run}/sessions")
    organiser.follow("Plan a session")
    page.get_by_label("Title").fill("Meet before we begin")
    page.get_by_label("Date and time").fill(f"{SOON:%Y-%m-%dT%H:%M}")
    page.get_by_label("Length").fill("45")
    page.get_by_label("Time zone").select_option("UTC")
    organiser.follow("Plan it", "button")
    expect(page.get_by_text("The session is planned.")).to_be_visible()


def announce(organiser: Window, run: str) -> None:
    """Begin a thread of the kind that everybody gets as a letter."""
    page = organiser.visit(f"{run}/threads")
    organiser.follow("New thread")
    page.get_by_label("Announcement").check()
    page.get_by_label("Title").fill("We begin a week later")
    page.get_by_label("First post").fill("The *harvest* is late, and so are we.")
    organiser.follow("Begin the thread", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("We begin a week later")


def calendar_of(letter: EmailMessage) -> Calendar:
    """Return the one file that goes with a letter."""
    [file] = letter.iter_attachments()
    assert file.get_content_type() == "text/calendar"
    return Calendar.from_ical(file.get_content())


def let_it_rest() -> None:
    """Let the last change of a calendar be longer ago: people are told once it rests."""
    ctx = Context.begin(None)
    with unit_of_work(ctx):
        db.session.execute(sa.update(ScheduleNews).values(at=ctx.now - QUIET))


def press(person: Window, name: str) -> None:
    """Go to a button by the Tab key and press it."""
    go_to(person.page, person.page.get_by_role("button", name=name, exact=True))
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    person.check()
