"""What can be done with progress."""

from community.progress.operations.decisions import decide
from community.progress.operations.evidence import begin_record, count_attendance, count_post
from community.progress.operations.learning import Outcome, report_reading, submit_quiz
from community.progress.operations.rebuilding import Rebuilt, rebuild

__all__ = [
    "Outcome",
    "Rebuilt",
    "begin_record",
    "count_attendance",
    "count_post",
    "decide",
    "rebuild",
    "report_reading",
    "submit_quiz",
]
