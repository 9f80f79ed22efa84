"""Who is written to, and what is to be told."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.correspondence.queries import has_device, is_off, is_wanted
from community.correspondence.rules import Channel, Topic
from community.discussions.models import Block, Post, ReadPointer, Thread, ThreadKind
from community.discussions.policy import visible_posts, visible_threads
from community.discussions.queries import WATCHED, level_for
from community.discussions.rules import Level, MentionedGroup
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.mail import Place
from community.kernel.posting import Why as Because
from community.kernel.push import pushes
from community.live.models import LiveSession, SessionState
from community.live.policy import visible_sessions
from community.notifications.models import AnswerNews, Reminder, ScheduleNews
from community.notifications.queries.reaching import ROLES, holds, still_told
from community.notifications.rules import (
    ANSWERS_SHOWN,
    BATCH,
    DELAY,
    LONGEST_WAIT,
    QUIET,
    Lead,
    Why,
)
from community.spaces.models import Membership, Space
from community.spaces.policy import present

_PAUSED = sa.exists().where(
    Run.space_id == Membership.space_id,
    Enrolment.run_id == Run.id,
    Enrolment.user_id == Membership.user_id,
    Enrolment.state == EnrolmentState.PAUSED,
)


def _is_told(topic: Topic, now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return whether a member is told of a topic by letter, or on a device."""
    by_mail = ~is_off(Membership.user_id, topic, Channel.MAIL)
    if not pushes():
        return by_mail
    on_device = ~is_off(Membership.user_id, topic, Channel.PUSH)
    return sa.or_(by_mail, sa.and_(on_device, has_device(Membership.user_id, now)))


def audience(
    space_id: uuid.UUID,
    topic: Topic,
    *,
    now: dt.datetime,
    after: uuid.UUID | None,
    limit: int = BATCH,
) -> Sequence[uuid.UUID]:
    """Return who of a space is written to, by id, those beyond ``after``.

    Members with an account in use who are told of this topic; to who pauses, announcements
    only.
    """
    wanted = (
        sa.select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.space_id == space_id,
            present(),
            User.deactivated_at.is_(None),
            _is_told(topic, now),
        )
        .order_by(Membership.user_id)
        .limit(limit)
    )
    if topic is not Topic.ANNOUNCEMENT:
        wanted = wanted.where(~_PAUSED)
    if after is not None:
        wanted = wanted.where(Membership.user_id > after)
    return execute(wanted).scalars().all()


def members_of(space_id: uuid.UUID, *, after: uuid.UUID | None) -> Sequence[uuid.UUID]:
    """Return who belongs to a space with an account in use, by id, those beyond ``after``."""
    wanted = (
        sa.select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.space_id == space_id,
            present(),
            User.deactivated_at.is_(None),
        )
        .order_by(Membership.user_id)
        .limit(BATCH)
    )
    if after is not None:
        wanted = wanted.where(Membership.user_id > after)
    return execute(wanted).scalars().all()


def who_moved(telling: uuid.UUID) -> Sequence[uuid.UUID | None]:
    """Return who made the changes a letter tells of, each once; None: nobody in particular."""
    who = sa.select(ScheduleNews.actor_id).where(ScheduleNews.telling == telling)
    return execute(who.distinct()).scalars().all()


def reminders_due(now: dt.datetime, lead: Lead) -> Sequence[Any]:
    """Return whom to remind of what: session_id, sequence and user_id, at most a batch."""
    told = sa.exists().where(
        Reminder.session_id == LiveSession.id,
        Reminder.user_id == Membership.user_id,
        Reminder.hours == lead.hours,
        Reminder.sequence == LiveSession.sequence,
    )
    return execute(
        sa.select(LiveSession.id.label("session_id"), LiveSession.sequence, Membership.user_id)
        .join(Membership, Membership.space_id == LiveSession.space_id)
        .join(User, User.id == Membership.user_id)
        .join(Space, Space.id == LiveSession.space_id)
        .where(
            Space.archived_at.is_(None),
            LiveSession.state == SessionState.SCHEDULED,
            LiveSession.starts_at > now + lead.shortest,
            LiveSession.starts_at <= now + lead.longest,
            present(),
            User.deactivated_at.is_(None),
            ~told,
            _is_told(Topic.REMINDER, now),
            ~_PAUSED,
        )
        .order_by(LiveSession.starts_at, LiveSession.id, Membership.user_id)
        .limit(BATCH)
    ).all()


def spaces_with_news(now: dt.datetime) -> Sequence[uuid.UUID]:
    """Return the spaces whose calendar changed and has come to rest, or has waited long enough."""
    return (
        execute(
            sa.select(ScheduleNews.space_id)
            .where(ScheduleNews.telling.is_(None))
            .group_by(ScheduleNews.space_id)
            .having(
                sa.or_(
                    sa.func.max(ScheduleNews.at) <= now - QUIET,
                    sa.func.min(ScheduleNews.at) <= now - LONGEST_WAIT,
                )
            )
            .limit(BATCH)
        )
        .scalars()
        .all()
    )


def told_in(ctx: Context, telling: uuid.UUID) -> Sequence[Any]:
    """Return the sessions a letter tells of, as the actor sees them now, by their time.

    Columns: the session, its space's name, ``was_at`` and ``was_minutes`` before the first of the
    changes, and ``by_others``: 0 where the actor made all of them.
    """
    of_session = ScheduleNews.session_id
    first = (
        sa.select(
            ScheduleNews.session_id,
            ScheduleNews.was_at,
            ScheduleNews.was_minutes,
            sa.func.row_number()
            .over(partition_by=of_session, order_by=(ScheduleNews.at, ScheduleNews.id))
            .label("place"),
            sa.func.max(sa.case((ScheduleNews.actor_id == ctx.actor_id, 0), else_=1))
            .over(partition_by=of_session)
            .label("by_others"),
        )
        .where(ScheduleNews.telling == telling)
        .subquery()
    )
    return db.session.execute(
        visible_sessions(ctx)
        .join(first, sa.and_(first.c.session_id == LiveSession.id, first.c.place == 1))
        .join(Space, Space.id == LiveSession.space_id)
        .add_columns(Space.name, first.c.was_at, first.c.was_minutes, first.c.by_others)
        .order_by(LiveSession.starts_at, LiveSession.id)
        .limit(500)
    ).all()


def of_group(
    space_id: uuid.UUID, groups: Collection[MentionedGroup], *, after: uuid.UUID | None
) -> Sequence[uuid.UUID]:
    """Return who is of some groups of a space, by id, those beyond ``after``: a batch."""
    roles = set().union(*(ROLES[group] for group in groups))
    wanted = (
        sa.select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.space_id == space_id,
            present(),
            Membership.role.in_(roles),
            User.deactivated_at.is_(None),
        )
        .order_by(Membership.user_id)
        .limit(BATCH)
    )
    if after is not None:
        wanted = wanted.where(Membership.user_id > after)
    return execute(wanted).scalars().all()


_ANSWERED = sa.select(
    Thread.kind,
    sa.select(User.id)
    .where(User.id == Thread.author_id, ~User.from_archive)
    .scalar_subquery()
    .label("asker_id"),
    sa.select(Post.author_id)
    .join(User, User.id == Post.author_id)
    .where(
        ~User.from_archive,
        Post.thread_id == Thread.id,
        Post.number == sa.bindparam("number", type_=sa.Integer()),
        Post.removal.is_(None),
    )
    .scalar_subquery()
    .label("answered_id"),
    WATCHED.label("watched"),
).where(Thread.id == sa.bindparam("thread", type_=sa.Uuid()))


def answered_by(thread_id: uuid.UUID, number: int | None) -> Any:
    """Return of a thread its kind, asker_id, and whether it is watched by anybody.

    And answered_id: who wrote post ``number``. None for somebody from an archive: nobody reads it.
    """
    return execute(_ANSWERED, {"thread": thread_id, "number": number}).one()


def readers_with_answers(now: dt.datetime) -> Sequence[Any]:
    """Return user_id and thread_id for whom answers in a thread have waited long enough."""
    return execute(
        sa.select(AnswerNews.user_id, Post.thread_id)
        .join(Post, Post.id == AnswerNews.post_id)
        .where(AnswerNews.telling.is_(None))
        .group_by(AnswerNews.user_id, Post.thread_id)
        .having(sa.func.min(AnswerNews.at) <= now - DELAY)
        .order_by(AnswerNews.user_id, Post.thread_id)
        .limit(BATCH)
    ).all()


_HOLDS = {
    channel: holds(AnswerNews.why, AnswerNews.user_id, channel)
    for channel in (Channel.MAIL, Channel.PUSH)
}


def answers_in(ctx: Context, telling: uuid.UUID, channel: Channel) -> Sequence[Any]:
    """Return the posts a letter tells the actor of, oldest first, that are news to them still.

    Not what they have read or may not see, nor what was taken away or mentions them no more; nor
    what somebody they block wrote, or what does not reach them where they muted a thread; nor what
    they get as an announcement or switched off, nor anything while they pause. Columns: post_id,
    number, html, body, thread_id, title, space_id, space, author, why.
    """
    level = level_for(ctx.actor_id)
    return execute(
        visible_posts(ctx)
        .join(AnswerNews, sa.and_(AnswerNews.post_id == Post.id, AnswerNews.telling == telling))
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .join(User, User.id == Post.author_id)
        .join(
            Membership,
            sa.and_(
                Membership.space_id == Thread.space_id, Membership.user_id == AnswerNews.user_id
            ),
        )
        .outerjoin(
            ReadPointer,
            sa.and_(ReadPointer.thread_id == Thread.id, ReadPointer.user_id == AnswerNews.user_id),
        )
        .where(
            AnswerNews.user_id == ctx.actor_id,
            Post.author_id != AnswerNews.user_id,
            sa.func.coalesce(ReadPointer.number, 0) < Post.number,
            still_told(AnswerNews.why, AnswerNews.user_id, level, Why, channel),
            ~sa.exists().where(Block.user_id == ctx.actor_id, Block.blocked_id == Post.author_id),
            ~_PAUSED,
            # an announcement is a letter already
            sa.or_(
                Post.number > 1,
                Thread.kind != ThreadKind.ANNOUNCEMENT,
                is_off(AnswerNews.user_id, Topic.ANNOUNCEMENT, channel),
            ),
        )
        .order_by(Post.number)
        .limit(ANSWERS_SHOWN + 1)
        .with_only_columns(
            Post.id.label("post_id"),
            Post.number,
            Post.html,
            Post.body,
            Thread.id.label("thread_id"),
            Thread.title,
            Space.id.label("space_id"),
            Space.name.label("space"),
            User.name.label("author"),
            sa.case(
                (_HOLDS[channel], AnswerNews.why),
                else_=sa.literal(Why.WATCHING, AnswerNews.why.type),
            ).label("why"),
        )
    ).all()


def untold(ctx: Context, telling: uuid.UUID, channel: Channel) -> tuple[Because, Place | None]:
    """Return why ``answers_in`` found nothing to tell the actor, and where it would have been.

    Of several reasons that which keeps most of it away: the place, then the posts, then their
    writers, then the actor.
    """
    mine = sa.and_(AnswerNews.telling == telling, AnswerNews.user_id == ctx.actor_id)
    where = execute(
        sa.select(Thread.id, Thread.space_id, Space.name)
        .join(Post, Post.thread_id == Thread.id)
        .join(AnswerNews, sa.and_(AnswerNews.post_id == Post.id, mine))
        .join(Space, Space.id == Thread.space_id)
        .limit(1)
    ).one_or_none()
    if where is None:
        return Because.OVER, None
    place = Place(space_id=where.space_id, space=where.name, thread_id=where.id)
    blocked = sa.exists().where(Block.user_id == ctx.actor_id, Block.blocked_id == Post.author_id)
    read = sa.select(ReadPointer.number).where(
        ReadPointer.thread_id == Post.thread_id, ReadPointer.user_id == ctx.actor_id
    )
    rows = execute(
        visible_posts(ctx)
        .join(AnswerNews, sa.and_(AnswerNews.post_id == Post.id, mine))
        .join(Thread, Thread.id == Post.thread_id)
        .join(
            Membership,
            sa.and_(
                Membership.space_id == Thread.space_id, Membership.user_id == AnswerNews.user_id
            ),
        )
        .with_only_columns(
            blocked.label("blocked"),
            (sa.func.coalesce(read.scalar_subquery(), 0) >= Post.number).label("read"),
            level_for(ctx.actor_id).label("level"),
            _PAUSED.label("paused"),
            is_wanted(AnswerNews.why, ctx.actor_id, channel).label("wanted"),
        )
    ).all()
    if not rows:
        seen = visible_threads(ctx).where(Thread.id == where.id).with_only_columns(Thread.id)
        return Because.REMOVED if execute(seen).first() else Because.LOST, place
    for why, applies in (
        (Because.BLOCKED, all(row.blocked for row in rows)),
        (Because.READ, all(row.read or row.blocked for row in rows)),
        (Because.PAUSED, rows[0].paused),
        (Because.MUTED, rows[0].level == Level.MUTED),
        (Because.STOPPED, not any(row.wanted for row in rows)),
    ):
        if applies:
            return why, place
    return Because.OVER, place
