"""Posts are taken away and put back; their numbers stay."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.events import PostRemoved, PostRestored, ThreadChanged
from community.discussions.models import (
    Attachment,
    Ballot,
    Mention,
    Poll,
    Post,
    PostEdition,
    Reaction,
    Removal,
    Thread,
    ThreadTag,
)
from community.discussions.operations.counting import recount
from community.discussions.operations.tags import hold_space, set_tags
from community.discussions.operations.waiting import withdraw
from community.discussions.operations.words import space_of_thread
from community.discussions.policy import (
    BEGUN,
    find_any_post,
    find_removed_post,
    hold_any_post,
    hold_post,
    may_remove_post,
    may_restore_post,
)
from community.discussions.rules import HIDDEN_KEPT_FOR, KEPT_FOR
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.spaces.models import Space
from community.spaces.policy import belongs_to, refuse_archived
from community.spaces.rules import Reason

WIPED_AT_ONCE = 200


@operation
def remove_post(ctx: Context, post_id: uuid.UUID, *, reason: Reason | None = None) -> Post:
    """Take a post away: a line in its place says so, nobody reads its words any more.

    ``reason`` is for its author, where who leads the space takes it away. Raises NotFound (also for
    one that was taken away before), Forbidden, or Conflict in an archived space. What waits for
    approval its author alone takes away, and no line is left of it.
    """
    found = find_any_post(ctx, post_id)
    if found.removal is Removal.WAITING:  # its thread may have tags, which end with it
        hold_space(ctx, space_of_thread(found.thread_id), lock=True)
    thread, post = hold_any_post(ctx, post_id)
    require(may_remove_post, ctx, post)
    refuse_archived(belongs_to(ctx, thread.space_id))
    if post.removal is Removal.WAITING:
        withdraw(ctx, thread, post)
        return post
    if post.author_id == ctx.actor_id:
        _take(ctx, thread, post, Removal.AUTHOR)
        _tell_removed(thread, post)
    else:
        _take(ctx, thread, post, Removal.STAFF)
        _tell_removed(thread, post, led=True, reason=reason.value if reason else None)
    return post


def hide_post(ctx: Context, thread: Thread, post: Post) -> None:
    """Take a post away by a decision, also one that its author took away; both are held.

    Its author does not put it back from then on. Of one that waited for approval nobody is told,
    since nobody but its author and those who lead knew.
    """
    if not post.placed:
        post.removal, post.removed_at = Removal.STAFF, ctx.now
        return
    if post.removal is not Removal.STAFF:
        _take(ctx, thread, post, Removal.STAFF)
        _tell_removed(thread, post)


def _take(ctx: Context, thread: Thread, post: Post, removal: Removal) -> None:
    post.removal, post.removed_at = removal, ctx.now
    recount(thread)
    if thread.answer == post.number:
        thread.answer = None
        record(ThreadChanged(thread_id=thread.id, space_id=thread.space_id, what="asked"))


def _tell_removed(
    thread: Thread, post: Post, *, led: bool = False, reason: str | None = None
) -> None:
    record(
        PostRemoved(
            thread_id=thread.id,
            space_id=thread.space_id,
            author_id=post.author_id,
            post_id=post.id,
            number=post.number,
            led=led,
            reason=reason,
        )
    )


@operation
def restore_post(ctx: Context, post_id: uuid.UUID) -> Post:
    """Put a post back in its place.

    Raises NotFound for one the actor may not put back and for one that stands, Forbidden, or
    Conflict in an archived space and when it was taken away longer ago than its words are kept.
    """
    thread, post = hold_post(ctx, post_id, find_removed_post)
    require(may_restore_post, ctx, post)
    refuse_archived(belongs_to(ctx, thread.space_id))
    if not may_still_come_back(ctx, post):
        raise Conflict(_("Its words are not kept any more, so it cannot be put back."))
    post.removal = post.removed_at = None
    recount(thread)
    if thread.merged_into_id is not None:
        thread.merged_into_id = None  # something stands in it again
        record(ThreadChanged(thread_id=thread.id, space_id=thread.space_id, what="parted"))
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


def may_still_come_back(ctx: Context, post: Post) -> bool:
    """Whether the words of a removed post are kept: longer where others than its author took it."""
    if post.removed_at is None:
        return False
    kept = HIDDEN_KEPT_FOR if post.removal is Removal.STAFF else KEPT_FOR
    return ctx.now - post.removed_at <= kept


def wipe_removed(ctx: Context) -> int:
    """Wipe the words of posts that cannot be put back any more; returns of how many."""
    wiped = 0
    while some := _wipe_some(ctx):
        wiped += some
    return wiped


@operation
def _wipe_some(ctx: Context) -> int:
    """Wipe a batch, in one transaction; returns how many.

    Polls are held before posts, as by whoever votes or deletes their account; spaces before all,
    where tags end with a thread that never began.
    """
    kept = sa.case(
        (Post.removal == Removal.STAFF, ctx.now - HIDDEN_KEPT_FOR), else_=ctx.now - KEPT_FOR
    )
    lately = ctx.now - min(KEPT_FOR, HIDDEN_KEPT_FOR)  # what an index can tell
    old = (
        Post.removal.is_not(None),
        Post.removal != Removal.WAITING,
        Post.removed_at < lately,
        Post.removed_at < kept,
        Post.body != "",
    )
    found = execute(sa.select(Post.id).where(*old).limit(WIPED_AT_ONCE)).scalars().all()
    tagged = _hold_tagged(found)
    polls = sa.select(Poll.id).where(Poll.post_id.in_(found)).order_by(Poll.post_id)
    if found:
        execute(polls.with_for_update())
    held = sa.select(Post.id).where(Post.id.in_(found), *old).with_for_update(skip_locked=True)
    keys = db.session.scalars(held).all() if found else []
    if keys:
        # files go when no row names them any more
        for part in (PostEdition, Attachment, Mention, Reaction, Ballot, Poll):
            execute(sa.delete(part).where(part.post_id.in_(keys)))
        bare = {"body": "", "html": "", "reactions": "", "has_poll": False}
        execute(sa.update(Post).where(Post.id.in_(keys)).values(bare))
    for post_id, thread in tagged:
        if post_id in keys:
            set_tags(thread, ())
    return len(keys)


def _hold_tagged(found: Sequence[uuid.UUID]) -> Sequence[tuple[uuid.UUID, Thread]]:
    """Return posts with which a thread with tags would have begun, each with it; holds its space.

    Nobody sees such a thread, so nobody else takes its tags off.
    """
    if not found:
        return ()
    tied = sa.exists().where(ThreadTag.thread_id == Thread.id)
    rows = db.session.execute(
        sa.select(Post.id, Thread)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.id.in_(found), ~BEGUN, tied)
    ).all()
    if rows:
        spaces = sa.select(Space.id).where(Space.id.in_([thread.space_id for _key, thread in rows]))
        execute(spaces.order_by(Space.id).with_for_update(key_share=True))
    return [(key, thread) for key, thread in rows]
