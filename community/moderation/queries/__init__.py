"""What was reported, what is done about it, and what somebody is told."""

from community.moderation.queries.cases import (
    HOW_MANY_CASES,
    CaseLine,
    CaseSeen,
    Counts,
    case_seen,
    counts,
    queue,
)
from community.moderation.queries.decisions import (
    DecisionSeen,
    decision_about_me,
    decision_to_tell,
    decisions_about_me,
    my_report,
    personal,
    report_to_tell,
    suspensions,
)
from community.moderation.queries.measures import (
    MeasureSeen,
    asked_again,
    measure_seen,
    measures_of,
)
from community.moderation.queries.record import ActSeen, record_of

__all__ = [
    "HOW_MANY_CASES",
    "ActSeen",
    "CaseLine",
    "CaseSeen",
    "Counts",
    "DecisionSeen",
    "MeasureSeen",
    "asked_again",
    "case_seen",
    "counts",
    "decision_about_me",
    "decision_to_tell",
    "decisions_about_me",
    "measure_seen",
    "measures_of",
    "my_report",
    "personal",
    "queue",
    "record_of",
    "report_to_tell",
    "suspensions",
]
