"""When a module is due for whoever comes late, or comes back: pure functions of instants.

The group's own date counts as soon as it is later. Before that the first module is due a week after
somebody came, each next one four days after the one before: so they catch up with the group, which
takes a week for each.
"""

import datetime as dt
from collections.abc import Sequence

FIRST = dt.timedelta(days=7)
NEXT = dt.timedelta(days=4)


def paced_due(due: dt.datetime, since: dt.datetime, number: int) -> dt.datetime:
    """Return when a module is due for a learner who is paced from ``since``.

    ``due`` is the group's date, ``number`` the module's place among those with a date, from 0.
    """
    return max(due, since + FIRST + number * NEXT)


def paced_again(
    dues: Sequence[dt.datetime], since: dt.datetime, left: dt.datetime, back: dt.datetime
) -> dt.datetime:
    """Return from when a learner is paced who was away from ``left`` to ``back``.

    What was over for them when they left is not counted again: the module they were at is due a
    week after they are back, the next one four days later.
    """
    over = sum(paced_due(due, since, number) <= left for number, due in enumerate(dues))
    return back - over * NEXT
