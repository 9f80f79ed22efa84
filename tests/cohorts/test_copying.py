"""The next run, made like one that is there."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import join

from community.cohorts.models import Release, Run, RunState
from community.cohorts.operations import close_run, copy_run, open_run
from community.cohorts.queries.copies import copy_of
from community.cohorts.rules import Break, RunPlan
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.localtime import in_zone
from community.live.models import LiveSession
from community.live.operations import call_off_session, schedule_session
from community.spaces.models import Role
from community.spaces.operations import add_member, remove_member
from community.spaces.policy import role_in

local = dt.datetime.fromisoformat
BEFORE = dt.datetime(2026, 8, 20, 12, tzinfo=dt.UTC)
PLAN = {
    "name": "Academy, cohort 10",
    "starts_on": dt.date(2027, 3, 1),
    "weeks": 8,
    "zone": "Africa/Nairobi",
    "capacity": 25,
    "breaks": (Break(2, 7),),
}


def seen_of(cohort, leads=(), **changes):
    plan = RunPlan(**{**PLAN, **changes})
    ctx = acting(cohort.organiser_id, now=BEFORE)
    return copy_of(ctx, db.session.get_one(Run, cohort.run_id), plan, leads)


def copy(cohort, leads=(), client_id=None, **changes):
    seen = seen_of(cohort, leads, **changes).seen
    ctx = acting(cohort.organiser_id, now=BEFORE)
    more = {**PLAN, **changes, "leads": leads, "seen": seen, "client_id": client_id}
    return copy_run(ctx, cohort.run_id, **more)


def by_hand(cohort, at, zone="Africa/Nairobi"):
    return schedule_session(
        acting(cohort.organiser_id, now=BEFORE),
        cohort.space_id,
        title=f"Clinic {at}",
        plan="Bring *one* question.",
        local_at=local(at),
        zone=zone,
        minutes=45,
    ).id


def sessions_in(space_id):
    return [
        (row.local_at.isoformat(sep=" ", timespec="minutes"), row.zone, row.minutes)
        for row in db.session.scalars(
            sa.select(LiveSession)
            .where(LiveSession.space_id == space_id)
            .order_by(LiveSession.local_at)
        )
    ]


def test_the_next_run_has_its_dates_counted_from_its_own_first_day(app, inside):
    cohort = make_cohort(app, breaks=[Break(2, 7)])
    by_hand(cohort, "2026-09-10T18:30")
    by_hand(cohort, "2026-09-30T18:30", "Europe/Vienna")
    called_off = by_hand(cohort, "2026-09-11T18:30")
    call_off_session(acting(cohort.organiser_id, now=BEFORE), called_off, reason="Storm.")
    run = copy(cohort)
    assert (run.state, run.version_id, run.capacity) == (RunState.PLANNED, cohort.version_id, 25)
    assert run.space_id != cohort.space_id
    rows = db.session.scalars(
        sa.select(Release).where(Release.run_id == run.id).order_by(Release.local_at)
    )
    assert [row.local_at for row in rows] == [
        local("2027-03-01T00:00"),
        local("2027-03-08T00:00"),
        local("2027-03-22T00:00"),
    ]
    assert sessions_in(run.space_id) == [
        ("2027-03-04 18:30", "Africa/Nairobi", 45),
        ("2027-03-24 18:30", "Europe/Vienna", 45),
    ]
    open_run(acting(cohort.organiser_id, now=BEFORE), run.id)
    opened = sessions_in(run.space_id)
    assert opened[0] == ("2027-03-03 15:00", "Africa/Nairobi", 60)


def test_the_preview_says_what_will_be(app, inside):
    cohort = make_cohort(app)
    by_hand(cohort, "2026-09-10T18:30")
    found = seen_of(cohort, breaks=())
    assert [move.new for move in found.openings][:2] == [
        local("2027-03-01T00:00"),
        local("2027-03-08T00:00"),
    ]
    assert [move.new for move in found.meetings] == [
        local("2027-03-03T15:00"),
        local("2027-03-10T15:00"),
    ]
    assert [move.new for move in found.extra] == [local("2027-03-04T18:30")]


def test_who_led_it_comes_along_when_asked_and_still_in_the_network(app, inside):
    cohort = make_cohort(app)
    ctx = acting(cohort.organiser_id)
    stays, leaves, unasked, learner = (make_user(app, f"Person {n}") for n in range(4))
    for user_id in (stays, leaves, unasked, learner):
        join(app, cohort.network_id, user_id)
    for user_id, role in (
        (stays, Role.ORGANISER),
        (leaves, Role.FACILITATOR),
        (unasked, Role.FACILITATOR),
        (learner, Role.MEMBER),
    ):
        add_member(ctx, cohort.space_id, user_id, role=role)
    remove_member(ctx, cohort.network_id, leaves)
    asked = {stays, leaves, learner, cohort.organiser_id}
    found = seen_of(cohort, asked)
    assert [lead.person.id for lead in found.leads] == [stays]
    assert [lead.person.id for lead in found.left] == [leaves]
    run = copy(cohort, asked)
    roles = [
        role_in(acting(user_id), run.space_id) for user_id in (stays, leaves, unasked, learner)
    ]
    assert roles == [Role.ORGANISER, None, None, None]


def test_who_led_it_without_ever_being_in_the_network_comes_along_too(app, inside):
    cohort = make_cohort(app)
    guest = make_user(app, "Gaia Guest")
    add_member(acting(cohort.organiser_id), cohort.space_id, guest, role=Role.FACILITATOR)
    found = seen_of(cohort, {guest})
    assert [(lead.person.id, lead.stays) for lead in found.leads] == [(guest, False)]
    assert found.left == []
    run = copy(cohort, {guest})
    assert role_in(acting(guest), run.space_id) is Role.FACILITATOR


def test_nothing_is_rendered_while_others_wait_for_the_unit_of_work(app, inside, renderings):
    cohort = make_cohort(app, opened=False)
    renderings.clear()
    open_run(acting(cohort.organiser_id, now=BEFORE), cohort.run_id)
    by_hand(cohort, "2026-09-15T18:00")
    assert set(renderings) == {"outside"}
    renderings.clear()
    copy(cohort)
    assert renderings == []


def test_a_form_sent_twice_makes_one_run(app, inside):
    cohort = make_cohort(app)
    by_hand(cohort, "2026-09-10T18:30")
    first = copy(cohort, client_id="the-same-form")
    assert copy(cohort, client_id="the-same-form").id == first.id
    assert len(sessions_in(first.space_id)) == 1
    with pytest.raises(Conflict, match="another run"):
        copy(cohort, client_id="the-same-form", capacity=26)


def test_a_run_that_changed_since_is_shown_before_it_is_copied(app, inside):
    cohort = make_cohort(app)
    seen = seen_of(cohort).seen
    by_hand(cohort, "2026-09-10T18:30")
    ctx = acting(cohort.organiser_id, now=BEFORE)
    with pytest.raises(Conflict, match="meanwhile"):
        copy_run(ctx, cohort.run_id, **PLAN, seen=seen)


def test_a_run_that_is_over_has_a_next_one(app, inside):
    cohort = make_cohort(app)
    close_run(acting(cohort.organiser_id, now=BEFORE), cohort.run_id)
    assert copy(cohort).state is RunState.PLANNED


@pytest.mark.parametrize("field", ["name", "weeks", "zone", "capacity", "breaks"])
def test_a_copy_with_a_flaw_makes_nothing(app, inside, field):
    cohort = make_cohort(app)
    flaw = {"name": "", "weeks": 2, "zone": "Mars", "capacity": 0, "breaks": (Break(9, 1),)}
    plan = {**PLAN, "breaks": (), field: flaw[field]}
    with pytest.raises(Invalid) as refused:
        copy_run(acting(cohort.organiser_id, now=BEFORE), cohort.run_id, **plan, seen="")
    assert list(refused.value.fields) == [field]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Run)) == 1


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.MEMBER, None, Role.ORGANISER])
def test_who_organises_only_the_run_begins_no_other(app, inside, role):
    cohort = make_cohort(app)
    user_id = make_user(app)
    if role is not None:
        join(app, cohort.space_id, user_id, role)
    seen = seen_of(cohort).seen
    refusal = Forbidden if role in {Role.FACILITATOR, Role.MEMBER} else NotFound
    with pytest.raises(refusal):
        copy_run(acting(user_id, now=BEFORE), cohort.run_id, **PLAN, seen=seen)


@pytest.mark.parametrize(
    "zone",
    ["Europe/Vienna", "America/New_York", "Africa/Nairobi", "Australia/Lord_Howe", "Asia/Kolkata"],
)
def test_a_copy_keeps_the_clock_of_each_zone(app, inside, zone):
    cohort = make_cohort(app, zone=zone, starts_on=dt.date(2027, 2, 22))
    by_hand(cohort, "2027-03-04T18:30", zone)
    run = copy(cohort, zone=zone, starts_on=dt.date(2027, 10, 18))
    for row in db.session.scalars(sa.select(Release).where(Release.run_id == run.id)):
        assert in_zone(row.opens_at, zone).replace(tzinfo=None) == row.local_at
        assert row.local_at.time() == dt.time()
    open_run(acting(cohort.organiser_id, now=BEFORE), run.id)
    rows = db.session.scalars(sa.select(LiveSession).where(LiveSession.space_id == run.space_id))
    clocks = sorted(in_zone(row.starts_at, zone).time() for row in rows)
    assert clocks == [dt.time(15), dt.time(15), dt.time(18, 30)]
