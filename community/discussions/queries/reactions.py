"""Who reacted to posts, and how many did."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Post, Reaction, ReactionKind, Thread
from community.discussions.policy import find_post, visible_posts
from community.discussions.queries.posts import MY_REACTIONS
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.frame import Person
from community.kernel.log import Logged
from community.kernel.paging import LIMIT, Page, page_of
from community.kernel.policy import ANYBODY
from community.spaces.models import Membership


def reactions_to(
    ctx: Context,
    post_id: uuid.UUID,
    *,
    kind: ReactionKind | None = None,
    limit: int = LIMIT,
    page: str | None = None,
) -> Page:
    """Return a page of the reactions to a post that stands, the newest first; of one kind, or all.

    Items are mappings: kind, at, person (a face as long as they belong to the space). Raises
    NotFound, and Invalid when ``page`` is no bookmark of this list.
    """
    space = sa.select(Thread.space_id).where(Thread.id == find_post(ctx, post_id).thread_id)
    query = (
        sa.select(
            Reaction.kind,
            Reaction.at,
            Reaction.id,
            User.id.label("user_id"),
            User.name,
            sa.case((Membership.id.is_not(None), User.face)).label("face"),
        )
        .join(User, User.id == Reaction.user_id)
        .outerjoin(
            Membership,
            sa.and_(
                Membership.space_id == space.scalar_subquery(),
                Membership.user_id == Reaction.user_id,
                Membership.ended_at.is_(None),
            ),
        )
        .where(Reaction.post_id == post_id)
        .order_by(Reaction.at.desc(), Reaction.id.desc())
    )
    if kind is not None:
        query = query.where(Reaction.kind == kind)
    found = page_of(query, limit=limit, page=page)
    items = [
        {"kind": row.kind, "at": row.at, "person": Person(row.user_id, row.name, row.face)}
        for row in found.items
    ]
    return Page(items, found.next, found.previous)


_TALLY = (Post.id, Post.thread_id, Post.number, Post.reactions, Post.author_id)


def tally_of(ctx: Context, post_id: uuid.UUID) -> Any:
    """Return how many reactions a post that stands has, with one's own.

    Columns: id, thread_id, number, reactions, author_id, mine. Raises NotFound.
    """
    find_post(ctx, post_id)
    query = sa.select(*_TALLY, MY_REACTIONS).where(Post.id == post_id)
    return execute(query, {"me": ctx.actor_id}).one()


def tallies_of(ctx: Context, thread_id: uuid.UUID, after: int, limit: int) -> Sequence[Any]:
    """Return the posts of a thread after a number that have reactions, as ``tally_of``.

    For callers that have found the thread under ``visible_threads``; of ``limit`` numbers.
    """
    query = sa.select(*_TALLY, MY_REACTIONS).where(
        Post.thread_id == thread_id,
        Post.number > after,
        Post.number <= after + limit,
        Post.removal.is_(None),
        Post.reactions != "",
    )
    return execute(query.order_by(Post.number), {"me": ctx.actor_id}).all()


_SEEN = visible_posts(ANYBODY).with_only_columns(*_TALLY)


def tallies_of_events(ctx: Context, events: Sequence[Logged]) -> dict[uuid.UUID, Any]:
    """Return the posts that events tell of and the actor may read, as ``tally_of``, by their id."""
    keys = [getattr(logged.event, "post_id", None) for logged in events]
    rows = db.session.execute(_SEEN.where(Post.id.in_(keys)), {"me": ctx.actor_id})
    return {row.id: row for row in rows}
