"""When something happened that was told later, by the clock of somebody else's device."""

import datetime as dt

OLDEST = dt.timedelta(days=14)
"""What waited longer counts as if it had waited so long."""


def happened(now: dt.datetime, told_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """Return the instant of an act by our clock; all three are aware.

    ``at`` is when it happened and ``told_at`` when it was sent, by the device's clock: how long it
    waited is right even where that clock is wrong. Never in the future, never older than
    ``OLDEST``, whatever a device says.
    """
    return now - min(max(told_at - at, dt.timedelta()), OLDEST)
