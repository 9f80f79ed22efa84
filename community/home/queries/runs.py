"""A run as one of its people sees it: what is open to them, what is done, what comes next.

The rules are progress's own; they are asked here for several runs at once, in three statements.
"""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.academy.queries import ActivityLine, ModuleOutline
from community.cohorts.models import Enrolment, EnrolmentState, Release, Run, RunState
from community.cohorts.policy import visible_runs
from community.cohorts.rules import week_of
from community.home.rules import Portion, minutes_left, portion
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.policy import ANYBODY, ME
from community.progress.models import ActivityState, Summary
from community.progress.policy import Plan, plan
from community.progress.rules.states import SETTLED, Status
from community.progress.rules.unlocking import Access, due_by_module, next_to_do, unlock
from community.spaces.models import Role, Space
from community.spaces.policy import FACILITATING, ORGANISING, memberships

RUNS_SHOWN = 20

MINE: tuple[Any, ...] = (
    Run,
    Enrolment.id.label("enrolment_id"),
    Summary.done,
    Summary.required,
    Summary.percent,
    Summary.last_activity_id,
    Summary.last_active_at,
)
"""A run, and the reader's own totals in it."""


class Standing(NamedTuple):
    """Where the reader stands in one activity; ``fraction`` is 0..1."""

    status: Status
    fraction: float


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """An open activity that is not done; ``due_at`` is when its module's time is over."""

    slug: str
    space_name: str
    line: ActivityLine
    module: ModuleOutline
    fraction: float
    due_at: dt.datetime | None
    late: bool

    @property
    def minutes_left(self) -> int:
        return minutes_left(self.line.minutes, self.fraction)

    @property
    def percent(self) -> int:
        return round(100 * self.fraction)

    @property
    def last_day(self) -> dt.datetime | None:
        """An instant on the last day there is for it: a week that ends at midnight ends before."""
        return self.due_at - dt.timedelta(minutes=1) if self.due_at else None


@dataclasses.dataclass(frozen=True, kw_only=True)
class MyRun:
    """A run, the reader's role in its space, and where they stand in it at ``now``."""

    id: uuid.UUID
    space_id: uuid.UUID
    slug: str
    name: str
    version_id: uuid.UUID
    starts_on: dt.date
    weeks: int
    zone: str
    capacity: int
    enrolled: int
    state: RunState
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None
    role: Role
    enrolment_id: uuid.UUID | None
    done: int
    required: int
    percent: int
    last_activity_id: uuid.UUID | None
    last_active_at: dt.datetime | None
    now: dt.datetime
    releases: Mapping[uuid.UUID, dt.datetime]
    states: Mapping[uuid.UUID, Standing]

    @property
    def learns(self) -> bool:
        """Whether the reader's own progress is kept here."""
        return self.enrolment_id is not None and self.role is Role.MEMBER

    @property
    def leads(self) -> bool:
        return self.role in FACILITATING

    @property
    def organises(self) -> bool:
        return self.role in ORGANISING

    @property
    def today(self) -> dt.date:
        """The date in the run's own zone."""
        return localtime.in_zone(self.now, self.zone).date()

    @property
    def week(self) -> int:
        """The week of the run, 0 before it begins, ``weeks`` + 1 after its last day."""
        return week_of(self.starts_on, self.weeks, self.today)

    @property
    def starts_at(self) -> dt.datetime:
        return localtime.instant(dt.datetime.combine(self.starts_on, dt.time()), self.zone)

    @property
    def plan(self) -> Plan:
        return plan(self.version_id)

    @functools.cached_property
    def settled(self) -> frozenset[uuid.UUID]:
        return frozenset(key for key, state in self.states.items() if state.status in SETTLED)

    @functools.cached_property
    def access(self) -> Mapping[uuid.UUID, Access]:
        """Whether each module is open to the reader, and why not."""
        if self.leads or self.role is Role.OBSERVER:
            return {part.id: Access(None, self.releases.get(part.id)) for part in self.plan.parts}
        if not self.learns:
            return {}
        return unlock(
            self.plan.parts,
            self.releases,
            self.settled,
            now=min(self.now, self.closed_at) if self.closed_at else self.now,
            run_open=self.state is not RunState.PLANNED,
        )

    def fraction(self, activity_id: uuid.UUID) -> float:
        """Return how far the reader is in an activity, 0..1."""
        if activity_id in self.settled:
            return 1.0
        state = self.states.get(activity_id)
        return state.fraction if state else 0.0

    def work(self, module: ModuleOutline) -> Portion:
        """Return the minutes of a module's activities, and how many of them are done."""
        return portion([(line.minutes, self.fraction(line.id)) for line in module.activities])

    @property
    def module_of_week(self) -> ModuleOutline | None:
        """The module that was released last; None before the first."""
        released = [
            module
            for module in self.plan.outline.modules
            if (opens_at := self.releases.get(module.id)) and opens_at <= self.now
        ]
        return released[-1] if released else None

    def tasks(self) -> list[Task]:
        """Return what is open to the learner and not done, in the order of the course."""
        if not self.learns or self.state is not RunState.OPEN:
            return []
        return list(self._tasks())

    def _tasks(self) -> Iterator[Task]:
        due = due_by_module(self.plan.parts, self.releases)
        for module in self.plan.outline.modules:
            access = self.access.get(module.id)
            if access is None or not access.open:
                continue
            due_at = due.get(module.id)
            for line in module.activities:
                if line.id not in self.settled:
                    yield Task(
                        slug=self.slug,
                        space_name=self.name,
                        line=line,
                        module=module,
                        fraction=self.fraction(line.id),
                        due_at=due_at,
                        late=due_at is not None and due_at <= self.now,
                    )

    def resume(self) -> Task | None:
        """Return the activity to go on with, by progress's own rule; None where nothing is open."""
        tasks = {task.line.id: task for task in self.tasks()}
        found = next_to_do(list(tasks), self.plan.required, self.settled, self.last_activity_id)
        return tasks[found] if found else None


def with_my_record(statement: Any) -> Any:
    """Join the reader's own enrolment and its totals to a statement over runs they see.

    That is ``progress.policy.visible_records`` for one's own, said without a subquery; the reader
    is the parameter "me".
    """
    return statement.outerjoin(
        Enrolment,
        sa.and_(
            Enrolment.run_id == Run.id,
            Enrolment.user_id == ME,
            Enrolment.state == EnrolmentState.ACTIVE,
        ),
    ).outerjoin(Summary, Summary.enrolment_id == Enrolment.id)


_MY_RUNS = with_my_record(
    visible_runs(ANYBODY)
    .join(Space, Space.id == Run.space_id)
    .where(Run.state != RunState.CLOSED)
    .order_by(Run.starts_on.desc(), Run.id.desc())
    .limit(RUNS_SHOWN)
    .with_only_columns(Space.id.label("space_id"), Space.slug, Space.name, *MINE)
)


def my_runs(ctx: Context) -> list[MyRun]:
    """Return the reader's runs that are not closed, those that began last first.

    Three statements; two where there is nothing to learn, one where there is no run.
    """
    return as_my_runs(ctx, db.session.execute(_MY_RUNS, {"me": ctx.actor_id}).all())


def as_my_runs(ctx: Context, rows: Sequence[Any]) -> list[MyRun]:
    """Return rows of ``MINE`` and the space's id, slug and name with all that hangs on them.

    Two statements more: releases and the reader's states.
    """
    roles = memberships(ctx)
    releases = _releases([row.Run.id for row in rows])
    states = _states([row.enrolment_id for row in rows if row.enrolment_id])
    return [
        MyRun(
            id=row.Run.id,
            space_id=row.space_id,
            slug=row.slug,
            name=row.name,
            version_id=row.Run.version_id,
            starts_on=row.Run.starts_on,
            weeks=row.Run.weeks,
            zone=row.Run.zone,
            capacity=row.Run.capacity,
            enrolled=row.Run.enrolled,
            state=row.Run.state,
            opened_at=row.Run.opened_at,
            closed_at=row.Run.closed_at,
            role=roles[row.space_id],
            enrolment_id=row.enrolment_id,
            done=row.done or 0,
            required=row.required or len(plan(row.Run.version_id).required),
            percent=row.percent or 0,
            last_activity_id=row.last_activity_id,
            last_active_at=row.last_active_at,
            now=ctx.now,
            releases=releases.get(row.Run.id, {}),
            states=states.get(row.enrolment_id, {}),
        )
        for row in rows
    ]


def _releases(run_ids: list[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, dt.datetime]]:
    found: dict[uuid.UUID, dict[uuid.UUID, dt.datetime]] = {}
    if not run_ids:
        return found
    for row in db.session.execute(
        sa.select(Release.run_id, Release.module_id, Release.opens_at).where(
            Release.run_id.in_(run_ids)
        )
    ):
        found.setdefault(row.run_id, {})[row.module_id] = row.opens_at
    return found


def _states(enrolment_ids: list[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, Standing]]:
    found: dict[uuid.UUID, dict[uuid.UUID, Standing]] = {}
    if not enrolment_ids:
        return found
    for row in db.session.execute(
        sa.select(
            ActivityState.enrolment_id,
            ActivityState.activity_id,
            ActivityState.status,
            ActivityState.fraction,
        ).where(ActivityState.enrolment_id.in_(enrolment_ids))
    ):
        found.setdefault(row.enrolment_id, {})[row.activity_id] = Standing(row.status, row.fraction)
    return found
