"""Posts move to a new thread or to another one, threads to another space."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from community.discussions.events import ThreadMoved
from community.discussions.models import Attachment, Post, Removal, Thread, ThreadKind
from community.discussions.operations.relocating import Leaving, Moved, relocate
from community.discussions.operations.tags import hold_with_space, set_tags
from community.discussions.policy import (
    find_thread,
    may_move_posts,
    may_split_thread,
    may_take_thread_in,
)
from community.discussions.queries import begun_for_what, room_used, tags_of
from community.discussions.rules import MOST_MOVED
from community.kernel import log
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, Invalid
from community.kernel.installed import installed
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.kernel.revocation import revoke_stream
from community.spaces.policy import belongs_to, find_space, refuse_archived


@operation
def split_thread(
    ctx: Context,
    thread_id: uuid.UUID,
    *,
    title: str,
    kind: ThreadKind,
    numbers: Sequence[int] = (),
    since: int | None = None,
) -> Moved:
    """Begin a thread with posts of another one, in their order.

    They are chosen by their ``numbers``, or all from the post ``since`` on. The new thread was
    begun by who wrote the first of them, and then. Raises NotFound, Forbidden, Invalid where none
    is chosen, or Conflict in an archived space, where one does not stand and where there are too
    many.
    """
    source = find_thread(ctx, thread_id, lock=True)
    require(may_split_thread, ctx, source)
    refuse_archived(belongs_to(ctx, source.space_id))
    if not numbers and since is None:
        raise _none_chosen()
    posts = _chosen(source, numbers, since)
    _refuse_emptying(source, posts)
    target = Thread(
        id=new_key(),
        space_id=source.space_id,
        kind=kind,
        title=title,
        author_id=posts[0].author_id,
        created_at=posts[0].created_at,
        last_number=0,
        removed=0,
        last_posted_at=posts[0].created_at,
        last_author_id=posts[0].author_id,
    )
    log.open_stream(target.id)
    db.session.add(target)
    db.session.flush()  # the posts refer to it
    return relocate(ctx, posts, source, target)


@operation
def merge_posts(
    ctx: Context,
    thread_id: uuid.UUID,
    *,
    into: uuid.UUID,
    numbers: Sequence[int] = (),
    since: int | None = None,
) -> Moved:
    """Move posts of a thread to the end of another one of its space.

    They are chosen by their ``numbers``, or all from the post ``since`` on, or all that stand.
    Where none stands any more, the thread is merged with the other. Raises NotFound, Forbidden,
    Invalid for a thread that is the same or stands in another space, or Conflict as
    ``split_thread``.
    """
    require(may_move_posts, ctx, find_thread(ctx, thread_id))
    if into == thread_id:
        raise _no_target(_("The posts stand in this thread already."))
    held = {key: find_thread(ctx, key, lock=True) for key in sorted((thread_id, into))}
    source, target = held[thread_id], held[into]
    require(may_move_posts, ctx, source)
    if source.space_id != target.space_id:
        raise _no_target(_("That thread stands in another space."))
    refuse_archived(belongs_to(ctx, source.space_id))
    posts = _chosen(source, numbers, since)
    _refuse_emptying(source, posts)
    return relocate(ctx, posts, source, target)


def _refuse_waiting(thread_id: uuid.UUID) -> None:
    """Refuse while posts wait: those who look after this space decide about them, and see it."""
    waits = sa.select(Post.id).where(Post.thread_id == thread_id, Post.removal == Removal.WAITING)
    if execute(waits.limit(1)).first() is not None:
        raise Conflict(_("Posts wait for approval in this thread. Decide about them first."))


@operation
def move_thread(ctx: Context, thread_id: uuid.UUID, *, space_id: uuid.UUID) -> None:
    """Move a whole thread to another space, of which one facilitates both; its tags go along.

    It is pinned no more, and who follows it and does not belong there follows it no more. Where it
    stands already, nothing changes. Raises NotFound, Forbidden, or Conflict where either space is
    archived or the other has too many tags, where posts wait for approval, for a thread that
    belongs to something of its space, and for one that was merged with another.
    """
    require(may_move_posts, ctx, find_thread(ctx, thread_id))
    require(may_take_thread_in, ctx, find_space(ctx, space_id))
    thread = hold_with_space(ctx, thread_id, space_id)
    require(may_move_posts, ctx, thread)
    space = belongs_to(ctx, space_id)
    former = belongs_to(ctx, thread.space_id)
    refuse_archived(former)
    refuse_archived(space)
    if former.id == space.id:
        return
    _refuse_waiting(thread_id)
    if thread.merged_into_id is not None:
        raise Conflict(_("Nothing stands in this thread any more: it was merged with another one."))
    purpose = begun_for_what(thread_id)
    if purpose is not None:
        raise Conflict(
            _(
                "This thread belongs to %(what)s: who works there looks for it in "
                "%(space)s, and what they write in it counts there. It stays.",
                what=purpose,
                space=former.name,
            )
        )
    _refuse_full(thread, space_id)
    tags = tags_of(thread.id)
    set_tags(thread, ())
    thread.space_id, thread.pinned_at = space.id, None
    posts = sa.select(Post.id).where(Post.thread_id == thread.id)
    # the room their files take is the new space's from here on
    execute(sa.update(Attachment).where(Attachment.post_id.in_(posts)).values(space_id=space.id))
    db.session.flush()
    set_tags(thread, tags)
    revoke_stream(thread.id, space_id=former.id, moved_by=ctx.person)
    record(ThreadMoved(thread_id=thread.id, space_id=space.id, from_space_id=former.id))


def _refuse_full(thread: Thread, space_id: uuid.UUID) -> None:
    """Raise Conflict where another space has no room for the files of a thread."""
    posts = sa.select(Post.id).where(Post.thread_id == thread.id)
    size = sa.func.coalesce(sa.func.sum(Attachment.size), 0)
    along = int(execute(sa.select(size).where(Attachment.post_id.in_(posts))).scalar_one())
    if along and room_used(space_id) + along > installed().settings.space_limit:
        raise Conflict(_("The other space has no room for the files of this thread."))


def _chosen(thread: Thread, numbers: Sequence[int], since: int | None) -> list[Leaving]:
    """Return the posts of a held thread that are to move, by their numbers."""
    wanted, most = set(numbers), MOST_MOVED
    if len(wanted) > most:
        raise _too_many(most)
    query = sa.select(Post.id, Post.number, Post.author_id, Post.created_at).where(
        Post.thread_id == thread.id, Post.removal.is_(None)
    )
    if wanted:
        query = query.where(Post.number.in_(wanted))
    elif since is not None:
        query = query.where(Post.number >= since)
    posts = [Leaving(*row) for row in execute(query.order_by(Post.number).limit(most + 1))]
    missing = wanted - {post.number for post in posts}
    if missing:
        raise Conflict(
            _(
                "Post %(number)d does not stand in this thread any more. Choose again.",
                number=min(missing),
            )
        )
    if len(posts) > most:
        raise _too_many(most)
    if not posts:
        raise Conflict(_("No post stands there any more. Choose again."))
    return posts


def _refuse_emptying(thread: Thread, posts: Sequence[Leaving]) -> None:
    """Raise Conflict where nothing would stand any more in a thread that belongs to something."""
    if len(posts) < thread.last_number - thread.removed:
        return
    purpose = begun_for_what(thread.id)
    if purpose is not None:
        raise Conflict(
            _(
                "This thread belongs to %(what)s, where people look for it: leave at least one "
                "post in it.",
                what=purpose,
            )
        )


def _none_chosen() -> Invalid:
    words = _("Choose the posts that are to move.")
    return Invalid(words, fields={"numbers": [words]})


def _no_target(words: str) -> Invalid:
    return Invalid(words, fields={"into": [words]})


def _too_many(most: int) -> Conflict:
    return Conflict(
        ngettext(
            "At most %(num)d post moves at once.",
            "At most %(num)d posts move at once. Move the others afterwards.",
            most,
        )
    )
