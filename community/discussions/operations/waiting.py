"""Posts of who is new wait for approval, where who leads a space has set so; and are approved.

One that waits has no number, so nothing that is counted, told or caught up with by numbers knows of
it. Approved it gets the next one, and all follows that follows from a new post, once.
"""

import dataclasses
import uuid
from typing import Any

import sqlalchemy as sa
from flask_babel import ngettext

from community.discussions.events import (
    PostHeld,
    PostWithdrawn,
    ReplyPosted,
    ThreadStarted,
)
from community.discussions.models import Post, Removal, Thread
from community.discussions.operations.adding import other_text, taken_away
from community.discussions.operations.mentioning import keep_mentions
from community.discussions.operations.polling import PollGiven, is_same_poll
from community.discussions.operations.reading import read_own
from community.discussions.operations.tags import set_tags
from community.discussions.operations.words import Words, rendered
from community.discussions.policy import refuse_merged
from community.discussions.queries import posts_standing
from community.discussions.rules import MOST_WAITING, is_newcomer
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.keys import key_of_act
from community.kernel.operation import record
from community.spaces.policy import belongs_to, facilitates, role_in

_POST: Any = Post.__table__


def has_to_wait(ctx: Context, space_id: uuid.UUID) -> bool:
    """Return whether a post that the actor writes in a space now waits for approval.

    No statement where the space does not ask for it. Raises Conflict where too many of theirs wait.
    """
    first = 0 if facilitates(ctx, space_id) else belongs_to(ctx, space_id).approve_first
    if not first or not is_newcomer(posts_standing(ctx, space_id), first):
        return False
    waiting = (
        sa.select(sa.func.count())
        .select_from(Post)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Post.author_id == ctx.person,
            Post.removal == Removal.WAITING,
            Thread.space_id == space_id,
        )
    )
    if execute(waiting).scalar_one() >= MOST_WAITING:
        raise Conflict(
            ngettext(
                "%(num)d post of yours waits for approval here. Write on once it is looked at.",
                "%(num)d posts of yours wait for approval here. Write on once they are looked at.",
                MOST_WAITING,
            )
        )
    return True


def held_before(
    ctx: Context,
    thread_id: uuid.UUID,
    client_id: str | None,
    words: Words,
    poll: PollGiven | None,
) -> Post | None:
    """Return the post that an act of the actor's made before, and that waited for approval.

    Asked where posts wait. Raises Conflict for one that said something else, and for one that its
    author took away or that was declined: it was no repeat, and nothing would come of it.
    """
    if client_id is None:
        return None
    post = db.session.get(Post, key_of_act(thread_id, ctx.person, client_id))
    if post is None:
        return None
    if not post.placed and post.removal is not Removal.WAITING:
        raise taken_away()
    as_sent = post.edition == 1 and post.body != ""
    if as_sent and (post.body != words.body or not is_same_poll(post, poll)):
        raise other_text()
    return post


def words_of_act(ctx: Context, thread_id: uuid.UUID, client_id: str | None, words: Words) -> Words:
    """Return words under the id by which a repeat of the act finds their post again."""
    if client_id is None:
        return words
    return dataclasses.replace(words, post_id=key_of_act(thread_id, ctx.person, client_id))


def add_waiting(
    ctx: Context,
    thread: Thread,
    words: Words,
    *,
    reply_to: int | None = None,
    answers_id: uuid.UUID | None = None,
) -> Post:
    """Add a post that waits for approval to a thread whose row is locked; nobody is told of it.

    Below 0 there is a place for each, and none of them is ever shown.
    """
    lowest = sa.select(sa.func.min(_POST.c.number)).where(_POST.c.thread_id == thread.id)
    values = {
        "id": words.post_id,
        "thread_id": thread.id,
        "number": min(execute(lowest).scalar() or 0, 0) - 1,
        "author_id": ctx.person,
        "body": words.body,
        "html": words.html,
        "renderer": markdown.RENDERER,
        "reply_to": reply_to,
        "answers_id": answers_id,
        "created_at": ctx.now,
        "edition": 1,
        "removal": Removal.WAITING,
        "removed_at": ctx.now,
    }
    execute(sa.insert(_POST), values)
    record(PostHeld(space_id=thread.space_id, author_id=ctx.person, post_id=words.post_id))
    return Post(**values)


def withdraw(ctx: Context, thread: Thread, post: Post) -> None:
    """Take one's post away that waits for approval; both are held, and the space before them.

    A thread that would have begun with it keeps no tags: nobody could take them off.
    """
    post.removal, post.removed_at = Removal.AUTHOR, ctx.now
    if not thread.begun:
        set_tags(thread, ())
    record(PostWithdrawn(space_id=thread.space_id, author_id=post.author_id, post_id=post.id))


def approve_post(ctx: Context, thread: Thread, post: Post) -> None:
    """Let a post stand that waited, or was declined, inside an operation that holds both.

    It is said at this moment, and as its author: whom it mentions is told now. The words are
    rendered anew, since people may have come or gone. Raises Conflict in a merged thread.
    """
    refuse_merged(thread)
    begins, before = not thread.begun, thread.last_posted_at
    number = thread.last_number + 1
    post.removal = post.removed_at = None
    post.number, post.created_at = number, ctx.now
    thread.last_number, thread.last_posted_at, thread.last_author_id = (
        number,
        ctx.now,
        post.author_id,
    )
    if begins:
        thread.created_at = ctx.now
    db.session.flush()
    author = ctx.acting_as(post.author_id)
    if role_in(author, thread.space_id) is not None:
        words = rendered(author, post.body, thread.space_id, post_id=post.id)
        post.html, post.renderer = words.html, markdown.RENDERER
        keep_mentions(author, words, thread_id=thread.id, space_id=thread.space_id)
        read_own(author, thread, number, before=before)
    said = {"thread_id": thread.id, "space_id": thread.space_id, "author_id": post.author_id}
    if begins:
        record(ThreadStarted(**said, post_id=post.id))
    else:
        record(ReplyPosted(**said, post_id=post.id, number=number, reply_to=post.reply_to))
