"""Posts are taken away and put back; their numbers stay."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.events import PostRemoved, PostRestored
from community.discussions.models import Post, PostEdition, Removal, Thread
from community.discussions.policy import (
    find_post,
    find_removed_post,
    find_thread,
    may_remove_post,
    may_restore_post,
)
from community.discussions.rules import KEPT_FOR
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.spaces.policy import belongs_to, refuse_archived

WIPED_AT_ONCE = 200


@operation
def remove_post(ctx: Context, post_id: uuid.UUID) -> Post:
    """Take a post away: a line in its place says so, nobody reads its words any more.

    Raises NotFound (also for one that was taken away before), Forbidden, or Conflict in an archived
    space.
    """
    thread = find_thread(ctx, find_post(ctx, post_id).thread_id, lock=True)
    post = find_post(ctx, post_id, lock=True)
    require(may_remove_post, ctx, post)
    refuse_archived(belongs_to(ctx, thread.space_id))
    post.removal = Removal.AUTHOR if post.author_id == ctx.actor_id else Removal.STAFF
    post.removed_at = ctx.now
    _recount(thread)
    if thread.answer == post.number:
        thread.answer = None
    record(
        PostRemoved(
            thread_id=thread.id,
            space_id=thread.space_id,
            author_id=post.author_id,
            post_id=post.id,
            number=post.number,
        )
    )
    return post


@operation
def restore_post(ctx: Context, post_id: uuid.UUID) -> Post:
    """Put a post back in its place.

    Raises NotFound for one the actor may not put back and for one that stands, Forbidden, or
    Conflict in an archived space and when it was taken away longer ago than its words are kept.
    """
    thread = find_thread(ctx, find_removed_post(ctx, post_id).thread_id, lock=True)
    post = find_removed_post(ctx, post_id, lock=True)
    require(may_restore_post, ctx, post)
    refuse_archived(belongs_to(ctx, thread.space_id))
    if post.removed_at is None or ctx.now - post.removed_at > KEPT_FOR:
        raise Conflict(_("Its words are not kept any more, so it cannot be put back."))
    post.removal = post.removed_at = None
    _recount(thread)
    record(
        PostRestored(
            thread_id=thread.id,
            space_id=thread.space_id,
            author_id=post.author_id,
            post_id=post.id,
            number=post.number,
        )
    )
    return post


def _recount(thread: Thread) -> None:
    """Count anew what stands in a thread whose row is locked, and who said the last word there."""
    db.session.flush()
    of_thread = Post.thread_id == thread.id
    thread.removed = db.session.scalars(
        sa.select(sa.func.count()).where(of_thread, Post.removal.is_not(None))
    ).one()
    last = db.session.execute(
        sa.select(Post.created_at, Post.author_id)
        .where(of_thread, Post.removal.is_(None))
        .order_by(Post.number.desc())
        .limit(1)
    ).one_or_none()
    thread.last_posted_at = last.created_at if last else thread.created_at
    thread.last_author_id = last.author_id if last else thread.author_id


def wipe_removed(ctx: Context) -> int:
    """Wipe the words of posts that cannot be put back any more; returns of how many."""
    wiped = 0
    while some := _wipe_some(ctx):
        wiped += some
    return wiped


@operation
def _wipe_some(ctx: Context) -> int:
    """Wipe a batch, in one transaction; returns how many."""
    old = (
        sa.select(Post.id)
        .where(Post.removal.is_not(None), Post.removed_at < ctx.now - KEPT_FOR, Post.body != "")
        .limit(WIPED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    keys = db.session.scalars(old).all()
    if keys:
        execute(sa.delete(PostEdition).where(PostEdition.post_id.in_(keys)))
        execute(sa.update(Post).where(Post.id.in_(keys)).values(body="", html=""))
    return len(keys)
