"""What became of the reader's own work while they were away, and which sessions were held."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.academy.models import Activity
from community.accounts.models import User
from community.cohorts.models import SEATED, Enrolment, Run
from community.coursework.models import AssignmentWork, QuizAttempt, Submission
from community.home.queries.missed_lines import SINCE, best_of
from community.kernel.db import UtcDateTime
from community.kernel.policy import ANYBODY, ME
from community.live.models import LiveSession, SessionState
from community.live.policy import visible_sessions
from community.live.queries import ATTENDED
from community.progress.models import Decision
from community.spaces.models import Space
from community.spaces.policy import my_spaces

_SEATED = (
    Enrolment.user_id == ME,
    Enrolment.state.in_(SEATED),
    Space.archived_at.is_(None),
    Space.id.in_(my_spaces(ANYBODY)),
)


def _of(
    made: sa.Select[Any], *, key: Any, at: Any, activity: Any, by: Any, word: Any
) -> sa.Select[Any]:
    """Return the columns of what was done about a learner's own work, from its own table on."""
    return (
        made.join(Run, Run.id == Enrolment.run_id)
        .join(Space, Space.id == Run.space_id)
        .join(Activity, Activity.id == activity)
        .outerjoin(User, User.id == by)
        .where(*_SEATED, at >= SINCE)
        .with_only_columns(
            key.label("id"),
            at.label("at"),
            word.label("word"),
            Activity.id.label("activity_id"),
            Activity.title,
            User.name.label("by"),
            Space.id.label("space_id"),
            Space.slug,
        )
    )


_Later = aliased(Decision)
_OVERRULED = sa.exists().where(
    _Later.enrolment_id == Decision.enrolment_id,
    _Later.activity_id == Decision.activity_id,
    sa.tuple_(_Later.decided_at, _Later.id) > sa.tuple_(Decision.decided_at, Decision.id),
)
_WORK = sa.union_all(
    _of(
        sa.select(Submission)
        .join(AssignmentWork, AssignmentWork.id == Submission.work_id)
        .join(Enrolment, Enrolment.id == AssignmentWork.enrolment_id)
        .where(Submission.outcome.is_not(None)),
        key=Submission.id,
        at=Submission.marked_at,
        activity=AssignmentWork.activity_id,
        by=Submission.marked_by,
        word=sa.cast(Submission.outcome, sa.String),
    ),
    _of(
        sa.select(QuizAttempt).join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id),
        key=QuizAttempt.id,
        at=QuizAttempt.marked_at,
        activity=QuizAttempt.activity_id,
        by=QuizAttempt.marked_by,
        word=sa.literal("marked", sa.String),
    ),
    _of(
        sa.select(Decision)
        .join(Enrolment, Enrolment.id == Decision.enrolment_id)
        .where(sa.not_(_OVERRULED)),
        key=Decision.id,
        at=Decision.decided_at,
        activity=Decision.activity_id,
        by=Decision.decided_by,
        word=sa.literal("decided", sa.String),
    ),
).subquery()
WORK = best_of(_WORK, (_WORK.c.space_id,), (_WORK.c.at.desc(), _WORK.c.id))
"""What was said to the reader's own work, the five latest of each space, with ``me``, ``since``.

Columns: id, at, word (returned, accepted, marked, decided), activity_id, title, by, space_id, slug,
and all: how many there are in the space.
"""

_held = (
    visible_sessions(ANYBODY)
    .join(Space, Space.id == LiveSession.space_id)
    .where(
        Space.archived_at.is_(None),
        LiveSession.state == SessionState.ENDED,
        LiveSession.started_at.is_not(None),
        LiveSession.called_off_at.is_(None),
        LiveSession.starts_at >= SINCE,
        LiveSession.starts_at <= sa.bindparam("now", type_=UtcDateTime()),
    )
    .with_only_columns(
        LiveSession.id,
        LiveSession.title,
        LiveSession.starts_at.label("at"),
        LiveSession.space_id,
        sa.case((ATTENDED, "there"), else_="absent").label("word"),
    )
    .subquery()
)
HELD = best_of(_held, (_held.c.space_id,), (_held.c.at.desc(), _held.c.id))
"""The sessions that were held, the five latest of each space, with ``me``, ``since``, ``now``.

Columns: id, title, at, space_id, word (there, absent: the reader), and all: how many in the space.
"""
