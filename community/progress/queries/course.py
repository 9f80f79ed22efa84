"""A run's course as one person has it: what is open, where they stand, what is next.

This is the one place that says so, for a page of the run and for all runs of "my week".
"""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.queries import ActivityLine, ModuleOutline
from community.cohorts.models import Enrolment, EnrolmentState, Run, RunState
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import NotFound
from community.progress.models import ActivityState
from community.progress.policy import Seat, Standing, accesses, plan, standing
from community.progress.policy.access import (
    COUNTED_SCORE,
    LET_OFF,
    clock_of,
    learner_accesses,
    openings,
    openings_for,
    read_openings,
    read_own_openings,
    scores_in,
)
from community.progress.policy.dues import module_dues, own_dues
from community.progress.policy.more_time import NO_TIME, given_to
from community.progress.policy.sessions import keep_over, passed_over, placed_sessions
from community.progress.policy.standing import read_standings
from community.progress.queries.needs import needs_of
from community.progress.queries.places import not_held, places
from community.progress.queries.views import ActivityView, CourseView, ModuleView, Place
from community.progress.rules.counting import Totals, counts, totals
from community.progress.rules.dues import Due
from community.progress.rules.states import SETTLED
from community.progress.rules.unlocking import Access, due_by_module, next_to_do
from community.spaces.models import Space
from community.spaces.policy import visible_spaces

KEPT_MODULES = 4_096


@dataclasses.dataclass(frozen=True)
class Read:
    """What was read of a learner and a run, by activity.

    ``passed_over`` is asked of nobody; ``dues`` are those of what is due by itself.
    """

    states: Mapping[uuid.UUID, Any]
    places: Mapping[uuid.UUID, Place] = dataclasses.field(default_factory=dict)
    passed_over: Collection[uuid.UUID] = frozenset()
    dues: Mapping[uuid.UUID, Due | None] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def settled(self) -> frozenset[uuid.UUID]:
        return frozenset(key for key, row in self.states.items() if row.status in SETTLED)


def space_and_run(ctx: Context, slug: str) -> tuple[Space, Run | None]:
    """Return the space of an address and its run, if it has one; raises NotFound."""
    row = db.session.execute(
        visible_spaces(ctx)
        .where(Space.slug == slug)
        .outerjoin(Run, Run.space_id == Space.id)
        .add_columns(Run)
    ).one_or_none()
    if row is None:
        raise NotFound
    space, run = row
    ctx.keep(("cohorts.run_of", space.id), run)  # who belongs to a space sees its run
    return space, run


def course_view(ctx: Context, run: Run, *, with_places: bool = True) -> CourseView:
    """Return the course of a run the actor sees, as the actor has it.

    Without places it still says which sessions are over, or do not take place: nobody is asked to
    be there.
    """
    if with_places:
        return _course_view(ctx, run, places(ctx, run))
    return _course_view(ctx, run, not_held(ctx, placed_sessions(ctx, [run])[run.id]))


def _course_view(ctx: Context, run: Run, where: Mapping[uuid.UUID, Place]) -> CourseView:
    mine = standing(ctx, run)
    states = states_of(ctx, mine.enrolment_id) if mine.enrolment_id else {}
    read = Read(states, where, passed_over(ctx, run))
    if mine.enrolment_id:
        ctx.keep(("progress.settled", mine.enrolment_id), read.settled)
        ctx.keep(("progress.scores", mine.enrolment_id), scores_in(states.values()))
    return _view(ctx, run, mine, accesses(ctx, run), read)


def course_views(
    ctx: Context, runs: Sequence[Run], *, placed: Mapping[uuid.UUID, Sequence[Any]] | None = None
) -> list[CourseView]:
    """Return the courses of runs the actor sees, without places; four statements for all.

    ``placed`` are the runs' sessions as ``not_held`` takes them, where they were read already.
    """
    if not runs:
        return []
    mine = read_standings(ctx, runs)
    read_openings(ctx, runs)
    learning = [(run, who.enrolment_id) for run, who in zip(runs, mine, strict=True)]
    read_own_openings(ctx, [(run, key) for run, key in learning if key])
    for key, states in _states([who.enrolment_id for who in mine if who.enrolment_id]).items():
        ctx.keep(("progress.states", key), states)
    if placed is None:
        placed = placed_sessions(ctx, runs)
    else:
        for run in runs:
            if run.state is not RunState.CLOSED:
                keep_over(ctx, run, placed.get(run.id, ()))
    return [_course_view(ctx, run, not_held(ctx, placed.get(run.id, ()))) for run in runs]


def record_view(ctx: Context, run: Run, enrolment: Enrolment) -> CourseView:
    """Return the course as one of its learners has it, for who may see their record.

    The caller has found the enrolment by ``visible_records``.
    """
    states = states_of(ctx, enrolment.id)
    where = not_held(ctx, placed_sessions(ctx, [run])[run.id], own=False)
    read = Read(states, where, passed_over(ctx, run))
    scores = scores_in(states.values())
    access = learner_accesses(ctx, run, read.settled, enrolment.id, scores=scores)
    theirs = Standing(
        Seat.LEARNER,
        enrolment.id,
        paced_from=enrolment.paced_from or enrolment.enrolled_at,
        came_back=enrolment.paced_from is not None,
        shift_days=enrolment.shift_days,
        paused=enrolment.state is EnrolmentState.PAUSED,
        more_time=given_to(enrolment.id) if plan(run.version_id).deadlines else NO_TIME,
    )
    return _view(ctx, run, theirs, access, read)


def _view(
    ctx: Context, run: Run, mine: Standing, access: Mapping[uuid.UUID, Access], read: Read
) -> CourseView:
    """Put a course view together from what was read."""
    course = plan(run.version_id)
    group = due_by_module(course.parts, openings(ctx, run))
    found = openings_for(ctx, run, mine.enrolment_id)
    planned = due_by_module(course.parts, found)
    due = module_dues(planned, mine)
    read = dataclasses.replace(read, dues=own_dues(run, found, planned, due, mine.more_time))
    now = clock_of(ctx, run)
    modules: list[ModuleView] = []
    lacking = 0
    keys = (*read.states, *read.places, *read.passed_over, *read.dues)
    touched = {line.module_id for key in keys if (line := course.lines.get(key))}
    for module, part in zip(course.outline.modules, course.parts, strict=True):
        opened = access.get(module.id)
        if opened is None:  # nobody in this run: nothing is shown
            continue
        due_at = due.get(module.id)
        counted = run.state is RunState.OPEN and opened.open and mine.seat is Seat.LEARNER
        late = counted and due_at is not None and due_at <= now
        if module.id in touched:
            views = tuple(
                _activity_view(line, module, read, counted and due.is_over(now) if due else late)
                for line in module.activities
                for due in [read.dues.get(line.id)]
            )
            sums = totals(part.required, read.settled, read.passed_over)
        else:
            views = _untouched(run.version_id, module.id, late)
            sums = Totals(0, len(part.required))
        finish = course.lines[opened.finish] if opened.finish else None
        needs = needs_of(course.outline.modules, opened)
        off = len(part.required) - sums.required
        more = max(0, lacking - 1) if finish else 0
        modules.append(ModuleView(module, opened, due_at, finish, views, sums, off, needs, more))
        lacking += _lacking(views) if module.id in touched else len(part.required)
    return CourseView(
        run=run,
        mine=mine,
        title=course.outline.title,
        description_html=course.outline.description_html,
        modules=tuple(modules),
        next=_next(run, mine, modules, now),
        paced=run.state is RunState.OPEN and any(at != planned[key] for key, at in due.items()),
        own_days=run.state is RunState.OPEN and any(at != group[key] for key, at in due.items()),
    )


def _lacking(views: Sequence[ActivityView]) -> int:
    """Return how many activities of a module hold back what comes after it."""
    return sum(
        view.line.required and not (view.settled or view.off or view.missed) for view in views
    )


def _next(
    run: Run, mine: Standing, modules: Sequence[ModuleView], now: dt.datetime
) -> ActivityView | None:
    """Return the activity a learner goes on with: never a session that is over."""
    if mine.seat is not Seat.LEARNER or mine.paused:
        return None
    order = {
        a.line.id: a
        for m in modules
        if m.access.open
        for a in m.activities
        if not (a.place and a.place.over(now)) and not a.off
    }
    settled = {key for key, view in order.items() if view.settled}
    required = plan(run.version_id).required
    following = next_to_do(list(order), required, settled, mine.last_activity_id)
    return order[following] if following else None


@functools.lru_cache(maxsize=KEPT_MODULES)
def _untouched(version_id: uuid.UUID, module_id: uuid.UUID, late: bool) -> tuple[ActivityView, ...]:
    """Return the activities of a module in which nothing was done and nothing takes place."""
    module = plan(version_id).modules[module_id]
    return tuple(_activity_view(line, module, Read({}), late) for line in module.activities)


def _activity_view(
    line: ActivityLine, module: ModuleOutline, read: Read, late: bool
) -> ActivityView:
    """Return an activity with where one stands; ``late``: the time for it is over."""
    state, place = read.states.get(line.id), read.places.get(line.id)
    status = state.status if state else None
    return ActivityView(
        line=line,
        module_position=module.position,
        status=status,
        fraction=state.fraction if state else 0.0,
        told=state.evidence if state else None,
        place=place,
        done_at=state.done_at if state else None,
        counts=counts(line.id, read.settled, read.passed_over),
        due=read.dues.get(line.id),
        late=late and line.required and status not in SETTLED and not (place and place.off),
    )


# ------------------------------------------------------------------ where a learner stands

_COLUMNS = (
    ActivityState.activity_id,
    ActivityState.status,
    ActivityState.fraction,
    ActivityState.evidence,
    ActivityState.done_at,
    COUNTED_SCORE.label("score"),
    LET_OFF.label("let_off"),
)
_MINE = sa.select(*_COLUMNS).where(
    ActivityState.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid())
)
_STATES = sa.select(ActivityState.enrolment_id, *_COLUMNS).where(
    ActivityState.enrolment_id.in_(sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True))
)


def states_of(ctx: Context, enrolment_id: uuid.UUID) -> Mapping[uuid.UUID, Any]:
    """Return where a learner stands, by activity: rows of status, fraction and evidence."""

    def read() -> Mapping[uuid.UUID, Any]:
        return {row.activity_id: row for row in execute(_MINE, {"enrolment": enrolment_id}).all()}

    return ctx.memo(("progress.states", enrolment_id), read)


def _states(enrolment_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, Any]]:
    found: dict[uuid.UUID, dict[uuid.UUID, Any]] = {key: {} for key in enrolment_ids}
    if enrolment_ids:
        for row in execute(_STATES, {"enrolments": list(enrolment_ids)}).all():
            found[row.enrolment_id][row.activity_id] = row
    return found
