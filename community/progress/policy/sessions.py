"""Which sessions a course's activities take place in, and which of them nobody can come to."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from community.cohorts.models import Placement, Run
from community.kernel.context import Context
from community.kernel.db import execute
from community.live import rules as live_rules
from community.live.models import LiveSession, SessionState
from community.live.queries import ATTENDED, is_missed
from community.progress.policy.plans import plan

_OF_A_SESSION = (
    Placement.activity_id,
    LiveSession.id,
    LiveSession.state,
    LiveSession.starts_at,
    LiveSession.started_at,
    LiveSession.ended_at,
    LiveSession.called_off_at,
    LiveSession.called_off_at.is_not(None).label("called_off"),
)
_SESSIONS = (
    sa.select(Placement.run_id, *_OF_A_SESSION, ATTENDED.label("attended"))
    .join(LiveSession, LiveSession.id == Placement.session_id)
    .where(Placement.run_id.in_(sa.bindparam("runs", type_=sa.Uuid(), expanding=True)))
    .order_by(LiveSession.started_at.desc(), LiveSession.id)
)

_RUN_AS = ("version_id", "state", "closed_at")
_UNCERTAIN = sa.or_(
    LiveSession.called_off_at.is_not(None), LiveSession.state == SessionState.SCHEDULED
)
_RUN_NOW = (
    sa.select(*(getattr(Run, name).label(f"run_{name}") for name in _RUN_AS), *_OF_A_SESSION)
    .select_from(Run)
    .outerjoin(Placement, sa.and_(Placement.run_id == Run.id, Placement.session_id.is_not(None)))
    .outerjoin(LiveSession, sa.and_(LiveSession.id == Placement.session_id, _UNCERTAIN))
    .where(Run.id == sa.bindparam("run", type_=sa.Uuid()))
)


def read_anew(ctx: Context, run: Run) -> None:
    """Let a run have the version and state it has now, and keep for ``passed_over`` its sessions.

    For who has waited for a lock; one statement for both, since every act asks for both.
    """
    rows = execute(_RUN_NOW, {"run": run.id}).all()
    for name in _RUN_AS:
        set_committed_value(run, name, getattr(rows[0], f"run_{name}"))
    keep_passed_over(ctx, run, (row for row in rows if row.id is not None))


def placed_sessions(ctx: Context, runs: Sequence[Run]) -> Mapping[uuid.UUID, Sequence[Any]]:
    """Return the sessions that activities of runs take place in, by the run; one statement.

    Columns: run_id, activity_id, id, state, starts_at, started_at, ended_at, called_off_at,
    called_off, attended (by the actor). Read once a context.
    """
    asked = [run.id for run in runs]
    known: dict[uuid.UUID, Sequence[Any]] = ctx.memo("progress.placed_sessions", dict)
    missing = [key for key in asked if key not in known]
    if missing:
        found: dict[uuid.UUID, list[Any]] = {key: [] for key in missing}
        for row in execute(_SESSIONS, {"runs": missing, "me": ctx.actor_id}):
            found[row.run_id].append(row)
        known.update(found)
    return known


def is_off(ctx: Context, session: Any) -> bool:
    """Whether nobody can come to a session: called off, or never begun and too late to begin.

    ``session``: a row with state, starts_at and called_off.
    """
    return session.called_off or is_missed(session, ctx.now)


def is_passed_over(ctx: Context, run: Run, session: Any) -> bool:
    """Whether a session of a run is asked of nobody: nobody can come, and not for its closing.

    ``session``: a row with state, starts_at, called_off and, of a closed run, called_off_at.
    """
    return _in_time(run, session) and is_off(ctx, session)


def was_held(session: Any) -> bool:
    """Whether a session took place and has ended."""
    return session.state is SessionState.ENDED and not session.called_off


def passed_over(ctx: Context, run: Run) -> frozenset[uuid.UUID]:
    """Return the activities of a run that hold nobody back, for nobody can do them.

    What was called off as the run closed opens nothing any more.
    """
    return ctx.memo(
        ("progress.passed_over", run.id),
        lambda: frozenset(
            row.activity_id
            for row in placed_sessions(ctx, [run])[run.id]
            if is_passed_over(ctx, run, row)
        ),
    )


def off_at(ctx: Context, run: Run) -> tuple[int, ...]:
    """Return where in a row of cells stands what is required and passed over."""
    course = plan(run.version_id)
    return tuple(sorted(course.at[key] for key in passed_over(ctx, run) & course.required))


def over(ctx: Context, run: Run) -> frozenset[uuid.UUID]:
    """Return the activities of a run whose session is over: whoever missed it cannot catch up.

    Those that are passed over, and those that were held. By the usual rule they hold no later
    module back; who was not there still misses them.
    """
    return ctx.memo(
        ("progress.over", run.id),
        lambda: passed_over(ctx, run).union(
            row.activity_id
            for row in placed_sessions(ctx, [run])[run.id]
            if was_held(row)
            and (run.closed_at is None or row.ended_at is None or row.ended_at < run.closed_at)
        ),
    )


def keep_over(ctx: Context, run: Run, placed: Sequence[Any]) -> None:
    """Keep for ``passed_over`` and ``over`` what sessions that were read say of an open run."""
    off = keep_passed_over(ctx, run, placed)
    held = (row.activity_id for row in placed if row.activity_id and was_held(row))
    ctx.keep(("progress.over", run.id), off.union(held))


def keep_passed_over(ctx: Context, run: Run, placed: Iterable[Any]) -> frozenset[uuid.UUID]:
    """Keep for ``passed_over`` what rows that were read say of sessions; see ``is_passed_over``."""
    off = frozenset(
        row.activity_id for row in placed if row.activity_id and is_passed_over(ctx, run, row)
    )
    return keep_off(ctx, run, off)


def keep_off(ctx: Context, run: Run, off: frozenset[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Keep for ``passed_over`` which activities it returns."""
    return ctx.keep(("progress.passed_over", run.id), off)


def _in_time(run: Run, session: Any) -> bool:
    """Whether a session counted before the run closed, if it has."""
    if run.closed_at is None:
        return True
    if session.called_off:
        return bool(session.called_off_at < run.closed_at)
    return live_rules.has_lapsed(session.starts_at, run.closed_at)
