"""Whether what was handed in can still be marked once its run is over."""

import datetime as dt

from community.cohorts.rules import reopens_until


def can_be_marked(
    closed_at: dt.datetime | None, handed_in_at: dt.datetime | None, now: dt.datetime
) -> bool:
    """Whether marking still counts: what came before the run closed waits as long as closing may.

    ``closed_at`` is None in a run that goes on. For a week after it the run can be opened again,
    and so long what was handed in by then is marked as if it were open.
    """
    if closed_at is None:
        return True
    in_time = handed_in_at is not None and handed_in_at <= closed_at
    return in_time and now <= reopens_until(closed_at)
