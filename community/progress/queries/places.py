"""Where the activities of a run take place: threads with their last word, sessions with a time."""

import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import Placement, Run
from community.discussions.queries import threads_among
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.live.models import LiveSession
from community.live.queries import ATTENDED
from community.progress.policy.sessions import is_off, keep_passed_over, was_held
from community.progress.queries.views import Place
from community.spaces.models import Space

_OF_RUN = Placement.run_id == sa.bindparam("run", type_=sa.Uuid())
_PLACED = (
    sa.select(
        Placement.activity_id,
        Placement.thread_id,
        Placement.session_id,
        LiveSession.starts_at,
        LiveSession.minutes,
        LiveSession.state,
        LiveSession.started_at,
        LiveSession.called_off_at,
        LiveSession.called_off_at.is_not(None).label("called_off"),
        LiveSession.called_off_reason,
        ATTENDED.label("attended"),
    )
    .outerjoin(LiveSession, LiveSession.id == Placement.session_id)
    .where(_OF_RUN)
)


_OF_THREAD = (
    sa.select(Run, Space.slug, Placement.activity_id)
    .join(Placement, Placement.run_id == Run.id)
    .join(Space, Space.id == Run.space_id)
    .where(Placement.thread_id == sa.bindparam("thread", type_=sa.Uuid()))
)


_HAS_ACTIVITY = sa.select(sa.literal(1)).where(
    Placement.thread_id == sa.bindparam("thread", type_=sa.Uuid())
)


def activity_of_thread(thread_id: uuid.UUID) -> tuple[Run, str, uuid.UUID] | None:
    """Return the run, its space's slug and the activity that a thread was begun for, or None."""
    given = {"thread": thread_id}
    if not execute(_HAS_ACTIVITY, given).scalar():
        return None  # most threads, on each of their pages: a model costs more than the statement
    row = db.session.execute(_OF_THREAD, given).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def places(ctx: Context, run: Run) -> dict[uuid.UUID, Place]:
    """Return where the activities of a run take place, by activity; two statements.

    It keeps for ``passed_over`` what is asked of nobody.
    """
    placed = execute(_PLACED, {"run": run.id, "me": ctx.actor_id}).all()
    keep_passed_over(ctx, run, (row for row in placed if row.session_id))
    keys = [row.thread_id for row in placed if row.thread_id]
    threads = threads_among(ctx, run.space_id, keys)
    places = {}
    for row in placed:
        if row.session_id is not None:
            places[row.activity_id] = Place(
                session_id=row.session_id,
                starts_at=row.starts_at,
                minutes=row.minutes,
                session_state=row.state,
                held=row.started_at is not None,
                called_off=row.called_off,
                off=is_off(ctx, row),
                reason=row.called_off_reason,
                attended=row.attended,
            )
        elif (thread := threads.get(row.thread_id)) is not None:
            places[row.activity_id] = Place(
                thread_id=thread.id,
                posts=thread.standing,
                unread=thread.unread,
                last_posted_at=thread.last_posted_at,
                last_author=thread.last_author_name,
            )
    return places


def not_held(ctx: Context, placed: Iterable[Any], *, own: bool = True) -> dict[uuid.UUID, Place]:
    """Return those of some sessions that nobody can come to any more, by activity.

    Those that are over, and those that do not take place (``off``). ``placed``: rows with id,
    activity_id, starts_at, state, called_off and attended, which is the actor's ``own``.
    """
    return {
        row.activity_id: Place(
            session_id=row.id,
            starts_at=row.starts_at,
            session_state=row.state,
            held=was_held(row),
            called_off=row.called_off,
            off=is_off(ctx, row),
            attended=own and row.attended,
        )
        for row in placed
        if row.activity_id is not None and (was_held(row) or is_off(ctx, row))
    }
