"""What is decided about coursework without a database."""

from community.coursework.rules.assignments import (
    FILE_ROUTE,
    file_path,
)
from community.coursework.rules.late import happened
from community.coursework.rules.surveys import STEP, in_no_order, in_steps, may_change, share
from community.coursework.rules.watching import Span, merged, reached, seconds_in

__all__ = [
    "FILE_ROUTE",
    "STEP",
    "Span",
    "file_path",
    "happened",
    "in_no_order",
    "in_steps",
    "may_change",
    "merged",
    "reached",
    "seconds_in",
    "share",
]
