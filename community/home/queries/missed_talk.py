"""What was said while the reader was away: to them, and in the threads of their spaces."""

import datetime as dt
import enum
import functools
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.discussions.models import (
    Block,
    Mention,
    Post,
    Reaction,
    Thread,
    ThreadKind,
)
from community.discussions.policy import ANSWERED, visible_posts
from community.discussions.queries import ANNOUNCED, UNCOUNTED, UNREAD, level_for, with_pointer
from community.discussions.rules import Level, MentionedGroup
from community.home.queries.missed_lines import SINCE, best_of
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.policy import ANYBODY, ME
from community.spaces.models import Membership, Role, Space
from community.spaces.policy import ORGANISING

_BLOCKED = sa.select(Block.blocked_id).where(Block.user_id == ME)


class Matter(enum.StrEnum):
    """Why a thread is told of."""

    ANNOUNCED = "announced"  # and not read
    QUESTION = "question"  # the reader's own, with answers
    TALK = "talk"


_new = (
    Post.removal.is_(None),
    Post.created_at >= SINCE,
    Post.created_at > Membership.joined_at,  # what was said before one came is no debt
    Post.author_id.not_in(_BLOCKED),
)
_POSTS = (
    sa.select(sa.func.count())
    .where(Post.thread_id == Thread.id, Post.author_id != ME, *_new)
    .correlate(Thread, Membership)
    .scalar_subquery()
)
_REACTIONS = (
    sa.select(sa.func.count())
    .select_from(Reaction)
    .join(Post, Post.id == Reaction.post_id)
    .where(
        Post.thread_id == Thread.id,
        *_new,
        Reaction.user_id != ME,
        Reaction.user_id.not_in(_BLOCKED),
    )
    .correlate(Thread, Membership)
    .scalar_subquery()
)
_threads = (
    with_pointer()
    .join(Space, Space.id == Thread.space_id)
    .where(
        Space.archived_at.is_(None),
        sa.or_(Thread.last_posted_at >= SINCE, Thread.kind == ThreadKind.ANNOUNCEMENT),
    )
    .with_only_columns(
        Thread.id,
        Thread.title,
        Thread.space_id,
        Thread.answer.is_not(None).label("answered"),
        sa.and_(Thread.author_id == ME, Thread.kind.in_(ANSWERED)).label("mine"),
        sa.and_(ANNOUNCED, Thread.author_id.not_in(_BLOCKED)).label("announced"),
        sa.not_(UNCOUNTED).label("followed"),
        UNREAD.label("unread"),
        sa.case((Thread.last_posted_at >= SINCE, _POSTS), else_=0).label("posts"),
        sa.case((Thread.last_posted_at >= SINCE, _REACTIONS), else_=0).label("reactions"),
    )
)


def threads_missed(
    ctx: Context,
    since: dt.datetime,
    *,
    but: sa.ColumnElement[bool],
    given: Mapping[str, Any] = MappingProxyType({}),
) -> Sequence[Any]:
    """Return the threads with most going on, five for each matter and space; one statement.

    Announcements that are not read, the reader's own questions that were answered, and those they
    follow. ``but`` is a condition on threads that are left out, one object for good, and ``given``
    what it binds. Columns: id, title, space_id, matter, answered, unread, posts and reactions since
    by others, and all: how many such there are in the space.
    """
    return execute(_missed(but), {"me": ctx.person, "since": since, **given}).all()


@functools.lru_cache(maxsize=8)
def _missed(but: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    # an offset keeps the counts from being copied into each place that reads them
    found = _threads.where(sa.not_(but)).offset(0).subquery()
    told = sa.select(
        found,
        sa.case(
            (found.c.announced, Matter.ANNOUNCED.value),
            (sa.and_(found.c.mine, found.c.posts > 0), Matter.QUESTION.value),
            (sa.and_(found.c.followed, found.c.posts > 0), Matter.TALK.value),
        ).label("matter"),
    ).subquery()
    lines = sa.select(told).where(told.c.matter.is_not(None)).subquery()
    order = ((lines.c.posts + lines.c.reactions).desc(), lines.c.id)
    return best_of(lines, (lines.c.space_id, lines.c.matter), order)


_Mine = aliased(Post)
_ANSWER = sa.exists().where(_Mine.id == Post.answers_id, _Mine.author_id == ME)
_group = sa.or_(
    Mention.whole == MentionedGroup.EVERYONE,
    sa.and_(Mention.whole == MentionedGroup.ORGANISERS, Membership.role.in_(ORGANISING)),
    sa.and_(Mention.whole == MentionedGroup.FACILITATORS, Membership.role == Role.FACILITATOR),
)
_CALLED = sa.and_(
    sa.exists()
    .where(Mention.post_id == Post.id, sa.or_(Mention.user_id == ME, _group))
    .correlate(Post, Membership),
    level_for(ME) != Level.MUTED,
)
_addressed = (
    visible_posts(ANYBODY)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Space, Space.id == Thread.space_id)
    .join(Membership, sa.and_(Membership.space_id == Space.id, Membership.user_id == ME))
    .join(User, User.id == Post.author_id)
    .where(
        Space.archived_at.is_(None),
        Thread.last_posted_at >= SINCE,
        Post.author_id != ME,
        *_new,
        sa.or_(_ANSWER, _CALLED),
    )
    .with_only_columns(
        Post.id,
        Post.created_at.label("at"),
        Thread.title,
        Thread.space_id,
        User.name.label("by"),
        sa.case((_ANSWER, "answered"), else_="mentioned").label("word"),
    )
    .subquery()
)
ADDRESSED = best_of(_addressed, (_addressed.c.space_id,), (_addressed.c.at.desc(), _addressed.c.id))
"""What others wrote to the reader, the five latest posts of each space, with ``me``, ``since``.

Answers to posts of theirs, and mentions where they did not mute. Columns: id, at, title (of the
thread), space_id, by, word (answered, mentioned), and all: how many there are in the space.
"""
