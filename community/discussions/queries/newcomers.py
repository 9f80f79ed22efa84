"""How far somebody is known in a space by what they wrote there."""

import uuid

import sqlalchemy as sa

from community.discussions.models import Post, Thread
from community.discussions.policy import STANDS
from community.discussions.rules import FIRST_POSTS
from community.kernel.context import Context
from community.kernel.db import execute

# As few rows as it takes to tell are read.
_FIRST = (
    sa.select(sa.literal(1).label("one"))
    .select_from(Post)
    .join(Thread, Thread.id == Post.thread_id)
    .where(
        Post.author_id == sa.bindparam("me", type_=sa.Uuid()),
        Thread.space_id == sa.bindparam("space", type_=sa.Uuid()),
        STANDS,
    )
    .limit(FIRST_POSTS)
    .subquery()
)
_STANDING = sa.select(sa.func.count()).select_from(_FIRST)


def posts_standing(ctx: Context, space_id: uuid.UUID) -> int:
    """Return how many posts of the actor stand in a space, counted up to ``FIRST_POSTS``."""
    return int(execute(_STANDING, {"me": ctx.person, "space": space_id}).scalar_one())
