"""Planned times and how people read them.

A planned time is a wall-clock time in an IANA zone; the instant follows from it, again whenever the
plan moves. What has happened is an instant, shown in the reader's zone, which is always named.
"""

import datetime as dt
import functools
import zoneinfo
from typing import Literal

from babel.dates import format_date, format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from marshmallow import fields, validate

ZONES = frozenset(zoneinfo.available_timezones())
_NAMES = sorted(ZONES)  # as the API's document lists them: the same each time
_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia"}
    | {"Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
# What a select offers: places, not the historical abbreviations that also are zone names.
PLACES = ("UTC", *sorted(zone for zone in ZONES if zone.split("/")[0] in _REGIONS))
_OFFERED = [(zone, zone.replace("_", " ")) for zone in PLACES]

KEPT = 4096  # days and spans in words that a process remembers: Babel takes long over each

Style = Literal["full", "day", "short", "clock"]

LANGUAGES = {"en": "English"}  # those the texts are translated into, each by its own name


def instant(local: dt.datetime, zone: str) -> dt.datetime:
    """Return the UTC instant of the wall-clock time ``local`` in ``zone``.

    A time that the clocks skip moves forward by the gap; one they show twice is the first
    (PEP 495, ``fold=0``).
    """
    aware = local.replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=0)
    return aware.astimezone(dt.UTC)


def in_zone(at: dt.datetime, zone: str) -> dt.datetime:
    """Return the instant ``at`` as a clock in ``zone`` shows it."""
    return at.astimezone(zoneinfo.ZoneInfo(zone))


def zone_name(zone: str) -> str:
    """Return what people call a zone: the last part of its IANA name, "Nairobi"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def zone_options(kept: str) -> list[tuple[str, str]]:
    """Return name and words of the zones a select offers, with ``kept`` among them if it is one.

    Who lives in "GB" finds it chosen; else a browser would send the first of the list.
    """
    if kept in ZONES and kept not in PLACES:
        return [(kept, kept.replace("_", " ")), *_OFFERED]
    return _OFFERED


def say(at: dt.datetime, zone: str, language: str, style: Style = "full") -> str:
    """Return an instant in words: ``full`` is "Tue 3 Mar, 14:00 (Nairobi)".

    ``short`` leaves the zone out, ``day`` says the date only, ``clock`` the time only; the year is
    said when it is not this one.
    """
    return say_local(in_zone(at, zone), zone, language, style)


def say_local(local: dt.datetime, zone: str, language: str, style: Style = "full") -> str:
    """Return in words, as ``say`` does, what a clock in ``zone`` shows."""
    clock = f"{local.hour:02}:{local.minute:02}"
    if style == "clock":
        return clock
    day = say_day(local.date(), zone, language)
    if style == "day":
        return day
    return f"{day}, {clock}" if style == "short" else f"{day}, {clock} ({zone_name(zone)})"


def say_day(day: dt.date, zone: str, language: str) -> str:
    """Return a day of the calendar: "Mon 2 Mar", with its year if it is another there now."""
    return _day(day, language, day.year == this_year(zone))


def span(first: dt.date, last: dt.date, language: str) -> str:
    """Return "Mon 7 Sep to Sun 1 Nov 2026"; both years where they differ."""
    begin = _day(first, language, first.year == last.year)
    said: str = _("%(first)s to %(last)s", first=begin, last=_day(last, language, False))
    return said


@functools.lru_cache(maxsize=KEPT)
def _day(day: dt.date, language: str, short: bool) -> str:
    return str(format_date(day, "EEE d MMM" if short else "EEE d MMM y", locale=language))


def duration(minutes: int, *, short: bool = False) -> str:
    """Return a length in words: "45 minutes", "2 hours 30 minutes"; short: "2 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours or (rest and minutes < 120 and not short):
        if short:
            return str(_("%(num)d min", num=minutes))
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    if short:
        whole, part = _("%(num)d h", num=hours), _("%(num)d min", num=rest)
    else:
        whole = ngettext("%(num)d hour", "%(num)d hours", hours)
        part = ngettext("%(num)d minute", "%(num)d minutes", rest)
    return f"{whole} {part}" if rest else str(whole)


def ago(at: dt.datetime, now: dt.datetime, language: str) -> str:
    """Return how far ``at`` is from ``now``: "3 hours ago", "in 20 minutes"."""
    seconds = (at - now).total_seconds()
    if abs(seconds) < 45:
        return str(_("just now"))
    # What is more than an hour away is said in hours or days: for that a minute is exact enough.
    step = 60 if abs(seconds) > 3600 else 1
    return _away(round(seconds / step) * step, language)


@functools.lru_cache(maxsize=KEPT)
def _away(seconds: int, language: str) -> str:
    # What is to come is waited for: "in 30 hours", where "in 1 day" may be the day after tomorrow.
    threshold = 2 if seconds > 0 else 0.85
    return format_timedelta(
        dt.timedelta(seconds=seconds), threshold=threshold, add_direction=True, locale=language
    )


def this_year(zone: str) -> int:
    """Return the year it is on the clocks of a zone."""
    return dt.datetime.now(zoneinfo.ZoneInfo(zone)).year


class Zone(fields.String):
    """An IANA time zone name."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            validate=validate.OneOf(_NAMES, error=str(_l("This is not a time zone we know."))),
            **kwargs,  # type: ignore[arg-type]  # marshmallow's own keyword arguments
        )
