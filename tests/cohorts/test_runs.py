"""Making, opening and closing runs."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    course_source,
    discussion_source,
    make_version,
    module_source,
    session_source,
)
from factories.accounts import make_user
from factories.cohorts import STARTS_ON, make_cohort
from factories.spaces import join, make_space

from community.academy.queries import outline
from community.cohorts import queries
from community.cohorts.models import Placement, Release, Run, RunBreak, RunState
from community.cohorts.operations import close_run, create_run, open_run
from community.cohorts.rules import Break
from community.discussions.models import Post, Thread
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession, SessionState
from community.live.operations import start_session
from community.spaces.models import Membership, Role, Space, SpaceKind

PLAN = {
    "name": "Academy, cohort 9",
    "starts_on": STARTS_ON,
    "weeks": 8,
    "zone": "Africa/Nairobi",
    "capacity": 30,
}
local = dt.datetime.fromisoformat


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def names_of_events():
    return list(db.session.scalars(sa.select(EventRow.name).order_by(EventRow.id)))


def test_a_run_comes_with_a_space_its_maker_owns_and_its_releases(app, inside):
    cohort = make_cohort(app, opened=False)
    run = db.session.get_one(Run, cohort.run_id)
    assert (run.state, run.enrolled, run.opened_at) == (RunState.PLANNED, 0, None)
    space = db.session.get_one(Space, cohort.space_id)
    assert (space.name, space.kind) == ("Academy, cohort 9", SpaceKind.COHORT)
    [membership] = db.session.scalars(
        sa.select(Membership).where(Membership.space_id == cohort.space_id)
    )
    assert (membership.user_id, membership.role) == (cohort.organiser_id, Role.OWNER)
    assert "cohorts.run_created" in names_of_events()
    modules = outline(cohort.version_id).modules
    assert list(queries.releases(cohort.run_id).items()) == [
        (modules[0].id, dt.datetime(2026, 9, 6, 21, tzinfo=dt.UTC)),
        (modules[1].id, dt.datetime(2026, 9, 13, 21, tzinfo=dt.UTC)),
        (modules[2].id, dt.datetime(2026, 9, 20, 21, tzinfo=dt.UTC)),
    ]


def test_a_release_keeps_its_clock_time_when_the_clocks_change(app, inside):
    cohort = make_cohort(app, zone="Europe/Berlin", starts_on=dt.date(2026, 10, 19))
    rows = db.session.scalars(sa.select(Release).order_by(Release.local_at)).all()
    assert [row.local_at for row in rows] == [
        local("2026-10-19T00:00"),
        local("2026-10-26T00:00"),
        local("2026-11-02T00:00"),
    ]
    assert [row.opens_at.hour for row in rows] == [22, 23, 23]
    sessions = db.session.scalars(sa.select(LiveSession).order_by(LiveSession.starts_at)).all()
    assert [(s.local_at.hour, s.starts_at.hour) for s in sessions] == [(15, 13), (15, 14)]
    assert {s.zone for s in sessions} == {"Europe/Berlin"}
    assert cohort.run_id


BREAKS = (Break(1, 7, "Harvest, at last"), Break(2, 3))


def test_a_module_after_a_break_opens_as_teaching_goes_on(app, inside):
    cohort = make_cohort(app, breaks=reversed(BREAKS))
    rows = db.session.scalars(sa.select(Release).order_by(Release.local_at))
    assert [row.local_at for row in rows] == [
        local("2026-09-07T00:00"),
        local("2026-09-21T00:00"),
        local("2026-10-01T00:00"),
    ]
    run = db.session.get_one(Run, cohort.run_id)
    assert run.breaks == BREAKS
    assert queries.run_line(acting(cohort.organiser_id), cohort.run_id).breaks == BREAKS
    sessions = db.session.scalars(sa.select(LiveSession).order_by(LiveSession.starts_at))
    assert [session.local_at for session in sessions] == [
        local("2026-09-09T15:00"),
        local("2026-09-23T15:00"),
    ]


def test_two_breaks_never_lie_on_each_other(app, inside):
    cohort = make_cohort(app, breaks=BREAKS)
    with pytest.raises(Conflict), unit_of_work(acting(cohort.organiser_id)):
        db.session.add(RunBreak(run_id=cohort.run_id, after_week=1, days=2))


def test_opening_a_run_places_its_threads_and_sessions_in_the_order_of_the_course(app, inside):
    cohort = make_cohort(app)
    run = db.session.get_one(Run, cohort.run_id)
    assert run.state is RunState.OPEN
    assert run.opened_at is not None
    placed = queries.placements(cohort.run_id)
    activities = outline(cohort.version_id).activities
    wanted = [a for a in activities if a.kind in {"discussion", "live_session"}]
    assert list(placed) == [a.id for a in wanted]
    first, second = placed[wanted[0].id], placed[wanted[1].id]
    thread = db.session.get_one(Thread, first.thread_id)
    assert (thread.title, thread.space_id) == ("A dataset you wish you had", cohort.space_id)
    assert thread.author_id == cohort.organiser_id
    post = db.session.scalars(sa.select(Post).where(Post.thread_id == thread.id)).one()
    assert post.body == "Which dataset would change your work?"
    session = db.session.get_one(LiveSession, second.session_id)
    assert (session.title, session.plan) == ("A circle of failures", "Four rounds of ten minutes.")
    assert session.local_at == local("2026-09-09T15:00")
    assert session.starts_at == dt.datetime(2026, 9, 9, 12, tzinfo=dt.UTC)
    assert (session.minutes, session.zone) == (60, "Africa/Nairobi")
    assert queries.placement_of_thread(thread.id).activity_id == wanted[0].id
    assert queries.placement_of_session(session.id).activity_id == wanted[1].id
    assert queries.placement_of_thread(new_key()) is None
    assert queries.placement_of_session(new_key()) is None
    assert names_of_events().count("cohorts.run_opened") == 1


def test_pictures_of_a_course_are_found_from_its_threads_and_plans(app, inside):
    network = make_space(app, kind=SpaceKind.NETWORK)
    text = "Look: ![Two waves](assets/waves.svg)"
    activities = (discussion_source(body=text), session_source(body=text))
    source = course_source(modules=(module_source(activities=activities),))
    version_id = make_version(app, network, source)
    organiser = make_user(app)
    join(app, network, organiser, Role.OWNER)
    make_cohort(app, network_id=network, organiser_id=organiser, version_id=version_id)
    address = f"/courses/{version_id}/files/assets/waves.svg"
    assert address in db.session.scalars(sa.select(Post.html)).one()
    assert address in db.session.scalars(sa.select(LiveSession.plan_html)).one()


def test_opening_twice_changes_nothing(app, inside):
    cohort = make_cohort(app)
    before = (count(Thread), count(LiveSession), count(Placement))
    with pytest.raises(Conflict, match="open already"):
        open_run(acting(cohort.organiser_id), cohort.run_id)
    assert (count(Thread), count(LiveSession), count(Placement)) == before == (2, 2, 4)


def test_a_run_is_closed_once_and_for_all(app, inside):
    cohort = make_cohort(app, opened=False)
    with pytest.raises(Conflict, match="not been opened"):
        close_run(acting(cohort.organiser_id), cohort.run_id)
    open_run(acting(cohort.organiser_id), cohort.run_id)
    run = close_run(acting(cohort.organiser_id), cohort.run_id)
    assert run.state is RunState.CLOSED
    assert run.closed_at is not None
    with pytest.raises(Conflict, match="over already"):
        close_run(acting(cohort.organiser_id), cohort.run_id)
    with pytest.raises(Conflict, match="over"):
        open_run(acting(cohort.organiser_id), cohort.run_id)
    assert names_of_events().count("cohorts.run_closed") == 1


def test_closing_calls_off_the_sessions_that_have_not_begun(app, inside):
    cohort = make_cohort(app)
    live, planned = db.session.scalars(sa.select(LiveSession).order_by(LiveSession.starts_at))
    begun = acting(cohort.organiser_id, now=live.starts_at)
    start_session(begun, live.id)
    close_run(begun, cohort.run_id)
    assert db.session.get_one(LiveSession, live.id).state is SessionState.LIVE
    planned = db.session.get_one(LiveSession, planned.id)
    assert (planned.called_off, planned.started_at) == (True, None)
    with pytest.raises(Conflict, match="called off"):
        start_session(acting(cohort.organiser_id, now=planned.starts_at), planned.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("weeks", 2),
        ("starts_on", dt.date(1970, 1, 1)),
        ("zone", "Mars/Olympus"),
        ("capacity", 0),
    ],
)
def test_a_plan_with_a_flaw_makes_nothing(app, inside, field, value):
    cohort = make_cohort(app, opened=False)
    plan = {**PLAN, field: value}
    with pytest.raises(Invalid) as refused:
        create_run(acting(cohort.organiser_id), version_id=cohort.version_id, **plan)
    assert list(refused.value.fields) == [field]
    assert (count(Run), count(Space)) == (1, 2)


BEGINNERS = {
    Role.OWNER: None,
    Role.ORGANISER: None,
    Role.FACILITATOR: Forbidden,
    Role.MEMBER: NotFound,
    Role.OBSERVER: NotFound,
    None: NotFound,
}


@pytest.mark.parametrize(("role", "refusal"), BEGINNERS.items())
def test_organisers_of_the_courses_space_begin_runs(app, inside, role, refusal):
    network = make_space(app, kind=SpaceKind.NETWORK)
    version_id = make_version(app, network)
    user_id = make_user(app)
    if role is not None:
        join(app, network, user_id, role)
    if refusal is None:
        assert create_run(acting(user_id), version_id=version_id, **PLAN).created_by == user_id
    else:
        with pytest.raises(refusal):
            create_run(acting(user_id), version_id=version_id, **PLAN)
        assert count(Run) == 0


RUNNERS = {
    Role.OWNER: None,
    Role.ORGANISER: None,
    Role.FACILITATOR: Forbidden,
    Role.MEMBER: Forbidden,
    Role.OBSERVER: Forbidden,
    None: NotFound,
    "owner of the network": NotFound,
}


@pytest.mark.parametrize(("role", "refusal"), RUNNERS.items())
def test_organisers_of_the_runs_space_open_and_close_it(app, inside, role, refusal):
    cohort = make_cohort(app, opened=False)
    user_id = make_user(app)
    if role == "owner of the network":
        join(app, cohort.network_id, user_id, Role.OWNER)
    elif role is not None:
        join(app, cohort.space_id, user_id, role)
    if refusal is None:
        assert open_run(acting(user_id), cohort.run_id).state is RunState.OPEN
        assert close_run(acting(user_id), cohort.run_id).state is RunState.CLOSED
    else:
        for act in (open_run, close_run):
            with pytest.raises(refusal):
                act(acting(user_id), cohort.run_id)
        assert db.session.get_one(Run, cohort.run_id).state is RunState.PLANNED


def test_a_run_that_is_hidden_is_a_run_that_is_not_there(app, inside):
    cohort = make_cohort(app)
    outsider = make_user(app)
    refusals = []
    for run_id in (cohort.run_id, new_key()):
        with pytest.raises(NotFound) as refused:
            open_run(acting(outsider), run_id)
        refusals.append(refused.value.as_problem())
    assert refusals[0] == refusals[1]
