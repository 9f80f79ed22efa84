"""One activity of one learner: decisions, the history."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.kernel.db import db, execute
from community.progress.models import Decision, LearningEvent
from community.progress.rules.states import BY_ATTEMPT, Kind, Status

HISTORY_SHOWN = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """A facilitator's decision, with the name; ``status`` None: the one before was taken back."""

    status: Status | None
    reason: str
    by: str
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Deed:
    """A learning event, for a history."""

    kind: Kind
    value: float
    at: dt.datetime
    by_attempt: bool = False
    """Of what is kept: whether ``value`` is the number of an attempt, not of a version."""


_WORDS = (
    sa.select(
        Decision.activity_id, Decision.status, Decision.reason, User.name, Decision.decided_at
    )
    .join(User, User.id == Decision.decided_by)
    .where(Decision.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()))
    .order_by(Decision.decided_at, Decision.id)
)


def standing_words(enrolment_id: uuid.UUID) -> dict[uuid.UUID, Word]:
    """Return the decisions on a learner's activities that stand, by activity."""
    newest = {
        row.activity_id: Word(*row[1:]) for row in execute(_WORDS, {"enrolment": enrolment_id})
    }
    return {key: word for key, word in newest.items() if word.status is not None}


def words_on(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> list[Word]:
    """Return the decisions on an activity of a learner, newest first: the first one counts."""
    rows = db.session.execute(
        sa.select(Decision.status, Decision.reason, User.name, Decision.decided_at)
        .join(User, User.id == Decision.decided_by)
        .where(Decision.enrolment_id == enrolment_id, Decision.activity_id == activity_id)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(HISTORY_SHOWN)
    )
    return [Word(*row) for row in rows]


def standing_word(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> Word | None:
    """Return the decision that stands, None where there is none or it was taken back."""
    words = words_on(enrolment_id, activity_id)
    return words[0] if words and words[0].status is not None else None


def deeds(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> list[Deed]:
    """Return the last things a learner did in an activity, newest first."""
    rows: Sequence[Any] = db.session.execute(
        sa.select(
            LearningEvent.kind,
            LearningEvent.value,
            LearningEvent.happened_at,
            LearningEvent.client_id,
        )
        .where(LearningEvent.enrolment_id == enrolment_id, LearningEvent.activity_id == activity_id)
        .order_by(LearningEvent.happened_at.desc(), LearningEvent.id.desc())
        .limit(HISTORY_SHOWN)
    ).all()
    return [
        Deed(Kind(row.kind), row.value, row.happened_at, row.client_id.startswith(BY_ATTEMPT))
        for row in rows
    ]
