"""Which questions nobody has answered, as a term of statements about threads."""

import sqlalchemy as sa

from community.discussions.models import Post, Thread
from community.discussions.policy import ANSWERED

UNANSWERED = sa.and_(
    Thread.kind.in_(ANSWERED),
    Thread.answer.is_(None),
    ~sa.exists().where(
        Post.thread_id == Thread.id,
        Post.author_id != Thread.author_id,
        Post.removal.is_(None),
    ),
)
"""Somebody asks, and nobody else has said a word that stands."""
