"""Times and lengths, as the reader's own clock and language have them."""

import datetime as dt

from babel.dates import format_date

from community.cohorts.models import Run
from community.home.queries.sessions import SessionLine
from community.home.rules import PartOfDay, part_of_day
from community.kernel import localtime
from community.kernel.doors import reader
from community.kernel.pages import local_time
from community.kernel.translation import _, ngettext
from community.live.pages.words import begins
from community.live.pages.words import was as where_it_was

__all__ = [
    "about",
    "begins",
    "date",
    "greeting",
    "opening_day",
    "rescue_words",
    "this_moment",
    "was",
    "when",
]

DAY, WEEK = 24, 7 * 24  # hours


def greeting(now: dt.datetime) -> str:
    """Return "Good morning, Amina", by the reader's own clock."""
    who = reader()
    name = who.name.split(maxsplit=1)[0]
    match part_of_day(localtime.in_zone(now, who.zone).hour):
        case PartOfDay.MORNING:
            return _("Good morning, %(name)s", name=name)
        case PartOfDay.AFTERNOON:
            return _("Good afternoon, %(name)s", name=name)
        case PartOfDay.EVENING:
            return _("Good evening, %(name)s", name=name)
        case PartOfDay.NIGHT:
            return _("Hello, %(name)s", name=name)


def this_moment(now: dt.datetime) -> str:
    """Return "Tuesday 3 March, 13:36 (Nairobi)"."""
    who = reader()
    local = localtime.in_zone(now, who.zone)
    day = format_date(local.date(), "EEEE d MMMM", locale=who.language)
    clock = local_time(now, "clock")
    return f"{day}, {clock} ({localtime.zone_name(who.zone)})"


def date(day: dt.date) -> str:
    """Return "Mon 2 Mar": a date of a run, the same in every zone."""
    who = reader()
    return localtime.say_day(day, who.zone, who.language)


def rescue_words(hours: int) -> str:
    """Return how long a question waits until it is rescued: "4 hours", "1 day", "1 week"."""
    if hours < DAY:
        return ngettext("%(num)d hour", "%(num)d hours", hours)
    if hours < WEEK:
        return ngettext("%(num)d day", "%(num)d days", hours // DAY)
    return ngettext("%(num)d week", "%(num)d weeks", hours // WEEK)


def about(minutes: int) -> str:
    """Return a length of work, which nobody knows to the minute: in hours from one and a half."""
    return localtime.duration(minutes if minutes < 90 else 60 * ((minutes + 30) // 60))


def when(session: SessionLine) -> str:
    """Return from when to when a session is: "Tue 3 Mar, 14:00 to 16:30 (Nairobi)"."""
    return _(
        "%(begin)s to %(end)s (%(zone)s)",
        begin=local_time(session.starts_at, "short"),
        end=local_time(session.ends_at, "clock"),
        zone=localtime.zone_name(reader().zone),
    )


def opening_day(run: Run, opens_at: dt.datetime) -> str:
    """Return the day a module opens, as the run's own calendar has it."""
    return date(localtime.in_zone(opens_at, run.zone).date())


def was(session: SessionLine) -> str:
    """Return when a session was to be before it moved; empty if it did not."""
    return where_it_was(session.moved_from, session.starts_at)
