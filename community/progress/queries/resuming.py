"""What a learner goes on with, across all their runs: for "my week"."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString

from community.academy.kinds.builtin import KINDS
from community.academy.kinds.protocol import Evidence
from community.academy.queries import ActivityLine
from community.cohorts.models import Enrolment, EnrolmentState, Release, Run, RunState
from community.kernel.context import Context
from community.kernel.db import db
from community.progress.models import ActivityState, Summary
from community.progress.policy import judge, plan
from community.progress.rules.states import SETTLED, percent
from community.progress.rules.unlocking import due_by_module, next_to_do, unlock
from community.spaces.models import Space
from community.spaces.policy import my_spaces

RUNS_SHOWN = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Todo:
    """An open activity that is not done; ``module`` and ``activity`` are its place in addresses.

    ``due_at`` is when its module's time is over, None where nothing says so.
    """

    run_id: uuid.UUID
    slug: str
    run_name: str
    activity_id: uuid.UUID
    module: int
    activity: int
    module_title: str
    kind: str
    title: str
    minutes: int
    minutes_left: int
    fraction: float
    required: bool
    missing: str | LazyString
    due_at: dt.datetime | None

    @property
    def kind_label(self) -> LazyString:
        return KINDS[self.kind].label


@dataclasses.dataclass(frozen=True, slots=True)
class Course:
    """One of my open runs; ``next_opens`` is the next module to be released, with its title."""

    run_id: uuid.UUID
    slug: str
    name: str
    done: int
    required: int
    percent: int
    resume: Todo | None
    waiting: tuple[Todo, ...]
    next_opens: tuple[str, dt.datetime] | None
    last_active_at: dt.datetime | None

    @property
    def minutes_left(self) -> int:
        """Minutes that what is open and required still asks."""
        return sum(todo.minutes_left for todo in self.waiting if todo.required)


def my_courses(ctx: Context) -> list[Course]:
    """Return the actor's open runs as a learner, the one they were at last first; 3 statements."""
    if ctx.actor_id is None:
        return []
    return ctx.memo("progress.my_courses", lambda: _my_courses(ctx))


def resume(ctx: Context) -> Todo | None:
    """Return the one activity to go on with: in the run the actor was at last."""
    return next((course.resume for course in my_courses(ctx) if course.resume), None)


def _my_courses(ctx: Context) -> list[Course]:
    rows = db.session.execute(
        sa.select(
            Enrolment.id.label("enrolment_id"),
            Run.id.label("run_id"),
            Run.version_id,
            Space.slug,
            Space.name,
            Summary.last_activity_id,
            Summary.last_active_at,
            Enrolment.enrolled_at,
        )
        .join(Run, Run.id == Enrolment.run_id)
        .join(Space, Space.id == Run.space_id)
        .outerjoin(Summary, Summary.enrolment_id == Enrolment.id)
        .where(
            Enrolment.user_id == ctx.person,
            Enrolment.state == EnrolmentState.ACTIVE,
            Run.state == RunState.OPEN,
            Run.space_id.in_(my_spaces(ctx)),
        )
        .order_by(Run.starts_on.desc(), Run.id)
        .limit(RUNS_SHOWN)
    ).all()
    if not rows:
        return []
    states: dict[uuid.UUID, dict[uuid.UUID, Any]] = defaultdict(dict)
    for state in db.session.execute(
        sa.select(
            ActivityState.enrolment_id,
            ActivityState.activity_id,
            ActivityState.status,
            ActivityState.fraction,
            ActivityState.evidence,
        ).where(ActivityState.enrolment_id.in_([row.enrolment_id for row in rows]))
    ):
        states[state.enrolment_id][state.activity_id] = state
    releases: dict[uuid.UUID, dict[uuid.UUID, dt.datetime]] = defaultdict(dict)
    for release in db.session.execute(
        sa.select(Release.run_id, Release.module_id, Release.opens_at).where(
            Release.run_id.in_([row.run_id for row in rows])
        )
    ):
        releases[release.run_id][release.module_id] = release.opens_at
    courses = [_course(ctx, row, states[row.enrolment_id], releases[row.run_id]) for row in rows]
    return sorted(courses, key=lambda c: (c.last_active_at is None, _negative(c.last_active_at)))


def _negative(at: dt.datetime | None) -> float:
    return -at.timestamp() if at else 0.0


def _course(
    ctx: Context, row: Any, states: dict[uuid.UUID, Any], releases: dict[uuid.UUID, dt.datetime]
) -> Course:
    course = plan(row.version_id)
    settled = {key for key, state in states.items() if state.status in SETTLED}
    access = unlock(course.parts, releases, settled, now=ctx.now, run_open=True)
    due = due_by_module(course.parts, releases)
    order = [key for key in course.order if access[course.lines[key].module_id].open]
    following = next_to_do(order, course.required, settled, row.last_activity_id)
    waiting = {
        key: _todo(row, course.lines[key], states.get(key), due.get(course.lines[key].module_id))
        for key in order
        if key not in settled
    }
    coming = sorted(
        (at, course.modules[key].position, course.modules[key].title)
        for key, at in releases.items()
        if at > ctx.now and not course.modules[key].opens_later
    )
    done, required = len(settled & course.required), len(course.required)
    return Course(
        run_id=row.run_id,
        slug=row.slug,
        name=row.name,
        done=done,
        required=required,
        percent=percent(done, required),
        resume=waiting[following] if following else None,
        waiting=tuple(waiting.values()),
        next_opens=(coming[0][2], coming[0][0]) if coming else None,
        last_active_at=row.last_active_at,
    )


def _todo(row: Any, line: ActivityLine, state: Any | None, due_at: dt.datetime | None) -> Todo:
    module = plan(row.version_id).modules[line.module_id]
    evidence = Evidence.from_json(state.evidence) if state else Evidence()
    fraction = state.fraction if state else 0.0
    return Todo(
        run_id=row.run_id,
        slug=row.slug,
        run_name=row.name,
        activity_id=line.id,
        module=module.position,
        activity=line.position,
        module_title=module.title,
        kind=line.kind,
        title=line.title,
        minutes=line.minutes,
        minutes_left=max(1, round(line.minutes * (1 - fraction))),
        fraction=fraction,
        required=line.required,
        missing=judge(line)(evidence).missing,
        due_at=due_at,
    )
