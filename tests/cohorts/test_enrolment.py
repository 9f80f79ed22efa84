"""A learner's place begins and ends with the membership."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import make_space

from community.cohorts import queries
from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.cohorts.operations import close_run
from community.cohorts.queries.enrolments import enrolments_of
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.log import EventRow
from community.spaces.models import Membership, Role, SpaceKind
from community.spaces.operations import (
    accept_invitation,
    add_member,
    change_role,
    create_invitation,
    remove_member,
)


def add(cohort, user_id, role=Role.MEMBER):
    return add_member(acting(cohort.organiser_id), cohort.space_id, user_id, role=role)


def enrolled(cohort):
    return db.session.get_one(Run, cohort.run_id, populate_existing=True).enrolled


def events(name):
    return db.session.scalar(
        sa.select(sa.func.count()).select_from(EventRow).where(EventRow.name == f"cohorts.{name}")
    )


def learners(cohort):
    organiser = acting(cohort.organiser_id)
    return enrolments_of(organiser, cohort.run_id, state=EnrolmentState.ACTIVE).items


def test_who_joins_as_a_member_is_enrolled(app, inside):
    cohort = make_cohort(app)
    user_id = make_user(app, "Ama Boateng")
    add(cohort, user_id)
    enrolment = queries.enrolment_of(cohort.run_id, user_id)
    assert enrolment.state is EnrolmentState.ACTIVE
    assert enrolled(cohort) == 1
    assert events("learner_enrolled") == 1
    [learner] = learners(cohort)
    assert (learner.enrolment_id, learner.user_id, learner.name) == (
        enrolment.id,
        user_id,
        "Ama Boateng",
    )


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.FACILITATOR, Role.OBSERVER])
def test_who_leads_or_observes_takes_no_seat(app, inside, role):
    cohort = make_cohort(app)
    user_id = make_user(app)
    add(cohort, user_id, role)
    assert queries.enrolment_of(cohort.run_id, user_id) is None
    assert enrolled(cohort) == 0


def test_joining_a_space_without_a_run_enrols_nobody(app, inside):
    cohort = make_cohort(app)
    assert make_space(app, kind=SpaceKind.NETWORK)
    add_member(acting(cohort.organiser_id), cohort.network_id, make_user(app), role=Role.MEMBER)
    assert db.session.scalars(sa.select(Enrolment)).all() == []


def test_a_full_cohort_undoes_the_joining(app, inside):
    cohort = make_cohort(app, capacity=1)
    add(cohort, make_user(app))
    late = make_user(app)
    _invitation, token = create_invitation(
        acting(cohort.organiser_id), cohort.space_id, role=Role.MEMBER, days=7, max_uses=5
    )
    with pytest.raises(Conflict, match="This cohort is full"):
        accept_invitation(acting(late), token)
    assert enrolled(cohort) == 1
    belongs = sa.select(Membership).where(
        Membership.space_id == cohort.space_id, Membership.user_id == late
    )
    assert db.session.scalar(belongs) is None
    assert queries.enrolment_of(cohort.run_id, late) is None


def test_who_leaves_gives_the_seat_back_and_may_return(app, inside):
    cohort = make_cohort(app, capacity=1)
    user_id = make_user(app)
    add(cohort, user_id)
    first = queries.enrolment_of(cohort.run_id, user_id)
    remove_member(acting(user_id), cohort.space_id, user_id)
    assert enrolled(cohort) == 0
    assert queries.enrolment_of(cohort.run_id, user_id) is None
    assert learners(cohort) == []
    assert events("learner_withdrawn") == 1
    add(cohort, user_id)
    again = queries.enrolment_of(cohort.run_id, user_id)
    assert again.id == first.id
    assert again.ended_at is None
    assert enrolled(cohort) == 1


def test_a_change_of_role_takes_a_seat_or_gives_it_back(app, inside):
    cohort = make_cohort(app, capacity=1)
    user_id, other = make_user(app), make_user(app)
    add(cohort, user_id)
    organiser = cohort.organiser_id
    change_role(acting(organiser), cohort.space_id, user_id, role=Role.FACILITATOR)
    assert enrolled(cohort) == 0
    add(cohort, other)
    with pytest.raises(Conflict, match="full"):
        change_role(acting(organiser), cohort.space_id, user_id, role=Role.MEMBER)
    assert enrolled(cohort) == 1
    change_role(acting(organiser), cohort.space_id, other, role=Role.OBSERVER)
    change_role(acting(organiser), cohort.space_id, user_id, role=Role.MEMBER)
    assert [learner.user_id for learner in learners(cohort)] == [user_id]


def test_removing_a_facilitator_gives_back_nothing(app, inside):
    cohort = make_cohort(app)
    facilitator, learner = make_user(app), make_user(app)
    add(cohort, facilitator, Role.FACILITATOR)
    add(cohort, learner)
    remove_member(acting(cohort.organiser_id), cohort.space_id, facilitator)
    assert enrolled(cohort) == 1


def test_nobody_enrols_in_a_run_that_is_over(app, inside):
    cohort = make_cohort(app)
    close_run(acting(cohort.organiser_id), cohort.run_id)
    with pytest.raises(Conflict, match="over"):
        add(cohort, make_user(app))
    add(cohort, make_user(app), Role.OBSERVER)
    assert enrolled(cohort) == 0


def test_one_may_enrol_before_the_run_opens(app, inside):
    cohort = make_cohort(app, opened=False)
    add(cohort, make_user(app))
    assert enrolled(cohort) == 1
