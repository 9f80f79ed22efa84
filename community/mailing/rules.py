"""When letters leave: digests and quiet hours, by the clock of their reader."""

import dataclasses
import datetime as dt
import enum

from community.kernel.localtime import in_zone, instant

KEPT = dt.timedelta(days=90)  # lines of the ledger
BATCH = 100  # readers whose digests are owed in one transaction
SHOWN = 40  # threads that a digest tells of
GATHERED = 400  # letters that one digest takes the place of
ANSWER_WITHIN = dt.timedelta(days=30)  # that the address of a letter takes answers
ANSWERS_AN_HOUR = 30  # by mail, of one member
REFUSALS_TOLD = 5  # by letter, within a day
BOUNCES = 3  # days on which letters came back, and the next ones are not sent
BOUNCES_WITHIN = dt.timedelta(days=30)
REPORTED_WITHIN = dt.timedelta(days=10)  # after a letter left; servers try for five
MAILED = "mailed"  # the kind of lines about answers by mail


class Rhythm(enum.StrEnum):
    """How often a digest leaves."""

    DAILY = "daily"
    WEEKLY = "weekly"


class Fate(enum.StrEnum):
    """What became of a letter that was owed to somebody."""

    SENT = "sent"
    HELD = "held"  # it leaves later
    MERGED = "merged"  # a digest told the same
    SUPPRESSED = "suppressed"  # it was not sent
    REFUSED = "refused"  # the mail server took it not, for good; or we did not take an answer
    POSTED = "posted"  # it is an answer by mail, and stands in its thread
    BOUNCED = "bounced"  # it was sent, and came back


FINAL = (Fate.SENT, Fate.MERGED, Fate.BOUNCED)
"""What no later look at a letter changes."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When letters come to somebody whose clock is of ``zone``: hours 0 to 23, Monday is 0.

    Without quiet hours both ends are None; else they differ, and may lie around midnight.
    """

    zone: str
    rhythm: Rhythm = Rhythm.DAILY
    hour: int = 8
    weekday: int = 0
    quiet_from: int | None = None
    quiet_to: int | None = None


def quiet_until(times: Times, at: dt.datetime) -> dt.datetime | None:
    """Return when the quiet hours end in which an instant lies; None where it lies in none.

    The end is a time on the reader's clock: a night in which clocks change is shorter or longer.
    """
    begin, end = times.quiet_from, times.quiet_to
    if begin is None or end is None:
        return None
    local = in_zone(at, times.zone)
    if begin < end:
        quiet, days = begin <= local.hour < end, 0
    else:
        quiet, days = local.hour >= begin or local.hour < end, int(local.hour >= begin)
    if not quiet:
        return None
    until = _clock(local.date() + dt.timedelta(days=days), end, times.zone)
    return until if until > at else None  # at the hour that an autumn night has twice


def next_digest(times: Times, after: dt.datetime) -> dt.datetime:
    """Return when the next digest leaves; one that would in quiet hours waits for their end."""
    today = in_zone(after, times.zone).date()
    for days in range(9):  # a week and a day: the hour of today may be over
        day = today + dt.timedelta(days=days)
        if times.rhythm is Rhythm.WEEKLY and day.weekday() != times.weekday:
            continue
        at = _clock(day, times.hour, times.zone)
        if at > after:
            return quiet_until(times, at) or at
    raise AssertionError("each weekday comes within eight days")


def _clock(day: dt.date, hour: int, zone: str) -> dt.datetime:
    return instant(dt.datetime.combine(day, dt.time(hour)), zone)
