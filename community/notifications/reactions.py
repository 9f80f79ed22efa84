"""What happened that people are to learn of by letter."""

import sqlalchemy as sa

from community.discussions.events import ThreadStarted
from community.discussions.models import Thread, ThreadKind
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import enqueue
from community.live.events import SessionCalledOff, SessionMoved, SessionReinstated
from community.live.models import LiveSession
from community.notifications.models import ScheduleNews


def on_thread_started(ctx: Context, event: ThreadStarted) -> None:
    """An announcement goes to everybody of its space."""
    kind = db.session.scalar(sa.select(Thread.kind).where(Thread.id == event.thread_id))
    if kind is ThreadKind.ANNOUNCEMENT:
        enqueue(ctx, "notifications.tell_announcement", {"thread_id": str(event.thread_id)})


def on_session_moved(ctx: Context, event: SessionMoved) -> None:
    """Members learn when it takes place now."""
    _note(ctx, event, was_at=event.was_at, was_minutes=event.was_minutes)


def on_session_called_off(ctx: Context, event: SessionCalledOff) -> None:
    """Members learn that it does not take place."""
    session = db.session.get_one(LiveSession, event.session_id)
    _note(ctx, event, was_at=session.starts_at, was_minutes=session.minutes)


def on_session_reinstated(ctx: Context, event: SessionReinstated) -> None:
    """Members learn that it takes place after all."""
    _note(ctx, event)


def _note(
    ctx: Context,
    event: SessionMoved | SessionCalledOff | SessionReinstated,
    **before: object,
) -> None:
    db.session.add(
        ScheduleNews(
            space_id=event.space_id,
            session_id=event.session_id,
            actor_id=ctx.actor_id,
            at=ctx.now,
            **before,
        )
    )
