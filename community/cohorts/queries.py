"""Reading runs.

Functions that take ids instead of a context are for callers that have found the run, the thread or
the session under a read rule.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.models import CourseVersion
from community.academy.queries import outline
from community.accounts.models import User
from community.cohorts.models import Enrolment, EnrolmentState, Placement, Release, Run, RunState
from community.cohorts.policy import visible_runs
from community.kernel.context import Context
from community.kernel.db import db, execute, values_of
from community.kernel.errors import NotFound
from community.live.models import LiveSession
from community.spaces.models import Space


@dataclasses.dataclass(frozen=True, slots=True)
class RunLine:
    """A run as lists show it."""

    id: uuid.UUID
    space_id: uuid.UUID
    slug: str
    name: str
    version_id: uuid.UUID
    course_title: str
    starts_on: dt.date
    weeks: int
    zone: str
    capacity: int
    enrolled: int
    state: RunState
    closed_at: dt.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class Learner:
    """Somebody enrolled in a run now."""

    enrolment_id: uuid.UUID
    user_id: uuid.UUID
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Placed:
    """The activity of a run that a thread or a session is there for."""

    run_id: uuid.UUID
    activity_id: uuid.UUID


def run_of(ctx: Context, space_id: uuid.UUID) -> Run | None:
    """Return the run of a space the actor belongs to; None where there is none to see."""
    return ctx.memo(
        ("cohorts.run_of", space_id),
        lambda: db.session.scalar(visible_runs(ctx).where(Run.space_id == space_id)),
    )


def run_lines(ctx: Context) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of the runs the actor sees, the latest first, for a page of them."""
    visible = visible_runs(ctx).with_only_columns(Run.id)
    return (
        sa.select(
            Run.id,
            Run.space_id,
            Space.slug,
            Space.name,
            Run.version_id,
            CourseVersion.title.label("course_title"),
            Run.starts_on,
            Run.weeks,
            Run.zone,
            Run.capacity,
            Run.enrolled,
            Run.state,
            Run.closed_at,
        )
        .join(Space, Space.id == Run.space_id)
        .join(CourseVersion, CourseVersion.id == Run.version_id)
        .where(Run.id.in_(visible))
        .order_by(Run.starts_on.desc(), Run.id.desc())
    )


def my_runs(ctx: Context) -> Sequence[RunLine]:
    """Return the runs the actor sees that are not closed, at most 50, the latest first."""
    rows = db.session.execute(run_lines(ctx).where(Run.state != RunState.CLOSED).limit(50))
    return [RunLine(**values_of(row)) for row in rows]


def run_line(ctx: Context, run_id: uuid.UUID) -> RunLine:
    """Return one run as lists show it; raises NotFound."""
    row = db.session.execute(run_lines(ctx).where(Run.id == run_id)).one_or_none()
    if row is None:
        raise NotFound
    return RunLine(**values_of(row))


def run_in(space_id: uuid.UUID) -> Run | None:
    """Return the run of a space; the caller has found the space, or holds an invitation into it."""
    found: Run | None = db.session.scalar(sa.select(Run).where(Run.space_id == space_id))
    return found


_RELEASES = (
    sa.select(Release.run_id, Release.module_id, Release.opens_at)
    .where(Release.run_id.in_(sa.bindparam("runs", type_=sa.Uuid(), expanding=True)))
    .order_by(Release.opens_at, Release.id)
)


def releases(run_id: uuid.UUID) -> dict[uuid.UUID, dt.datetime]:
    """Return when each module of a run opens (UTC), by the module's id, in order."""
    return releases_of([run_id])[run_id]


def releases_of(run_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, dt.datetime]]:
    """Return for each of several runs when its modules open, see ``releases``; one statement."""
    found: dict[uuid.UUID, dict[uuid.UUID, dt.datetime]] = {key: {} for key in run_ids}
    for row in execute(_RELEASES, {"runs": list(run_ids)}):
        found[row.run_id][row.module_id] = row.opens_at
    return found


def placements(run_id: uuid.UUID) -> dict[uuid.UUID, Placement]:
    """Return where the activities of a run take place, by the activity's id."""
    rows = db.session.scalars(
        sa.select(Placement).where(Placement.run_id == run_id).order_by(Placement.id)
    )
    return {row.activity_id: row for row in rows}


_PLACED_THREAD = sa.select(Placement.run_id, Placement.activity_id).where(
    Placement.thread_id == sa.bindparam("thread", type_=sa.Uuid())
)
_PLACED_SESSION = sa.select(Placement.run_id, Placement.activity_id).where(
    Placement.session_id == sa.bindparam("session", type_=sa.Uuid())
)


def placement_of_thread(thread_id: uuid.UUID) -> Placed | None:
    """Return what a thread was begun for, or None."""
    row = execute(_PLACED_THREAD, {"thread": thread_id}).one_or_none()
    return Placed(*row) if row else None


def placement_of_session(session_id: uuid.UUID) -> Placed | None:
    """Return what a live session was scheduled for, or None."""
    row = execute(_PLACED_SESSION, {"session": session_id}).one_or_none()
    return Placed(*row) if row else None


def calendar(run: Run) -> dict[str, Any]:
    """Return all that has a time or a place in a run the caller may see; two statements."""
    modules = {module.id: module for module in outline(run.version_id).modules}
    in_module = {a.id: a.module_id for module in modules.values() for a in module.activities}
    opening = db.session.scalars(
        sa.select(Release).where(Release.run_id == run.id).order_by(Release.opens_at, Release.id)
    )
    placed = db.session.execute(
        sa.select(
            Placement.activity_id,
            Placement.thread_id,
            Placement.session_id,
            LiveSession.starts_at,
        )
        .join(LiveSession, LiveSession.id == Placement.session_id, isouter=True)
        .where(Placement.run_id == run.id)
        .order_by(Placement.id)
    )
    return {
        "zone": run.zone,
        "releases": [
            {
                "module_id": row.module_id,
                "position": modules[row.module_id].position,
                "title": modules[row.module_id].title,
                "local_at": row.local_at,
                "opens_at": row.opens_at,
            }
            for row in opening
        ],
        "placements": [
            {**values_of(row), "module_id": in_module[row.activity_id]} for row in placed
        ],
    }


def enrolment_of(run_id: uuid.UUID, user_id: uuid.UUID) -> Enrolment | None:
    """Return somebody's enrolment in a run as it holds now; None for who has none or left."""
    found: Enrolment | None = db.session.scalar(
        sa.select(Enrolment).where(
            Enrolment.run_id == run_id,
            Enrolment.user_id == user_id,
            Enrolment.state == EnrolmentState.ACTIVE,
        )
    )
    return found


def learners(run_id: uuid.UUID) -> Sequence[Learner]:
    """Return who is enrolled in a run now, by name; one statement."""
    rows = db.session.execute(
        sa.select(Enrolment.id, Enrolment.user_id, User.name)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.ACTIVE)
        .order_by(User.name, Enrolment.id)
    )
    return [Learner(*row) for row in rows]
