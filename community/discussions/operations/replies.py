"""Replies in a thread."""

import uuid

from flask_babel import gettext as _

from community.discussions.events import ReplyPosted
from community.discussions.models import Post
from community.discussions.operations.adding import add_post, other_text
from community.discussions.operations.words import Words, rendered
from community.discussions.policy import find_thread, may_reply
from community.kernel import log
from community.kernel.context import Context
from community.kernel.db import db
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
) -> Post:
    """Add a post to a thread; ``body`` is Markdown, ``reply_to`` the number of the post it answers.

    ``client_id`` is the client's own id of this act in the thread: a repeat answers the post that
    is there. Raises NotFound, Forbidden, Invalid for a ``reply_to`` that is not in the thread, and
    Conflict in an archived space or for a ``client_id`` that stood for another post.
    """
    return _post_reply(ctx, thread_id, rendered(body), reply_to=reply_to, client_id=client_id)


@operation
def _post_reply(
    ctx: Context,
    thread_id: uuid.UUID,
    words: Words,
    *,
    reply_to: int | None,
    client_id: str | None,
) -> Post:
    """Do what ``post_reply`` says, with words that are rendered."""
    thread = find_thread(ctx, thread_id, lock=True)
    require(may_reply, ctx, thread)
    before = log.earlier(ctx, thread_id, client_id, ReplyPosted)
    if before is not None:
        return _same_post(before, words.body, reply_to)
    refuse_archived(belongs_to(ctx, thread.space_id))
    if reply_to is not None and not 1 <= reply_to <= thread.last_number:
        raise Invalid(
            _("The post you answer is not in this thread."),
            fields={"reply_to": [_("There is no such post in this thread.")]},
        )
    post = add_post(ctx, thread, words, reply_to)
    record(
        ReplyPosted(
            thread_id=thread_id,
            space_id=thread.space_id,
            author_id=ctx.person,
            post_id=post.id,
            number=post.number,
        ),
        client_id=client_id,
    )
    return post


def _same_post(before: log.Logged, body: str, reply_to: int | None) -> Post:
    """Return the post an earlier act made; refuse to pass it off as another one."""
    post = db.session.get(Post, getattr(before.event, "post_id", None))
    if post is None or post.reply_to != reply_to:
        raise other_text()
    as_sent = post.edited_at is None and post.removal is None  # else what was sent is not there
    if as_sent and post.body != body:
        raise other_text()
    return post
