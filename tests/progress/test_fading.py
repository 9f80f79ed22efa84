"""Who is fading, and why: the rule by its figures, and the database asking by the same ones."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.progress import enrolment_id_of, make_learners, make_run
from hypothesis import given
from hypothesis import strategies as st

from community.cohorts.models import Enrolment, EnrolmentState, Run, RunBreak
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession, SessionState
from community.progress.models import Summary
from community.progress.queries import matrix, record_view
from community.progress.queries.calendar import calendar_of
from community.progress.rules.fading import (
    DAY,
    HERE_DAYS,
    LATE_MANY,
    QUIET_DAYS,
    SESSIONS_MISSED,
    Sign,
    Signs,
    days_before,
    quiet_days,
    reasons,
    why,
)

NOW = dt.datetime(2026, 3, 16, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("signs", "found"),
    [
        (Signs(QUIET_DAYS, 0, 0, 0), (Sign.QUIET,)),
        (Signs(QUIET_DAYS - 1, 0, 3, 0), ()),
        (Signs(HERE_DAYS, SESSIONS_MISSED, 3, 0), (Sign.MISSED,)),
        (Signs(HERE_DAYS, SESSIONS_MISSED - 1, 3, 0), ()),
        (Signs(HERE_DAYS, 0, 3, LATE_MANY), (Sign.LATE,)),
        (Signs(HERE_DAYS, 0, 3, LATE_MANY - 1), ()),
        (Signs(HERE_DAYS - 1, 3, 3, 9), ()),  # at it again: nothing counts against them
        (Signs(12, 2, 3, 3), (Sign.QUIET, Sign.MISSED, Sign.LATE)),
    ],
)
def test_each_sign_has_its_threshold(signs, found):
    assert why(signs) == found


def test_the_reasons_are_words_with_figures():
    assert reasons(Signs(12, 2, 3, 3)) == [
        "no sign of work for 12 days",
        "missed 2 of the last 3 sessions",
        "3 activities late",
    ]
    assert reasons(Signs(7, 0, 0, 1)) == ["no sign of work for 7 days", "1 activity late"]
    assert reasons(Signs(8, 1, 1, 0)) == ["no sign of work for 8 days", "missed the last session"]
    assert reasons(Signs(2, 3, 3, 3)) == []


breaks = st.lists(st.integers(-900, 80), max_size=6, unique=True).map(
    lambda hours: [
        (NOW + dt.timedelta(hours=first), NOW + dt.timedelta(hours=last))
        for first, last in zip(*[iter(sorted(hours))] * 2, strict=False)
    ]
)


@given(st.integers(0, 900), st.integers(1, 12), breaks)
def test_days_are_counted_and_looked_back_for_alike_whatever_breaks_there_were(ago, days, resting):
    since = NOW - dt.timedelta(hours=ago)
    counted = quiet_days(since, NOW, resting) >= days
    assert counted == (since <= days_before(days, NOW, resting))


def test_the_days_of_a_break_do_not_count():
    rest = [(NOW - 10 * DAY, NOW - 3 * DAY)]
    assert quiet_days(NOW - 12 * DAY, NOW) == 12
    assert quiet_days(NOW - 12 * DAY, NOW, rest) == 5
    assert quiet_days(NOW - 5 * DAY, NOW, rest) == 3  # since the break ended
    assert quiet_days(NOW - 20 * DAY, NOW, [(NOW - 2 * DAY, NOW + 5 * DAY)]) == 18


# ------------------------------------------------------------------ in a run


@pytest.fixture
def world(inside):
    """A run in its third week, whose two sessions were held five and four days ago."""
    world = make_run(inside, weeks_ago=2)
    ago(world, Run, Run.id == world.run, opened_at=14)
    now = dt.datetime.now(dt.UTC)
    with unit_of_work(acting(None)):
        for number, row in enumerate(db.session.scalars(sa.select(LiveSession))):
            row.state = SessionState.ENDED
            row.started_at = row.starts_at = now - (5 - number) * DAY
            row.ended_at = row.started_at + dt.timedelta(hours=1)
    return world


def ago(world, model, where, **days):
    now = dt.datetime.now(dt.UTC)
    with unit_of_work(acting(None)):
        db.session.execute(
            sa.update(model).where(where).values({k: now - v * DAY for k, v in days.items()})
        )


def learner(inside, world, name, *, came=14, worked=None, cells=None):
    [user_id] = make_learners(inside, world, [name])
    key = enrolment_id_of(inside, world, user_id)
    ago(world, Enrolment, Enrolment.id == key, enrolled_at=came)
    if worked is not None:
        ago(world, Summary, Summary.enrolment_id == key, last_active_at=worked)
    if cells is not None:
        with unit_of_work(acting(None)):
            db.session.execute(
                sa.update(Summary).where(Summary.enrolment_id == key).values(cells=cells)
            )
    return key


def see(world, show="fading"):
    return matrix(acting(world.owner), db.session.get_one(Run, world.run), show=show)


def said(world):
    return {row.name: row.why for row in see(world).rows}


def test_who_missed_sessions_is_fading_also_before_a_week_is_over(inside, world):
    learner(inside, world, "Ana Lind", worked=4)
    met = calendar_of(acting(world.owner), db.session.get_one(Run, world.run)).met
    assert len(met) == SESSIONS_MISSED
    assert "missed 2 of the last 2 sessions" in said(world)["Ana Lind"]


@pytest.mark.parametrize("letter", ["e", "w", "d", "b"])
def test_a_session_that_was_excused_waived_or_visited_is_not_missed(inside, world, letter):
    run = db.session.get_one(Run, world.run)
    calendar = calendar_of(acting(world.owner), run)
    row = list(calendar.plan.nothing)
    for met in calendar.met:
        row[met.at] = letter
    learner(inside, world, "Ana Lind", worked=9, cells="".join(row))
    assert not any("missed" in words for words in said(world)["Ana Lind"])


def test_who_came_late_is_judged_from_their_coming(inside, world):
    learner(inside, world, "Ana Lind", came=2)
    learner(inside, world, "Bo Chen", came=8)
    assert list(said(world)) == ["Bo Chen"]
    assert "no sign of work for 8 days" in said(world)["Bo Chen"]


def test_who_came_back_from_a_pause_is_judged_from_then(inside, world):
    key = learner(inside, world, "Ana Lind")
    ago(world, Enrolment, Enrolment.id == key, returned_at=1)
    assert said(world) == {}


def test_who_has_paused_is_not_fading_late_or_missing_and_has_a_list(inside, world):
    key = learner(inside, world, "Ana Lind")
    with unit_of_work(acting(None)):
        db.session.get_one(Enrolment, key).state = EnrolmentState.PAUSED
    assert said(world) == {}
    assert [row.name for row in see(world, "late").rows] == []
    [row] = see(world, "paused").rows
    assert (row.name, row.paused) == ("Ana Lind", True)
    figures = see(world).figures
    assert (figures.everybody, figures.fading, figures.late, figures.paused) == (1, 0, 0, 1)


def test_a_break_of_the_run_does_not_count(inside, world):
    learner(inside, world, "Ana Lind", worked=8)
    assert list(said(world)) == ["Ana Lind"]
    run = db.session.get_one(Run, world.run)
    starts_on = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=13)
    with unit_of_work(acting(None)):
        db.session.execute(sa.update(Run).where(Run.id == run.id).values(starts_on=starts_on))
        db.session.add(RunBreak(run_id=run.id, after_week=1, days=6, note=""))
    db.session.expire_all()
    assert said(world) == {}


def test_nobody_with_nothing_to_do_is_fading(inside, world):
    key = learner(inside, world, "Ana Lind", worked=12)
    with unit_of_work(acting(None)):
        db.session.execute(sa.update(Summary).where(Summary.enrolment_id == key).values(done=8))
    assert said(world) == {}


def test_the_database_asks_what_the_rule_says(inside, world):
    """Learners of every sort: who is listed is who the rule names by the figures of all."""
    run = db.session.get_one(Run, world.run)
    nothing = calendar_of(acting(world.owner), run).plan.nothing
    rows = [nothing, "d" + nothing[1:], "dd" + nothing[2:], "d" * 4 + nothing[4:]]
    rows += ["e" * 3 + nothing[3:], "b" * len(nothing), "d" * 3 + "." + nothing[4:]]
    number = 0
    for cells in rows:
        for came, worked in ((14, None), (14, 1), (14, 4), (14, 8), (6, None), (2, None), (9, 6)):
            number += 1
            learner(inside, world, f"L{number:02}", came=came, worked=worked, cells=cells)
    listed = {row.name: row.signs for row in see(world).rows}
    everybody = see(world, "all").rows
    assert {row.name for row in everybody if row.signs} == set(listed)
    assert all(why(signs) for signs in listed.values())
    assert 0 < len(listed) < len(everybody)
    now = dt.datetime.now(dt.UTC)
    enrolled = {row.id: row.enrolled_at for row in db.session.scalars(sa.select(Enrolment)).all()}
    worked_at = {
        row.enrolment_id: row.last_active_at for row in db.session.scalars(sa.select(Summary)).all()
    }
    calendar = calendar_of(acting(world.owner), run)
    stored = {row.enrolment_id: row.cells for row in db.session.scalars(sa.select(Summary)).all()}
    for row in everybody:
        came = enrolled[row.enrolment_id]
        since = max(worked_at[row.enrolment_id] or came, came, calendar.begun)
        met = [each for each in calendar.met if each.started_at >= came]
        figures = Signs(
            quiet_days(since, now),
            sum(stored[row.enrolment_id][each.at] == "." for each in met),
            len(met),
            row.late,
        )
        assert bool(why(figures)) == (row.name in listed), (row.name, figures)


def test_the_late_of_the_matrix_are_late_on_their_own_record(inside, world):
    """Also of whoever came late, or came back: their due dates are their own."""
    run = db.session.get_one(Run, world.run)
    keys = {}
    for came, back in ((30, None), (14, None), (30, 1), (30, 6), (30, 9), (8, None), (1, None)):
        name = f"came {came}, back {back}"
        keys[name] = learner(inside, world, name, came=came)
        if back is not None:
            ago(world, Enrolment, Enrolment.id == keys[name], paced_from=back)
    db.session.expire_all()
    late = set()
    for name, key in keys.items():
        view = record_view(acting(world.owner), run, db.session.get_one(Enrolment, key))
        if any(activity.late for module in view.modules for activity in module.activities):
            late.add(name)
    assert {row.name for row in see(world, "late").rows} == late
    assert 0 < len(late) < len(keys)
