"""Who is written to, and what is to be told."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.correspondence.models import StoppedLetter
from community.correspondence.rules import LetterKind
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.live.models import LiveSession, SessionState
from community.live.policy import visible_sessions
from community.notifications.models import Reminder, ScheduleNews
from community.notifications.rules import BATCH, LONGEST_WAIT, QUIET, Lead
from community.spaces.models import Membership, Space

_PAUSED = sa.exists().where(
    Run.space_id == Membership.space_id,
    Enrolment.run_id == Run.id,
    Enrolment.user_id == Membership.user_id,
    Enrolment.state == EnrolmentState.PAUSED,
)


def _stopped(kind: LetterKind) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        StoppedLetter.user_id == Membership.user_id, StoppedLetter.kind == kind
    )


def audience(
    space_id: uuid.UUID, kind: LetterKind, *, after: uuid.UUID | None, limit: int = BATCH
) -> Sequence[uuid.UUID]:
    """Return who of a space is written to, by id, those beyond ``after``.

    Members with an account in use who did not stop this kind; to who pauses, announcements only.
    """
    wanted = (
        sa.select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.space_id == space_id,
            Membership.ended_at.is_(None),
            User.deactivated_at.is_(None),
            ~_stopped(kind),
        )
        .order_by(Membership.user_id)
        .limit(limit)
    )
    if kind is not LetterKind.ANNOUNCEMENT:
        wanted = wanted.where(~_PAUSED)
    if after is not None:
        wanted = wanted.where(Membership.user_id > after)
    return execute(wanted).scalars().all()


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
            Membership.ended_at.is_(None),
            User.deactivated_at.is_(None),
            ~told,
            ~_stopped(LetterKind.REMINDER),
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
