"""What stands in feeds: threads and posts, under the rights of whose feed it is, at each reading.

What somebody wrote whom the reader blocks is left out, as their pages fold it.
"""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Block, Post, Thread
from community.discussions.policy import visible_threads
from community.discussions.queries.pointers import UNCOUNTED, with_pointer
from community.discussions.queries.tags import TAGS
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import NotFound
from community.kernel.policy import ANYBODY, ME
from community.kernel.secrets import derive, digest_of
from community.spaces.models import Space
from community.spaces.policy import belonging, visible_spaces
from community.transfers.models import FeedKey
from community.transfers.policy import visible_feed_keys
from community.transfers.rules.feeds import MOST_ENTRIES, POSTS_OF_EACH, THREADS_FOLLOWED

_UNBLOCKED = Post.author_id.not_in(sa.select(Block.blocked_id).where(Block.user_id == ME))
_POST = (
    Post.id,
    Post.number,
    Post.html,
    Post.created_at,
    sa.func.coalesce(Post.edited_at, Post.created_at, type_=Post.created_at.type).label("updated"),
    User.name.label("author"),
    Thread.title,
    Thread.kind,
    TAGS,
)
_POSTS = (
    visible_threads(ANYBODY)
    .join(Post, Post.thread_id == Thread.id)
    .join(User, User.id == Post.author_id)
    .where(Post.removal.is_(None), _UNBLOCKED)
    .with_only_columns(*_POST)
)
_OF_SPACE = (
    _POSTS.add_columns(Thread.id.label("thread_id"))
    .where(
        Thread.space_id == sa.bindparam("space", type_=sa.Uuid()),
        Thread.merged_into_id.is_(None),
        Post.number == 1,
    )
    .order_by(Thread.created_at.desc(), Thread.id.desc())
    .limit(MOST_ENTRIES)
)
_OF_THREAD = (
    _POSTS.where(Thread.id == sa.bindparam("thread", type_=sa.Uuid()))
    .order_by(Post.number.desc())
    .limit(MOST_ENTRIES)
)
_followed = (
    with_pointer()
    .where(~UNCOUNTED)
    .order_by(Thread.last_posted_at.desc(), Thread.id.desc())
    .limit(THREADS_FOLLOWED)
    .with_only_columns(Thread.id)
)
_FOLLOWED = (
    _POSTS.where(
        Thread.id.in_(sa.bindparam("threads", type_=sa.Uuid(), expanding=True)),
        Post.number > Thread.last_number - POSTS_OF_EACH,
        Post.author_id != ME,
    )
    .order_by(Post.created_at.desc(), Post.id.desc())
    .limit(MOST_ENTRIES)
)
_SPACE = (
    visible_spaces(ANYBODY)
    .where(Space.id == sa.bindparam("space", type_=sa.Uuid()))
    .with_only_columns(Space.id, Space.slug, Space.name, Space.created_at)
)
_HEAD = (
    visible_threads(ANYBODY)
    .where(Thread.id == sa.bindparam("thread", type_=sa.Uuid()))
    .with_only_columns(Thread.id, Thread.title, Thread.created_at)
)


def reader_of(token: str) -> Any:
    """Return whose feeds a secret opens: id, language and when it was made. Raises NotFound."""
    row = execute(
        sa.select(User.id, User.language, FeedKey.made_at)
        .join(User, User.id == FeedKey.user_id)
        .where(FeedKey.digest == digest_of(token), User.deactivated_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def my_feed_token(ctx: Context) -> str | None:
    """Return the secret of the actor's feeds, None where they are shut."""
    key = execute(visible_feed_keys(ctx).with_only_columns(FeedKey.id)).scalar()
    return None if key is None else derive("feed", key)


def feeds_of(ctx: Context) -> tuple[str | None, Sequence[Any]]:
    """Return the secret of the actor's feeds, None where they are shut, and the spaces of them."""
    token = my_feed_token(ctx)
    return token, belonging(ctx) if token is not None else ()


def space_and_threads(ctx: Context, space_id: uuid.UUID) -> tuple[Any, Sequence[Any]]:
    """Return a space and how its newest threads begin. Raises NotFound."""
    given = {"me": ctx.actor_id, "space": space_id}
    space = execute(_SPACE, given).one_or_none()
    if space is None:
        raise NotFound
    return space, execute(_OF_SPACE, given).all()


def thread_and_posts(ctx: Context, thread_id: uuid.UUID) -> tuple[Any, Sequence[Any]]:
    """Return a thread and its newest posts, the last first. Raises NotFound."""
    given = {"me": ctx.actor_id, "thread": thread_id}
    thread = execute(_HEAD, given).one_or_none()
    if thread is None:
        raise NotFound
    return thread, execute(_OF_THREAD, given).all()


def followed_posts(ctx: Context) -> Sequence[Any]:
    """Return the newest posts of others in the threads that count as followed by the actor."""
    given = {"me": ctx.actor_id}
    threads = list(execute(_followed, given).scalars())
    return execute(_FOLLOWED, {**given, "threads": threads}).all() if threads else ()
