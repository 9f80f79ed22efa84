"""A run's course as one person has it: what is open, where they stand, what is next.

This is the one place that says so, for a page of the run and for all runs of "my week".
"""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from community.academy.queries import ActivityLine, ModuleOutline
from community.cohorts.models import Enrolment, EnrolmentState, Run, RunState
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.progress.policy import Seat, Standing, accesses, plan, standing
from community.progress.policy.access import (
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
from community.progress.queries.states import (
    TOLD,
    Read,
    read,
    read_states,
    settled_among,
    states_of,
)
from community.progress.queries.views import ActivityView, CourseView, ModuleView
from community.progress.rules import cells
from community.progress.rules.counting import counts, totals
from community.progress.rules.states import SETTLED, Status
from community.progress.rules.unlocking import Access, due_by_module, next_to_do
from community.spaces.models import Space
from community.spaces.policy import visible_spaces

KEPT_MODULES = 4_096


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


def course_view(
    ctx: Context,
    run: Run,
    *,
    with_places: bool = True,
    about: uuid.UUID | None = None,
    whole: bool = False,
) -> CourseView:
    """Return the course of a run the actor sees, as the actor has it.

    Without places it still says which sessions are over, or do not take place: nobody is asked to
    be there. Of what is settled it says only that it is, neither by what nor when, but for the
    activity ``about``; ``whole``: of everything all there is.
    """
    mine = standing(ctx, run)
    placed = None if with_places else placed_sessions(ctx, [run])[run.id]
    where = places(ctx, run) if placed is None else not_held(ctx, placed)
    found = read(ctx, run, mine, where, about=about, whole=whole)
    return _view(ctx, run, mine, accesses(ctx, run), found)


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
    read_states(ctx, runs, mine)
    if placed is None:
        placed = placed_sessions(ctx, runs)
    else:
        for run in runs:
            if run.state is not RunState.CLOSED:
                keep_over(ctx, run, placed.get(run.id, ()))
    views = []
    for run, who in zip(runs, mine, strict=True):
        found = read(ctx, run, who, not_held(ctx, placed.get(run.id, ())))
        views.append(_view(ctx, run, who, accesses(ctx, run), found))
    return views


def record_view(ctx: Context, run: Run, enrolment: Enrolment) -> CourseView:
    """Return the course as one of its learners has it, for who may see their record.

    The caller has found the enrolment by ``visible_records``.
    """
    states = states_of(ctx, enrolment.id)
    where = not_held(ctx, placed_sessions(ctx, [run])[run.id], own=False)
    read = Read(states, settled_among(states), where, passed_over(ctx, run))
    scores = scores_in(states.values())
    access = learner_accesses(ctx, run, read.settled, enrolment.id, scores=scores)
    theirs = Standing(
        Seat.LEARNER,
        enrolment.id,
        paced_from=enrolment.paced_from or enrolment.enrolled_at,
        came_back=enrolment.paced_from is not None,
        shift_days=enrolment.shift_days,
        paused=enrolment.state is EnrolmentState.PAUSED,
        more_time=given_to(ctx, enrolment.id) if plan(run.version_id).deadlines else NO_TIME,
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
    lacking = end = 0
    letters = read.letters or course.nothing
    own = {*read.states, *read.places, *read.passed_over, *read.dues}
    touched = {line.module_id for key in own if (line := course.lines.get(key))}
    for module, part in zip(course.outline.modules, course.parts, strict=True):
        start, end = end, end + len(module.activities)
        opened = access.get(module.id)
        if opened is None:  # nobody in this run: nothing is shown
            continue
        due_at = due.get(module.id)
        counted = run.state is RunState.OPEN and opened.open and mine.seat is Seat.LEARNER
        late = counted and due_at is not None and due_at <= now
        signs = letters[start:end]
        views, sums = _lettered(run.version_id, module.id, late, signs), cells.totals(signs)
        settled = cells.is_settled(signs)
        if module.id in touched:
            views = tuple(
                _own_view(each.line, module, read, late, now if counted else None)
                if each.line.id in own
                else each
                for each in views
            )
        if read.letters is None:
            settled = all(view.settled for view in views)
        if read.letters is None or not part.needed.isdisjoint(read.passed_over):
            sums = totals(part.required, read.settled, read.passed_over)
        finish = course.lines[opened.finish] if opened.finish else None
        needs = needs_of(course.outline.modules, opened)
        off = len(part.required) - sums.required
        more = max(0, lacking - 1) if finish else 0
        modules.append(
            ModuleView(module, opened, due_at, finish, views, sums, off, needs, more, settled)
        )
        lacking += _lacking(views) if module.id in touched else sums.required - sums.done
    if mine.readings:
        modules = [_with_readings(module, mine) for module in modules]
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


def _with_readings(module: ModuleView, mine: Standing) -> ModuleView:
    """Return a module with whose turn it is with what the learner handed in."""
    if not any(view.line.id in mine.readings for view in module.activities):
        return module
    views = (
        dataclasses.replace(view, reading=mine.readings.get(view.line.id))
        for view in module.activities
    )
    return dataclasses.replace(module, activities=tuple(views))


def _lacking(views: Sequence[ActivityView]) -> int:
    """Return how many activities of a module hold back what comes after it."""
    return sum(
        view.line.required and not (view.settled or view.off or view.missed) for view in views
    )


def _next(
    run: Run, mine: Standing, modules: Sequence[ModuleView], now: dt.datetime
) -> ActivityView | None:
    """Return the activity a learner goes on with: none that is over, or waits for somebody else."""
    if mine.seat is not Seat.LEARNER or mine.paused:
        return None
    order = {
        a.line.id: a
        for m in modules
        if m.access.open and not m.settled
        for a in m.activities
        if not (a.place and a.place.over(now)) and not a.off and not a.waits
    }
    settled = {key for key, view in order.items() if view.settled}
    required = plan(run.version_id).required
    following = next_to_do(list(order), required, settled, mine.last_activity_id)
    return order[following] if following else None


@functools.lru_cache(maxsize=KEPT_MODULES)
def _lettered(
    version_id: uuid.UUID, module_id: uuid.UUID, late: bool, letters: str
) -> tuple[ActivityView, ...]:
    """Return the activities of a module in which one stands by its letters; nothing has a place."""
    alike = {
        each: _alike(version_id, module_id, late, cells.status_of(each)) for each in set(letters)
    }
    return tuple(alike[sign][at] for at, sign in enumerate(letters))


@functools.lru_cache(maxsize=KEPT_MODULES)
def _alike(
    version_id: uuid.UUID, module_id: uuid.UUID, late: bool, status: Status | None
) -> tuple[ActivityView, ...]:
    """Return the activities of a module as they are to whoever stands alike in all of them."""
    module = plan(version_id).modules[module_id]
    told = {line.id: TOLD[status] for line in module.activities} if status else {}
    return tuple(_activity_view(line, module, Read(told), late) for line in module.activities)


def _own_view(
    line: ActivityLine, module: ModuleOutline, read: Read, late: bool, now: dt.datetime | None
) -> ActivityView:
    """Return an activity that may be due by itself; ``late``: the time of its module is over.

    ``now``: None where nothing is late by itself.
    """
    due = read.dues.get(line.id)
    over = late if due is None else now is not None and due.is_over(now)
    return _activity_view(line, module, read, over)


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
