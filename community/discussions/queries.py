"""Reads of threads and posts.

Statements of the thread page are built once and take parameters; they fetch columns, not rows of
the models. Their callers have found the thread under ``visible_threads``.
"""

import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.discussions.models import Post, ReadPointer, Thread, ThreadKind
from community.discussions.policy import visible_threads
from community.kernel.context import Context
from community.kernel.db import db, execute, values_of
from community.kernel.errors import NotFound
from community.kernel.log import Logged, Stream
from community.kernel.paging import LIMIT, Listing, Page
from community.kernel.policy import ANYBODY, ME
from community.spaces.models import Membership, Space
from community.spaces.policy import only_seen
from community.spaces.queries import face_in

# ------------------------------------------------------------------ one thread

_HEAD = (
    Thread.id,
    Thread.kind,
    Thread.title,
    Thread.author_id,
    Thread.created_at,
    Thread.last_number,
    Thread.last_posted_at,
    Space.id.label("space_id"),
    Space.slug.label("space_slug"),
    Space.name.label("space_name"),
    Space.kind.label("space_kind"),
    Space.archived_at.label("space_archived_at"),
    Stream.head.label("head"),
    sa.func.coalesce(ReadPointer.number, 0).label("read_number"),
    ReadPointer.at.label("read_at"),
)


# The read rule, with its actor left open: the rule stays one, and the statement is built once.
_THREAD_HEAD = (
    visible_threads(ANYBODY)
    .where(Thread.id == sa.bindparam("thread", type_=sa.Uuid()))
    .join(Space, Space.id == Thread.space_id)
    .join(Stream, Stream.id == Thread.id)
    .outerjoin(
        ReadPointer,
        sa.and_(
            ReadPointer.thread_id == Thread.id,
            ReadPointer.user_id == ME,
        ),
    )
    .with_only_columns(*_HEAD)
)


def thread_head(ctx: Context, thread_id: uuid.UUID) -> Any:
    """Return a thread with its space, its stream's head and how far the actor has read.

    The columns are those of ``_HEAD``; ``read_number`` is 0 and ``read_at`` None for a thread the
    actor has not read in. Raises NotFound.
    """
    given = {"me": ctx.actor_id, "thread": thread_id}
    row = execute(_THREAD_HEAD, given).one_or_none()
    if row is None:
        raise NotFound
    return row


# ------------------------------------------------------------------ posts

_Answered, _Asker = aliased(Post), aliased(User)

POST_COLUMNS = (
    Post.id,
    Post.thread_id,
    Post.number,
    Post.html,
    Post.reply_to,
    Post.created_at,
    Post.author_id,
    User.name.label("author_name"),
    Membership.role.label("author_role"),  # in the space, None for who has left
    sa.case((Membership.role.is_not(None), User.face), else_=None).label("author_face"),
    _Asker.name.label("reply_to_name"),
)
_POSTS = (
    sa.select(*POST_COLUMNS)
    .join(Thread, Thread.id == Post.thread_id)
    .join(User, User.id == Post.author_id)
    .outerjoin(
        Membership,
        sa.and_(
            Membership.space_id == Thread.space_id,
            Membership.user_id == Post.author_id,
            Membership.ended_at.is_(None),
        ),
    )
    .outerjoin(
        _Answered,
        sa.and_(_Answered.thread_id == Post.thread_id, _Answered.number == Post.reply_to),
    )
    .outerjoin(_Asker, _Asker.id == _Answered.author_id)
)
_POSTS_AFTER = (
    _POSTS.where(
        Post.thread_id == sa.bindparam("thread", type_=sa.Uuid()),
        Post.number > sa.bindparam("after", type_=sa.Integer()),
    )
    .order_by(Post.number)
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
_POST_AT = _POSTS.where(
    Post.thread_id == sa.bindparam("thread", type_=sa.Uuid()),
    Post.number == sa.bindparam("number", type_=sa.Integer()),
)


def posts_after(thread_id: uuid.UUID, number: int, limit: int) -> Sequence[Any]:
    """Return the posts of a thread after ``number``, oldest first, as ``POST_COLUMNS``."""
    given = {"thread": thread_id, "after": number, "most": limit}
    return execute(_POSTS_AFTER, given).all()


def post_at(thread_id: uuid.UUID, number: int) -> Any | None:
    """Return one post of a thread by its number, as ``POST_COLUMNS``."""
    return execute(_POST_AT, {"thread": thread_id, "number": number}).one_or_none()


def opening_words(thread_id: uuid.UUID) -> Any:
    """Return how a thread begins: ``html`` and ``body`` of its first post."""
    return db.session.execute(
        sa.select(Post.html, Post.body).where(Post.thread_id == thread_id, Post.number == 1)
    ).one()


_POSTS_OF_EVENTS = _POSTS.where(
    Post.id.in_(sa.bindparam("posts", type_=sa.Uuid(), expanding=True)),
    Post.thread_id.in_(visible_threads(ANYBODY).with_only_columns(Thread.id)),
)


def posts_of_events(ctx: Context, events: Sequence[Logged]) -> dict[uuid.UUID, Any]:
    """Return the posts that ``ReplyPosted`` events tell of and the actor may read, by their id."""
    keys = [getattr(logged.event, "post_id", None) for logged in events]
    rows = execute(_POSTS_OF_EVENTS, {"me": ctx.actor_id, "posts": keys})
    return {row.id: row for row in rows}


# ------------------------------------------------------------------ lists and unread

_read = sa.func.coalesce(ReadPointer.number, 0)
# What was said before one came is no debt: a thread that nobody has touched since counts as read
# until one opens it.
_unread = sa.case(
    (sa.and_(ReadPointer.id.is_(None), Thread.last_posted_at <= Membership.joined_at), 0),
    else_=Thread.last_number - _read,
)


_ANNOUNCED = sa.and_(Thread.kind == ThreadKind.ANNOUNCEMENT, _read == 0, _unread > 0)
"""Whether a thread is an announcement that one has not read."""


def is_announced(thread: Any) -> bool:
    """Whether a row of threads is an announcement with nothing of it read."""
    return bool(thread.kind is ThreadKind.ANNOUNCEMENT and 0 < thread.unread == thread.last_number)


def _with_pointer(ctx: Context) -> sa.Select[Thread]:
    """Return the visible threads, joined to the actor's membership and read pointer."""
    membership = sa.and_(Membership.space_id == Thread.space_id, Membership.user_id == ctx.actor_id)
    pointer = sa.and_(ReadPointer.thread_id == Thread.id, ReadPointer.user_id == ctx.actor_id)
    return visible_threads(ctx).join(Membership, membership).outerjoin(ReadPointer, pointer)


_author, _last = aliased(User), aliased(User)
_THREADS: Any = (
    _with_pointer(ANYBODY)
    .where(Thread.space_id == sa.bindparam("space", type_=sa.Uuid()))
    .join(_author, _author.id == Thread.author_id)
    .join(_last, _last.id == Thread.last_author_id)
    .with_only_columns(
        Thread.id,
        Thread.space_id,
        Thread.kind,
        Thread.title,
        Thread.created_at,
        Thread.last_number,
        Thread.last_posted_at,
        Thread.author_id,
        _author.name.label("author_name"),
        face_in(Thread.space_id, _author).label("author_face"),
        Thread.last_author_id,
        _last.name.label("last_author_name"),
        _unread.label("unread"),
    )
)
_LATEST = (Thread.last_posted_at.desc(), Thread.id.desc())
_OF_KIND = Thread.kind == sa.bindparam("kind", type_=Thread.kind.type)
_WROTE = Thread.id.in_(
    sa.select(Post.thread_id).where(Post.author_id == sa.bindparam("by", type_=sa.Uuid()))
)
_AMONG = _THREADS.where(Thread.id.in_(sa.bindparam("threads", type_=sa.Uuid(), expanding=True)))
_ANNOUNCED_FIRST = _THREADS.order_by(sa.case((_ANNOUNCED, 0), else_=1), *_LATEST).limit(
    sa.bindparam("most", type_=sa.Integer())
)


@functools.cache
def _listing(*, of_kind: bool, by_somebody: bool) -> Listing:
    asked = [_OF_KIND] * of_kind + [_WROTE] * by_somebody
    return Listing(_THREADS.where(*asked).order_by(*_LATEST))


def threads_of(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    kind: ThreadKind | None = None,
    by: uuid.UUID | None = None,
    limit: int = LIMIT,
    page: str | None = None,
) -> Page:
    """Return a page of a space's threads, the last word first.

    Of one kind, and those that somebody wrote in, where that is asked for.

    Columns: id, space_id, kind, title, created_at, last_number, last_posted_at, author_id,
    author_name, author_face, last_author_id, last_author_name, unread. Raises Invalid when ``page``
    is no bookmark of this list.
    """
    given: dict[str, Any] = {"me": ctx.actor_id, "space": space_id}
    if kind is not None:
        given["kind"] = kind
    if by is not None:
        given["by"] = by
    listing = _listing(of_kind=kind is not None, by_somebody=by is not None)
    return listing.page(given, limit=limit, page=page)


def announced_first(ctx: Context, space_id: uuid.UUID, limit: int) -> Sequence[Any]:
    """Return the first threads of a space as ``threads_of``, announcements one has not read on top.

    For who belongs to the space; nobody else is shown any.
    """
    given = {"me": ctx.actor_id, "space": space_id, "most": limit}
    return execute(_ANNOUNCED_FIRST, given).all()


def threads_among(
    ctx: Context, space_id: uuid.UUID, keys: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Any]:
    """Return those of some threads of a space that the actor sees, as ``threads_of``, by id."""
    if not keys:
        return {}
    rows = execute(_AMONG, {"me": ctx.actor_id, "space": space_id, "threads": keys})
    return {row.id: row for row in rows}


_UNREAD_BY_SPACE = (
    _with_pointer(ANYBODY)
    .where(_unread > 0)
    .with_only_columns(Thread.space_id, sa.func.sum(_unread))
    .group_by(Thread.space_id)
)


def unread_by_space(ctx: Context) -> Mapping[uuid.UUID, int]:
    """Return the number of unread posts in each of the actor's spaces that has any."""
    if ctx.actor_id is None:
        return {}
    rows = execute(_UNREAD_BY_SPACE, {"me": ctx.actor_id})
    return {space_id: int(count) for space_id, count in rows}


def unread_threads(
    ctx: Context, limit: int, *, but: sa.ColumnElement[bool] | None = None
) -> Sequence[Any]:
    """Return the threads in which the actor has unread posts, the last word first.

    Announcements of which nothing was read come before all others.

    ``but`` is a condition on threads that are left out.

    Columns: id, title, kind, unread, read_number, last_number, last_posted_at, last_author_id,
    last_author_name, space_id, space_slug, space_name.
    """
    return db.session.execute(
        _with_pointer(ctx)
        .where(_unread > 0, sa.true() if but is None else sa.not_(but))
        .join(Space, Space.id == Thread.space_id)
        .join(User, User.id == Thread.last_author_id)
        .with_only_columns(
            Thread.id,
            Thread.title,
            Thread.kind,
            _unread.label("unread"),
            _read.label("read_number"),
            Thread.last_number,
            Thread.last_posted_at,
            Thread.last_author_id,
            User.name.label("last_author_name"),
            Thread.space_id,
            Space.slug.label("space_slug"),
            Space.name.label("space_name"),
        )
        .order_by(sa.case((_ANNOUNCED, 0), else_=1), Thread.last_posted_at.desc(), Thread.id.desc())
        .limit(limit)
    ).all()


# ------------------------------------------------------------------ to take along


def personal(ctx: Context) -> dict[str, Any]:
    """Return what somebody wrote, for them to take along: theirs, also where they left since."""
    rows = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            Thread.kind,
            Post.number,
            Post.body,
            Post.created_at,
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(Post.author_id == ctx.actor_id)
        .order_by(Post.created_at, Post.id)
    )
    return {"posts": [values_of(row) for row in rows]}
