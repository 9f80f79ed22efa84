"""Every event that sockets take: a whole one, who may send it, and about what. See ``acts``."""

from collections.abc import Mapping
from typing import Any

from architecture.acts import CLIENT, SEES_SESSION, SEES_THREAD, Act, Given, on_thread
from architecture.surfaces.seeing import in_run, in_session, of

from community.live.policy import (
    may_end_session,
    may_lower_any_hand,
    may_post_message,
    may_raise_hand,
    may_start_session,
)
from community.progress.policy import may_see_everybody


def thread_and(**fields: Any) -> Given:
    return lambda side: {"thread_id": str(side.threads["open"]), **fields}


def session_and(name: str = "live", **fields: Any) -> Given:
    return lambda side: {"session_id": str(side.sessions[name]), **fields}


SOCKET_ACTS: Mapping[str, Act] = {
    "thread.join": Act("member", given=thread_and(since=0), sees=SEES_THREAD, named=("thread_id",)),
    "thread.sync": Act("member", given=thread_and(since=0), sees=SEES_THREAD, named=("thread_id",)),
    "thread.tallies": Act(
        "member", given=thread_and(after=0), sees=SEES_THREAD, named=("thread_id",)
    ),
    "thread.leave": Act("member", given=thread_and()),
    "thread.reply": Act(
        "member",
        given=thread_and(body="Yes.", client_id=CLIENT),
        sees=SEES_THREAD,
        may=on_thread,
        named=("thread_id",),
    ),
    "room.join": Act(
        "member", given=session_and(since=None), sees=SEES_SESSION, named=("session_id",)
    ),
    "room.sync": Act(
        "member", given=session_and(since=0), sees=SEES_SESSION, named=("session_id",)
    ),
    "room.leave": Act("member", given=session_and()),
    "room.say": Act(
        "member",
        given=session_and(body="Hello", client_id=CLIENT),
        sees=SEES_SESSION,
        may=in_session(may_post_message),
        named=("session_id",),
    ),
    "room.raise_hand": Act(
        "member",
        given=session_and(client_id="act-of-a-hand-1"),
        sees=SEES_SESSION,
        may=in_session(may_raise_hand),
        named=("session_id",),
    ),
    "room.lower_hand": Act(
        "owner",
        given=lambda side: {
            "session_id": str(side.sessions["live"]),
            "user_id": str(side.people["other"]),
        },
        sees=SEES_SESSION,
        may=in_session(may_lower_any_hand),
        named=("session_id",),
    ),
    "room.start": Act(
        "owner",
        given=session_and("scheduled"),
        sees=SEES_SESSION,
        may=in_session(may_start_session),
        named=("session_id",),
    ),
    "room.end": Act(
        "owner",
        given=session_and(),
        sees=SEES_SESSION,
        may=in_session(may_end_session),
        named=("session_id",),
    ),
    "sessions.watch": Act(
        "member",
        given=lambda side: {"space_id": str(side.run.space), "since": None},
        sees=of("spaces", "space_id"),
        named=("space_id",),
    ),
    "inbox.count": Act("member"),
    "desk.join": Act(
        "owner",
        given=lambda side: {"run_id": str(side.run.id)},
        sees=of("runs", "run_id"),
        may=in_run(may_see_everybody),
        named=("run_id",),
    ),
}
