"""Lists of threads, with how much of each the actor has not read."""

import enum
import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.accounts.rules import folded
from community.discussions.models import Post, PostDraft, Thread, ThreadKind, ThreadLevel
from community.discussions.queries.pointers import (
    ANNOUNCED,
    HAS_UNREAD,
    READ,
    UNREAD,
    with_pointer,
)
from community.discussions.queries.tags import TAGGED, TAGS
from community.discussions.queries.unanswered import UNANSWERED
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.paging import LIMIT, Listing, Page
from community.kernel.policy import ME
from community.spaces.queries import face_in


def is_announced(thread: Any) -> bool:
    """Whether a row of threads is an announcement with nothing of it read."""
    return bool(thread.kind is ThreadKind.ANNOUNCEMENT and thread.unread and not thread.read_number)


_BEGUN = (
    sa.exists()
    .where(PostDraft.user_id == ME, PostDraft.form == Thread.id, PostDraft.discarded_at.is_(None))
    .correlate(Thread)
)
_author, _last = aliased(User), aliased(User)
_THREADS: Any = (
    with_pointer()
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
        (Thread.last_number - Thread.removed).label("standing"),
        Thread.last_posted_at,
        Thread.pinned_at,
        Thread.locked_at,
        Thread.answer,
        Thread.merged_into_id.label("merged_into"),  # always null: such a one is not listed
        Thread.author_id,
        _author.name.label("author_name"),
        face_in(Thread.space_id, _author).label("author_face"),
        Thread.last_author_id,
        _last.name.label("last_author_name"),
        UNREAD.label("unread"),
        READ.label("read_number"),
        sa.select(ThreadLevel.level)
        .where(ThreadLevel.user_id == ME, ThreadLevel.thread_id == Thread.id)
        .correlate(Thread)
        .scalar_subquery()
        .label("level"),
        TAGS,
        _BEGUN.label("has_draft"),
    )
)
_LATEST = (Thread.last_posted_at.desc(), Thread.id.desc())
_OF_KIND = Thread.kind == sa.bindparam("kind", type_=Thread.kind.type)
_WROTE = Thread.id.in_(
    sa.select(Post.thread_id).where(
        Post.author_id == sa.bindparam("by", type_=sa.Uuid()), Post.removal.is_(None)
    )
)
_MINE = Thread.id.in_(sa.select(Post.thread_id).where(Post.author_id == ME, Post.removal.is_(None)))
_AMONG = _THREADS.where(Thread.id.in_(sa.bindparam("threads", type_=sa.Uuid(), expanding=True)))
_ANNOUNCED_FIRST = _THREADS.order_by(sa.case((ANNOUNCED, 0), else_=1), *_LATEST).limit(
    sa.bindparam("most", type_=sa.Integer())
)
_PINNED = _THREADS.where(Thread.pinned_at.is_not(None)).order_by(Thread.pinned_at.desc(), Thread.id)


class Shown(enum.StrEnum):
    """Which threads of a space a list shows."""

    LATEST = "latest"  # all of them
    UNREAD = "unread"
    UNANSWERED = "unanswered"
    MINE = "mine"  # that the actor wrote in


_SHOWN: Mapping[Shown, Sequence[Any]] = {
    Shown.LATEST: (),
    Shown.UNREAD: (HAS_UNREAD,),
    Shown.UNANSWERED: (UNANSWERED,),
    Shown.MINE: (_MINE,),
}


@functools.cache
def _listing(shown: Shown, *, of_kind: bool, by_somebody: bool, tagged: bool) -> Listing:
    more = [*[_OF_KIND] * of_kind, *[_WROTE] * by_somebody, *[TAGGED] * tagged]
    asked = [*_SHOWN[shown], *more]
    return Listing(_THREADS.where(*asked).order_by(*_LATEST))


def threads_of(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    show: Shown = Shown.LATEST,
    kind: ThreadKind | None = None,
    by: uuid.UUID | None = None,
    tag: str | None = None,
    limit: int = LIMIT,
    page: str | None = None,
) -> Page:
    """Return a page of a space's threads, the last word first.

    Of one kind, with one tag, and those that somebody wrote in, where that is asked for.

    Columns: id, space_id, kind, title, created_at, last_number, standing (how many of its posts
    were not removed), last_posted_at, pinned_at, locked_at, answer, author_id, author_name,
    author_face, last_author_id, last_author_name, unread, level (chosen for it by the actor), tags,
    has_draft (of a reply).
    Raises Invalid when ``page`` is no bookmark of this list.
    """
    given: dict[str, Any] = {"me": ctx.actor_id, "space": space_id}
    if kind is not None:
        given["kind"] = kind
    if by is not None:
        given["by"] = by
    if tag is not None:
        given["tag"] = folded(tag)
    listing = _listing(
        show, of_kind=kind is not None, by_somebody=by is not None, tagged=tag is not None
    )
    return listing.page(given, limit=limit, page=page)


def pinned_threads(ctx: Context, space_id: uuid.UUID) -> Sequence[Any]:
    """Return the pinned threads of a space as ``threads_of``, the last pinned first; a few."""
    return execute(_PINNED, {"me": ctx.actor_id, "space": space_id}).all()


def pinned_in(space_id: uuid.UUID) -> int:
    """Return how many threads of a space are pinned."""
    return db.session.scalars(
        sa.select(sa.func.count()).where(Thread.space_id == space_id, Thread.pinned_at.is_not(None))
    ).one()


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
