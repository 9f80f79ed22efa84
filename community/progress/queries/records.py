"""Whose record it is, for those who may see it."""

import dataclasses
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from community.accounts.models import User
from community.cohorts.models import Enrolment, Run
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.frame import Person
from community.progress.models import CompletionPolicy, CompletionVerdict
from community.progress.policy import visible_records
from community.progress.policy.more_time import hooks, keep_given, packed, unpacked
from community.progress.queries.verdicts import COLUMNS, Verdict, verdict_in
from community.spaces.queries import face_in


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """A learner's place in a run, who they are there, and the verdicts that stand."""

    enrolment: Enrolment
    learner: Person
    verdicts: Sequence[Verdict]


def record_of(ctx: Context, run: Run, enrolment_id: uuid.UUID) -> Record:
    """Return a record the actor sees, in one statement; keeps what more time they were given.

    Raises NotFound.
    """
    standing = sa.and_(
        CompletionVerdict.enrolment_id == Enrolment.id, CompletionVerdict.withdrawn_at.is_(None)
    )
    rows = db.session.execute(
        visible_records(ctx)
        .where(Enrolment.run_id == run.id, Enrolment.id == enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(CompletionVerdict, standing)
        .outerjoin(CompletionPolicy, CompletionPolicy.id == CompletionVerdict.policy_id)
        .add_columns(User.name, face_in(run.space_id), packed(hooks()).label("more_time"), *COLUMNS)
        .order_by(CompletionVerdict.outcome)
    ).all()
    if not rows:
        raise NotFound
    first = rows[0]
    keep_given(ctx, enrolment_id, unpacked(first.more_time))
    return Record(
        enrolment=first.Enrolment,
        learner=Person(first.Enrolment.user_id, first.name, first.face),
        verdicts=[verdict_in(row) for row in rows if row.id is not None],
    )
