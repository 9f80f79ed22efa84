"""What one can do about a post that should not stand as it does, and about who writes such."""

from community.moderation.operations.appealing import (
    answer_appeal,
    answer_measure,
    appeal_decision,
)
from community.moderation.operations.deciding import (
    claim_case,
    decide_case,
    decide_removed,
    release_case,
)
from community.moderation.operations.keeping import wipe_decisions
from community.moderation.operations.leaving import erase
from community.moderation.operations.limits import set_limits
from community.moderation.operations.measuring import (
    lift_measure,
    take_measure,
    take_measure_everywhere,
)
from community.moderation.operations.reporting import report_post
from community.moderation.operations.settling import settle

__all__ = [
    "answer_appeal",
    "answer_measure",
    "appeal_decision",
    "claim_case",
    "decide_case",
    "decide_removed",
    "erase",
    "lift_measure",
    "release_case",
    "report_post",
    "set_limits",
    "settle",
    "take_measure",
    "take_measure_everywhere",
    "wipe_decisions",
]
