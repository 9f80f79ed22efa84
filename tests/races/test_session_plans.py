"""Two people change what is planned of one session at the same moment.

The lock is that of the session's row (``find_session(..., lock=True)`` and the ``with_for_update``
of ``move_sessions``). Without it both find the session as it was, on PostgreSQL, and the second
writes over the first; on SQLite there is one writer at a time in any case.
"""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import NOW, acting
from factories.accounts import make_user
from factories.live import make_session
from factories.spaces import join, make_space
from races.parallel import at_once

from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.log import EventRow
from community.live.models import LiveSession, SessionState
from community.live.operations import (
    call_off_session,
    edit_session,
    move_sessions,
    start_session,
)
from community.spaces.models import Role

pytestmark = pytest.mark.races

TIMES = 6
TO = dt.datetime(2026, 3, 20, 10)  # noqa: DTZ001  # by the clock of the zone
DAY = dt.timedelta(days=1)


@pytest.fixture
def space(app):
    return make_space(app)


@pytest.fixture
def leaders(app, space):
    made = [make_user(app, f"Leader {number}") for number in range(2)]
    for leader in made:
        join(app, space, leader, Role.ORGANISER)
    return made


@pytest.fixture
def sessions(app, space, leaders):
    return [make_session(app, space, leaders[0], starts_at=NOW) for _ in range(TIMES)]


def stored(app, key):
    with app.app_context():
        row = db.session.get_one(LiveSession, key)
        names = sa.select(EventRow.name).where(EventRow.stream_id == key).order_by(EventRow.seq)
        told = [name.removeprefix("live.session_") for name in db.session.scalars(names)]
        return row, told


def refused(answers):
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    assert {type(error) for error in errors} <= {Conflict}, errors
    return len(errors)


def test_of_two_who_move_what_they_both_read_one_does(app, leaders, sessions):
    for key in sessions:
        answers = at_once(
            app,
            [
                lambda who=who, days=days, key=key: move_sessions(
                    acting(who, now=NOW), {key: TO + days * DAY}, editions={key: 0}
                )
                for days, who in enumerate(leaders)
            ],
        )
        assert refused(answers) == 1
        row, told = stored(app, key)
        assert (row.sequence, row.edition, told) == (1, 1, ["moved"])


def test_two_who_move_without_looking_each_raise_the_sequence(app, leaders, sessions):
    for key in sessions:
        answers = at_once(
            app,
            [
                lambda who=who, days=days, key=key: move_sessions(
                    acting(who, now=NOW), {key: TO + days * DAY}
                )
                for days, who in enumerate(leaders)
            ],
        )
        assert refused(answers) == 0
        row, told = stored(app, key)
        assert (row.sequence, told) == (2, ["moved", "moved"])
        other = TO + DAY if row.local_at == TO else TO
        assert row.moved_from == other.replace(tzinfo=dt.UTC)


def test_two_who_move_the_same_sessions_in_another_order_do_not_lock_up(app, leaders, sessions):
    orders = (sessions, sessions[::-1])
    answers = at_once(
        app,
        [
            lambda who=who, order=order: move_sessions(
                acting(who, now=NOW), {key: TO + number * DAY for number, key in enumerate(order)}
            )
            for who, order in zip(leaders, orders, strict=True)
        ],
    )
    assert refused(answers) == 0
    assert {stored(app, key)[0].sequence for key in sessions} <= {1, 2}


def test_what_is_moved_while_it_is_started_has_moved_or_has_begun(app, leaders, sessions):
    for key in sessions:
        answers = at_once(
            app,
            [
                lambda key=key: move_sessions(acting(leaders[0], now=NOW), {key: TO}),
                lambda key=key: start_session(acting(leaders[1], now=NOW), key),
            ],
        )
        assert refused(answers) == 1
        row, told = stored(app, key)
        if row.state is SessionState.LIVE:
            assert (row.starts_at, row.sequence, told) == (NOW, 0, ["started"])
        else:
            assert (row.local_at, row.started_at, told) == (TO, None, ["moved"])


def test_what_is_moved_while_it_is_called_off_is_called_off_and_tells_both_or_one(
    app, leaders, sessions
):
    for key in sessions:
        answers = at_once(
            app,
            [
                lambda key=key: move_sessions(acting(leaders[0], now=NOW), {key: TO}),
                lambda key=key: call_off_session(acting(leaders[1], now=NOW), key, reason="Ill."),
            ],
        )
        row, told = stored(app, key)
        assert row.called_off
        assert row.sequence == len(told)
        assert told == (["called_off"] if refused(answers) else ["moved", "called_off"])


def test_of_two_who_edit_what_they_both_read_one_does(app, leaders, sessions):
    plan = {"plan": "", "local_at": TO, "zone": "UTC", "minutes": 60, "edition": 0}
    for key in sessions:
        answers = at_once(
            app,
            [
                lambda who=who, key=key: edit_session(
                    acting(who, now=NOW), key, title=f"By {who}", **plan
                )
                for who in leaders
            ],
        )
        assert refused(answers) == 1
        row, told = stored(app, key)
        assert (row.edition, told) == (1, ["moved", "changed"])
