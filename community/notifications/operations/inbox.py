"""What comes into inboxes, and what one reads there.

Who gets a notice hears of it at once (``InboxChanged``); each person has one of a subject, however
often it is put there.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.discussions.models import Post, ReadPointer
from community.discussions.operations import mark_unread
from community.kernel.context import Context
from community.kernel.db import INSERT, WRITE, db, execute, in_one
from community.kernel.errors import NotFound
from community.kernel.keys import new_key
from community.kernel.operation import operation, tell
from community.notifications import queries
from community.notifications.events import InboxChanged
from community.notifications.models import InboxNotice
from community.notifications.rules import REACTED_AGAIN, Reason, Why

_NOTICE: Any = InboxNotice.__table__


# ------------------------------------------------------------------ what comes in


def put_posts(post_id: uuid.UUID, told: Mapping[uuid.UUID, Why], *, at: dt.datetime) -> None:
    """Put a post into people's inboxes, inside an operation; what tells of it already stays.

    But that it answers them goes before any other reason.
    """
    rows = [_row(reader, post_id, Reason(why), at) for reader, why in told.items()]
    _put(rows, _POSTS)


def put(
    ctx: Context,
    reader: uuid.UUID,
    subject_id: uuid.UUID,
    why: Reason,
    *,
    space_id: uuid.UUID | None = None,
) -> None:
    """Put something into one inbox, inside an operation; what stands there of it is new again."""
    _put([_row(reader, subject_id, why, ctx.now, space_id)], _AGAIN)


def put_reaction(ctx: Context, author: uuid.UUID, post_id: uuid.UUID) -> None:
    """Tell an author that somebody reacted to a post, inside an operation.

    What they were told of it lately is no news again: see ``REACTED_AGAIN``.
    """
    long_ago = _NOTICE.c.at < ctx.now - REACTED_AGAIN
    again = _putting(lambda new: (_anew(new), long_ago))
    _put([_row(author, post_id, Reason.REACTION, ctx.now)], again)


def put_to_space(
    ctx: Context,
    subject_id: uuid.UUID,
    space_id: uuid.UUID,
    why: Reason,
    *,
    but: uuid.UUID | None,
) -> None:
    """Put something into the inboxes of everybody of a space but one: a batch a transaction.

    Done again (a worker was killed half way) nobody gets it twice.
    """
    after: uuid.UUID | None = None
    while keys := queries.members_of(space_id, after=after):
        _put_batch(ctx, [key for key in keys if key != but], subject_id, space_id, why)
        after = keys[-1]


@operation
def _put_batch(
    ctx: Context,
    readers: Sequence[uuid.UUID],
    subject_id: uuid.UUID,
    space_id: uuid.UUID,
    why: Reason,
) -> None:
    """Put something into some inboxes."""
    _put([_row(reader, subject_id, why, ctx.now, space_id) for reader in readers], _ONCE)


def _row(
    reader: uuid.UUID,
    subject_id: uuid.UUID,
    why: Reason,
    at: dt.datetime,
    space_id: uuid.UUID | None = None,
) -> dict[str, Any]:
    return {
        "id": new_key(),
        "user_id": reader,
        "subject_id": subject_id,
        "why": why,
        "space_id": space_id,
        "at": at,
    }


def _anew(new: Any) -> dict[str, Any]:
    return {"why": new.why, "at": new.at, "read_at": None}


Putting = Mapping[str, Any]


def _putting(again: Callable[[Any], tuple[Any, Any]] | None = None) -> Putting:
    """Return the statement that puts notices into inboxes, for each kind of database.

    ``again`` says what changes of one that is there, and whether; nothing does without it.
    """
    unique = [_NOTICE.c.user_id, _NOTICE.c.subject_id]
    made = {}
    for name, insert in INSERT.items():
        new = insert(_NOTICE)
        if again is None:
            new = new.on_conflict_do_nothing(index_elements=unique)
        else:
            values, where = again(new.excluded)
            new = new.on_conflict_do_update(index_elements=unique, set_=values, where=where)
        made[name] = new.returning(_NOTICE.c.user_id)
    return made


# The hot path: a reply tells one or two, by a statement that is built once.
_POSTS = _putting(
    lambda new: (
        {"why": new.why},
        sa.and_(new.why == Reason.REPLY, _NOTICE.c.why != Reason.REPLY),
    )
)
_AGAIN = _putting(lambda new: (_anew(new), None))
_ONCE = _putting()


def _put(rows: list[dict[str, Any]], putting: Putting) -> None:
    """Put notices into inboxes, and say so to who did not have them."""
    if not rows:
        return
    rows.sort(key=lambda row: row["user_id"])  # two who tell the same do not clash
    statement = putting[db.engines[WRITE].dialect.name]
    _say(execute(*in_one(statement, rows)).scalars().all())


def _say(readers: Collection[uuid.UUID]) -> None:
    """Tell people that their inbox changed."""
    for reader in readers:
        tell(InboxChanged(user_id=reader))


# ------------------------------------------------------------------ what is read


def _of_thread(number: Any) -> sa.ColumnElement[bool]:
    """Return whether a notice is about a post of a thread, ``number`` being a condition on it."""
    of_post = sa.exists().where(
        Post.id == _NOTICE.c.subject_id,
        Post.thread_id == sa.bindparam("thread", type_=sa.Uuid()),
        number,
    )
    return sa.and_(_NOTICE.c.user_id == sa.bindparam("me", type_=sa.Uuid()), of_post)


_NUMBER = sa.bindparam("number", type_=sa.Integer())
_READ = (
    sa.update(_NOTICE)
    .where(_NOTICE.c.read_at.is_(None), _of_thread(Post.number <= _NUMBER))
    .values(read_at=sa.bindparam("now", type_=_NOTICE.c.read_at.type))
)
_UNREAD = (
    sa.update(_NOTICE)
    .where(_NOTICE.c.read_at.is_not(None), _of_thread(Post.number >= _NUMBER))
    .values(read_at=None)
)


def read_as_far(ctx: Context, user_id: uuid.UUID, thread_id: uuid.UUID, number: int) -> None:
    """Count what tells of a thread's posts as read up to one of them, inside an operation.

    The read pointer says so already; this keeps few unread ones to be looked at.
    """
    given = {"me": user_id, "thread": thread_id, "number": number, "now": ctx.now}
    if execute(_READ, given).rowcount:
        _say([user_id])


def unread_from(user_id: uuid.UUID, thread_id: uuid.UUID, number: int) -> None:
    """Count what tells of a thread's posts as unread from one of them on, inside an operation."""
    execute(_UNREAD, {"me": user_id, "thread": thread_id, "number": number})
    _say([user_id])


@operation
def mark_entry(ctx: Context, key: uuid.UUID, *, read: bool) -> None:
    """Mark an entry of the actor's inbox as read, or as unread; as it is already, nothing changes.

    Reading a thread's entry leaves the thread as it is. To make it unread again is to take back
    what was last read of it; where that was read in the thread, it is to be read there again, too.
    Raises NotFound.
    """
    entry = queries.entry_of(ctx, key)
    if entry is None:
        raise NotFound
    of_entry = _of_entry(ctx, key)
    if read:
        new = (*of_entry, _NOTICE.c.read_at.is_(None))
        execute(sa.update(_NOTICE).where(*new).values(read_at=ctx.now))
    elif not entry.unread:
        _take_back(ctx, key, of_entry)
    _say([ctx.person])


def _of_entry(ctx: Context, key: uuid.UUID) -> tuple[sa.ColumnElement[bool], ...]:
    in_thread = (
        sa.exists().where(Post.id == _NOTICE.c.subject_id, Post.thread_id == key).correlate(_NOTICE)
    )
    return (
        _NOTICE.c.user_id == ctx.person,
        sa.or_(_NOTICE.c.subject_id == key, in_thread),
    )


def _take_back(ctx: Context, key: uuid.UUID, of_entry: tuple[sa.ColumnElement[bool], ...]) -> None:
    """Make the notices of an entry unread that were read last, or the newest one."""
    last = execute(sa.select(sa.func.max(_NOTICE.c.read_at)).where(*of_entry)).scalar()
    if last is not None:
        again = (*of_entry, _NOTICE.c.read_at == last)
    else:
        newest = sa.select(_NOTICE.c.id).where(*of_entry).order_by(_NOTICE.c.at.desc()).limit(1)
        again = (_NOTICE.c.id == execute(newest).scalar(),)
    number = execute(
        sa.select(sa.func.min(Post.number))
        .join(_NOTICE, _NOTICE.c.subject_id == Post.id)
        .join(
            ReadPointer,
            sa.and_(
                ReadPointer.thread_id == Post.thread_id,
                ReadPointer.user_id == ctx.person,
                ReadPointer.number >= Post.number,
            ),
        )
        .where(*again, Post.thread_id == key)
    ).scalar()
    execute(sa.update(_NOTICE).where(*again).values(read_at=None))
    if number is not None:
        mark_unread(ctx, key, number=number)


@operation
def mark_all(ctx: Context, *, until: dt.datetime) -> int:
    """Mark as read what came into the actor's inbox until an instant.

    Threads stay as they are. Returns how many notices; ``unmark_all`` takes it back by ``ctx.now``.
    """
    done = execute(
        sa.update(_NOTICE)
        .where(
            _NOTICE.c.user_id == ctx.person,
            _NOTICE.c.read_at.is_(None),
            _NOTICE.c.at <= min(until, ctx.now),
        )
        .values(read_at=ctx.now)
    )
    _say([ctx.person])
    return done.rowcount


@operation
def unmark_all(ctx: Context, *, at: dt.datetime) -> int:
    """Take back that all was marked as read ``at`` an instant; returns how many are unread again.

    What was read in its thread since stays read.
    """
    mine = (_NOTICE.c.user_id == ctx.person, _NOTICE.c.read_at == at)
    done = execute(sa.update(_NOTICE).where(*mine).values(read_at=None))
    _say([ctx.person])
    return done.rowcount
