"""Threads are begun."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from community.discussions.events import ThreadStarted
from community.discussions.models import Post, Removal, Thread, ThreadKind
from community.discussions.operations.adding import add_post, other_text, taken_away
from community.discussions.operations.attaching import attach_files
from community.discussions.operations.limiting import refuse_beyond_limits
from community.discussions.operations.polling import (
    PollGiven,
    add_poll,
    is_same_poll,
    said_by,
)
from community.discussions.operations.sending import WrittenOn, drop_thread_draft
from community.discussions.operations.tags import set_tags
from community.discussions.operations.waiting import add_waiting, has_to_wait
from community.discussions.operations.words import Words, rendered
from community.discussions.policy import find_thread, may_announce, may_start_thread
from community.kernel import log
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import key_of_act
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.spaces.policy import find_space, refuse_archived


def start_thread(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    kind: ThreadKind,
    title: str,
    body: str,
    tags: Sequence[str] = (),
    client_id: str | None = None,
    draft: WrittenOn | None = None,
    poll: PollGiven | None = None,
) -> Thread:
    """Begin a thread in a space; ``body`` (Markdown) becomes post 1.

    ``client_id`` is the client's own id of this act: a repeat answers the thread that is there.
    ``draft`` is the one it was written on, which is gone then, as is one of the same words.
    ``poll`` stands in the post. Raises NotFound, Forbidden, Invalid for a poll whose time has
    passed and for what the limits of the space do not let one say (``limiting``), or Conflict in an
    archived space and for a ``client_id`` that stood for another thread. Where the first posts of
    who is new wait for approval, so does the thread: no post of it has a number yet.
    """
    return start_rendered_thread(
        ctx,
        space_id,
        rendered(ctx, body, space_id),
        kind=kind,
        title=title,
        tags=tags,
        client_id=client_id,
        draft=draft,
        poll=poll,
        may_wait=True,
    )


@operation
def start_rendered_thread(
    ctx: Context,
    space_id: uuid.UUID,
    words: Words,
    *,
    kind: ThreadKind,
    title: str,
    tags: Sequence[str] = (),
    client_id: str | None = None,
    draft: WrittenOn | None = None,
    poll: PollGiven | None = None,
    may_wait: bool = False,
) -> Thread:
    """Do what ``start_thread`` says, with words that are ``rendered``; for whoever nests it.

    What features begin for their own ends waits for nobody; ``may_wait``: it is somebody's own.
    """
    # Two copies of one form: the second waits at the space's row, and finds the first one's thread.
    space = find_space(ctx, space_id, lock=client_id is not None or bool(tags))
    require(may_announce if kind is ThreadKind.ANNOUNCEMENT else may_start_thread, ctx, space)
    key = key_of_act(space_id, ctx.person, client_id)
    earlier = db.session.get(Thread, key) if client_id is not None else None
    if earlier is not None:
        if earlier.space_id != space_id:
            earlier = find_thread(ctx, earlier.id)  # it was moved since
        return _same_thread(earlier, kind, title, words.body, poll)
    refuse_archived(space)
    refuse_beyond_limits(ctx, space_id, words=words, title=title, tags=tags, poll=said_by(poll))
    waits = may_wait and has_to_wait(ctx, space_id)
    log.open_stream(key)
    thread = Thread(
        id=key,
        space_id=space_id,
        kind=kind,
        title=title,
        author_id=ctx.person,
        created_at=ctx.now,
        last_number=0,
        last_posted_at=ctx.now,
        last_author_id=ctx.person,
    )
    db.session.add(thread)
    db.session.flush()  # the post and the pointer refer to it
    if tags:
        set_tags(thread, tags)
    post = (add_waiting if waits else add_post)(ctx, thread, words)
    if poll is not None:
        add_poll(ctx, post.id, poll)
    if words.files:
        attach_files(ctx, words, space_id)
    drop_thread_draft(ctx, space_id, title, words.body, draft)
    if waits:
        return thread
    record(
        ThreadStarted(thread_id=key, space_id=space_id, author_id=ctx.person, post_id=post.id),
        client_id=client_id,
    )
    return thread


def _same_thread(
    earlier: Thread, kind: ThreadKind, title: str, body: str, poll: PollGiven | None
) -> Thread:
    """Return the thread an earlier act began; refuse to pass it off as another one."""
    number = 1 if earlier.begun else -1  # it waits for approval
    first = db.session.scalars(
        sa.select(Post).where(Post.thread_id == earlier.id, Post.number == number)
    ).one()
    if (earlier.kind, earlier.title) != (kind, title):
        raise other_text()
    if not first.placed and first.removal is not Removal.WAITING:
        raise taken_away()
    # else what was sent is not there
    as_sent = first.edition == 1 and first.removal in (None, Removal.WAITING)
    if as_sent and (first.body != body or not is_same_poll(first, poll)):
        raise other_text()
    return earlier
