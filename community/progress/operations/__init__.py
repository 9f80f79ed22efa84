"""What can be done with progress."""

from community.progress.operations.bringing_in import Brought, Result, bring_in_results
from community.progress.operations.caring import give_back, let_go, nudge, take_on
from community.progress.operations.decisions import decide
from community.progress.operations.doing import (
    Doing,
    Headway,
    count,
    done_at,
    enter,
    headway,
    refuse_former,
    refuse_late,
    was_told,
)
from community.progress.operations.evidence import begin_record, count_attendance, count_post
from community.progress.operations.excusing import excuse_many, take_back_many
from community.progress.operations.following import follow_version, former_lines, repoint
from community.progress.operations.learning import report_reading
from community.progress.operations.ledger import refuse_over
from community.progress.operations.policies import change_policy, preview_policy, say_withdrawn
from community.progress.operations.rebuilding import Rebuilt, rebuild, settle_version
from community.progress.operations.settling import (
    begin_policy,
    copy_policy,
    settle_for_session,
    settle_verdicts,
    wait_for_acts,
)

__all__ = [
    "Brought",
    "Doing",
    "Headway",
    "Rebuilt",
    "Result",
    "begin_policy",
    "begin_record",
    "bring_in_results",
    "change_policy",
    "copy_policy",
    "count",
    "count_attendance",
    "count_post",
    "decide",
    "done_at",
    "enter",
    "excuse_many",
    "follow_version",
    "former_lines",
    "give_back",
    "headway",
    "let_go",
    "nudge",
    "preview_policy",
    "rebuild",
    "refuse_former",
    "refuse_late",
    "refuse_over",
    "repoint",
    "report_reading",
    "say_withdrawn",
    "settle_for_session",
    "settle_verdicts",
    "settle_version",
    "take_back_many",
    "take_on",
    "wait_for_acts",
    "was_told",
]
