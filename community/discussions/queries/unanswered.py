"""Which questions nobody has answered, and how soon they usually are."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.discussions.models import Post, Thread
from community.discussions.policy import ANSWERED, visible_threads
from community.discussions.rules import LOOKED_BACK, MOST_LOOKED_AT, usual_wait
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, execute
from community.kernel.policy import ANYBODY

_First, _Back = aliased(Post), aliased(Post)
UNANSWERED = sa.and_(
    Thread.kind.in_(ANSWERED),
    Thread.answer.is_(None),
    sa.exists().where(
        _First.thread_id == Thread.id,
        _First.number == 1,
        sa.or_(
            _First.removal.is_(None),
            sa.exists().where(  # it was moved away, and back
                _Back.id == _First.moved_to_id,
                _Back.thread_id == _First.thread_id,
                _Back.removal.is_(None),
            ),
        ),
    ),
    ~sa.exists().where(
        Post.thread_id == Thread.id,
        Post.author_id != Thread.author_id,
        Post.removal.is_(None),
    ),
)
"""Somebody asks, with words that stand, and nobody else has said a word that stands."""

_REPLIED = (
    sa.select(sa.func.min(Post.created_at, type_=UtcDateTime()))
    .where(
        Post.thread_id == Thread.id,
        Post.author_id != Thread.author_id,
        Post.removal.is_(None),
    )
    .correlate(Thread)
    .scalar_subquery()
)
_ASKED = (
    visible_threads(ANYBODY)
    .where(
        Thread.space_id == sa.bindparam("space", type_=sa.Uuid()),
        Thread.kind.in_(ANSWERED),
        Thread.merged_into_id.is_(None),
        Thread.created_at > sa.bindparam("since", type_=UtcDateTime()),
    )
    .order_by(Thread.created_at.desc(), Thread.id.desc())
    .limit(MOST_LOOKED_AT)
    .with_only_columns(Thread.created_at, _REPLIED)
)


def usual_answer(ctx: Context, space_id: uuid.UUID) -> dt.timedelta | None:
    """Return within which time questions in a space are usually answered, None if none can be said.

    From the last hundred of the last ninety days that the actor sees; see ``rules.usual_wait``.
    """
    given = {"me": ctx.actor_id, "space": space_id, "since": ctx.now - LOOKED_BACK}
    return usual_wait([(asked, replied) for asked, replied in execute(_ASKED, given)], ctx.now)
