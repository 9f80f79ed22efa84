"""My week: what it holds, what comes next, what is open, what is unread."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.models import Activity
from community.cohorts.models import Placement, RunState
from community.discussions.models import Thread
from community.discussions.queries import is_announced, unread_threads
from community.home.queries.runs import MyRun, Task, live_runs
from community.home.queries.sessions import SessionLine, leads, sessions_since
from community.home.rules import SOON, Day, Happening, monday_of, week_of_days
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.frame import Person
from community.live.rules import oldest_start

TASKS_SHOWN = 6
RETURNED_SHOWN = 6
UNREAD_SHOWN = 5
ANNOUNCED_SHOWN = 3
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """A module that opens on a day."""

    mine: MyRun
    module: int
    title: str
    opens_at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Everything on the page; ``soon`` is a session to say first, ``leads`` who leads it.

    ``resume`` is the activity to go on with, ``returned`` is work that was given back; ``tasks``
    are the others, without what waits to be read by somebody. ``meets`` says when those begin that
    are sessions ahead, by space and activity.
    """

    days: Sequence[Day]
    runs: Sequence[MyRun]
    soon: SessionLine | None
    leads: Sequence[Person]
    resume: Task | None
    returned: Sequence[Task]
    next_session: SessionLine | None
    next_release: Opening | None
    tasks: Sequence[Task]
    more_tasks: int
    announced: Sequence[Any]
    unread: Sequence[Any]
    meets: Mapping[tuple[str, uuid.UUID], dt.datetime]


def my_week(ctx: Context, zone: str) -> Week:
    """Return the reader's week, in at most eight statements; ``zone`` is the reader's own."""
    today = localtime.in_zone(ctx.now, zone).date()
    monday = localtime.instant(dt.datetime.combine(monday_of(today), dt.time()), zone)
    sessions = sessions_since(ctx, min(monday, oldest_start(ctx.now)))
    runs = live_runs(ctx, sessions)
    ahead = sorted(
        (session for session in sessions if session.is_ahead(ctx.now)),
        key=lambda session: not session.live,
    )
    following = ahead[0] if ahead else None
    soon = following if following and (_is_soon(following, ctx.now)) else None
    releases = _releases_ahead(runs, monday)
    opening = [release for release in releases if release.opens_at > ctx.now]
    latest = sorted(runs, key=lambda run: run.view.mine.last_active_at or NEVER, reverse=True)
    resume = next((task for run in latest if (task := run.resume())), None)
    waiting = [task for run in runs for task in run.tasks()]
    returned = [task for task in waiting if task.activity.given_back]
    tasks = [task for task in waiting if not task.activity.reading and not _same(task, resume)]
    tasks.sort(key=lambda task: not task.line.required)  # stable: else as the courses go
    unread = unread_threads(
        ctx, UNREAD_SHOWN + ANNOUNCED_SHOWN, but=NOT_YET, given={"locked": locked_modules(runs)}
    )
    announced = [thread for thread in unread if is_announced(thread)][:ANNOUNCED_SHOWN]
    return Week(
        days=week_of_days(today, [*_sessions(ctx, sessions, zone), *_openings(releases, zone)]),
        runs=runs,
        soon=soon,
        leads=leads(ctx, soon.space_id) if soon else (),
        resume=resume,
        returned=returned[:RETURNED_SHOWN],
        next_session=following,
        next_release=min(opening, key=lambda release: release.opens_at, default=None),
        tasks=tasks[:TASKS_SHOWN],
        more_tasks=max(0, len(tasks) - TASKS_SHOWN),
        announced=announced,
        unread=[thread for thread in unread if thread not in announced][:UNREAD_SHOWN],
        meets={(line.slug, line.activity_id): line.starts_at for line in ahead if line.activity_id},
    )


NOT_YET = (
    sa.select(Placement.id)
    .join(Activity, Activity.id == Placement.activity_id)
    .where(
        Placement.thread_id == Thread.id,
        sa.or_(
            Thread.last_number - Thread.removed <= 1,
            Activity.module_id.in_(sa.bindparam("locked", type_=sa.Uuid(), expanding=True)),
        ),
    )
    .correlate(Thread)
    .exists()
)
"""Which threads ask for nothing yet, with ``locked`` from ``locked_modules``.

They belong to an activity that is locked to the reader, or hold only what they were begun with as
the run opened.
"""


def locked_modules(runs: Sequence[MyRun]) -> list[uuid.UUID]:
    """Return the ids of the modules of some runs that are locked to the reader."""
    return [
        module.module.id for mine in runs for module in mine.view.modules if not module.access.open
    ]


def _same(task: Task, other: Task | None) -> bool:
    return other is not None and task.activity is other.activity


def _is_soon(session: SessionLine, now: dt.datetime) -> bool:
    return session.is_open(now) or now <= session.starts_at < now + SOON


def _sessions(ctx: Context, sessions: Sequence[SessionLine], zone: str) -> list[Happening]:
    return [
        Happening(
            localtime.in_zone(line.starts_at, zone),
            line.title,
            called_off=line.called_off,
            not_held=line.is_missed(ctx.now),
        )
        for line in sessions
    ]


def _openings(releases: Sequence[Opening], zone: str) -> list[Happening]:
    return [
        Happening(localtime.in_zone(release.opens_at, zone), release.title, release.module)
        for release in releases
    ]


def _releases_ahead(runs: Sequence[MyRun], since: dt.datetime) -> list[Opening]:
    """Return the modules that open from an instant on, in open runs.

    Not those with nothing in them, nor those of which one has done, or need not do, all, nor what
    an organiser has opened before: for them it is no news. Nor, once their day is there, those
    that are locked to a learner: what they are to finish first says Learn.
    """
    return [
        Opening(mine, module.module.position, module.module.title, opens_at)
        for mine in runs
        if mine.run.state is RunState.OPEN
        for module in mine.view.modules
        if module.activities
        and not (mine.learns and module.required and module.complete)
        and (opens_at := module.access.opens_at) is not None
        and opens_at >= since
        and not (module.access.opened or opens_at == mine.now)
        and (module.access.open or opens_at > mine.now)
    ]
