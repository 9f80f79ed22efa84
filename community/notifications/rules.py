"""When a reminder is due, and when news of the calendar is told."""

import dataclasses
import datetime as dt


@dataclasses.dataclass(frozen=True, slots=True)
class Lead:
    """How long before a session a reminder is sent: at most ``longest``, at least ``shortest``.

    Who joins in between, and a worker that was away, still remind; later it would be noise.
    """

    hours: int
    shortest: dt.timedelta

    @property
    def longest(self) -> dt.timedelta:
        return dt.timedelta(hours=self.hours)


LEADS = (Lead(24, dt.timedelta(hours=2)), Lead(1, dt.timedelta(minutes=5)))

# Whoever shifts a run moves thirty sessions, and may do it twice: people get one letter.
QUIET = dt.timedelta(minutes=2)  # after the last change
LONGEST_WAIT = dt.timedelta(minutes=15)  # after the first

BATCH = 200  # letters owed in one transaction
SHOWN = 40  # sessions that one letter lists
