"""The posts of a thread, for callers that have found it under ``visible_threads``.

Statements are built once and take parameters; they fetch columns, not rows of the models.
"""

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.discussions.models import Block, Post, PostEdition, Reaction, Thread
from community.discussions.policy import PLACED, find_post, visible_posts, visible_threads
from community.discussions.queries.waiting import waiting_words
from community.kernel.context import Context
from community.kernel.db import db, execute, joined
from community.kernel.errors import NotFound
from community.kernel.events import Event
from community.kernel.log import Logged
from community.kernel.policy import ANYBODY, ME
from community.spaces.models import Membership
from community.spaces.policy import my_spaces

# A post leads to another one: to that which it answers, or to where what stood there is now.
_Other, _There, _Asker = aliased(Post), aliased(Thread), aliased(User)
_ASKING: Any = sa.bindparam("reader", type_=sa.Uuid())
_READER = dataclasses.replace(ANYBODY, actor_id=_ASKING)
_OPEN = sa.or_(_There.space_id == Thread.space_id, _There.space_id.in_(my_spaces(_READER)))
"""Whether the reader may see the other one; where there is no reader, who sees this thread may."""


def _standing(value: Any) -> Any:
    """Return what is said of a post, null where it was removed."""
    return sa.case((Post.removal.is_(None), value), else_=sa.null())


POST_COLUMNS = (
    Post.id,
    Post.thread_id,
    Post.number,
    sa.case((Post.removal.is_(None), Post.html), else_="").label("html"),
    _standing(sa.case((_OPEN, _Other.number))).label("reply_to"),
    Post.created_at,
    _standing(Post.edition).label("edition"),
    sa.case((Post.removal.is_(None), Post.edited_at)).label("edited_at"),
    sa.and_(Post.said_at.is_not(None), Post.removal.is_(None)).label("has_editions"),
    Post.removal,
    sa.case((Post.removal.is_(None), Post.reactions), else_="").label("reactions"),
    sa.and_(Post.has_poll, Post.removal.is_(None)).label("has_poll"),
    Post.author_id.label("owner_id"),  # for who may put it back; never shown
    _standing(Post.author_id).label("author_id"),
    _standing(User.name).label("author_name"),
    _standing(Membership.role).label("author_role"),  # in the space, None for who has left
    _standing(sa.case((Membership.role.is_not(None), User.face))).label("author_face"),
    _standing(User.from_archive).label("from_archive"),
    sa.case((_OPEN, _Asker.name)).label("reply_to_name"),  # None where that one was removed
    sa.case((sa.and_(_OPEN, Post.moved_to_id.is_not(None)), _Other.number)).label("moved_to"),
    sa.case((_OPEN, _Other.id)).label("other_id"),
    sa.case((_OPEN, _Other.thread_id)).label("other_thread_id"),
    sa.case((sa.and_(_OPEN, _There.id != Post.thread_id), _There.title)).label("other_title"),
)
"""Of a removed post there is nothing but its number, its time and who removed it.

Of one that was moved, ``moved_to`` is its number in the thread where it is now, None where the
reader does not see that. ``other_...`` are those of the post that this one answers, or became.
"""

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
    .outerjoin(_Other, _Other.id == sa.func.coalesce(Post.moved_to_id, Post.answers_id))
    .outerjoin(_There, _There.id == _Other.thread_id)
    .outerjoin(
        _Asker,
        sa.and_(
            _Asker.id == _Other.author_id, _Other.removal.is_(None), Post.moved_to_id.is_(None)
        ),
    )
)
MY_REACTIONS = sa.case(
    (
        sa.and_(Post.reactions != "", Post.removal.is_(None)),
        sa.select(joined(sa.cast(Reaction.kind, sa.String), " "))
        .where(Reaction.post_id == Post.id, Reaction.user_id == ME)
        .correlate(Post)
        .scalar_subquery(),
    )
).label("mine")
"""The kinds of the actor's own reactions to a post, in a text; None for none."""

BY_BLOCKED = (
    sa.exists()
    .where(Block.user_id == ME, Block.blocked_id == Post.author_id)
    .correlate(Post)
    .label("by_blocked")
)
_POSTS_AFTER = (
    _POSTS.add_columns(MY_REACTIONS, BY_BLOCKED)
    .where(
        Post.thread_id == sa.bindparam("thread", type_=sa.Uuid()),
        Post.number > sa.bindparam("after", type_=sa.Integer()),
        PLACED,  # what waits for approval has no place
    )
    .order_by(Post.number)
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
_POST_AT = _POSTS.where(
    Post.thread_id == sa.bindparam("thread", type_=sa.Uuid()),
    Post.number == sa.bindparam("number", type_=sa.Integer()),
)


def first_standing(thread_id: uuid.UUID) -> int | None:
    """Return the number of the first post of a thread that stands, None where none does."""
    first = sa.select(sa.func.min(Post.number)).where(
        Post.thread_id == thread_id, Post.removal.is_(None)
    )
    number: int | None = execute(first).scalar()
    return number


def posts_after(ctx: Context, thread_id: uuid.UUID, number: int, limit: int) -> Sequence[Any]:
    """Return the posts of a thread after ``number``, oldest first.

    Columns: ``POST_COLUMNS``, ``mine``, the kinds of the actor's own reactions in a text, and
    ``by_blocked``: they block who wrote it.
    """
    me = ctx.actor_id
    given = {"me": me, "reader": me, "thread": thread_id, "after": number, "most": limit}
    return execute(_POSTS_AFTER, given).all()


def post_at(ctx: Context, thread_id: uuid.UUID, number: int) -> Any | None:
    """Return one post of a thread by its number, as ``POST_COLUMNS``."""
    given = {"thread": thread_id, "number": number, "reader": ctx.actor_id}
    return execute(_POST_AT, given).one_or_none()


def words_of(ctx: Context, post_id: uuid.UUID) -> Any:
    """Return a post that stands or waits for approval, as its author writes on.

    Columns: id, thread_id, number, author_id, body, edition.
    Raises NotFound.
    """
    query = visible_posts(ctx).where(Post.id == post_id)
    columns = (Post.id, Post.thread_id, Post.number, Post.author_id, Post.body, Post.edition)
    row = db.session.execute(query.with_only_columns(*columns)).one_or_none()
    row = row or waiting_words(ctx, post_id)
    if row is None:
        raise NotFound
    return row


def body_of(thread_id: uuid.UUID, number: int) -> Any:
    """Return id and body of a post that stands, of a thread that is seen; None: there is none."""
    query = sa.select(Post.id, Post.body).where(
        Post.thread_id == thread_id, Post.number == number, Post.removal.is_(None)
    )
    return execute(query).one_or_none()


def editions_of(ctx: Context, post_id: uuid.UUID) -> Sequence[Any]:
    """Return what a post that stands has said, the newest first; at most 101 of them.

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
    """Return how a thread begins: id, html and body of its first post; None: it was removed."""
    first = Post.thread_id == thread_id, Post.number == 1, Post.removal.is_(None)
    return db.session.execute(sa.select(Post.id, Post.html, Post.body).where(*first)).one_or_none()


_POSTS_OF_EVENTS = _POSTS.where(
    Post.thread_id.in_(sa.bindparam("threads", type_=sa.Uuid(), expanding=True)),
    Post.number.in_(sa.bindparam("numbers", type_=sa.Integer(), expanding=True)),
    Post.thread_id.in_(visible_threads(ANYBODY).with_only_columns(Thread.id)),
)
Place = tuple[uuid.UUID | None, int]
"""A thread and a number in it."""


def place_of(event: Event) -> Place:
    """Return where the post stood that an event tells of: where a thread begins, its first."""
    return event.stream_id, getattr(event, "number", 1)


def posts_of_events(ctx: Context, events: Sequence[Logged]) -> dict[Place, Any]:
    """Return what stands now where events tell of posts, by its place, if the actor may read it.

    A post that was moved since is the line in its old place. What is pushed goes to everybody who
    looks: it tells nothing of a space that only the actor belongs to.
    """
    places = {place_of(logged.event) for logged in events}
    threads, numbers = {thread for thread, _number in places}, {number for _, number in places}
    given = {"me": ctx.actor_id, "threads": threads, "numbers": numbers, "reader": None}
    rows = execute(_POSTS_OF_EVENTS, given)
    return {(row.thread_id, row.number): row for row in rows}
