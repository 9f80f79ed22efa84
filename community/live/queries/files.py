"""Sessions as files for calendars."""

import datetime as dt
from collections.abc import Sequence
from email.utils import parseaddr
from urllib.parse import urlsplit

from flask_babel import gettext as _

from community.kernel.addresses import public_url
from community.kernel.installed import installed
from community.live.formats import Address, Entry, Method, icalendar
from community.live.models import LiveSession


def session_ics(
    session: LiveSession,
    space_name: str,
    *,
    made_at: dt.datetime,
    method: Method | None = None,
    attendee: Address | None = None,
) -> bytes:
    """Return a session as an iCalendar file in the language that is in force.

    ``method`` None: one that was called off is struck out, any other is published. Whoever asks has
    found the session for a member; the file names its page, and no video link.
    """
    usual = Method.CANCEL if session.called_off else Method.PUBLISH
    entry = _entry(session, space_name, attendee)
    return icalendar(entry, method=method or usual, made_at=made_at)


def sessions_ics(
    sessions: Sequence[LiveSession], space_name: str, *, made_at: dt.datetime
) -> bytes:
    """Return several sessions of a space as one file, published; see ``session_ics``."""
    entries = [_entry(session, space_name, None) for session in sessions]
    return icalendar(*entries, method=Method.PUBLISH, made_at=made_at)


def _entry(session: LiveSession, space_name: str, attendee: Address | None) -> Entry:
    page = public_url("live.session", session_id=session.id)
    if session.called_off:
        words = _("Called off.")
        if session.called_off_reason:
            words = _("Called off: %(reason)s", reason=session.called_off_reason)
    else:
        words = _(
            "A session of %(space)s. Its plan and its room are on its page:", space=space_name
        )
    return Entry(
        key=session.id,
        sequence=session.sequence,
        title=session.title,
        words=f"{words}\n{page}",
        starts_at=session.starts_at,
        zone=session.zone,
        minutes=session.minutes,
        page=page,
        organiser=_organiser(),
        attendee=attendee,
        called_off=session.called_off,
    )


def _organiser() -> Address:
    """Return the network, by the address its letters come from."""
    settings = installed().settings
    name, mail = parseaddr(settings.mail_from)
    host = urlsplit(settings.base_url).hostname or "localhost"
    return Address(name=name or settings.network_name, mail=mail or f"no-reply@{host}")
