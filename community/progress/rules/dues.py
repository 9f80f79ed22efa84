"""When an activity is due for somebody: with its module, or by itself. Pure functions of instants.

An activity by itself is due so many days after its module begins for the learner. Who came late has
as much longer as for the module, in whole days by the clock of the run: the time of day stays.
"""

import dataclasses
import datetime as dt

from community.academy.kinds.protocol import Deadline
from community.kernel import localtime

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
END_OF_DAY = "23:59"
LAST_SECOND = dt.timedelta(seconds=59)
NO_GRACE = dt.timedelta(0)


@dataclasses.dataclass(frozen=True, slots=True)
class Due:
    """Until when somebody has for an activity, more time that was given to them counted.

    ``with_module``: it is the day of its module, which ends as the next one begins.
    """

    at: dt.datetime
    grace: dt.timedelta = NO_GRACE
    with_module: bool = True

    def is_over(self, now: dt.datetime) -> bool:
        """Whether what is not there now is late."""
        return self.at + self.grace <= now

    def is_late(self, at: dt.datetime) -> bool:
        """Whether what came ``at`` an instant came late; the last moment is in time."""
        return at > self.at + self.grace

    def given(self, until: dt.datetime | None) -> "Due":
        """Return it for whoever has time ``until`` then; what ends sooner changes nothing."""
        if until is None or until <= self.at:
            return self
        return dataclasses.replace(self, at=until, with_module=False)


def due_by_itself(
    deadline: Deadline,
    begins_at: dt.datetime | None,
    zone: str,
    *,
    planned: dt.datetime | None,
    paced: dt.datetime | None,
) -> Due | None:
    """Return when an activity is due whose module begins so; None: it has no end.

    ``planned`` is when the module is due by the learner's dates, ``paced`` when it is for them.
    """
    if paced is None or planned is None or begins_at is None:
        return None
    grace = deadline.grace * HOUR
    if deadline.days is None:
        return Due(paced, grace)
    local = _local_due(_local(begins_at, zone).date(), deadline.days, deadline.time)
    if paced > planned:
        # by the clock of the run: a day on which clocks are changed is one day, too
        longer = _local(paced, zone) - _local(planned, zone)
        local += -(-longer // DAY) * DAY
    return Due(localtime.instant(local, zone), grace, with_module=False)


def _local_due(opened: dt.date, days: int, time: str) -> dt.datetime:
    """Return when it is due on the clocks of a run: days after its module opens, at ``HH:MM``."""
    at = dt.datetime.combine(opened + days * DAY, dt.time.fromisoformat(time))
    return at + LAST_SECOND if time == END_OF_DAY else at


def _local(at: dt.datetime, zone: str) -> dt.datetime:
    return localtime.in_zone(at, zone).replace(tzinfo=None)
