"""How far somebody has read, as terms of statements about threads."""

from typing import Any

import sqlalchemy as sa

from community.discussions.models import (
    Post,
    ReadPointer,
    SpaceLevel,
    Thread,
    ThreadKind,
    ThreadLevel,
)
from community.discussions.policy import visible_threads
from community.discussions.rules import Level
from community.kernel.policy import ANYBODY, ME
from community.spaces.models import Membership

READ = sa.func.coalesce(ReadPointer.number, Thread.history)
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

_chosen = sa.select(ThreadLevel.thread_id).where(ThreadLevel.user_id == ME)
# no ``in_``: its list is written into the statement anew each time it runs, on every page
_less = _chosen.where(sa.or_(ThreadLevel.level == Level.NORMAL, ThreadLevel.level == Level.MUTED))
_spaces = sa.select(SpaceLevel.space_id).where(SpaceLevel.user_id == ME)
_WROTE = sa.select(Post.thread_id).where(Post.author_id == ME, Post.removal.is_(None))
UNCOUNTED = sa.or_(
    Thread.id.in_(_less),
    sa.and_(
        Thread.space_id.in_(
            _spaces.where(sa.or_(SpaceLevel.level == Level.NORMAL, SpaceLevel.level == Level.MUTED))
        ),
        Thread.id.not_in(_chosen),
        sa.or_(
            Thread.space_id.in_(_spaces.where(SpaceLevel.level == Level.MUTED)),
            Thread.id.not_in(_WROTE),
        ),
    ),
)
"""Whether what is new in a thread is not counted for somebody: ``rules.followed`` in SQL."""

# What was said before one came is no debt: a thread that nobody has touched since counts as read
# until one opens it. That it is followed less is asked last, of what is unread.
UNREAD = sa.case(
    (sa.and_(ReadPointer.id.is_(None), Thread.last_posted_at <= Membership.joined_at), 0),
    (Thread.last_number <= READ, 0),
    (UNCOUNTED, 0),
    else_=NEW,
)
"""How many posts of a thread one is to be told of."""


HAS_UNREAD = sa.and_(
    Thread.last_number > READ,
    sa.or_(ReadPointer.id.is_not(None), Thread.last_posted_at > Membership.joined_at),
    sa.not_(UNCOUNTED),
    NEW > 0,
)
"""``UNREAD > 0`` of its conditions: each leaves out what the next need not look at.

Where it holds, ``UNREAD`` is ``NEW``, which has fewer parameters.
"""

ANNOUNCED = sa.and_(Thread.kind == ThreadKind.ANNOUNCEMENT, READ == 0, UNREAD > 0)
"""Whether a thread is an announcement that one has not read."""


LAST_WORD_FIRST = (Thread.last_posted_at.desc(), Thread.id.desc())
_POINTER = sa.and_(ReadPointer.thread_id == Thread.id, ReadPointer.user_id == ME)


def with_pointer() -> sa.Select[Thread]:
    """Return the visible threads, joined to the actor's membership and read pointer.

    To be executed with ``me``. Those that were merged with others are left out: nothing stands in
    them.
    """
    membership = sa.and_(Membership.space_id == Thread.space_id, Membership.user_id == ME)
    return _listed().join(Membership, membership).outerjoin(ReadPointer, _POINTER)


def latest_of_membership() -> sa.Select[Thread]:
    """Return what ``with_pointer`` has of one space, the last word first, to be limited.

    For a value of a row of memberships of the actor. So many of a space cost the same, however
    many threads it has.
    """
    listed = _listed()
    if listed.get_final_froms() != [Thread.__table__]:
        raise TypeError("what is joined to threads is no part of the rule that is taken here")
    rule: Any = listed.whereclause
    # IS TRUE: PostgreSQL would look one's membership up for each thread, instead of once for all
    seen = sa.select(Thread).where(Thread.space_id == Membership.space_id, rule.is_(sa.true()))
    here = seen.outerjoin(ReadPointer, _POINTER)
    return here.order_by(*LAST_WORD_FIRST).correlate(Membership)


def _listed() -> sa.Select[Thread]:
    return visible_threads(ANYBODY).where(Thread.merged_into_id.is_(None))


SWEPT_AT = (
    sa.select(sa.func.max(ReadPointer.swept_at))
    .where(
        ReadPointer.user_id == ME,
        ReadPointer.swept_at.is_not(None),
        ReadPointer.number == ReadPointer.swept_to,
    )
    .scalar_subquery()
    .label("swept_at")
)
"""When the actor last marked all as read and can still undo it, to be executed with ``me``."""
