"""Threads over the socket: follow one, catch up, reply.

The database is the log, the socket a hint: whoever may see the thread is subscribed first and told
afterwards what happened since, so nothing falls between the two.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from community.discussions.events import (
    PostsMovedAway,
    PostsMovedIn,
    ReplyPosted,
    ThreadChanged,
    ThreadMoved,
    ThreadStarted,
)
from community.discussions.models import Removal
from community.discussions.operations import PollGiven, post_reply, unheard
from community.discussions.policy import find_thread
from community.discussions.queries import post_at, tallies_of
from community.discussions.schemas import (
    LeaveIn,
    SocketReplyIn,
    TalliesIn,
    TalliesOut,
    WatchIn,
    as_tally,
    dump_post,
    render_posts,
    render_threads,
)
from community.kernel import log
from community.kernel.context import Context
from community.kernel.errors import TooMany
from community.kernel.realtime.connection import Connection, SocketEvent, stream_room

REPLY_POSTED = "thread.reply_posted"
POST_CHANGED = "thread.post_changed"
THREAD_CHANGED = "thread.changed"
POSTS_MOVED = "thread.posts_moved"
MOVED = (PostsMovedAway, PostsMovedIn)
OF_THREAD = (ThreadChanged, ThreadMoved, *MOVED)
"""Events that tell of a thread, not of one of its posts."""
REACTED = "thread.reacted"
POLLED = "thread.polled"
MOST_ROOMS = 50  # one socket listens to; a page follows one


def _join(ctx: Context, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """Follow a thread; answers what happened since."""
    thread = find_thread(ctx, fields["thread_id"])
    room = stream_room(thread.id)
    if room not in connection.rooms and len(connection.rooms) >= MOST_ROOMS:
        raise TooMany(_("This window follows too many threads."), retry_after=60)
    connection.join(room, space_id=thread.space_id)
    return _happened(ctx, thread.id, fields["since"])


def _sync(ctx: Context, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """Answer what happened in a thread since a number."""
    thread = find_thread(ctx, fields["thread_id"])
    return _happened(ctx, thread.id, fields["since"])


def _leave(ctx: Context, connection: Connection, fields: dict[str, Any]) -> None:
    """Stop following a thread."""
    connection.leave(stream_room(fields["thread_id"]))


def _reply(ctx: Context, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """Reply in a thread; a repeat with the same client_id answers the same post.

    One that waits for approval is told as ``waits``, and is on no page of others.
    """
    thread_id = fields.pop("thread_id")
    poll = fields.pop("poll")
    post = post_reply(ctx, thread_id, **fields, poll=PollGiven(**poll) if poll else None)
    if post.removal is Removal.WAITING:
        return {"waits": True, "post_id": str(post.id)}
    return {
        "post": dump_post(post_at(ctx, post.thread_id, post.number)),
        "unheard": unheard(ctx, fields["body"], thread_id),
    }


def _tallies(ctx: Context, connection: Connection, fields: dict[str, Any]) -> dict[str, Any]:
    """Answer the reactions of a page of posts: what was pushed has no number to be missed by."""
    thread = find_thread(ctx, fields.pop("thread_id"))
    found = [as_tally(row) for row in tallies_of(ctx, thread.id, **fields)]
    answer: dict[str, Any] = _TALLIES.dump({"items": found})
    return answer


_TALLIES = TalliesOut()


def _happened(ctx: Context, thread_id: uuid.UUID, since: int) -> dict[str, Any]:
    """Return the events after ``since``, or word that there are too many to tell."""
    head = log.head(thread_id)
    if not 0 <= head - since <= log.REPLAY_LIMIT:
        return {"head": head, "reload": True}
    events = log.since(thread_id, since) if since < head else []
    shown = _shown(ctx, events)
    return {
        "head": head,
        "events": [
            {"seq": logged.seq, "name": _name(logged), "data": shown[logged.seq]}
            for logged in events
        ],
    }


def _shown(ctx: Context, events: Sequence[log.Logged]) -> dict[int | None, dict[str, Any] | None]:
    """Return what each event tells, by its number."""
    found: dict[int | None, dict[str, Any] | None] = {}
    for of_thread, render in ((False, render_posts), (True, render_threads)):
        some = [each for each in events if isinstance(each.event, OF_THREAD) is of_thread]
        if some:
            found.update(zip((each.seq for each in some), render(ctx, some), strict=True))
    return found


def _name(logged: log.Logged) -> str:
    """Return the name under which clients hear of an event of a thread."""
    if isinstance(logged.event, MOVED):
        return POSTS_MOVED
    if isinstance(logged.event, OF_THREAD):
        return THREAD_CHANGED
    begun = isinstance(logged.event, ReplyPosted | ThreadStarted)
    return REPLY_POSTED if begun else POST_CHANGED


SOCKETS = (
    SocketEvent(name="thread.join", schema=WatchIn(), handle=_join, cost=2),
    SocketEvent(name="thread.sync", schema=WatchIn(), handle=_sync, cost=2),
    SocketEvent(name="thread.leave", schema=LeaveIn(), handle=_leave),
    SocketEvent(name="thread.tallies", schema=TalliesIn(), handle=_tallies, cost=2),
    SocketEvent(name="thread.reply", schema=SocketReplyIn(), handle=_reply, cost=2),
)
