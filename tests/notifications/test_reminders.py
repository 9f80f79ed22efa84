"""A day and an hour before a session its people are reminded, once each, of what holds then."""

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
from community.correspondence.operations import stop_letters
from community.correspondence.rules import LetterKind
from community.kernel import jobs
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession
from community.live.operations import call_off_session, move_sessions
from community.notifications.operations import owe_reminders
from community.spaces.models import Role
from community.spaces.operations import archive_space

HOUR = dt.timedelta(hours=1)


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
    made = make_user(app, "Ana Lima", zone="America/Sao_Paulo")
    join(app, space, made, Role.MEMBER)
    return made


def address(app, user_id):
    with app.app_context():
        return db.session.get_one(User, user_id).email


def session_in(app, space, by, hours, **more):
    at = (clock() + hours * HOUR).replace(second=0, microsecond=0)
    return make_session(app, space, by, starts_at=at, **more)


def remind(app, ahead=dt.timedelta()):
    with time_machine.travel(clock() + ahead):
        with app.app_context():
            owed = owe_reminders(acting(None))
        run_everything(app)
    return owed


def to(app, postbox, user_id):
    return postbox.letters_to(address(app, user_id))


def test_each_member_is_reminded_once_a_day_before_and_once_an_hour_before(
    app, postbox, space, organiser, member
):
    session_in(app, space, organiser, 20)
    remind(app)
    remind(app)
    assert len(to(app, postbox, member)) == len(to(app, postbox, organiser)) == 1
    assert "takes place within a day" in text_of(to(app, postbox, member)[0])
    remind(app, 19.5 * HOUR)
    remind(app, 19.6 * HOUR)
    assert len(to(app, postbox, member)) == 2
    assert "begins within the hour" in text_of(to(app, postbox, member)[1])


@pytest.mark.parametrize("hours", [-1, 0.05, 25, 100])
def test_too_early_and_too_late_nobody_is_reminded(app, postbox, space, organiser, member, hours):
    session_in(app, space, organiser, hours)
    assert remind(app) == 0


def test_between_an_hour_and_two_the_hour_is_waited_for(app, postbox, space, organiser, member):
    session_in(app, space, organiser, 1.5)
    assert remind(app) == 0
    assert remind(app, 0.6 * HOUR) == 2


def test_who_joins_late_is_reminded_too(app, postbox, space, organiser, member):
    session_in(app, space, organiser, 20)
    remind(app)
    late = make_user(app, "Bo Chen")
    join(app, space, late, Role.MEMBER)
    assert remind(app) == 1
    assert len(to(app, postbox, late)) == 1


def test_a_reminder_says_the_time_of_its_reader_and_carries_one_calendar_entry(
    app, postbox, space, organiser, member
):
    at = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0) + 20 * HOUR
    key = make_session(app, space, organiser, starts_at=at, title="Clinic")
    remind(app)
    [letter] = to(app, postbox, member)
    local = (at - 3 * HOUR).strftime("%H:%M")
    assert f"{local} (Sao Paulo)" in letter["Subject"]
    [file] = letter.iter_attachments()
    assert file.get_content_type() == "text/calendar"
    calendar = ical.calendar_stream.IcsCalendarStream.calendar_from_ics(
        file.get_payload(decode=True).decode()
    )
    [event] = calendar.events
    assert event.dtstart.astimezone(dt.UTC) == at
    assert str(key) in event.uid


def test_one_that_was_moved_is_reminded_of_at_its_new_time(app, postbox, space, organiser, member):
    key = session_in(app, space, organiser, 20)
    remind(app)
    with app.app_context():
        session = db.session.get_one(LiveSession, key)
        move_sessions(acting(organiser), {key: session.local_at + dt.timedelta(days=3)})
    remind(app, 70 * HOUR)
    letters = [text for text in map(text_of, to(app, postbox, member)) if "within a day" in text]
    assert len(letters) == 2


def test_what_is_owed_and_then_called_off_is_not_sent(app, postbox, space, organiser, member):
    key = session_in(app, space, organiser, 20)
    with app.app_context():
        owe_reminders(acting(None))
        call_off_session(acting(organiser), key, reason="The host is ill.")
    run_everything(app)
    assert not any("within a day" in text_of(letter) for letter in postbox.letters)


def test_who_stopped_reminders_gets_none(app, postbox, space, organiser, member):
    session_in(app, space, organiser, 20)
    with app.app_context():
        stop_letters(acting(member), LetterKind.REMINDER)
    remind(app)
    assert to(app, postbox, member) == []


def test_a_worker_killed_between_owing_and_sending_leaves_nothing_out_and_nothing_twice(
    app, postbox, space, organiser, member
):
    session_in(app, space, organiser, 20)
    with app.app_context():
        owe_reminders(acting(None))
        jobs.relay_rows(acting(None))  # handed to a queue that is lost with its worker
    assert run_everything(app) == 0
    with app.app_context(), unit_of_work(acting(None)):
        db.session.execute(
            jobs.sa.update(jobs.OutboxRow).values(relayed_at=clock() - 2 * jobs.RELAY_AGAIN)
        )
    remind(app)
    assert len(to(app, postbox, member)) == 1


def test_reminders_are_found_in_one_statement_a_batch(
    app, postbox, space, organiser, member, count_queries
):
    for _each in range(3):
        session_in(app, space, organiser, 20)
    with app.app_context():
        count_queries.clear()
        owe_reminders(acting(None))
        first = [s for s in count_queries if s.startswith("SELECT live_session.id")]
    assert len(first) == 3  # what is due a day before, then nothing more; and an hour before


def test_nobody_is_reminded_of_a_session_in_an_archived_space(
    app, postbox, space, organiser, member
):
    session_in(app, space, organiser, 20)
    with app.app_context():
        archive_space(acting(organiser), space)
    assert remind(app) == 0
    assert to(app, postbox, member) == []


def test_a_reminder_that_was_owed_stays_away_when_the_space_is_archived_meanwhile(
    app, postbox, space, organiser, member
):
    session_in(app, space, organiser, 20)
    with app.app_context():
        assert owe_reminders(acting(None)) == 2
        archive_space(acting(organiser), space)
    run_everything(app)
    assert to(app, postbox, member) == []
