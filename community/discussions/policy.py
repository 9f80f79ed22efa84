"""Who reads and who writes in the threads of a space.

A space's members read its threads; those who take part (everybody but observers) begin threads and
reply; announcements are begun by organisers and facilitators. Words are changed by who wrote them
and by nobody else; organisers and facilitators may take a post away.
"""

import uuid

import sqlalchemy as sa

from community.discussions.models import Post, Removal, Thread, ThreadKind
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.policy import Finder, read_rule, rule
from community.spaces.models import Space
from community.spaces.policy import (
    FACILITATING,
    facilitates,
    my_spaces,
    my_spaces_as,
    takes_part,
)

ANSWERED = frozenset({ThreadKind.QUESTION, ThreadKind.ASK})
"""Kinds of thread that a post can answer."""


@read_rule
def visible_threads(ctx: Context) -> sa.Select[Thread]:
    """Threads of the spaces the actor belongs to."""
    return sa.select(Thread).where(Thread.space_id.in_(my_spaces(ctx)))


find_thread = Finder(visible_threads, named=True)  # else who reads and who answers wait in a ring


@rule
def may_start_thread(ctx: Context, space: Space) -> bool:
    """Whoever takes part in a space begins threads there."""
    return takes_part(ctx, space.id)


@rule
def may_announce(ctx: Context, space: Space) -> bool:
    """Organisers and facilitators of a space announce."""
    return facilitates(ctx, space.id)


@rule
def may_reply(ctx: Context, thread: Thread) -> bool:
    """Whoever takes part in a thread's space replies in it, to announcements too.

    In a locked one only who facilitates.
    """
    if thread.locked_at is not None:
        return facilitates(ctx, thread.space_id)
    return takes_part(ctx, thread.space_id)


@rule
def may_keep_thread(ctx: Context, thread: Thread) -> bool:
    """Organisers and facilitators of its space pin a thread on top, and lock it."""
    return facilitates(ctx, thread.space_id)


@rule
def may_rename_thread(ctx: Context, thread: Thread) -> bool:
    """Whoever began a thread says what it is called and of what kind; so does who facilitates."""
    mine = thread.author_id == ctx.actor_id and takes_part(ctx, thread.space_id)
    return mine or facilitates(ctx, thread.space_id)


@rule
def may_accept_answer(ctx: Context, thread: Thread) -> bool:
    """Whoever asked says which post answers the question; so does who facilitates."""
    return thread.kind in ANSWERED and may_rename_thread(ctx, thread)


@read_rule
def visible_posts(ctx: Context) -> sa.Select[Post]:
    """Posts that stand, in the threads the actor sees."""
    seen = visible_threads(ctx).with_only_columns(Thread.id)
    return sa.select(Post).where(Post.thread_id.in_(seen), Post.removal.is_(None))


@read_rule
def visible_removed_posts(ctx: Context) -> sa.Select[Post]:
    """What the actor may put back: their own they took away; all of it where they facilitate."""
    seen = visible_threads(ctx)
    led = seen.where(Thread.space_id.in_(my_spaces_as(ctx, FACILITATING)))
    return sa.select(Post).where(
        Post.thread_id.in_(seen.with_only_columns(Thread.id)),
        sa.or_(
            sa.and_(Post.author_id == ctx.actor_id, Post.removal == Removal.AUTHOR),
            sa.and_(
                Post.removal.is_not(None), Post.thread_id.in_(led.with_only_columns(Thread.id))
            ),
        ),
    )


find_post = Finder(visible_posts)
find_removed_post = Finder(visible_removed_posts)


@rule
def may_edit_post(ctx: Context, post: Post) -> bool:
    """Whoever wrote a post changes its words while they take part in the space; nobody else."""
    return post.author_id == ctx.actor_id and takes_part(ctx, _space_of(post))


@rule
def may_remove_post(ctx: Context, post: Post) -> bool:
    """Whoever wrote a post takes it away, and whoever facilitates its space."""
    space_id = _space_of(post)
    mine = post.author_id == ctx.actor_id and takes_part(ctx, space_id)
    return mine or facilitates(ctx, space_id)


@rule
def may_restore_post(ctx: Context, post: Post) -> bool:
    """Who took a post away puts it back; where a facilitator did, any facilitator."""
    space_id = _space_of(post)
    mine = post.author_id == ctx.actor_id and post.removal is Removal.AUTHOR
    return (mine and takes_part(ctx, space_id)) or facilitates(ctx, space_id)


def _space_of(post: Post) -> uuid.UUID:
    return db.session.get_one(Thread, post.thread_id).space_id


def kinds_open_to(ctx: Context, space_id: uuid.UUID) -> tuple[ThreadKind, ...]:
    """Return the kinds of thread the actor may begin in a space, as a form offers them."""
    if not takes_part(ctx, space_id):
        return ()
    if facilitates(ctx, space_id):
        return tuple(ThreadKind)
    return tuple(kind for kind in ThreadKind if kind is not ThreadKind.ANNOUNCEMENT)
