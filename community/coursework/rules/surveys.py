"""When results of a survey are shown, and when answers may be changed: pure functions."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from community.academy.kinds.survey.answers import Answers

STEP = 5
"""Answers that are shown together, and never fewer: not the first four, nor one or two more."""


def in_no_order(waiting: Iterable[Answers]) -> list[dict[str, Any]]:
    """Return answers in an order that follows from what they say, and not from when they came."""
    return sorted(
        (dict(each) for each in waiting), key=lambda answers: json.dumps(answers, sort_keys=True)
    )


def in_steps(answered: int) -> int:
    """Return how many of so many answers are shown where nobody is to be singled out."""
    return answered - answered % STEP


def may_change(due: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a named answer may still be another one."""
    return due is None or now < due


def share(number: int, of: int) -> int:
    """Return a number as whole per cent of another, a half rounded up; 0 of nothing."""
    return (200 * number + of) // (2 * of) if of else 0
