"""The calendar of a run: when its modules open, and where its activities take place.

Functions that take ids instead of a context are for callers that have found the run, the thread or
the session under a read rule.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.queries import outline
from community.cohorts.models import Placement, Release, Run
from community.kernel.db import db, execute, values_of
from community.live.models import LiveSession


@dataclasses.dataclass(frozen=True, slots=True)
class Placed:
    """The activity of a run that a thread or a session is there for."""

    run_id: uuid.UUID
    activity_id: uuid.UUID


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
        "ends_on": run.timeline.ends_on,
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
