"""Sessions, and who was in their rooms."""

import datetime as dt
import uuid

from flask import Flask

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.log import open_stream
from community.kernel.operation import unit_of_work
from community.live.models import Attendance, LiveSession, Presence, SessionState

MINUTES = 60
VIDEO = "https://meet.example.org/room-9"
AGENDA = "Bring one.\n\n| Minute | What |\n| --- | --- |\n| 0 to 10 | **Arrive.** Say hello. |\n"


def make_session(
    app: Flask, space_id: uuid.UUID, created_by: uuid.UUID, **more: object
) -> uuid.UUID:
    """Make a session that starts now, of an hour; returns the id."""
    key = new_key()
    ctx = Context.begin(None)
    at = more.pop("starts_at", ctx.now)
    assert isinstance(at, dt.datetime)
    values: dict[str, object] = {
        "id": key,
        "space_id": space_id,
        "title": "A circle of failures",
        "plan": "",
        "plan_html": "",
        "local_at": at.replace(tzinfo=None),
        "zone": "UTC",
        "starts_at": at,
        "minutes": MINUTES,
        "state": SessionState.SCHEDULED,
        "created_by": created_by,
        **more,
    }
    if values["state"] is not SessionState.SCHEDULED:
        values.setdefault("started_at", at)
    with app.app_context(), unit_of_work(ctx):
        open_stream(key)
        db.session.add(LiveSession(**values))
    return key


def make_lease(app: Flask, session_id: uuid.UUID, user_id: uuid.UUID, **more: object) -> uuid.UUID:
    """Make an open lease on being in a room, taken now; returns its id."""
    key = new_key()
    ctx = Context.begin(None)
    values: dict[str, object] = {
        "id": key,
        "session_id": session_id,
        "user_id": user_id,
        "node_id": new_key(),
        "joined_at": ctx.now,
        "last_seen_at": ctx.now,
        **more,
    }
    with app.app_context(), unit_of_work(ctx):
        db.session.add(Presence(**values))
    return key


def make_attendance(
    app: Flask, session_id: uuid.UUID, user_id: uuid.UUID, seconds: int = 3000
) -> uuid.UUID:
    """Make somebody's attendance of a session that ended; returns its id."""
    key = new_key()
    ctx = Context.begin(None)
    start = ctx.now - dt.timedelta(seconds=seconds)
    with app.app_context(), unit_of_work(ctx):
        db.session.add(
            Attendance(
                id=key,
                session_id=session_id,
                user_id=user_id,
                seconds=seconds,
                intervals=[[start.isoformat(), ctx.now.isoformat()]],
            )
        )
    return key
