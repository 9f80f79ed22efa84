"""The calendar of a run: when its modules open, and where its activities take place.

Functions that take ids instead of a context are for callers that have found the run, the thread or
the session under a read rule.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.queries import outline
from community.cohorts.models import Enrolment, LearnerRelease, Placement, Release, Run
from community.cohorts.rules import Opening, opening_of
from community.kernel.db import UtcDateTime, db, execute, values_of
from community.live.models import LiveSession


@dataclasses.dataclass(frozen=True, slots=True)
class Placed:
    """The activity of a run that a thread or a session is there for."""

    run_id: uuid.UUID
    activity_id: uuid.UUID


_RELEASES = (
    sa.select(
        Release.run_id,
        Release.module_id,
        Release.opens_at,
        Release.rule,
        Release.begins_at,
        Release.instants,
        Release.opened_at,
    )
    .where(Release.run_id.in_(sa.bindparam("runs", type_=sa.Uuid(), expanding=True)))
    .order_by(Release.opens_at, Release.id)
)


def releases(run_id: uuid.UUID) -> dict[uuid.UUID, dt.datetime]:
    """Return when each module of a run opens (UTC), by the module's id, in order."""
    return {key: each.opens_at for key, each in openings_of([run_id])[run_id].items()}


def openings_of(run_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, Opening]]:
    """Return for each of several runs how its modules open, in order; one statement."""
    found: dict[uuid.UUID, dict[uuid.UUID, Opening]] = {key: {} for key in run_ids}
    for row in execute(_RELEASES, {"runs": list(run_ids)}):
        found[row.run_id][row.module_id] = opening_of(
            row.rule, row.opens_at, row.begins_at, row.instants, opened=row.opened_at is not None
        )
    return found


_THEIRS = (
    sa.select(
        LearnerRelease.enrolment_id,
        LearnerRelease.module_id,
        LearnerRelease.opens_at,
        LearnerRelease.begins_at,
        LearnerRelease.instants,
        sa.func.coalesce(LearnerRelease.opened_at, Release.opened_at, type_=UtcDateTime()).label(
            "opened_at"
        ),
        Release.rule,
    )
    .join(Enrolment, Enrolment.id == LearnerRelease.enrolment_id)
    .join(
        Release,
        sa.and_(Release.run_id == Enrolment.run_id, Release.module_id == LearnerRelease.module_id),
    )
    .where(
        LearnerRelease.enrolment_id.in_(sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True))
    )
)

OwnOpenings = Mapping[uuid.UUID, Mapping[uuid.UUID, Opening]]
"""By enrolment and module, where it is otherwise than for the run."""


def own_openings(enrolment_ids: Sequence[uuid.UUID]) -> OwnOpenings:
    """Return how modules open to learners who have times of their own; one statement."""
    found: dict[uuid.UUID, dict[uuid.UUID, Opening]] = {}
    for row in execute(_THEIRS, {"enrolments": list(enrolment_ids)}):
        found.setdefault(row.enrolment_id, {})[row.module_id] = opening_of(
            row.rule, row.opens_at, row.begins_at, row.instants, opened=row.opened_at is not None
        )
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
                "rule": row.rule,
                "opened_at": row.opened_at,
            }
            for row in opening
        ],
        "placements": [
            {**values_of(row), "module_id": in_module[row.activity_id]} for row in placed
        ],
    }
