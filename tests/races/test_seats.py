"""Fifty people join at once: the capacity of a run is never exceeded.

The lock is that of the run's row (``cohorts.operations.seats._locked_run``). Without its
``with_for_update`` the second test fails on PostgreSQL; the first does not, since spaces hold a
lock of their own around joining. On SQLite there is one writer at a time in any case.
"""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import join
from races.parallel import at_once

from community.cohorts.models import Enrolment, EnrolmentState, Placement, Run
from community.cohorts.operations import open_run
from community.discussions.models import Thread
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.operation import record, unit_of_work
from community.live.models import LiveSession
from community.spaces.events import MemberJoined
from community.spaces.models import Membership, Role
from community.spaces.operations import accept_invitation, create_invitation, remove_member

pytestmark = pytest.mark.races

PEOPLE = 50
SEATS = 30


def taken(app, cohort):
    """Return the run's own count, and the seats that are really taken."""
    with app.app_context():
        active = sa.select(sa.func.count()).where(
            Enrolment.run_id == cohort.run_id, Enrolment.state == EnrolmentState.ACTIVE
        )
        return db.session.get_one(Run, cohort.run_id).enrolled, db.session.scalar(active)


def full(answers):
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert {type(error) for error in refused} <= {Conflict}, refused
    assert {str(error.message) for error in refused} <= {"This cohort is full."}
    return len(refused)


def test_a_link_opened_by_fifty_at_once_fills_the_run_and_no_more(app):
    cohort = make_cohort(app, capacity=SEATS, opened=False)
    people = [make_user(app, f"Learner {n}") for n in range(PEOPLE)]
    with app.app_context():
        _row, token = create_invitation(
            acting(cohort.organiser_id),
            cohort.space_id,
            role=Role.MEMBER,
            days=1,
            max_uses=PEOPLE,
        )

    answers = at_once(
        app, [lambda who=who: accept_invitation(acting(who), token).id for who in people]
    )

    assert full(answers) == PEOPLE - SEATS
    assert taken(app, cohort) == (SEATS, SEATS)
    with app.app_context():
        members = sa.select(sa.func.count()).where(
            Membership.space_id == cohort.space_id, Membership.role == Role.MEMBER
        )
        assert db.session.scalar(members) == SEATS


def test_seats_are_counted_under_the_runs_own_lock(app):
    cohort = make_cohort(app, capacity=SEATS, opened=False)
    people = [make_user(app, f"Learner {n}") for n in range(PEOPLE)]

    def arrive(user_id):
        with unit_of_work(acting(user_id)):
            record(MemberJoined(space_id=cohort.space_id, user_id=user_id, role=Role.MEMBER.value))

    answers = at_once(app, [lambda who=who: arrive(who) for who in people])

    assert full(answers) == PEOPLE - SEATS
    assert taken(app, cohort) == (SEATS, SEATS)


def test_who_leaves_while_others_join_leaves_a_count_that_holds(app):
    cohort = make_cohort(app, capacity=PEOPLE, opened=False)
    leaving = [make_user(app, f"Leaver {n}") for n in range(10)]
    coming = [make_user(app, f"Comer {n}") for n in range(10)]
    organiser = cohort.organiser_id
    with app.app_context():
        _row, token = create_invitation(
            acting(organiser), cohort.space_id, role=Role.MEMBER, days=1, max_uses=20
        )
        for user_id in leaving:
            accept_invitation(acting(user_id), token)

    answers = at_once(
        app,
        [lambda who=who: remove_member(acting(who), cohort.space_id, who) for who in leaving]
        + [lambda who=who: accept_invitation(acting(who), token).id for who in coming],
    )

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert taken(app, cohort) == (10, 10)


def test_a_run_opened_by_five_at_once_is_opened_once(app):
    cohort = make_cohort(app, opened=False)
    organisers = [make_user(app, f"Organiser {n}") for n in range(5)]
    for user_id in organisers:
        join(app, cohort.space_id, user_id, Role.ORGANISER)

    answers = at_once(
        app, [lambda who=who: open_run(acting(who), cohort.run_id).id for who in organisers]
    )

    assert [type(answer) for answer in answers].count(Conflict) == 4
    assert answers.count(cohort.run_id) == 1
    with app.app_context():
        counted = [
            db.session.scalar(sa.select(sa.func.count()).select_from(model))
            for model in (Thread, LiveSession, Placement)
        ]
        assert counted == [2, 2, 4]
