"""How soon questions are answered, as can be said beforehand."""

import datetime as dt
from collections.abc import Iterable

WITHIN = tuple(dt.timedelta(hours=hours) for hours in (1, 24, 72, 168))
"""What is promised: an hour, a day, three days, a week; the first that holds."""

USUALLY = 0.75
"""The share of questions for which a promise must have held."""

FEWEST = 4
"""Questions from which one can tell."""

LOOKED_BACK = dt.timedelta(days=90)
MOST_LOOKED_AT = 100  # questions, the newest


def usual_wait(
    questions: Iterable[tuple[dt.datetime, dt.datetime | None]], now: dt.datetime
) -> dt.timedelta | None:
    """Return within which time questions are usually answered; None where it cannot be said.

    ``questions`` are when each was asked and when somebody else first replied, None for not yet. A
    question too young to have broken a promise says nothing about it; one that nobody answered
    counts against every promise it has outlived.
    """
    asked = list(questions)
    for within in WITHIN:
        told = [
            answered is not None and answered - at <= within
            for at, answered in asked
            if answered is not None or now - at > within
        ]
        if len(told) >= FEWEST and sum(told) >= USUALLY * len(told):
            return within
    return None
