"""The posts of a thread, for callers that have found it under ``visible_threads``.

Statements are built once and take parameters; they fetch columns, not rows of the models.
"""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.discussions.models import Post, PostEdition, Thread
from community.discussions.policy import find_post, visible_posts, visible_threads
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import NotFound
from community.kernel.log import Logged
from community.kernel.policy import ANYBODY
from community.spaces.models import Membership

_Answered, _Asker = aliased(Post), aliased(User)


def _standing(value: Any) -> Any:
    """Return what is said of a post, null where it was removed."""
    return sa.case((Post.removal.is_(None), value), else_=sa.null())


POST_COLUMNS = (
    Post.id,
    Post.thread_id,
    Post.number,
    sa.case((Post.removal.is_(None), Post.html), else_="").label("html"),
    _standing(Post.reply_to).label("reply_to"),
    Post.created_at,
    _standing(Post.edition).label("edition"),
    sa.case((Post.removal.is_(None), Post.edited_at)).label("edited_at"),
    sa.and_(Post.said_at.is_not(None), Post.removal.is_(None)).label("has_editions"),
    Post.removal,
    Post.author_id.label("owner_id"),  # for who may put it back; never shown
    _standing(Post.author_id).label("author_id"),
    _standing(User.name).label("author_name"),
    _standing(Membership.role).label("author_role"),  # in the space, None for who has left
    _standing(sa.case((Membership.role.is_not(None), User.face))).label("author_face"),
    _Asker.name.label("reply_to_name"),  # None where the answered post was removed
)
"""Of a removed post there is nothing but its number, its time and who removed it."""

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
        sa.and_(
            _Answered.thread_id == Post.thread_id,
            _Answered.number == Post.reply_to,
            _Answered.removal.is_(None),
        ),
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


def words_of(ctx: Context, post_id: uuid.UUID) -> Any:
    """Return a post that stands, as its author writes on: id, thread_id, number, body, edition.

    Raises NotFound.
    """
    query = visible_posts(ctx).where(Post.id == post_id)
    columns = (Post.id, Post.thread_id, Post.number, Post.author_id, Post.body, Post.edition)
    row = db.session.execute(query.with_only_columns(*columns)).one_or_none()
    if row is None:
        raise NotFound
    return row


def editions_of(ctx: Context, post_id: uuid.UUID) -> Sequence[Any]:
    """Return what a post that stands has said, the newest first; at most 102 of them.

    Columns: number, body, written_at; the first row is the post as it is. Raises NotFound.
    """
    post = find_post(ctx, post_id)
    now = sa.select(
        Post.edition.label("number"),
        Post.body,
        sa.func.coalesce(Post.edited_at, Post.created_at).label("written_at"),
    ).where(Post.id == post.id)
    before = sa.select(PostEdition.number, PostEdition.body, PostEdition.written_at).where(
        PostEdition.post_id == post.id
    )
    rows = db.session.execute(sa.union_all(now, before)).all()
    return sorted(rows, key=lambda row: -row.number)


def opening_words(thread_id: uuid.UUID) -> Any:
    """Return how a thread begins: ``html`` and ``body`` of its first post; None: it was removed."""
    first = Post.thread_id == thread_id, Post.number == 1, Post.removal.is_(None)
    return db.session.execute(sa.select(Post.html, Post.body).where(*first)).one_or_none()


_POSTS_OF_EVENTS = _POSTS.where(
    Post.id.in_(sa.bindparam("posts", type_=sa.Uuid(), expanding=True)),
    Post.thread_id.in_(visible_threads(ANYBODY).with_only_columns(Thread.id)),
)


def posts_of_events(ctx: Context, events: Sequence[Logged]) -> dict[uuid.UUID, Any]:
    """Return the posts that events tell of and the actor may read, as they are now, by their id."""
    keys = [getattr(logged.event, "post_id", None) for logged in events]
    rows = execute(_POSTS_OF_EVENTS, {"me": ctx.actor_id, "posts": keys})
    return {row.id: row for row in rows}
