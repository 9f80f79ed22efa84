"""What changes in a calendar is told once it has come to rest, in one letter, as it stands then."""

import datetime as dt

import ical.calendar_stream
import pytest
import time_machine
from conftest import acting
from factories.accounts import make_user
from factories.live import make_session
from factories.spaces import join, make_space
from letters import text_of

from community.accounts.models import User
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.live.models import LiveSession
from community.live.operations import call_off_session, move_sessions, reinstate_session
from community.notifications.operations import owe_schedule_news
from community.notifications.rules import LONGEST_WAIT, QUIET
from community.spaces.models import Role

DAY = dt.timedelta(days=1)


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9")


@pytest.fixture
def organiser(app, space):
    made = make_user(app, "Olu Ade")
    join(app, space, made, Role.OWNER)
    return made


@pytest.fixture
def member(app, space):
    made = make_user(app, "Ana Lima")
    join(app, space, made, Role.MEMBER)
    return made


def plan(app, space, by, days, **more):
    at = (clock() + days * DAY).replace(second=0, microsecond=0)
    return make_session(app, space, by, starts_at=at, **more)


def move(app, by, *keys, days=1, **more):
    with app.app_context():
        moves = {key: db.session.get_one(LiveSession, key).local_at + days * DAY for key in keys}
        db.session.remove()
        move_sessions(acting(by, **more), moves)


def tell(app, after=QUIET):
    with time_machine.travel(clock() + after + dt.timedelta(seconds=1)):
        with app.app_context():
            owe_schedule_news(acting(None))
        run_everything(app)


def events_of(letter):
    return [
        event
        for file in letter.iter_attachments()
        for event in ical.calendar_stream.IcsCalendarStream.calendar_from_ics(
            file.get_payload(decode=True).decode()
        ).events
    ]


def test_thirty_moved_sessions_are_one_letter_with_all_their_times(
    app, postbox, space, organiser, member
):
    keys = [plan(app, space, organiser, days, title=f"Meeting {days}") for days in range(1, 31)]
    move(app, organiser, *keys)
    tell(app)
    [letter] = postbox.letters
    with app.app_context():
        assert db.session.get_one(User, member).email in letter["To"]
    assert letter["Subject"] == "Cohort 9: new times"
    assert "30 sessions of Cohort 9 have changed." in text_of(letter)
    assert text_of(letter).count("; before, ") == 30
    assert len(events_of(letter)) == 30
    assert {event.sequence for event in events_of(letter)} == {1}


def test_nothing_is_told_while_it_still_changes_nor_twice(app, postbox, space, organiser, member):
    key = plan(app, space, organiser, 5)
    move(app, organiser, key)
    tell(app, after=QUIET - dt.timedelta(seconds=30))
    assert postbox.letters == []
    tell(app)
    tell(app)
    assert len(postbox.letters) == 1


def test_what_changes_without_end_is_told_all_the_same(app, postbox, space, organiser, member):
    key = plan(app, space, organiser, 5)
    start = clock()
    move(app, organiser, key, now=start - LONGEST_WAIT)
    move(app, organiser, key, now=start)
    tell(app, after=dt.timedelta(seconds=1))
    assert len(postbox.letters) == 1


def test_moved_and_moved_back_is_no_news(app, postbox, space, organiser, member):
    key = plan(app, space, organiser, 5)
    move(app, organiser, key)
    move(app, organiser, key, days=-1)
    tell(app)
    assert postbox.letters == []


def test_called_off_is_told_with_its_reason_and_taken_out_of_calendars(
    app, postbox, space, organiser, member
):
    key = plan(app, space, organiser, 5, title="Clinic")
    with app.app_context():
        call_off_session(acting(organiser), key, reason="The host is ill.")
    tell(app)
    [letter] = postbox.letters
    assert letter["Subject"] == "Called off: Clinic"
    assert "The host is ill." in text_of(letter)
    [file] = letter.iter_attachments()
    assert file["Content-Type"].params["method"] == "CANCEL"
    assert b"STATUS:CANCELLED" in file.get_payload(decode=True)


def test_called_off_and_reinstated_at_once_is_no_news_but_later_it_is(
    app, postbox, space, organiser, member
):
    key = plan(app, space, organiser, 5, title="Clinic")
    with app.app_context():
        call_off_session(acting(organiser), key, reason="Ill.")
        reinstate_session(acting(organiser), key)
    tell(app)
    assert postbox.letters == []
    with app.app_context():
        call_off_session(acting(organiser), key, reason="Ill.")
    tell(app)
    with app.app_context():
        reinstate_session(acting(organiser), key)
    tell(app)
    assert [letter["Subject"] for letter in postbox.letters] == [
        "Called off: Clinic",
        "It takes place: Clinic",
    ]


def test_whoever_moved_it_knows(app, postbox, space, organiser, member):
    key = plan(app, space, organiser, 5)
    move(app, organiser, key)
    tell(app)
    with app.app_context():
        assert db.session.get_one(User, organiser).email not in postbox.letters[0]["To"]


def test_of_two_who_moved_it_each_is_told_what_the_other_did(
    app, postbox, space, organiser, member
):
    other = make_user(app, "Uma Roy")
    join(app, space, other, Role.ORGANISER)
    key = plan(app, space, organiser, 5)
    move(app, organiser, key)
    move(app, other, key)
    tell(app)
    assert len(postbox.letters) == 3
