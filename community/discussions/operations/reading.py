"""How far somebody has read."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite

from community.discussions.events import ThreadRead, ThreadUnread
from community.discussions.models import Post, ReadPointer, Thread
from community.discussions.policy import find_thread
from community.kernel.context import Context
from community.kernel.db import WRITE, db, execute, insert_missing
from community.kernel.errors import Invalid
from community.kernel.keys import new_key
from community.kernel.operation import operation, tell
from community.spaces.policy import joined_at_of

_POINTER: Any = ReadPointer.__table__


@operation
def mark_read(ctx: Context, thread_id: uuid.UUID, *, number: int) -> None:
    """Say that the actor has read a thread up to post ``number``; never moves backwards.

    Raises NotFound, and Invalid for a post that does not exist yet.
    """
    thread = find_thread(ctx, thread_id)
    _refuse_other(thread, number)
    move_pointer(ctx, thread_id, number)
    tell(ThreadRead(thread_id=thread_id, user_id=ctx.person, number=number))


@operation
def mark_unread(ctx: Context, thread_id: uuid.UUID, *, number: int) -> None:
    """Say that the actor is to read a thread again from post ``number`` on.

    Nothing changes where they have not read so far. Raises NotFound, and Invalid for a post that
    does not exist.
    """
    thread = find_thread(ctx, thread_id)
    _refuse_other(thread, number)
    if number <= thread.history:  # counted as read without a pointer
        fresh = {"id": new_key(), "user_id": ctx.person, "thread_id": thread_id, "at": ctx.now}
        insert_missing(
            ReadPointer, {**fresh, "number": number - 1}, unique=("user_id", "thread_id")
        )
    execute(
        sa.update(_POINTER)
        .where(
            _POINTER.c.user_id == ctx.person,
            _POINTER.c.thread_id == thread_id,
            _POINTER.c.number >= number,
        )
        .values(number=number - 1)
    )
    tell(ThreadUnread(thread_id=thread_id, user_id=ctx.person, number=number))


def _refuse_other(thread: Thread, number: int) -> None:
    """Raise Invalid for the number of no post of a thread."""
    if not 1 <= number <= thread.last_number:
        words = _("There is no such post in this thread.")
        raise Invalid(words, fields={"number": [words]})


def _forward(insert: Any) -> Any:
    """Return the statement that makes a read pointer, or moves it forward."""
    table: Any = ReadPointer.__table__
    statement = insert(table)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[table.c.user_id, table.c.thread_id],
        set_={"number": new.number, "at": new.at},
        where=table.c.number < new.number,
    )


_FORWARD = {"postgresql": _forward(postgresql.insert), "sqlite": _forward(sqlite.insert)}


def move_pointer(ctx: Context, thread_id: uuid.UUID, number: int) -> None:
    """Move the actor's read pointer forward to ``number``; two windows may do it at once."""
    execute(
        _FORWARD[db.engines[WRITE].dialect.name],
        {
            "id": new_key(),
            "user_id": ctx.person,
            "thread_id": thread_id,
            "number": number,
            "at": ctx.now,
        },
    )


# Whether a post stands between what one has read and what one has just written.
_missed = (
    sa.exists()
    .where(
        Post.thread_id == _POINTER.c.thread_id,
        Post.number > _POINTER.c.number,
        Post.number < sa.bindparam("own", type_=sa.Integer()),
        Post.removal.is_(None),
    )
    .correlate(_POINTER)
)
_STEP = (
    sa.update(_POINTER)
    .where(
        _POINTER.c.user_id == sa.bindparam("me", type_=sa.Uuid()),
        _POINTER.c.thread_id == sa.bindparam("thread", type_=sa.Uuid()),
    )
    .values(
        number=sa.case((_missed, _POINTER.c.number), else_=sa.bindparam("own", type_=sa.Integer())),
        at=sa.bindparam("now", type_=_POINTER.c.at.type),
    )
)


def read_own(ctx: Context, thread: Thread, number: int, *, before: dt.datetime) -> None:
    """Move the actor's pointer over the post they just wrote, where they had read what precedes it.

    ``before`` is when the thread's last word had been said: what was said before one came is no
    debt, so who never opened such a thread owes nothing of it either.
    """
    given = {"me": ctx.person, "thread": thread.id, "own": number, "now": ctx.now}
    if execute(_STEP, given).rowcount:
        return
    joined_at = joined_at_of(ctx, thread.space_id)
    follows_history = thread.history == number - 1  # what was brought in is no debt either
    if follows_history or (joined_at is not None and before <= joined_at):
        move_pointer(ctx, thread.id, number)
