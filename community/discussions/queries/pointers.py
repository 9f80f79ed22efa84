"""How far somebody has read, as terms of statements about threads."""

import sqlalchemy as sa

from community.discussions.models import Post, ReadPointer, Thread, ThreadKind
from community.discussions.policy import visible_threads
from community.kernel.context import Context
from community.spaces.models import Membership

READ = sa.func.coalesce(ReadPointer.number, 0)
_removed_since = (
    sa.select(sa.func.count())
    .where(Post.thread_id == Thread.id, Post.number > READ, Post.removal.is_not(None))
    .correlate(Thread, ReadPointer)
    .scalar_subquery()
)
# A removed post is no news. In most threads there is none, and nothing is counted.
NEW = (
    Thread.last_number
    - READ
    - sa.case((sa.or_(Thread.removed == 0, Thread.last_number <= READ), 0), else_=_removed_since)
)
"""How many posts of a thread stand after what one has read."""

# What was said before one came is no debt: a thread that nobody has touched since counts as read
# until one opens it.
UNREAD = sa.case(
    (sa.and_(ReadPointer.id.is_(None), Thread.last_posted_at <= Membership.joined_at), 0),
    else_=NEW,
)
"""How many posts of a thread one is to be told of."""


ANNOUNCED = sa.and_(Thread.kind == ThreadKind.ANNOUNCEMENT, READ == 0, UNREAD > 0)
"""Whether a thread is an announcement that one has not read."""


def with_pointer(ctx: Context) -> sa.Select[Thread]:
    """Return the visible threads, joined to the actor's membership and read pointer."""
    membership = sa.and_(Membership.space_id == Thread.space_id, Membership.user_id == ctx.actor_id)
    pointer = sa.and_(ReadPointer.thread_id == Thread.id, ReadPointer.user_id == ctx.actor_id)
    return visible_threads(ctx).join(Membership, membership).outerjoin(ReadPointer, pointer)
