"""What somebody's part in a run has come to, and by which rules."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.kernel.db import execute
from community.progress.models import CompletionPolicy, CompletionVerdict
from community.progress.rules.completion import Finding, Outcome


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict that stands, with the number of the policy it was found by.

    ``at`` is when the learner had met it; ``findings`` say what was asked and what they had then.
    """

    id: uuid.UUID
    outcome: Outcome
    policy_id: uuid.UUID
    policy_number: int
    at: dt.datetime
    decided_at: dt.datetime
    findings: tuple[Finding, ...]


COLUMNS = (
    CompletionVerdict.id,
    CompletionVerdict.outcome,
    CompletionVerdict.policy_id,
    CompletionPolicy.number,
    CompletionVerdict.at,
    CompletionVerdict.decided_at,
    CompletionVerdict.evidence,
)
_STANDING = (
    sa.select(*COLUMNS)
    .join(CompletionPolicy, CompletionPolicy.id == CompletionVerdict.policy_id)
    .where(
        CompletionVerdict.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
        CompletionVerdict.withdrawn_at.is_(None),
    )
    .order_by(CompletionVerdict.outcome)
)


def verdicts_of(enrolment_id: uuid.UUID) -> Sequence[Verdict]:
    """Return the verdicts on an enrolment the caller may see, *completed* before *participated*."""
    return [verdict_in(row) for row in execute(_STANDING, {"enrolment": enrolment_id})]


def verdict_in(row: Any) -> Verdict:
    """Return the verdict in a row of ``COLUMNS``."""
    return Verdict(
        row.id,
        row.outcome,
        row.policy_id,
        row.number,
        row.at,
        row.decided_at,
        tuple(map(Finding.from_json, row.evidence)),
    )
