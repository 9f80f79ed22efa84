"""When a session is, where it was, and why it is not, in the reader's language and zone."""

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from community.kernel import localtime
from community.kernel.doors import reader
from community.kernel.pages import local_time, time_ago
from community.live.models import LiveSession

SOON = dt.timedelta(hours=12)  # within it one counts hours; beyond, nights


def begins(at: dt.datetime, now: dt.datetime) -> str:
    """Return how far off a session is, as people say it: "in 3 hours", "tomorrow at 14:00"."""
    zone = reader().zone
    nights = (localtime.in_zone(at, zone).date() - localtime.in_zone(now, zone).date()).days
    if at - now < SOON or nights < 1:
        return time_ago(at)
    if nights == 1:
        return str(_("tomorrow at %(time)s", time=local_time(at, "clock")))
    return str(ngettext("in %(num)d day", "in %(num)d days", nights))


def moves(row: LiveSession) -> Sequence[str]:
    """Return what a session's last move changed, a sentence each; nothing for one as planned."""
    said = []
    if row.moved_from is not None and row.moved_from != row.starts_at:
        before, after = local_time(row.moved_from), local_time(row.starts_at)
        said.append(str(_("Moved from %(before)s to %(after)s.", before=before, after=after)))
    if row.moved_from_minutes is not None and row.moved_from_minutes != row.minutes:
        lengths = {
            "after": localtime.duration(row.minutes),
            "before": localtime.duration(row.moved_from_minutes),
        }
        said.append(str(_("It is %(after)s long now, it was %(before)s.", **lengths)))
    return said


def was(moved_from: dt.datetime | None, starts_at: dt.datetime) -> str:
    """Return where a session was before it moved, beside where it is; empty if it did not."""
    if moved_from is None or moved_from == starts_at:
        return ""
    return str(_("Moved from %(before)s", before=local_time(moved_from)))
