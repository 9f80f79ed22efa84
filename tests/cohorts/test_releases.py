"""When modules open: rules become instants, and follow whatever moves."""

import datetime as dt
import zoneinfo

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, make_version, module_source
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import join, make_space
from hypothesis import given
from hypothesis import strategies as st
from letters import text_of

from community.academy.queries import outline
from community.academy.rules.releases import Date, FromEnrolment, FromStart, holds, read_rule
from community.accounts.models import User
from community.cohorts.models import Enrolment, LearnerRelease, Placement, Release, ReleaseAct, Run
from community.cohorts.operations import (
    copy_run,
    open_module,
    open_module_for,
    set_release,
    shift_learner,
    shift_run,
    shut_module,
    shut_module_for,
)
from community.cohorts.queries import own_openings
from community.cohorts.queries.changes import change_of, shift_of
from community.cohorts.queries.copies import copy_of
from community.cohorts.rules import Break, RunPlan, Timeline
from community.cohorts.rules.releases import Calendar, resolved
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.jobs import run_everything
from community.live.models import LiveSession
from community.live.operations import move_sessions
from community.spaces.models import Role, SpaceKind
from community.spaces.operations import add_member

local = dt.datetime.fromisoformat
BEFORE = dt.datetime(2026, 8, 20, 12, tzinfo=dt.UTC)
AFTER_SESSION = "session module-1/a-circle + 2 hours"


def planned(app, *rules, **more):
    """Return a cohort whose modules have rules; it begins on Monday 7 September in Nairobi."""
    network = make_space(app, "The network", kind=SpaceKind.NETWORK)
    organiser = make_user(app, "Olu Ade")
    join(app, network, organiser, Role.OWNER)
    modules = tuple(module_source(n, release=rule) for n, rule in enumerate(rules, 1))
    version = make_version(app, network, course_source(modules=modules))
    return make_cohort(app, network_id=network, organiser_id=organiser, version_id=version, **more)


def releases(cohort):
    rows = {
        row.module_id: row
        for row in db.session.scalars(
            sa.select(Release)
            .where(Release.run_id == cohort.run_id)
            .execution_options(populate_existing=True)
        )
    }
    return [rows[module.id] for module in outline(cohort.version_id).modules]


def opens(cohort):
    zone = zoneinfo.ZoneInfo("Africa/Nairobi")
    return [row.opens_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") for row in releases(cohort)]


def learner(app, cohort, name="Ana Lind"):
    user_id = make_user(app, name)
    add_member(acting(cohort.organiser_id), cohort.space_id, user_id, role=Role.MEMBER)
    return db.session.scalars(sa.select(Enrolment.id).where(Enrolment.user_id == user_id)).one()


def modules(cohort):
    return [module.id for module in outline(cohort.version_id).modules]


def shift(cohort, days):
    run = db.session.get_one(Run, cohort.run_id, populate_existing=True)
    ctx = acting(cohort.organiser_id, now=BEFORE)
    seen = change_of(ctx, run, shift_of(run, days, 1)).seen
    shift_run(ctx, cohort.run_id, days=days, seen=seen)


def test_the_rules_of_a_course_become_instants_when_a_run_is_planned(app):
    cohort = planned(
        app, "", "week 4 day 2 at 09:30", "date 2026-10-01 or week 3", breaks=(Break(2, 7),)
    )
    with app.app_context():
        assert opens(cohort) == ["2026-09-07 00:00", "2026-10-06 09:30", "2026-09-28 00:00"]
        assert [row.local_at.date().isoformat() for row in releases(cohort)] == [
            "2026-09-07", "2026-09-14", "2026-09-28",
        ]  # fmt: skip


def test_what_hangs_on_weeks_moves_with_the_run_and_a_date_stays(app):
    cohort = planned(app, "", "week 4 day 2 at 09:30", "date 2026-10-01")
    with app.app_context():
        shift(cohort, 7)
        assert opens(cohort) == ["2026-09-14 00:00", "2026-10-06 09:30", "2026-10-01 00:00"]


def test_what_opens_after_a_session_follows_it(app):
    cohort = planned(app, "", AFTER_SESSION, "")
    with app.app_context():
        session = db.session.scalars(
            sa.select(LiveSession)
            .join(Placement, Placement.session_id == LiveSession.id)
            .order_by(LiveSession.starts_at)
        ).first()
        before = session.starts_at + dt.timedelta(minutes=session.minutes, hours=2)
        assert releases(cohort)[1].opens_at == before
        ctx = acting(cohort.organiser_id, now=BEFORE)
        move_sessions(ctx, {session.id: session.local_at + dt.timedelta(days=1)})
        assert releases(cohort)[1].opens_at == before + dt.timedelta(days=1)
        shift(cohort, 7)
        assert releases(cohort)[1].opens_at == before + dt.timedelta(days=8)


def test_before_a_run_is_opened_a_session_is_when_its_course_says(app):
    cohort = planned(app, "", AFTER_SESSION, "", opened=False)
    with app.app_context():
        before = releases(cohort)[1].opens_at
    again = planned(app, "", AFTER_SESSION, "")
    with app.app_context():
        assert releases(again)[1].opens_at == before


def test_what_is_counted_from_joining_is_each_learners_own(app):
    cohort = planned(app, "", "joined + 10 days", "")
    with app.app_context():
        mine = learner(app, cohort)
        [row] = db.session.scalars(sa.select(LearnerRelease))
        came = db.session.get_one(Enrolment, mine).enrolled_at
        assert (row.module_id, row.opens_at) == (modules(cohort)[1], came + dt.timedelta(days=10))
        assert db.session.get_one(Run, cohort.run_id).individual
        set_release(acting(cohort.organiser_id), cohort.run_id, modules(cohort)[1], rule="week")
        assert db.session.scalars(sa.select(LearnerRelease)).all() == []


def test_a_run_has_a_rule_of_its_own_and_takes_that_of_the_course_again(app):
    cohort = planned(app, "", "week", "")
    with app.app_context():
        ctx, second = acting(cohort.organiser_id), modules(cohort)[1]
        set_release(ctx, cohort.run_id, second, rule="week 3  and done module-1", reason="Slow.")
        row = releases(cohort)[1]
        assert (row.rule, row.own) == ("week 3 and done module-1", True)
        assert opens(cohort)[1] == "2026-09-21 00:00"
        set_release(ctx, cohort.run_id, second, rule=None)
        row = releases(cohort)[1]
        assert (row.rule, row.own) == ("week", False)
        acts = db.session.scalars(sa.select(ReleaseAct).order_by(ReleaseAct.id)).all()
        assert [(act.kind, act.reason, act.actor_id) for act in acts] == [
            ("rule", "Slow.", cohort.organiser_id),
            ("rule", "", cohort.organiser_id),
        ]


@pytest.mark.parametrize("rule", ["weeks", "done module-2", "done module-9", "session module-1"])
def test_a_rule_that_cannot_be_is_refused_by_its_field(app, rule):
    cohort = planned(app, "", "", "")
    with app.app_context():
        ctx, second = acting(cohort.organiser_id), modules(cohort)[1]
        with pytest.raises(Invalid) as refused:
            set_release(ctx, cohort.run_id, second, rule=rule)
    assert "rule" in refused.value.fields


def test_rules_of_two_modules_must_not_wait_for_each_other(app):
    cohort = planned(app, "", "", "")
    with app.app_context():
        ctx = acting(cohort.organiser_id)
        with pytest.raises(Invalid):
            set_release(ctx, cohort.run_id, modules(cohort)[0], rule="done module-2")


def test_only_organisers_open_modules_and_strangers_find_nothing(app):
    cohort = planned(app, "", "", "")
    facilitator, stranger = make_user(app, "Fay"), make_user(app, "Stranger")
    join(app, cohort.space_id, facilitator, Role.FACILITATOR)
    with app.app_context():
        mine = learner(app, cohort)
        module = modules(cohort)[1]
        with pytest.raises(Forbidden):
            open_module(acting(facilitator), cohort.run_id, module)
        with pytest.raises(NotFound):
            open_module(acting(stranger), cohort.run_id, module)
        with pytest.raises(NotFound):
            shift_learner(acting(facilitator), mine, days=3)
        with pytest.raises(NotFound):
            open_module(acting(cohort.organiser_id), cohort.run_id, cohort.run_id)


def test_a_module_is_opened_to_everybody_once_and_taken_back(app):
    cohort = planned(app, "", "", "")
    with app.app_context():
        ctx, second = acting(cohort.organiser_id), modules(cohort)[1]
        open_module(ctx, cohort.run_id, second, reason="All are here.")
        open_module(ctx, cohort.run_id, second)
        assert releases(cohort)[1].opened_at == ctx.now
        shut_module(ctx, cohort.run_id, second)
        assert releases(cohort)[1].opened_at is None
        kinds = db.session.scalars(sa.select(ReleaseAct.kind).order_by(ReleaseAct.id)).all()
        assert kinds == ["opened", "shut"]


def test_a_module_is_opened_to_one_learner_and_stays_so_when_the_run_moves(app):
    cohort = planned(app, "", "", "")
    with app.app_context():
        mine, other = learner(app, cohort), learner(app, cohort, "Ben Okri")
        ctx, second = acting(cohort.organiser_id), modules(cohort)[1]
        open_module_for(ctx, mine, second, reason="They are ahead.")
        assert own_openings([mine])[mine][second].opened
        shift(cohort, 7)
        found = own_openings([mine, other])
        assert found[mine][second].opened
        assert found[mine][second].opens_at == releases(cohort)[1].opens_at
        assert other not in found
        shut_module_for(ctx, mine, second)
        assert own_openings([mine]) == {}


def test_a_learners_dates_are_later_by_the_same_clock_and_the_groups_again(app):
    cohort = planned(app, "", "week 2 at 09:00", "", zone="Europe/Berlin")
    with app.app_context():
        mine = learner(app, cohort)
        ctx = acting(cohort.organiser_id, now=BEFORE)
        shift_learner(ctx, mine, days=45, reason="Parental leave.")
        theirs = own_openings([mine])[mine]
        zone = zoneinfo.ZoneInfo("Europe/Berlin")
        clock = [theirs[key].opens_at.astimezone(zone) for key in modules(cohort)]
        assert [f"{at:%Y-%m-%d %H:%M}" for at in clock] == [
            "2026-10-22 00:00", "2026-10-29 09:00", "2026-11-05 00:00",
        ]  # fmt: skip
        shift(cohort, 7)
        moved = own_openings([mine])[mine][modules(cohort)[1]].opens_at.astimezone(zone)
        assert f"{moved:%Y-%m-%d %H:%M}" == "2026-11-05 09:00"
        shift_learner(ctx, mine, days=0)
        assert own_openings([mine]) == {}
        days = db.session.scalars(sa.select(ReleaseAct.days).order_by(ReleaseAct.id)).all()
        assert days == [45, 0]


@pytest.mark.parametrize("days", [366, -400])
def test_a_learners_dates_move_by_a_year_at_most(app, days):
    cohort = planned(app, "", "", "")
    with app.app_context():
        mine = learner(app, cohort)
        with pytest.raises(Invalid):
            shift_learner(acting(cohort.organiser_id), mine, days=days)


def test_a_learner_is_told_by_letter_what_was_opened_and_moved_for_them(app, postbox):
    cohort = planned(app, "", "", "")
    with app.app_context():
        mine = learner(app, cohort)
        ctx, module = acting(cohort.organiser_id), modules(cohort)[1]
        open_module_for(ctx, mine, module, reason="You are ahead.")
        shift_learner(ctx, mine, days=4)
        shift_learner(ctx, mine, days=2)
        run_everything(app)
        address = db.session.scalar(
            sa.select(User.email).join(Enrolment, Enrolment.user_id == User.id)
        )
        opened, moved = postbox.letters_to(address)  # of two moves the last is told
        assert "“Module 2” is open to you" in opened["Subject"]
        assert "You are ahead." in text_of(opened)
        assert "2 days later for you now" in text_of(moved)


def test_the_next_run_takes_the_rules_of_this_one_but_no_dates(app):
    cohort = planned(app, "", "week", "")
    with app.app_context():
        ctx = acting(cohort.organiser_id, now=BEFORE)
        set_release(ctx, cohort.run_id, modules(cohort)[1], rule="week 3")
        set_release(ctx, cohort.run_id, modules(cohort)[2], rule="date 2026-10-10")
        run = db.session.get_one(Run, cohort.run_id)
        plan = {"name": "Next", "starts_on": dt.date(2027, 1, 4), "weeks": 8, "zone": run.zone}
        seen = copy_of(ctx, run, RunPlan(**plan, capacity=9), ()).seen
        made = copy_run(ctx, run.id, **plan, capacity=9, seen=seen)
        rules = {
            row.module_id: (row.rule, row.own)
            for row in db.session.scalars(sa.select(Release).where(Release.run_id == made.id))
        }
        assert [rules[key] for key in modules(cohort)] == [
            ("", False), ("week 3", True), ("", False),
        ]  # fmt: skip


def test_an_outline_is_not_opened(app):
    cohort = make_cohort(app)
    with app.app_context(), pytest.raises(Conflict):
        open_module(acting(cohort.organiser_id), cohort.run_id, modules(cohort)[2])


# ------------------------------------------------------------------ a clock walks through a run

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Nairobi", "UTC"]
_clock = st.times().map(lambda at: at.replace(second=0, microsecond=0))
_leaves = st.one_of(
    st.builds(FromStart, st.integers(0, 50), st.integers(1, 7), _clock),
    st.builds(FromEnrolment, st.integers(0, 60)),
    st.builds(
        Date,
        st.datetimes(local("2026-01-01"), local("2026-12-31")).map(
            lambda at: at.replace(second=0, microsecond=0)
        ),
    ),
)


@given(_leaves, st.sampled_from(ZONES), st.integers(-40, 40), st.integers(0, 21))
def test_an_instant_is_when_a_clock_on_the_wall_has_come_so_far(leaf, zone, shift_by, rest):
    """Across both changes of the clocks, hour by hour around the instant and month by month."""
    timeline = Timeline(dt.date(2026, 2, 2), 45, (Break(3, rest),) if rest else ())
    joined = dt.datetime(2026, 2, 10, 15, tzinfo=dt.UTC)
    calendar = Calendar(timeline=timeline, zone=zone, joined_at=joined, shift=shift_by)
    week = dt.datetime.combine(timeline.week_start(5), dt.time())
    found = resolved(leaf, week, calendar)
    here, later = zoneinfo.ZoneInfo(zone), dt.timedelta(days=shift_by)

    def come(now):
        """Judge by the wall clock, or for a time it skips as much later."""
        match leaf:
            case FromEnrolment(days):
                wall = joined.astimezone(here).replace(tzinfo=None) + dt.timedelta(days) + later
            case FromStart(number, day, time):
                first = timeline.week_start(number) if number else week.date()
                wall = dt.datetime.combine(first + dt.timedelta(days=day - 1), time) + later
            case Date(at):
                wall = at + later
        back = wall.replace(tzinfo=here).astimezone(dt.UTC).astimezone(here)
        if back.replace(tzinfo=None) != wall:  # skipped
            return now >= wall.replace(tzinfo=here).astimezone(dt.UTC)
        shown = now.astimezone(here)
        return shown.replace(tzinfo=None) >= wall or (
            shown.fold == 1 and now >= wall.replace(tzinfo=here, fold=0).astimezone(dt.UTC)
        )

    steps = [dt.timedelta(hours=hours) for hours in range(-30, 31)]
    steps += [dt.timedelta(days=30 * month) for month in range(-8, 9)]
    for now in sorted(found.opens_at + step for step in steps):
        assert (found.opens_at <= now) == come(now), now
        assert holds(leaf, now, found.instants, bool) == come(now)


def test_a_rule_that_is_stored_is_read_with_its_instants(app):
    cohort = planned(app, "", "week 2 at 09:00 or joined + 3 days", "")
    with app.app_context():
        mine = learner(app, cohort)
        opening = own_openings([mine])[mine][modules(cohort)[1]]
        assert opening.rule == read_rule("week 2 at 09:00 or joined + 3 days")
        assert len(opening.instants) == 2
        assert opening.opens_at == min(opening.instants.values())
