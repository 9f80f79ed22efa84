"""Which sessions a course's activities take place in, and which of them nobody can come to."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import Placement, Run
from community.kernel.context import Context
from community.kernel.db import execute
from community.live import rules as live_rules
from community.live.models import LiveSession
from community.live.queries import is_missed

_SESSIONS = (
    sa.select(
        Placement.run_id,
        Placement.activity_id,
        LiveSession.id,
        LiveSession.state,
        LiveSession.starts_at,
        LiveSession.started_at,
        LiveSession.called_off_at,
        LiveSession.called_off_at.is_not(None).label("called_off"),
    )
    .join(LiveSession, LiveSession.id == Placement.session_id)
    .where(Placement.run_id.in_(sa.bindparam("runs", type_=sa.Uuid(), expanding=True)))
    .order_by(LiveSession.started_at.desc(), LiveSession.id)
)


def placed_sessions(ctx: Context, runs: Sequence[Run]) -> Mapping[uuid.UUID, Sequence[Any]]:
    """Return the sessions that activities of runs take place in, by the run; one statement.

    Columns: run_id, activity_id, id, state, starts_at, started_at, called_off_at, called_off. Read
    once a context.
    """
    asked = [run.id for run in runs]
    known: dict[uuid.UUID, Sequence[Any]] = ctx.memo("progress.placed_sessions", dict)
    missing = [key for key in asked if key not in known]
    if missing:
        found: dict[uuid.UUID, list[Any]] = {key: [] for key in missing}
        for row in execute(_SESSIONS, {"runs": missing}):
            found[row.run_id].append(row)
        known.update(found)
    return known


def is_off(ctx: Context, session: Any) -> bool:
    """Whether nobody can come to a session: called off, or never begun and too late to begin.

    ``session``: a row with state, starts_at and called_off.
    """
    return session.called_off or is_missed(session, ctx.now)


def passed_over(ctx: Context, run: Run) -> frozenset[uuid.UUID]:
    """Return the activities of a run that hold nobody back, for nobody can do them.

    What was called off as the run closed opens nothing any more.
    """
    return ctx.memo(
        ("progress.passed_over", run.id),
        lambda: keep_passed_over(
            ctx, run, (row for row in placed_sessions(ctx, [run])[run.id] if _in_time(run, row))
        ),
    )


def keep_passed_over(ctx: Context, run: Run, placed: Iterable[Any]) -> frozenset[uuid.UUID]:
    """Keep for ``passed_over`` what sessions that were read already say of an open run."""
    off = frozenset(row.activity_id for row in placed if row.activity_id and is_off(ctx, row))
    return ctx.keep(("progress.passed_over", run.id), off)


def _in_time(run: Run, session: Any) -> bool:
    """Whether a session counted before the run closed, if it has."""
    if run.closed_at is None:
        return True
    if session.called_off:
        return bool(session.called_off_at < run.closed_at)
    return live_rules.has_lapsed(session.starts_at, run.closed_at)
