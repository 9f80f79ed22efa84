"""My runs, each with its course as I have it: what is open, done and next is progress's to say."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from community.academy.queries import ActivityLine
from community.cohorts.models import Run, RunState
from community.cohorts.policy import visible_runs
from community.home.queries.sessions import SessionLine
from community.home.queries.waiting import HAND_INS, hand_ins
from community.home.rules import Need
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.policy import ANYBODY
from community.progress.queries import ActivityView, CourseView, ModuleView, course_views
from community.spaces.models import Role, Space
from community.spaces.policy import FACILITATING, ORGANISING, memberships

RUNS_SHOWN = 20


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MyRun:
    """A run with its space's address and name, the reader's role there, and the course as theirs.

    ``now`` is when it was read; ``hand_ins`` is what waits for who leads it.
    """

    run: Run
    slug: str
    name: str
    role: Role
    view: CourseView
    now: dt.datetime
    hand_ins: Need | None = None

    @property
    def learns(self) -> bool:
        """Whether the reader's own progress is kept here."""
        return self.view.tracked

    @property
    def leads(self) -> bool:
        return self.role in FACILITATING

    @property
    def organises(self) -> bool:
        return self.role in ORGANISING

    @property
    def week(self) -> int:
        """The week of the run, 0 before it begins, ``weeks`` + 1 after its last day."""
        return self.run.timeline.week_of(self.today)

    @property
    def today(self) -> dt.date:
        """The day it is where the run takes place."""
        return localtime.in_zone(self.now, self.run.zone).date()

    @property
    def unopened(self) -> bool:
        """Whether its first day is there, and the organisers have not opened it."""
        return self.view.unopened(self.now)

    @property
    def starts_at(self) -> dt.datetime:
        return localtime.instant(dt.datetime.combine(self.run.starts_on, dt.time()), self.run.zone)

    @property
    def module_of_week(self) -> ModuleView | None:
        """The module that was released last, of several the first undone; None before the first.

        One that an organiser opened ahead of its time is not what this week asks.
        """
        released = [
            (module.access.opens_at, module)
            for module in self.view.modules
            if module.access.opens_at
            and module.access.opens_at <= self.now
            and not (module.access.opened and module.access.opens_at == self.now)
        ]
        last = max((at for at, _module in released), default=None)
        found = [module for at, module in released if at == last]
        return next((each for each in found if each.minutes_left), found[-1] if found else None)

    def tasks(self) -> list["Task"]:
        """Return what is open to the learner and not settled, in the order of the course."""
        return [Task(self, module, activity) for module, activity in self.view.waiting]

    def resume(self) -> "Task | None":
        """Return the activity to go on with; None where nothing is open."""
        found = self.view.next
        return next((task for task in self.tasks() if task.activity is found), None)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Task:
    """An open activity that is not settled, with the run it is of."""

    mine: MyRun
    module: ModuleView
    activity: ActivityView

    @property
    def line(self) -> ActivityLine:
        return self.activity.line

    @property
    def percent(self) -> int:
        return min(99, round(100 * self.activity.fraction))  # what waits is never all done


_MY_RUNS = (
    visible_runs(ANYBODY)
    .join(Space, Space.id == Run.space_id)
    .where(Run.state != RunState.CLOSED)
    .order_by(Run.starts_on.desc(), Run.id.desc())
    .limit(RUNS_SHOWN)
    .add_columns(Space.slug, Space.name)
)
_WITH_HAND_INS = _MY_RUNS.add_columns(*HAND_INS)


def live_runs(ctx: Context, sessions: Iterable[SessionLine] | None = None) -> list[MyRun]:
    """Return the reader's runs that are not closed, those that began last first.

    ``sessions`` are the reader's, where they were read already. Four statements then, five without;
    one where there is no run.
    """
    leads = not FACILITATING.isdisjoint(memberships(ctx).values())
    rows = db.session.execute(_WITH_HAND_INS if leads else _MY_RUNS, {"me": ctx.actor_id}).all()
    found = as_my_runs(ctx, rows, sessions)
    return [
        dataclasses.replace(mine, hand_ins=hand_ins(ctx, row)) if mine.leads else mine
        for mine, row in zip(found, rows, strict=True)
    ]


def as_my_runs(
    ctx: Context, rows: Sequence[Any], sessions: Iterable[SessionLine] | None = None
) -> list[MyRun]:
    """Return rows of a run with its space's slug and name as the reader has them."""
    roles = memberships(ctx)
    placed = None if sessions is None else _by_run(sessions)
    views = course_views(ctx, [row.Run for row in rows], placed=placed)
    return [
        MyRun(
            run=row.Run,
            slug=row.slug,
            name=row.name,
            role=roles[row.Run.space_id],
            view=view,
            now=ctx.now,
        )
        for row, view in zip(rows, views, strict=True)
    ]


def _by_run(sessions: Iterable[SessionLine]) -> dict[uuid.UUID, list[SessionLine]]:
    found: dict[uuid.UUID, list[SessionLine]] = {}
    for line in sessions:
        if line.run_id is not None:
            found.setdefault(line.run_id, []).append(line)
    return found
