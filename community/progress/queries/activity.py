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


@dataclasses.dataclass(frozen=True, slots=True)
class History:
    """What became of an activity of a learner, the newest first: the first word counts."""

    words: Sequence[Word]
    deeds: Sequence[Deed]


def history_of(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> History:
    """Return the last decisions on an activity of a learner and their last acts; one statement."""
    given = {"enrolment": enrolment_id, "activity": activity_id}
    words: list[Word] = []
    deeds: list[Deed] = []
    for row in execute(_HISTORY, given):
        if row.is_word:
            words.append(Word(Status(row.what) if row.what else None, row.said, row.by, row.at))
        else:
            deeds.append(Deed(Kind(row.what), row.value, row.at, row.said.startswith(BY_ATTEMPT)))
    return History(words, deeds)


def _of_one(model: Any, at: Any, *columns: Any) -> Any:
    """Return the newest rows of a table on one activity of a learner."""
    return (
        sa.select(model.id.label("id"), at.label("at"), *columns)
        .where(
            model.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
            model.activity_id == sa.bindparam("activity", type_=sa.Uuid()),
        )
        .order_by(at.desc(), model.id.desc())
        .limit(HISTORY_SHOWN)
    )


_WORDED = _of_one(
    Decision,
    Decision.decided_at,
    sa.true().label("is_word"),
    sa.type_coerce(Decision.status, sa.String).label("what"),
    Decision.reason.label("said"),
    User.name.label("by"),
    sa.cast(sa.null(), sa.Float).label("value"),
).join(User, User.id == Decision.decided_by)
_DONE = _of_one(
    LearningEvent,
    LearningEvent.happened_at,
    sa.false().label("is_word"),
    LearningEvent.kind.label("what"),
    LearningEvent.client_id.label("said"),
    sa.literal("").label("by"),
    LearningEvent.value.label("value"),
)
_BOTH = sa.union_all(sa.select(_WORDED.subquery()), sa.select(_DONE.subquery())).subquery()
_HISTORY = sa.select(_BOTH).order_by(_BOTH.c.at.desc(), _BOTH.c.id.desc())
