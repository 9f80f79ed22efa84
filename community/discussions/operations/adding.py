"""The next post of a thread, with what follows from it."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import set_committed_value

from community.discussions.models import Post, Thread
from community.discussions.operations.mentioning import keep_mentions
from community.discussions.operations.reading import read_own
from community.discussions.operations.words import Words
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import Conflict


def add_post(
    ctx: Context,
    thread: Thread,
    words: Words,
    *,
    reply_to: int | None = None,
    answers_id: uuid.UUID | None = None,
) -> Post:
    """Add the next post of a thread whose row is locked.

    ``reply_to`` is the number it was sent to answer, ``answers_id`` the post that stood there. Who
    had read all of it has read their own words, too; else what they missed stays unread.
    """
    number = thread.last_number + 1
    values = {
        "id": words.post_id,
        "thread_id": thread.id,
        "number": number,
        "author_id": ctx.person,
        "body": words.body,
        "html": words.html,
        "renderer": markdown.RENDERER,
        "reply_to": reply_to,
        "answers_id": answers_id,
        "created_at": ctx.now,
    }
    before = thread.last_posted_at
    latest = {"last_number": number, "last_posted_at": ctx.now, "last_author_id": ctx.person}
    execute(_ADD_POST, values)
    execute(_ADVANCE, {"thread": thread.id, **latest})
    for name, value in latest.items():
        set_committed_value(thread, name, value)  # the row in hand says so too
    keep_mentions(ctx, words, thread_id=thread.id, space_id=thread.space_id)
    read_own(ctx, thread, number, before=before)
    return Post(**values)


# The hot path: statements built once, on the tables; no row of the models is tracked.
_POST: Any = Post.__table__
_THREAD: Any = Thread.__table__
_ADD_POST = sa.insert(_POST)
_ADVANCE = (
    sa.update(_THREAD)
    .where(_THREAD.c.id == sa.bindparam("thread", type_=sa.Uuid()))
    .values(
        last_number=sa.bindparam("last_number"),
        last_posted_at=sa.bindparam("last_posted_at"),
        last_author_id=sa.bindparam("last_author_id"),
    )
)


def taken_away() -> Conflict:
    """Return what refuses a repeat of what waited for approval and does so no more."""
    return Conflict(
        _(
            "You sent these words before, and they were taken away or declined."
            " Change them to send them again."
        )
    )


def other_text() -> Conflict:
    """Return what refuses a repeat that says something else."""
    return Conflict(_("This was sent before, with another text. Send it as a new one."))
