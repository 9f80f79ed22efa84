"""Runs are moved with all that hangs on them, as somebody has seen it before."""

import datetime as dt
import zoneinfo

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.live import make_session
from factories.spaces import join
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.cohorts.models import Release, Run, RunState
from community.cohorts.operations import close_run, reschedule_run, shift_run
from community.cohorts.queries.changes import change_of, dates_of, shift_of
from community.cohorts.rules import Break, Dates, Stay, Timeline, shifted, week_to_move_with
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.localtime import in_zone
from community.kernel.log import EventRow
from community.live.models import LiveSession, SessionState
from community.live.operations import schedule_session
from community.spaces.models import Role

local = dt.datetime.fromisoformat
MONDAY = dt.date(2026, 9, 7)
BEFORE = dt.datetime(2026, 8, 20, 12, tzinfo=dt.UTC)


def the_run(cohort):
    return db.session.get_one(Run, cohort.run_id, populate_existing=True)


def seen_of(cohort, days, from_week=1, note="", now=BEFORE):
    run = the_run(cohort)
    ctx = acting(cohort.organiser_id, now=now)
    return change_of(ctx, run, shift_of(run, days, from_week, note))


def shift(cohort, days, from_week=1, note="", now=BEFORE):
    seen = seen_of(cohort, days, from_week, note, now).seen
    ctx = acting(cohort.organiser_id, now=now)
    return shift_run(ctx, cohort.run_id, days=days, from_week=from_week, note=note, seen=seen)


def openings():
    rows = db.session.scalars(sa.select(Release).order_by(Release.local_at))
    return [row.local_at.isoformat(sep=" ", timespec="minutes") for row in rows]


def sessions():
    query = sa.select(LiveSession).order_by(LiveSession.local_at)
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return [row.local_at.isoformat(sep=" ", timespec="minutes") for row in rows]


def by_hand(cohort, at, zone="Africa/Nairobi"):
    return schedule_session(
        acting(cohort.organiser_id, now=BEFORE),
        cohort.space_id,
        title="Clinic",
        plan="",
        local_at=local(at),
        zone=zone,
        minutes=60,
    ).id


def test_a_run_moves_with_everything_in_one_act(app, inside):
    cohort = make_cohort(app, breaks=[Break(2, 7, "Harvest")])
    by_hand(cohort, "2026-09-18T18:00")
    shift(cohort, 9)
    run = the_run(cohort)
    assert (run.starts_on, run.weeks, run.breaks) == (
        dt.date(2026, 9, 16),
        8,
        (Break(2, 7, "Harvest"),),
    )
    assert openings() == ["2026-09-16 00:00", "2026-09-23 00:00", "2026-10-07 00:00"]
    assert sessions() == ["2026-09-18 15:00", "2026-09-25 15:00", "2026-09-27 18:00"]
    names = list(db.session.scalars(sa.select(EventRow.name)))
    assert names.count("cohorts.run_moved") == 1
    assert names.count("live.session_moved") == 3


def test_from_a_week_on_the_break_before_it_grows_and_shrinks_back(app, inside):
    cohort = make_cohort(app)
    by_hand(cohort, "2026-09-13T18:00")
    before = (openings(), sessions())
    shift(cohort, 10, from_week=2, note="The river")
    assert the_run(cohort).breaks == (Break(1, 10, "The river"),)
    assert openings() == ["2026-09-07 00:00", "2026-09-24 00:00", "2026-10-01 00:00"]
    assert sessions() == ["2026-09-09 15:00", "2026-09-13 18:00", "2026-09-26 15:00"]
    shift(cohort, -4, from_week=2)
    assert the_run(cohort).breaks == (Break(1, 6, "The river"),)
    shift(cohort, -6, from_week=2)
    assert the_run(cohort).breaks == ()
    assert (openings(), sessions()) == before


def test_weeks_never_lie_on_each_other(app, inside):
    cohort = make_cohort(app, breaks=[Break(1, 3)])
    for days, from_week, field in (
        (-4, 2, "days"),
        (-1, 3, "days"),
        (1, 9, "from_week"),
        (0, 1, "days"),
        (1, 0, "from_week"),
        (1501, 1, "days"),
    ):
        with pytest.raises(Invalid) as refused:
            seen_of(cohort, days, from_week)
        assert list(refused.value.fields) == [field]


def test_what_a_break_cannot_grow_to_is_said(app, inside):
    cohort = make_cohort(app)
    with pytest.raises(Invalid) as refused:
        seen_of(cohort, 92, 2)
    assert list(refused.value.fields) == ["breaks"]


def test_the_second_of_two_organisers_sees_what_would_happen_now(app, inside):
    cohort = make_cohort(app)
    first = seen_of(cohort, 7).seen
    assert first == seen_of(cohort, 7).seen
    assert first != seen_of(cohort, 8).seen
    shift(cohort, 7)
    ctx = acting(cohort.organiser_id, now=BEFORE)
    with pytest.raises(Conflict, match="meanwhile"):
        shift_run(ctx, cohort.run_id, days=7, seen=first)
    assert the_run(cohort).starts_on == dt.date(2026, 9, 14)


def test_what_was_taken_back_is_not_done_again_by_an_old_page(app, inside):
    cohort = make_cohort(app)
    first = seen_of(cohort, 7).seen
    shift(cohort, 7)
    shift(cohort, -7)
    with pytest.raises(Conflict, match="meanwhile"):
        shift_run(acting(cohort.organiser_id, now=BEFORE), cohort.run_id, days=7, seen=first)


def test_a_session_planned_meanwhile_is_shown_before_it_moves(app, inside):
    cohort = make_cohort(app)
    first = seen_of(cohort, 7).seen
    by_hand(cohort, "2026-09-20T10:00")
    with pytest.raises(Conflict, match="meanwhile"):
        shift_run(acting(cohort.organiser_id, now=BEFORE), cohort.run_id, days=7, seen=first)


def test_a_session_that_has_begun_or_would_be_over_stays(app, inside):
    cohort = make_cohort(app)
    now = dt.datetime(2026, 9, 10, 12, tzinfo=dt.UTC)
    live = make_session(
        app, cohort.space_id, cohort.organiser_id, starts_at=now, state=SessionState.LIVE
    )
    over = make_session(
        app,
        cohort.space_id,
        cohort.organiser_id,
        starts_at=now - dt.timedelta(days=3),
        state=SessionState.ENDED,
        ended_at=now - dt.timedelta(days=3),
    )
    change = seen_of(cohort, -5, now=now)
    stays = {move.key: move.stays for move in change.sessions}
    assert stays[live] is Stay.BEGUN
    assert over not in stays
    assert sorted(filter(None, stays.values())) == [Stay.BEGUN, Stay.PAST]
    before = db.session.get_one(LiveSession, live).starts_at
    shift(cohort, -5, now=now)
    assert db.session.get_one(LiveSession, live, populate_existing=True).starts_at == before
    assert sessions()[-1] == "2026-09-11 15:00"


def test_a_preview_says_what_opens_and_what_shuts(app, inside):
    cohort = make_cohort(app)
    now = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
    later = seen_of(cohort, 7, now=now).openings
    assert [move.shuts(now) for move in later] == [False, True, False]
    earlier = seen_of(cohort, -6, now=now).openings
    assert [move.opens(now) for move in earlier] == [False, False, True]


def test_everything_about_the_weeks_is_edited_at_once(app, inside):
    cohort = make_cohort(app, breaks=[Break(1, 7)])
    plan = {
        "starts_on": dt.date(2026, 9, 14),
        "weeks": 6,
        "zone": "Europe/Vienna",
        "breaks": (Break(2, 14, "Holidays"),),
    }
    ctx = acting(cohort.organiser_id, now=BEFORE)
    timeline = Timeline(plan["starts_on"], 6, plan["breaks"])
    change = change_of(ctx, the_run(cohort), Dates(timeline, "Europe/Vienna"))
    reschedule_run(ctx, cohort.run_id, **plan, seen=change.seen)
    assert openings() == ["2026-09-14 00:00", "2026-09-21 00:00", "2026-10-12 00:00"]
    first = db.session.scalars(sa.select(Release).order_by(Release.local_at)).first()
    assert first.opens_at == dt.datetime(2026, 9, 13, 22, tzinfo=dt.UTC)
    rows = db.session.scalars(sa.select(LiveSession).order_by(LiveSession.starts_at)).all()
    assert [row.zone for row in rows] == ["Africa/Nairobi"] * 2
    assert sessions() == ["2026-09-16 15:00", "2026-09-23 15:00"]
    assert dates_of(the_run(cohort)) == change.new


@pytest.mark.parametrize(
    ("field", "value"),
    [("weeks", 2), ("zone", "Mars"), ("breaks", (Break(8, 7),)), ("starts_on", dt.date.max)],
)
def test_dates_with_a_flaw_change_nothing(app, inside, field, value):
    cohort = make_cohort(app)
    plan = {"starts_on": MONDAY, "weeks": 8, "zone": "Africa/Nairobi", "breaks": ()}
    ctx = acting(cohort.organiser_id, now=BEFORE)
    with pytest.raises(Invalid) as refused:
        reschedule_run(ctx, cohort.run_id, **{**plan, field: value}, seen="")
    assert list(refused.value.fields) == [field]
    with pytest.raises(Invalid, match="Nothing would change"):
        reschedule_run(ctx, cohort.run_id, **plan, seen="")


def test_a_run_that_is_over_stays_as_it_was(app, inside):
    cohort = make_cohort(app)
    seen = seen_of(cohort, 7).seen
    close_run(acting(cohort.organiser_id, now=BEFORE), cohort.run_id)
    with pytest.raises(Conflict, match="over"):
        shift_run(acting(cohort.organiser_id, now=BEFORE), cohort.run_id, days=7, seen=seen)
    assert the_run(cohort).state is RunState.CLOSED


MOVERS = {
    Role.OWNER: None,
    Role.ORGANISER: None,
    Role.FACILITATOR: Forbidden,
    Role.MEMBER: Forbidden,
    Role.OBSERVER: Forbidden,
    None: NotFound,
}


@pytest.mark.parametrize(("role", "refusal"), MOVERS.items())
def test_organisers_of_a_run_move_it(app, inside, role, refusal):
    cohort = make_cohort(app)
    user_id = make_user(app)
    if role is not None:
        join(app, cohort.space_id, user_id, role)
    seen = seen_of(cohort, 7).seen
    ctx = acting(user_id, now=BEFORE)
    if refusal is None:
        assert shift_run(ctx, cohort.run_id, days=7, seen=seen).revision == 2
    else:
        with pytest.raises(refusal):
            shift_run(ctx, cohort.run_id, days=7, seen=seen)


# ------------------------------------------------------------------ by the clock

ZONES = (
    "Europe/Vienna",
    "America/New_York",
    "Africa/Nairobi",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
)
DAYS = st.dates(dt.date(2026, 1, 5), dt.date(2027, 12, 20))
BREAKS = st.dictionaries(st.integers(1, 7), st.integers(1, 30), max_size=4).map(
    lambda found: tuple(Break(week, days) for week, days in sorted(found.items()))
)


@given(start=DAYS, breaks=BREAKS, days=st.integers(-400, 400), week=st.integers(1, 8))
def test_a_shift_back_is_its_undoing(start, breaks, days, week):
    timeline = Timeline(start, 8, breaks)
    moved = shifted(timeline, days, week)
    if moved is None:
        assert week > 1
        assert days < 0
        return
    back = shifted(moved, -days, week)
    assert [back.week_start(n) for n in range(1, 9)] == [
        timeline.week_start(n) for n in range(1, 9)
    ]
    for n in range(1, 9):
        later = (moved.week_start(n) - timeline.week_start(n)).days
        assert later == (days if n >= week else 0)


@given(start=DAYS, breaks=BREAKS, offset=st.integers(-30, 200))
def test_each_day_moves_with_one_week(start, breaks, offset):
    timeline = Timeline(start, 8, breaks)
    day = start + dt.timedelta(days=offset)
    week = week_to_move_with(timeline, day)
    assert 1 <= week <= 8
    if timeline.runs_on(day):
        assert timeline.week_start(week) <= day
        assert week == 8 or day < timeline.week_start(week + 1)


@pytest.mark.parametrize("zone", ZONES)
def test_two_changes_of_the_clocks_change_no_clock_time(app, inside, zone):
    """From winter over summer into winter, and back: two changes each way where there are any."""
    cohort = make_cohort(app, zone=zone, starts_on=dt.date(2027, 1, 11), breaks=[Break(2, 7)])
    by_hand(cohort, "2027-01-20T02:30", zone)
    before = (openings(), sessions())
    clock = zoneinfo.ZoneInfo(zone)
    for days in (120, 190, -310):
        shift(cohort, days)
        for row in db.session.scalars(sa.select(Release)):
            assert in_zone(row.opens_at, zone).replace(tzinfo=None) == row.local_at
            assert row.local_at.time() == dt.time()
        for row in db.session.scalars(sa.select(LiveSession)):
            assert row.starts_at == row.local_at.replace(tzinfo=clock).astimezone(dt.UTC)
            assert row.local_at.time() in {dt.time(15), dt.time(2, 30)}
    assert (openings(), sessions()) == before


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    days=st.integers(-180, 500).filter(bool), zone=st.sampled_from(ZONES), week=st.integers(1, 3)
)
def test_any_shift_keeps_every_clock(app, inside, days, zone, week):
    cohort = make_cohort(app, zone=zone, starts_on=dt.date(2027, 3, 1))
    run = the_run(cohort)
    ctx = acting(cohort.organiser_id, now=BEFORE)
    try:
        change = change_of(ctx, run, shift_of(run, days, week))
    except Invalid:
        assert week > 1
        return
    for move in (*change.openings, *change.sessions):
        assert move.new.time() == move.old.time()
        assert move.skipped or in_zone(move.new_at, zone).replace(tzinfo=None) == move.new
