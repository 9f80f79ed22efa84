"""Replies in a thread."""

import uuid
from typing import cast

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.events import ReplyPosted
from community.discussions.models import Post
from community.discussions.operations.adding import add_post, other_text
from community.discussions.operations.attaching import attach_files
from community.discussions.operations.limiting import refuse_beyond_limits
from community.discussions.operations.polling import (
    PollGiven,
    add_poll,
    is_same_poll,
    said_by,
)
from community.discussions.operations.sending import drop_draft
from community.discussions.operations.waiting import (
    add_waiting,
    has_to_wait,
    held_before,
    words_of_act,
)
from community.discussions.operations.words import (
    Words,
    is_quickly_rendered,
    rendered,
    rendered_alone,
)
from community.discussions.policy import PLACED, find_thread, may_reply, refuse_merged
from community.kernel import log
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Invalid
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.spaces.policy import belongs_to, refuse_archived


def post_reply(
    ctx: Context,
    thread_id: uuid.UUID,
    *,
    body: str,
    reply_to: int | None = None,
    client_id: str | None = None,
    draft: int | None = None,
    poll: PollGiven | None = None,
) -> Post:
    """Add a post to a thread; ``body`` is Markdown, ``reply_to`` the number of the post it answers.

    ``client_id`` is the client's own id of this act in the thread: a repeat answers the post that
    is there. ``draft`` is the revision of the draft the words were written on: it is gone then, as
    is one of the same words. ``poll`` stands in the post. Raises NotFound, Forbidden, Invalid for a
    ``reply_to`` that is not in the thread and for a poll whose time has passed, Conflict in an
    archived space or for a ``client_id`` that stood for another post, and what the limits of the
    space say (``limiting``). Where the first posts of who is new wait for approval, so does the one
    that is returned: its ``removal`` says so, and it has no number yet.
    """
    if is_quickly_rendered(body):  # sooner than one knows who may write there, which is asked below
        words = rendered_alone(body)
    else:
        thread = find_thread(ctx, thread_id)
        require(may_reply, ctx, thread)  # before the text is rendered, which takes time
        words = rendered(ctx, body, thread.space_id)
    return _post_reply(
        ctx, thread_id, words, reply_to=reply_to, client_id=client_id, draft=draft, poll=poll
    )


@operation
def _post_reply(
    ctx: Context,
    thread_id: uuid.UUID,
    words: Words,
    *,
    reply_to: int | None,
    client_id: str | None,
    draft: int | None,
    poll: PollGiven | None,
) -> Post:
    """Do what ``post_reply`` says, with words that are rendered."""
    thread = find_thread(ctx, thread_id, lock=True)
    require(may_reply, ctx, thread)
    before = log.earlier(ctx, thread_id, client_id, ReplyPosted)
    if before is not None:
        return _same_post(before, words.body, reply_to, poll)
    refuse_archived(belongs_to(ctx, thread.space_id))
    refuse_merged(thread)
    words.refuse_elsewhere(thread.space_id)
    if belongs_to(ctx, thread.space_id).approve_first:
        held = held_before(ctx, thread_id, client_id, words, poll)
        if held is not None:
            return held
    refuse_beyond_limits(ctx, thread.space_id, words=words, poll=said_by(poll), thread_id=thread_id)
    answers_id = None if reply_to is None else _answered(thread_id, reply_to)
    waits = has_to_wait(ctx, thread.space_id)
    if waits:
        words = words_of_act(ctx, thread_id, client_id, words)
    add = add_waiting if waits else add_post
    post = add(ctx, thread, words, reply_to=reply_to, answers_id=answers_id)
    if poll is not None:
        add_poll(ctx, post.id, poll)
    if words.files:
        attach_files(ctx, words, thread.space_id)
    drop_draft(ctx, thread_id, words.body, draft)
    if waits:
        return post
    if poll is None and reply_to is None:
        ctx.keep(_WRITTEN, (post, thread.space_id))
    record(
        ReplyPosted(
            thread_id=thread_id,
            space_id=thread.space_id,
            author_id=ctx.person,
            post_id=post.id,
            number=post.number,
            reply_to=reply_to,
        ),
        client_id=client_id,
    )
    return post


_WRITTEN = "discussions.just_written"


def space_written_in(ctx: Context, post: Post) -> uuid.UUID | None:
    """Return the space of a post that ``post_reply`` has just written: all of it is in hand.

    None for one that was there before, and for one that leads elsewhere or holds a poll.
    """
    nothing: tuple[Post | None, uuid.UUID | None] = (None, None)
    written, space_id = ctx.memo(_WRITTEN, lambda: nothing)
    return space_id if written is post else None


_ANSWERED = sa.select(sa.func.coalesce(Post.moved_to_id, Post.id)).where(
    Post.thread_id == sa.bindparam("thread", type_=sa.Uuid()),
    Post.number == sa.bindparam("number", type_=sa.Integer()),
    PLACED,  # what waits for approval has no place
)


def _answered(thread_id: uuid.UUID, number: int) -> uuid.UUID:
    """Return the post that has, or had, a number in a thread; it may have moved on since."""
    key: uuid.UUID | None = execute(_ANSWERED, {"thread": thread_id, "number": number}).scalar()
    if key is None:
        raise Invalid(
            _("The post you answer is not in this thread."),
            fields={"reply_to": [_("There is no such post in this thread.")]},
        )
    return key


def _same_post(before: log.Logged, body: str, reply_to: int | None, poll: PollGiven | None) -> Post:
    """Return the post an earlier act made, or what stands in its place since it was moved.

    Refuses to pass it off as another one.
    """
    event = cast(ReplyPosted, before.event)
    post = db.session.get(Post, event.post_id)
    if post is None or post.reply_to != reply_to:
        raise other_text()
    as_sent = post.edited_at is None and post.removal is None  # else what was sent is not there
    if as_sent and (post.body != body or not is_same_poll(post, poll)):
        raise other_text()
    if post.thread_id == event.thread_id:
        return post
    place = Post.thread_id == event.thread_id, Post.number == event.number
    return db.session.scalars(sa.select(Post).where(*place)).one()
