"""Two organisers change one run at the same moment: what each has seen is done once, or not at all.

The lock is that of the run's row (``run_to_change``). Without it a run is opened, or
closed, while its dates move, on PostgreSQL; its sessions are locked besides.
"""

import datetime as dt
import time

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import STARTS_ON, make_cohort
from factories.live import make_session
from factories.spaces import join
from races.parallel import at_once

from community.cohorts.models import Release, Run, RunState
from community.cohorts.operations import (
    close_run,
    copy_run,
    edit_run,
    open_run,
    shift_run,
    withdraw_run,
)
from community.cohorts.operations.seats import locked_run
from community.cohorts.queries.changes import change_of, shift_of
from community.cohorts.queries.copies import copy_of
from community.cohorts.rules import RunPlan
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession, SessionState
from community.spaces.models import Role
from community.spaces.operations import accept_invitation, create_invitation, remove_member

pytestmark = pytest.mark.races

BEFORE = dt.datetime(2026, 8, 20, 12, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)


def organisers_of(app, cohort, count=4):
    people = [make_user(app, f"Organiser {n}") for n in range(count)]
    for user_id in people:
        join(app, cohort.space_id, user_id, Role.ORGANISER)
    return people


def seen_of(app, cohort, days):
    with app.app_context():
        run = db.session.get_one(Run, cohort.run_id)
        return change_of(acting(cohort.organiser_id, now=BEFORE), run, shift_of(run, days, 1)).seen


def shifting(cohort, user_id, days, seen):
    return lambda: (
        shift_run(acting(user_id, now=BEFORE), cohort.run_id, days=days, seen=seen).starts_on
    )


def state_of(app, cohort):
    """Return the run's first day, and by how many days each thing of it is after that."""
    with app.app_context():
        run = db.session.get_one(Run, cohort.run_id)
        releases = db.session.scalars(sa.select(Release).order_by(Release.local_at))
        sessions = db.session.scalars(sa.select(LiveSession).order_by(LiveSession.local_at)).all()
        days = [(row.local_at.date() - run.starts_on).days for row in (*releases, *sessions)]
        return run, days, {row.state for row in sessions}


def test_one_preview_is_done_once_by_whoever_is_first(app):
    cohort = make_cohort(app)
    seen = seen_of(app, cohort, 7)
    people = organisers_of(app, cohort)
    answers = at_once(app, [shifting(cohort, who, 7, seen) for who in people])
    assert [type(answer) for answer in answers].count(Conflict) == 3
    run, days, _states = state_of(app, cohort)
    assert (run.starts_on, run.revision) == (STARTS_ON + WEEK, 2)
    assert days == [0, 7, 14, 2, 9]


def test_of_two_different_shifts_one_is_done_and_the_other_is_shown_again(app):
    cohort = make_cohort(app)
    one, other = organisers_of(app, cohort, 2)
    answers = at_once(
        app,
        [
            shifting(cohort, one, 7, seen_of(app, cohort, 7)),
            shifting(cohort, other, 14, seen_of(app, cohort, 14)),
        ],
    )
    refused = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(refused) == 1
    assert "meanwhile" in str(refused[0].message)
    run, days, _states = state_of(app, cohort)
    assert run.starts_on in {STARTS_ON + WEEK, STARTS_ON + 2 * WEEK}
    assert days == [0, 7, 14, 2, 9]


def test_a_run_that_is_opened_while_it_moves_has_its_sessions_where_its_modules_are(app):
    cohort = make_cohort(app, opened=False)
    mover, opener = organisers_of(app, cohort, 2)
    answers = at_once(
        app,
        [
            shifting(cohort, mover, 7, seen_of(app, cohort, 7)),
            lambda: open_run(acting(opener, now=BEFORE), cohort.run_id).state,
        ],
    )
    run, days, _states = state_of(app, cohort)
    assert run.state is RunState.OPEN
    assert run.starts_on == STARTS_ON + (0 if isinstance(answers[0], Conflict) else 1) * WEEK
    assert days == [0, 7, 14, 2, 9]


def test_a_run_that_is_closed_while_it_moves_is_moved_before_or_not_at_all(app):
    cohort = make_cohort(app)
    mover, closer = organisers_of(app, cohort, 2)
    answers = at_once(
        app,
        [
            shifting(cohort, mover, 7, seen_of(app, cohort, 7)),
            lambda: close_run(acting(closer, now=BEFORE), cohort.run_id).state,
        ],
    )
    assert answers[1] is RunState.CLOSED
    run, days, states = state_of(app, cohort)
    assert run.starts_on == STARTS_ON + (0 if isinstance(answers[0], Conflict) else 1) * WEEK
    assert days == [0, 7, 14, 2, 9]
    assert states == {SessionState.ENDED}


def test_a_next_run_asked_for_twice_is_planned_once(app):
    cohort = make_cohort(app)
    plan = {
        "name": "Cohort 10",
        "starts_on": dt.date(2027, 3, 1),
        "weeks": 8,
        "zone": "Africa/Nairobi",
        "capacity": 25,
    }
    with app.app_context():
        run = db.session.get_one(Run, cohort.run_id)
        seen = copy_of(acting(cohort.organiser_id, now=BEFORE), run, RunPlan(**plan), ()).seen
    more = {**plan, "seen": seen, "client_id": "the-same-form"}
    answers = at_once(
        app,
        [
            lambda: copy_run(acting(cohort.organiser_id, now=BEFORE), cohort.run_id, **more).id
            for _ in range(6)
        ],
    )
    assert len(set(answers)) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Run)) == 2


def test_who_joins_while_seats_are_taken_away_or_the_run_is_withdrawn_has_a_seat_or_none(app):
    cohort = make_cohort(app, opened=False, capacity=6)
    people = [make_user(app, f"Learner {n}") for n in range(6)]
    with app.app_context():
        ctx = acting(cohort.organiser_id)
        _row, token = create_invitation(ctx, cohort.space_id, role=Role.MEMBER, days=1, max_uses=10)
    organiser = cohort.organiser_id
    edits = [
        lambda seats=seats: (
            edit_run(acting(organiser), cohort.run_id, name="Fewer", capacity=seats).id
        )
        for seats in (2, 3)
    ]
    at_once(
        app,
        [lambda who=who: accept_invitation(acting(who), token).id for who in people]
        + edits
        + [lambda: withdraw_run(acting(organiser), cohort.run_id)],
    )
    with app.app_context():
        run = db.session.get(Run, cohort.run_id)
        assert run is None or 0 <= run.enrolled <= run.capacity


def test_who_leaves_while_a_session_is_live_and_the_run_is_moved_waits_but_does_not_lock_up(app):
    """Whoever leaves holds the space and the live session, and waits for the run that is moved.

    Somebody else holds the run first, so that the two meet in this order every time.
    """
    cohort = make_cohort(app)
    organiser = cohort.organiser_id
    learner = make_user(app, "Learner")
    join(app, cohort.space_id, learner)
    make_session(app, cohort.space_id, organiser, state=SessionState.LIVE)
    seen = seen_of(app, cohort, 7)

    def hold():
        with unit_of_work(acting(None)):
            locked_run(cohort.space_id)
            time.sleep(1.5)

    def move():
        time.sleep(0.4)
        return shifting(cohort, organiser, 7, seen)()

    def leave():
        time.sleep(0.9)
        return remove_member(acting(learner), cohort.space_id, learner).ended_at

    _held, starts_on, ended_at = at_once(app, [hold, move, leave])
    assert starts_on == STARTS_ON + WEEK
    assert ended_at is not None
