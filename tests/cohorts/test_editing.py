"""What a run is called, how many it takes, who leads it, and how it ends."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import PORTRAIT, make_picture, make_profile, make_user
from factories.cohorts import STARTS_ON, make_cohort
from factories.spaces import join

from community.accounts.models import User
from community.cohorts.models import Enrolment, EnrolmentState, Release, Run, RunState
from community.cohorts.operations import (
    appoint_lead,
    close_run,
    create_run,
    dismiss_lead,
    edit_run,
    open_run,
    reopen_run,
    withdraw_run,
)
from community.cohorts.queries.people import could_lead, leads_of
from community.cohorts.rules import Break
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession, SessionState
from community.live.operations.calling_off import MOST_CALLED_OFF
from community.spaces.models import Membership, Role, Space
from community.spaces.operations import add_member, create_invitation, remove_member
from community.spaces.operations.dissolving import MOST_AT_ONCE
from community.spaces.policy import role_in

NOW = dt.datetime(2026, 9, 20, 12, tzinfo=dt.UTC)


def run_of(cohort):
    return db.session.get_one(Run, cohort.run_id, populate_existing=True)


def events():
    return list(db.session.scalars(sa.select(EventRow.name)))


# ------------------------------------------------------------------ name and seats


def test_a_run_gets_another_name_and_more_seats(app, inside):
    cohort = make_cohort(app)
    before = run_of(cohort).revision
    edit_run(acting(cohort.organiser_id), cohort.run_id, name="Cohort ten", capacity=31)
    run, space = run_of(cohort), db.session.get_one(Space, cohort.space_id)
    assert (space.name, run.capacity, run.revision) == ("Cohort ten", 31, before + 1)
    assert space.slug == "academy-cohort-9"
    assert {"cohorts.run_changed", "spaces.space_renamed"} <= set(events())


def test_seats_that_are_taken_stay(app, inside):
    cohort = make_cohort(app)
    ctx = acting(cohort.organiser_id)
    for number in range(2):
        add_member(ctx, cohort.space_id, make_user(app, f"L {number}"), role=Role.MEMBER)
    with pytest.raises(Invalid) as refused:
        edit_run(ctx, cohort.run_id, name="Academy, cohort 9", capacity=1)
    assert list(refused.value.fields) == ["capacity"]
    assert edit_run(ctx, cohort.run_id, name="Academy, cohort 9", capacity=2).capacity == 2


def test_who_edits_what_somebody_else_has_changed_is_told(app, inside):
    cohort = make_cohort(app)
    ctx, seen = acting(cohort.organiser_id), run_of(cohort).revision
    edit_run(ctx, cohort.run_id, name="Mine", capacity=30, revision=seen)
    with pytest.raises(Conflict, match="meanwhile"):
        edit_run(ctx, cohort.run_id, name="Theirs", capacity=30, revision=seen)
    edit_run(ctx, cohort.run_id, name="Mine", capacity=30, revision=seen)
    assert db.session.get_one(Space, cohort.space_id).name == "Mine"


@pytest.mark.parametrize(
    ("role", "refusal"),
    {
        Role.ORGANISER: None,
        Role.FACILITATOR: Forbidden,
        Role.MEMBER: Forbidden,
        None: NotFound,
    }.items(),
)
def test_organisers_edit_their_run(app, inside, role, refusal):
    cohort = make_cohort(app)
    user_id = make_user(app)
    if role is not None:
        join(app, cohort.space_id, user_id, role)
    if refusal is None:
        assert edit_run(acting(user_id), cohort.run_id, name="Mine", capacity=9).capacity == 9
    else:
        with pytest.raises(refusal):
            edit_run(acting(user_id), cohort.run_id, name="Mine", capacity=9)


# ------------------------------------------------------------------ who leads


def test_people_of_the_network_and_of_the_run_come_to_lead_it(app, inside):
    cohort = make_cohort(app)
    ctx = acting(cohort.organiser_id)
    near, learner, far = (make_user(app, name) for name in ("Ána Near", "Ana Learns", "Ana Far"))
    join(app, cohort.network_id, near)
    add_member(ctx, cohort.space_id, learner, role=Role.MEMBER)
    run = run_of(cohort)
    assert {person.id for person in could_lead(ctx, run, "aNA ")} == {near, learner}
    assert could_lead(ctx, run, " ") == []
    for user_id in (near, learner):
        appoint_lead(ctx, cohort.run_id, user_id, role=Role.FACILITATOR)
    with pytest.raises(NotFound):
        appoint_lead(ctx, cohort.run_id, far, role=Role.FACILITATOR)
    leads = leads_of(run)
    assert [(lead.person.id, lead.stays) for lead in leads] == [
        (cohort.organiser_id, True),
        (learner, False),
        (near, True),
    ]
    assert could_lead(ctx, run, "ana") == []
    assert run_of(cohort).enrolled == 0


def test_faces_stand_beside_who_leads_and_who_could(app, inside):
    cohort = make_cohort(app)
    ctx = acting(cohort.organiser_id)
    ana = make_user(app, "Ana Lind")
    join(app, cohort.network_id, ana)
    make_picture(app, ana)
    assert [found.picture for found in could_lead(ctx, run_of(cohort), "ana")] == [PORTRAIT]
    appoint_lead(ctx, cohort.run_id, ana, role=Role.FACILITATOR)
    faces = {lead.person.name: lead.person.picture for lead in leads_of(run_of(cohort))}
    assert faces["Ana Lind"] == PORTRAIT
    make_profile(app, ana, visible={"picture": "self"})
    db.session.expire_all()
    assert {lead.person.picture for lead in leads_of(run_of(cohort))} == {None}


def test_who_leads_no_more_learns_observes_or_leaves(app, inside):
    cohort = make_cohort(app, capacity=1)
    ctx = acting(cohort.organiser_id)
    people = [make_user(app, f"Lead {number}") for number in range(3)]
    for user_id in people:
        add_member(ctx, cohort.space_id, user_id, role=Role.FACILITATOR)
    for user_id, role in zip(people, (Role.MEMBER, Role.OBSERVER, None), strict=True):
        dismiss_lead(ctx, cohort.run_id, user_id, role=role)
    roles = [role_in(acting(user_id), cohort.space_id) for user_id in people]
    assert roles == [Role.MEMBER, Role.OBSERVER, None]
    assert run_of(cohort).enrolled == 1
    with pytest.raises(NotFound):
        dismiss_lead(ctx, cohort.run_id, people[0], role=None)
    with pytest.raises(Conflict, match="owner"):
        dismiss_lead(ctx, cohort.run_id, cohort.organiser_id, role=Role.OBSERVER)


def test_nobody_is_made_an_owner_by_the_way(app, inside):
    cohort = make_cohort(app)
    ctx, user_id = acting(cohort.organiser_id), make_user(app)
    join(app, cohort.network_id, user_id)
    for role in (Role.OWNER, Role.MEMBER):
        with pytest.raises(Invalid):
            appoint_lead(ctx, cohort.run_id, user_id, role=role)


# ------------------------------------------------------------------ how it ends


def test_a_closing_is_taken_back_with_the_sessions_it_called_off(app, inside):
    cohort = make_cohort(app)
    past, ahead = db.session.scalars(sa.select(LiveSession).order_by(LiveSession.starts_at)).all()
    closed = ahead.starts_at - dt.timedelta(days=2)
    close_run(acting(cohort.organiser_id, now=closed), cohort.run_id)
    later = closed + dt.timedelta(days=1)
    run = reopen_run(acting(cohort.organiser_id, now=later), cohort.run_id)
    assert (run.state, run.closed_at) == (RunState.OPEN, None)
    rows = {
        row.id: row.state
        for row in db.session.scalars(
            sa.select(LiveSession).execution_options(populate_existing=True)
        )
    }
    assert rows[ahead.id] is SessionState.SCHEDULED
    assert past.id in rows
    assert "cohorts.run_reopened" in events()
    with pytest.raises(Conflict, match="not closed"):
        reopen_run(acting(cohort.organiser_id, now=later), cohort.run_id)


def test_a_run_closed_for_more_than_a_week_stays_closed(app, inside):
    cohort = make_cohort(app)
    close_run(acting(cohort.organiser_id, now=NOW), cohort.run_id)
    late = NOW + dt.timedelta(days=7, seconds=1)
    with pytest.raises(Conflict, match="stays closed"):
        reopen_run(acting(cohort.organiser_id, now=late), cohort.run_id)
    assert run_of(cohort).state is RunState.CLOSED


def test_a_planned_run_that_nobody_joined_is_withdrawn(app, inside):
    cohort = make_cohort(app, opened=False, breaks=[Break(1, 7)])
    ctx, helper = acting(cohort.organiser_id), make_user(app)
    add_member(ctx, cohort.space_id, helper, role=Role.FACILITATOR)
    create_invitation(ctx, cohort.space_id, role=Role.MEMBER, days=3, max_uses=3)
    withdraw_run(ctx, cohort.run_id)
    for model in (Run, Release):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
    for user_id in (cohort.organiser_id, helper):
        assert role_in(acting(user_id), cohort.space_id) is None
    with pytest.raises(NotFound):
        withdraw_run(acting(cohort.organiser_id), cohort.run_id)
    again = create_run(
        acting(cohort.organiser_id),
        version_id=cohort.version_id,
        name="Academy, cohort 9",
        starts_on=STARTS_ON,
        weeks=8,
        zone="UTC",
        capacity=3,
    )
    assert db.session.get_one(Space, again.space_id).slug == "academy-cohort-9"


def test_a_run_that_somebody_joined_or_that_was_opened_is_not_withdrawn(app, inside):
    cohort = make_cohort(app, opened=False)
    ctx, learner = acting(cohort.organiser_id), make_user(app)
    add_member(ctx, cohort.space_id, learner, role=Role.MEMBER)
    with pytest.raises(Conflict, match="has joined"):
        withdraw_run(ctx, cohort.run_id)
    db.session.expire_all()
    assert db.session.scalar(sa.select(Enrolment)).state is EnrolmentState.ACTIVE
    open_run(ctx, cohort.run_id)
    with pytest.raises(Conflict, match="Close it"):
        withdraw_run(ctx, cohort.run_id)


def test_more_people_than_can_leave_at_once_keep_a_run_from_being_withdrawn(app, inside):
    cohort = make_cohort(app, opened=False)
    ctx = acting(cohort.organiser_id)
    keys = [new_key() for _ in range(MOST_AT_ONCE)]
    person = {"zone": "UTC", "language": "en", "created_at": ctx.now}
    place = {"space_id": cohort.space_id, "role": Role.OBSERVER, "joined_at": ctx.now}
    with unit_of_work(acting(None)):
        users = [{**person, "id": k, "email": f"{k}@example.org", "name": "Kwame"} for k in keys]
        execute(sa.insert(User), users)
        execute(sa.insert(Membership), [{**place, "id": new_key(), "user_id": k} for k in keys])
    with pytest.raises(Conflict, match="More than 500 people"):
        withdraw_run(ctx, cohort.run_id)
    assert run_of(cohort).state is RunState.PLANNED
    remove_member(ctx, cohort.space_id, keys[0])
    withdraw_run(ctx, cohort.run_id)
    still = sa.select(sa.func.count()).where(Membership.space_id == cohort.space_id)
    assert db.session.scalar(still.where(Membership.ended_at.is_(None))) == 0


def test_more_sessions_than_are_called_off_at_once_keep_a_run_from_being_closed(app, inside):
    cohort = make_cohort(app)
    row = db.session.scalars(sa.select(LiveSession).limit(1)).one()
    columns = {column.key: getattr(row, column.key) for column in sa.inspect(LiveSession).columns}
    with unit_of_work(acting(None)):
        many = [{**columns, "id": new_key()} for _ in range(MOST_CALLED_OFF)]
        execute(sa.insert(LiveSession), many)
    with pytest.raises(Conflict, match="More than 500 sessions"):
        close_run(acting(cohort.organiser_id, now=row.starts_at), cohort.run_id)
    assert run_of(cohort).state is RunState.OPEN


def test_only_an_owner_withdraws(app, inside):
    cohort = make_cohort(app, opened=False)
    organiser = make_user(app)
    join(app, cohort.space_id, organiser, Role.ORGANISER)
    with pytest.raises(Forbidden):
        withdraw_run(acting(organiser), cohort.run_id)
    ended = sa.select(Membership).where(Membership.ended_at.is_not(None))
    assert db.session.scalar(ended) is None
