"""What one can do in the threads of a space.

A text is rendered before its act begins: it may take a tenth of a second, and a unit of work keeps
others waiting, on SQLite every writer.
"""

import dataclasses
import uuid
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value

from community.discussions.events import ReplyPosted, ThreadStarted
from community.discussions.models import Post, ReadPointer, Thread, ThreadKind
from community.discussions.policy import find_thread, may_announce, may_reply, may_start_thread
from community.kernel import log, markdown
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import key_of_act, new_key
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.spaces.policy import belongs_to, find_space, refuse_archived


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """What a post says: Markdown as it was typed, and the HTML of it under the post's own id."""

    post_id: uuid.UUID
    body: str
    html: str


def rendered(body: str) -> Words:
    """Return the words of a new post, before the unit of work that adds it: it may take a while."""
    key = new_key()
    # Posts share a page: without their own prefix two footnotes or headings would clash.
    html = markdown.render(body, lowest_heading=3, id_prefix=f"n{key.hex[-10:]}-")
    return Words(key, body, html)


def start_thread(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    kind: ThreadKind,
    title: str,
    body: str,
    client_id: str | None = None,
) -> Thread:
    """Begin a thread in a space; ``body`` (Markdown) becomes post 1.

    ``client_id`` is the client's own id of this act: a repeat answers the thread that is there.
    Raises NotFound, Forbidden, or Conflict in an archived space and for a ``client_id`` that stood
    for another thread.
    """
    return start_rendered_thread(
        ctx, space_id, rendered(body), kind=kind, title=title, client_id=client_id
    )


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
def start_rendered_thread(
    ctx: Context,
    space_id: uuid.UUID,
    words: Words,
    *,
    kind: ThreadKind,
    title: str,
    client_id: str | None = None,
) -> Thread:
    """Do what ``start_thread`` says, with words that are ``rendered``; for whoever nests it."""
    # Two copies of one form: the second waits at the space's row, and finds the first one's thread.
    space = find_space(ctx, space_id, lock=client_id is not None)
    require(may_announce if kind is ThreadKind.ANNOUNCEMENT else may_start_thread, ctx, space)
    key = key_of_act(space_id, ctx.person, client_id)
    earlier = db.session.get(Thread, key) if client_id is not None else None
    if earlier is not None:
        return _same_thread(earlier, kind, title, words.body)
    refuse_archived(space)
    log.open_stream(key)
    thread = Thread(
        id=key,
        space_id=space_id,
        kind=kind,
        title=title,
        author_id=ctx.person,
        created_at=ctx.now,
        last_number=0,
        last_posted_at=ctx.now,
        last_author_id=ctx.person,
    )
    db.session.add(thread)
    db.session.flush()  # the post and the pointer refer to it
    post = _add_post(ctx, thread, words, None)
    record(
        ThreadStarted(thread_id=key, space_id=space_id, author_id=ctx.person, post_id=post.id),
        client_id=client_id,
    )
    return thread


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
    post = _add_post(ctx, thread, words, reply_to)
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


@operation
def mark_read(ctx: Context, thread_id: uuid.UUID, *, number: int) -> None:
    """Say that the actor has read a thread up to post ``number``; never moves backwards.

    Raises NotFound, and Invalid for a post that does not exist yet.
    """
    thread = find_thread(ctx, thread_id)
    if not 1 <= number <= thread.last_number:
        raise Invalid(
            _("There is no such post in this thread."),
            fields={"number": [_("There is no such post in this thread.")]},
        )
    _move_pointer(ctx, thread_id, number)


def _add_post(ctx: Context, thread: Thread, words: Words, reply_to: int | None) -> Post:
    """Add the next post of a thread whose row is locked; its author has read up to it."""
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
        "created_at": ctx.now,
    }
    latest = {"last_number": number, "last_posted_at": ctx.now, "last_author_id": ctx.person}
    execute(_ADD_POST, values)
    execute(_ADVANCE, {"thread": thread.id, **latest})
    for name, value in latest.items():
        set_committed_value(thread, name, value)  # the row in hand says so too
    _move_pointer(ctx, thread.id, number)
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


def _move_pointer(ctx: Context, thread_id: uuid.UUID, number: int) -> None:
    """Move the actor's read pointer forward to ``number``; two windows may do it at once."""
    db.session.execute(
        _FORWARD[db.session.connection().dialect.name],
        {
            "id": new_key(),
            "user_id": ctx.person,
            "thread_id": thread_id,
            "number": number,
            "at": ctx.now,
        },
    )


def _same_post(before: log.Logged, body: str, reply_to: int | None) -> Post:
    """Return the post an earlier act made; refuse to pass it off as another one."""
    post = db.session.get(Post, getattr(before.event, "post_id", None))
    if post is None or (post.body, post.reply_to) != (body, reply_to):
        raise _other_text()
    return post


def _same_thread(earlier: Thread, kind: ThreadKind, title: str, body: str) -> Thread:
    """Return the thread an earlier act began; refuse to pass it off as another one."""
    first = sa.select(Post.body).where(Post.thread_id == earlier.id, Post.number == 1)
    if (earlier.kind, earlier.title, db.session.scalar(first)) != (kind, title, body):
        raise _other_text()
    return earlier


def _other_text() -> Conflict:
    return Conflict(_("This was sent before, with another text. Send it as a new one."))
