"""A clock walks through a run across both changes of the clocks: who learns finds open what is."""

import datetime as dt
import zoneinfo

import pytest
from conftest import acting
from factories.academy import course_source, module_source, page_source
from factories.progress import make_learner, make_run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.academy.rules.releases import FromStart, write_rule
from community.cohorts.models import Run
from community.cohorts.operations import shift_learner
from community.kernel.db import db
from community.progress.policy import accesses

STARTS_ON, WEEKS = dt.date(2027, 2, 1), 45
CHANGES = {
    "Europe/Berlin": (8, 39),
    "America/New_York": (6, 40),
    "Australia/Lord_Howe": (9, 35),
    "Africa/Nairobi": (),
}
"""In which weeks of it the clocks of a zone change, on the last day and at one to three o'clock."""
MINUTE = dt.timedelta(minutes=1)
AROUND = [MINUTE * minutes for minutes in (-61, -31, -1, 0, 1, 16, 31, 46, 61, 121)]

_clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
_at_night = st.builds(dt.time, st.integers(1, 3), st.sampled_from([0, 15, 30, 45]))
_rules = st.lists(
    st.builds(FromStart, st.integers(1, WEEKS), st.integers(1, 7), _clocks), min_size=1, max_size=2
)
runs = st.sampled_from(sorted(CHANGES)).flatmap(
    lambda zone: st.tuples(
        st.just(zone),
        _rules,
        # a time of then is there twice, or not at all
        *(st.builds(FromStart, st.just(week), st.just(7), _at_night) for week in CHANGES[zone]),
    )
)


def has_come(now: dt.datetime, wall: dt.datetime, here: zoneinfo.ZoneInfo) -> bool:
    """Judge by a clock on the wall; a time it skips comes as much later."""
    first = wall.replace(tzinfo=here).astimezone(dt.UTC)
    if first.astimezone(here).replace(tzinfo=None) != wall:
        return now >= first
    shown = now.astimezone(here)
    return shown.replace(tzinfo=None) >= wall or (shown.fold == 1 and now >= first)


@pytest.mark.usefixtures("inside")
@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(planned=runs, later=st.integers(-14, 21))
def test_modules_open_by_the_clock_on_the_wall_for_the_group_and_for_whoever_is_later(
    app, planned, later
):
    zone, usual, *changing = planned
    asked = [*usual, *changing]
    modules = tuple(
        module_source(n, activities=(page_source(),), release=write_rule(rule))
        for n, rule in enumerate(asked, 1)
    )
    world = make_run(
        app, course_source(modules=modules), starts_on=STARTS_ON, weeks=WEEKS, zone=zone
    )
    (ana, _hers), (bo, his) = (make_learner(app, world, name) for name in ("Ana", "Bo"))
    shift_learner(acting(world.owner), his, days=later)
    here, run = zoneinfo.ZoneInfo(zone), db.session.get_one(Run, world.run)
    for user, days in ((ana, 0), (bo, later)):
        walls = {}
        for key, rule in zip(world.modules, asked, strict=True):
            ahead = 7 * (rule.week - 1) + rule.day - 1 + days
            walls[key] = dt.datetime.combine(STARTS_ON + dt.timedelta(days=ahead), rule.time)
        first = dt.datetime.combine(STARTS_ON, dt.time(), here).astimezone(dt.UTC)
        clock = {first + dt.timedelta(weeks=week) for week in range(-3, WEEKS + 4)}
        for wall in walls.values():
            clock |= {wall.replace(tzinfo=here).astimezone(dt.UTC) + step for step in AROUND}
        for now in sorted(clock):
            found = accesses(acting(user, now=now), run)
            assert {key: found[key].open for key in walls} == {
                key: has_come(now, wall, here) for key, wall in walls.items()
            }, now
