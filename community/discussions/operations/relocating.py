"""What goes along where posts move from one thread to another."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.discussions.events import PostsMovedAway, PostsMovedIn
from community.discussions.models import Post, ReadPointer, Removal, Thread
from community.discussions.operations.counting import recount
from community.discussions.operations.people import hold_people
from community.discussions.policy import ANSWERED
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.keys import new_key
from community.kernel.operation import record
from community.spaces.models import Membership

_POST: Any = Post.__table__
_POINTER: Any = ReadPointer.__table__
_MOVE = (
    sa.update(_POST)
    .where(_POST.c.id == sa.bindparam("key", type_=sa.Uuid()))
    .values(thread_id=sa.bindparam("thread"), number=sa.bindparam("place"))
)
_LEAVE = sa.insert(_POST)


class Leaving(NamedTuple):
    """A post that moves: what its row says that its old place keeps."""

    id: uuid.UUID
    number: int
    author_id: uuid.UUID
    created_at: Any


class Moved(NamedTuple):
    """What moved: the thread where it stands now, and under which numbers."""

    thread: Thread
    numbers: range


def relocate(ctx: Context, posts: Sequence[Leaving], source: Thread, target: Thread) -> Moved:
    """Move posts that stand, in the order of their numbers, to the end of another thread.

    The rows of both threads are locked. Each keeps its id and leaves a line in its old place; the
    answer to a question goes along with it where nothing stood before, else the question says still
    that it is answered, and the line in the answer's place leads to it; what somebody had read of
    both threads they have read of the one, and what was brought in counts as read there, too.
    """
    first = target.last_number + 1
    places = {post.number: number for number, post in enumerate(posts, first)}
    empty = target.last_number == target.removed
    last = _standing(sa.func.max, target) or 0
    reads = list(_reads(source, target, list(places), last))
    begins = _standing(sa.func.min, source)  # the question, where it is one
    hold_people([ctx.person, *(post.author_id for post in posts), *(row.user_id for row in reads)])
    execute(
        _MOVE,
        [{"key": post.id, "thread": target.id, "place": places[post.number]} for post in posts],
    )
    execute(_LEAVE, [_left_behind(ctx, post, source) for post in posts])
    brought = sum(1 for number in places if number <= source.history)
    if brought and last <= target.history:  # else something new stands before them
        target.history = target.last_number + brought
    target.last_number += len(posts)
    if source.answer in places and empty and begins in places and target.kind in ANSWERED:
        answer = places[source.answer]
        target.answer, source.answer = (answer if answer > first else None), None
    elif target.answer is not None:
        target.answer = _back_again(target, {post.id: places[post.number] for post in posts})
    recount(source)
    recount(target)
    target.merged_into_id = None
    if source.last_number == source.removed:
        source.merged_into_id, source.pinned_at = target.id, None
    _keep_reads(target, reads)
    said: dict[str, Any] = {"space_id": source.space_id, "numbers": tuple(places), "first": first}
    record(PostsMovedAway(thread_id=source.id, to_id=target.id, **said))
    record(PostsMovedIn(thread_id=target.id, from_id=source.id, **said))
    return Moved(target, range(first, first + len(posts)))


def _back_again(target: Thread, places: Mapping[uuid.UUID, int]) -> int | None:
    """Return the answer's number where it comes back into the thread of its question."""
    was = db.session.scalar(
        sa.select(Post.moved_to_id).where(Post.thread_id == target.id, Post.number == target.answer)
    )
    return places.get(was, target.answer) if was is not None else target.answer


def _left_behind(ctx: Context, post: Leaving, source: Thread) -> dict[str, Any]:
    """Return the row that stays in the place of a post: no words, and where it is."""
    return {
        "id": new_key(),
        "thread_id": source.id,
        "number": post.number,
        "author_id": post.author_id,
        "body": "",
        "html": "",
        "renderer": 0,
        "created_at": post.created_at,
        "edition": 1,
        "removal": Removal.MOVED,
        "removed_at": ctx.now,
        "moved_to_id": post.id,
    }


def _standing(which: Any, thread: Thread) -> Any:
    """Return the first or the last number of the posts that stand in a thread; None: none does."""
    numbers = sa.select(which(Post.number)).where(
        Post.thread_id == thread.id, Post.removal.is_(None)
    )
    return db.session.scalars(numbers).one()


class _Read(NamedTuple):
    """How far somebody has read in the thread that posts come to; ``at`` is when."""

    user_id: uuid.UUID
    number: int
    at: Any
    new: bool


def _reads(source: Thread, target: Thread, numbers: Sequence[int], last: int) -> Iterator[_Read]:
    """Return whose pointers in the target move over what comes, and how far.

    Who had read all that stands there, up to its ``last`` post, has read what they had read of the
    posts that come; who had not goes on where they were. What was brought in and what was said
    before one came counts as read, as in every list.
    """
    here, there = _POINTER.alias("here"), _POINTER.alias("there")
    readers = sa.union(
        *(
            sa.select(_POINTER.c.user_id).where(_POINTER.c.thread_id == key)
            for key in (source.id, target.id)
        )
    ).subquery()
    rows = execute(
        sa.select(
            readers.c.user_id,
            here.c.number.label("here"),
            there.c.number.label("there"),
            sa.func.coalesce(there.c.at, here.c.at, type_=_POINTER.c.at.type).label("at"),
            Membership.joined_at,
        )
        .outerjoin(here, _of(here, source, readers))
        .outerjoin(there, _of(there, target, readers))
        .outerjoin(
            Membership,
            sa.and_(
                Membership.user_id == readers.c.user_id,
                Membership.space_id == target.space_id,
                Membership.ended_at.is_(None),
            ),
        )
    )
    for row in rows:
        read, known = row.here, row.there
        if known is None:
            untouched = row.joined_at is not None and target.last_posted_at <= row.joined_at
            known = target.last_number if untouched else target.history
        if known < last:
            continue  # what they have not read comes first
        if read is None:
            untouched = row.joined_at is not None and source.last_posted_at <= row.joined_at
            read = source.last_number if untouched else source.history
        over = target.last_number + sum(1 for number in numbers if number <= read)
        yield _Read(row.user_id, over, row.at, row.there is None)


def _of(pointer: Any, thread: Thread, readers: Any) -> sa.ColumnElement[bool]:
    return sa.and_(pointer.c.thread_id == thread.id, pointer.c.user_id == readers.c.user_id)


def _keep_reads(target: Thread, reads: Sequence[_Read]) -> None:
    made = [
        {"id": new_key(), "user_id": read.user_id, "thread_id": target.id}
        | {"number": read.number, "at": read.at}
        for read in reads
        if read.new
    ]
    moved = [{"who": read.user_id, "to": read.number} for read in reads if not read.new]
    if made:
        execute(sa.insert(_POINTER), made)
    if moved:
        execute(
            sa.update(_POINTER)
            .where(
                _POINTER.c.thread_id == target.id,
                _POINTER.c.user_id == sa.bindparam("who", type_=sa.Uuid()),
                _POINTER.c.number < sa.bindparam("to", type_=sa.Integer()),
            )
            .values(number=sa.bindparam("to", type_=sa.Integer())),
            moved,
        )
