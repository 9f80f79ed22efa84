"""A session as calendars read it: iCalendar (RFC 5545, RFC 5546).

What a file says follows from what it is given, but for the moment it was made.
"""

import dataclasses
import datetime as dt
import enum
import functools
import uuid
import zoneinfo

from icalendar import Calendar, Event, Timezone, vCalAddress

from community.kernel import localtime

PRODUCT = "-//Community//Live sessions//EN"
MEDIA_TYPE = "text/calendar"


class Method(enum.StrEnum):
    """What a calendar is to do with what it reads."""

    PUBLISH = "PUBLISH"  # take it in, if its owner wants to
    REQUEST = "REQUEST"  # take it in: it is addressed to somebody
    CANCEL = "CANCEL"  # strike it out


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Somebody as calendars name them."""

    name: str
    mail: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A session as an entry of a calendar.

    ``key`` is its lasting id; ``sequence`` rises with each change; ``page`` is the whole address of
    its page and the only one in it: a file is passed on, a video link is for members.
    """

    key: uuid.UUID
    sequence: int
    title: str
    words: str
    starts_at: dt.datetime
    zone: str
    minutes: int
    page: str
    organiser: Address
    attendee: Address | None = None
    called_off: bool = False


def icalendar(*entries: Entry, method: Method, made_at: dt.datetime) -> bytes:
    """Return entries as a file; CANCEL strikes them out. Raises ValueError for REQUEST to nobody.

    Only what is published may be several (RFC 5546, 3.2): REQUEST and CANCEL are about one.
    The start is local time with its zone, whose rules are written into the file, so that it stays
    right when a calendar shows it elsewhere; the length is a duration, which a change of the clocks
    while it runs cannot alter.
    """
    if method is Method.REQUEST and any(entry.attendee is None for entry in entries):
        raise ValueError("a request is addressed to somebody")
    if method is not Method.PUBLISH and len(entries) != 1:
        raise ValueError("only what is published may be several")
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", method.value)
    years: dict[str, list[int]] = {}
    for entry in entries:
        if _has_rules(entry.zone):
            years.setdefault(entry.zone, []).append(entry.starts_at.year)
    for zone, found in years.items():
        calendar.add_component(_rules(zone, min(found), max(found)))
    for entry in entries:
        calendar.add_component(_event(entry, struck=method is Method.CANCEL, made_at=made_at))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, *, struck: bool, made_at: dt.datetime) -> Event:
    event = Event()
    event.add("uid", str(entry.key))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", made_at.astimezone(dt.UTC).replace(microsecond=0))
    event.add("summary", entry.title)
    event.add("dtstart", _start(entry))
    event.add("duration", dt.timedelta(minutes=entry.minutes))
    event.add("description", entry.words)
    event.add("location", entry.page)
    event.add("url", entry.page)
    event.add("status", "CANCELLED" if struck or entry.called_off else "CONFIRMED")
    event.add("organizer", _address(entry.organiser))
    if entry.attendee is not None:
        event.add("attendee", _address(entry.attendee))
    return event


def _start(entry: Entry) -> dt.datetime:
    """Return the start by the clock of the zone: a time that was skipped is where it moved to."""
    if not _has_rules(entry.zone):
        return entry.starts_at.astimezone(dt.UTC)
    return localtime.in_zone(entry.starts_at, entry.zone)


def _has_rules(zone: str) -> bool:
    return zone != "UTC"


@functools.lru_cache(maxsize=256)
def _rules(zone: str, first: int, last: int) -> Timezone:
    """Return what the clocks of a zone do around some years; it takes long to work out."""
    return Timezone.from_tzinfo(
        zoneinfo.ZoneInfo(zone),
        zone,
        first_date=dt.date(first - 1, 1, 1),
        last_date=dt.date(last + 2, 1, 1),
    )


def _address(somebody: Address) -> vCalAddress:
    address = vCalAddress(f"mailto:{somebody.mail}")
    address.params["CN"] = somebody.name
    return address
