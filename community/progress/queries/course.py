"""A run's course as one person has it: what is open, where they stand, what is missing and why."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString

from community.academy.kinds.builtin import KINDS
from community.academy.kinds.protocol import Evidence
from community.academy.queries import ActivityLine, ModuleOutline
from community.accounts.models import User
from community.cohorts.models import Placement, Run, RunState
from community.discussions.models import ReadPointer, Thread
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import NotFound
from community.live.models import LiveSession, SessionState
from community.progress.models import ActivityState
from community.progress.policy import (
    Seat,
    Standing,
    accesses,
    judge,
    plan,
    standing,
)
from community.progress.policy.access import learner_accesses, release_instants
from community.progress.rules.states import SETTLED, Status, percent
from community.progress.rules.unlocking import Access, due_by_module, next_to_do
from community.spaces.models import Space
from community.spaces.policy import visible_spaces


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where an activity takes place: a thread with its last word, or a session with its time."""

    thread_id: uuid.UUID | None
    session_id: uuid.UUID | None
    posts: int | None
    unread: int | None
    last_posted_at: dt.datetime | None
    last_author: str | None
    starts_at: dt.datetime | None
    minutes: int | None
    session_state: SessionState | None

    def over(self, now: dt.datetime) -> bool:
        """Whether a session has ended, or its time has passed without it."""
        if self.session_state is SessionState.ENDED:
            return True
        if self.session_state is SessionState.LIVE or self.starts_at is None:
            return False
        return self.starts_at + dt.timedelta(minutes=self.minutes or 0) < now


@dataclasses.dataclass(frozen=True, slots=True)
class ActivityView:
    """An activity and where the reader stands in it; ``status`` None: nothing happened yet."""

    line: ActivityLine
    module_position: int
    status: Status | None = None
    fraction: float = 0.0
    evidence: Evidence = dataclasses.field(default_factory=Evidence)
    place: Place | None = None

    @property
    def settled(self) -> bool:
        return self.status in SETTLED

    @property
    def missing(self) -> str | LazyString:
        """What is still to be done, in words; empty when nothing is."""
        return "" if self.settled else judge(self.line)(self.evidence).missing

    @property
    def kind_label(self) -> LazyString:
        return KINDS[self.line.kind].label

    @property
    def minutes_left(self) -> int:
        return 0 if self.settled else max(1, round(self.line.minutes * (1 - self.fraction)))


@dataclasses.dataclass(frozen=True, slots=True)
class ModuleView:
    """A module, whether it is open or why not, and its activities."""

    module: ModuleOutline
    access: Access
    due_at: dt.datetime | None
    finish: ActivityLine | None
    activities: tuple[ActivityView, ...]

    @property
    def required(self) -> int:
        return sum(a.line.required for a in self.activities)

    @property
    def done(self) -> int:
        return sum(a.line.required and a.settled for a in self.activities)

    @property
    def percent(self) -> int:
        return percent(self.done, self.required)

    @property
    def complete(self) -> bool:
        return bool(self.activities) and self.done == self.required

    @property
    def minutes_left(self) -> int:
        return sum(a.minutes_left for a in self.activities)

    @property
    def segments(self) -> list[tuple[int, float]]:
        """Minutes and part done of each activity, for the line of progress."""
        return [(a.line.minutes, 1.0 if a.settled else a.fraction) for a in self.activities]


@dataclasses.dataclass(frozen=True, slots=True)
class CourseView:
    """A run's course as one person has it."""

    run: Run
    mine: Standing
    title: str
    description_html: str = dataclasses.field(repr=False)
    modules: tuple[ModuleView, ...]
    next: ActivityView | None

    @property
    def tracked(self) -> bool:
        """Whether the reader is a learner, whose progress is kept."""
        return self.mine.seat is Seat.LEARNER

    @property
    def closed(self) -> bool:
        return self.run.state is RunState.CLOSED

    @property
    def done(self) -> int:
        return sum(module.done for module in self.modules)

    @property
    def required(self) -> int:
        return sum(module.required for module in self.modules)

    @property
    def percent(self) -> int:
        return percent(self.done, self.required)

    @property
    def open_activities(self) -> tuple[ActivityView, ...]:
        """The activities that can be read now, in the order of the course."""
        return tuple(a for m in self.modules if m.access.open for a in m.activities)

    def module(self, position: int) -> ModuleView:
        """Return the module at ``position`` (from 1); raises NotFound."""
        for module in self.modules:
            if module.module.position == position:
                return module
        raise NotFound

    def around(self, activity_id: uuid.UUID) -> tuple[ActivityView | None, ActivityView | None]:
        """Return the open activities before and after one."""
        opened = self.open_activities
        at = next(n for n, a in enumerate(opened) if a.line.id == activity_id)
        before = opened[at - 1] if at else None
        return before, opened[at + 1] if at + 1 < len(opened) else None


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """What was read of a learner and a run, by activity."""

    states: Mapping[uuid.UUID, Any]
    places: Mapping[uuid.UUID, Place] = dataclasses.field(default_factory=dict)


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
    ctx.memo(("cohorts.run_of", space.id), lambda: run)  # who belongs to a space sees its run
    return space, run


def course_view(ctx: Context, run: Run, *, with_places: bool = True) -> CourseView:
    """Return the course of a run the actor sees, as the actor has it."""
    mine = standing(ctx, run)
    states = states_of(mine.enrolment_id) if mine.enrolment_id else {}
    if mine.enrolment_id:
        settled = frozenset(key for key, row in states.items() if row.status in SETTLED)
        ctx.memo(("progress.settled", mine.enrolment_id), lambda: settled)
    where = places(ctx, run) if with_places else {}
    return _view(ctx, run, mine, accesses(ctx, run), Read(states, where))


def record_view(ctx: Context, run: Run, enrolment_id: uuid.UUID) -> CourseView:
    """Return the course as one of its learners has it, for who may see their record.

    The caller has found the enrolment by ``visible_records``.
    """
    states = states_of(enrolment_id)
    settled = {key for key, row in states.items() if row.status in SETTLED}
    access = learner_accesses(ctx, run, settled)
    return _view(ctx, run, Standing(Seat.LEARNER, enrolment_id), access, Read(states))


def _view(
    ctx: Context, run: Run, mine: Standing, access: Mapping[uuid.UUID, Access], read: Read
) -> CourseView:
    """Put a course view together from what was read."""
    course = plan(run.version_id)
    due = due_by_module(course.parts, release_instants(ctx, run))
    modules = []
    for module in course.outline.modules:
        opened = access.get(module.id)
        if opened is None:  # nobody in this run: nothing is shown
            continue
        views = tuple(_activity_view(line, module, read) for line in module.activities)
        finish = course.lines[opened.finish] if opened.finish else None
        modules.append(ModuleView(module, opened, due.get(module.id), finish, views))
    order = [a for m in modules if m.access.open for a in m.activities]
    following = next_to_do(
        [a.line.id for a in order],
        course.required,
        {a.line.id for a in order if a.settled},
        mine.last_activity_id,
    )
    tracked = mine.seat is Seat.LEARNER
    return CourseView(
        run=run,
        mine=mine,
        title=course.outline.title,
        description_html=course.outline.description_html,
        modules=tuple(modules),
        next=next((a for a in order if tracked and a.line.id == following), None),
    )


def _activity_view(line: ActivityLine, module: ModuleOutline, read: Read) -> ActivityView:
    state, place = read.states.get(line.id), read.places.get(line.id)
    if state is None:
        return ActivityView(line, module.position, place=place)
    evidence = Evidence.from_json(state.evidence)
    return ActivityView(line, module.position, state.status, state.fraction, evidence, place)


_STATES = sa.select(
    ActivityState.activity_id,
    ActivityState.status,
    ActivityState.fraction,
    ActivityState.evidence,
).where(ActivityState.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()))


def states_of(enrolment_id: uuid.UUID) -> dict[uuid.UUID, Any]:
    """Return where a learner stands, by activity: rows of status, fraction and evidence."""
    rows = execute(_STATES, {"enrolment": enrolment_id})
    return {row.activity_id: row for row in rows}


def places(ctx: Context, run: Run) -> dict[uuid.UUID, Place]:
    """Return where the activities of a run take place, by activity; one statement."""
    rows: Sequence[Any] = db.session.execute(
        sa.select(
            Placement.activity_id,
            Placement.thread_id,
            Placement.session_id,
            Thread.last_number.label("posts"),
            (Thread.last_number - sa.func.coalesce(ReadPointer.number, 0)).label("unread"),
            Thread.last_posted_at,
            User.name.label("last_author"),
            LiveSession.starts_at,
            LiveSession.minutes,
            LiveSession.state.label("session_state"),
        )
        .outerjoin(Thread, Thread.id == Placement.thread_id)
        .outerjoin(User, User.id == Thread.last_author_id)
        .outerjoin(
            ReadPointer,
            sa.and_(ReadPointer.thread_id == Thread.id, ReadPointer.user_id == ctx.actor_id),
        )
        .outerjoin(LiveSession, LiveSession.id == Placement.session_id)
        .where(Placement.run_id == run.id)
    ).all()
    return {row.activity_id: Place(*row[1:]) for row in rows}
