"""The letters themselves: looked at again, composed, sent.

Each acts as its reader, so that what they may not see is simply not found, and nothing is sent.
"""

import datetime as dt
import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from community.accounts.queries import Addressee, addressee, people
from community.correspondence.queries import stop_address, wants
from community.correspondence.rules import LetterKind
from community.discussions.queries import opening_words, thread_head
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.errors import NotFound
from community.kernel.installed import installed
from community.kernel.localtime import duration, say
from community.kernel.mail import Attachment, Letter, in_language, send
from community.live.formats import MEDIA_TYPE, Address, Method
from community.live.models import LiveSession, SessionState
from community.live.policy import find_session
from community.live.queries import session_ics, sessions_ics
from community.notifications import queries
from community.notifications.operations import owe_to_space
from community.notifications.rules import SHOWN
from community.spaces.policy import belongs_to

WHY = {
    LetterKind.ANNOUNCEMENT: _l("You get this because you belong to %(space)s."),
    LetterKind.REMINDER: _l("You get this because you belong to %(space)s, which meets."),
    LetterKind.SCHEDULE: _l("You get this because you belong to %(space)s, whose times changed."),
}


# ------------------------------------------------------------------ to everybody of a space


def tell_announcement(ctx: Context, *, thread_id: str) -> None:
    """Owe an announcement to everybody of its space but its author."""
    try:
        head = thread_head(ctx, uuid.UUID(thread_id))
    except NotFound:
        return  # whoever announced it has lost the space since; who belongs there reads it there
    owe_to_space(
        ctx,
        head.space_id,
        LetterKind.ANNOUNCEMENT,
        "notifications.mail_announcement",
        {"thread_id": thread_id},
        but=head.author_id,
    )


def tell_schedule(ctx: Context, *, space_id: str, telling: str) -> None:
    """Owe the news of a calendar to everybody of its space."""
    owe_to_space(
        ctx,
        uuid.UUID(space_id),
        LetterKind.SCHEDULE,
        "notifications.mail_schedule",
        {"space_id": space_id, "telling": telling},
    )


# ------------------------------------------------------------------ to one


def mail_announcement(ctx: Context, *, thread_id: str) -> None:
    """Write an announcement to one member, unless they have read it meanwhile."""
    key = uuid.UUID(thread_id)
    reader = _reader(ctx, LetterKind.ANNOUNCEMENT)
    if reader is None:
        return
    try:
        head = thread_head(ctx, key)
    except NotFound:
        return
    if head.read_number:
        return
    post = opening_words(key)
    if post is None:
        return  # it was taken away meanwhile
    author = people([head.author_id])[head.author_id].name
    with in_language(reader.language):
        about = {"name": author, "space": head.space_name}
        send(
            _letter(
                reader,
                LetterKind.ANNOUNCEMENT,
                key=f"announcement:{key}:{reader.id}",
                subject=f"{head.space_name}: {head.title}",
                lines=[_("%(name)s announces in %(space)s:", **about), head.title],
                quoted=(_absolute(post.html), post.body),
                button=(_("Read and answer"), public_url("discussions.thread", thread_id=key)),
                space=head.space_name,
            )
        )


def mail_reminder(ctx: Context, *, session_id: str, sequence: int, hours: int) -> None:
    """Remind one member of a session that still takes place, and when it was to."""
    reader = _reader(ctx, LetterKind.REMINDER)
    if reader is None:
        return
    try:
        session = find_session(ctx, uuid.UUID(session_id))
    except NotFound:
        return
    if session.sequence != sequence or session.state is not SessionState.SCHEDULED:
        return  # moved, called off or under way: another letter says so, or none is of use
    if session.starts_at <= ctx.now:
        return
    space = belongs_to(ctx, session.space_id)
    if space.archived_at is not None:
        return
    with in_language(reader.language):
        soon = {
            24: _("“%(title)s” takes place within a day.", title=session.title),
            1: _("“%(title)s” begins within the hour.", title=session.title),
        }
        send(
            _letter(
                reader,
                LetterKind.REMINDER,
                key=f"reminder:{session.id}:{sequence}:{hours}:{reader.id}",
                subject=f"{session.title}: {_when(session.starts_at, reader)}",
                lines=[soon[hours]],
                facts=[
                    (_("When"), _when(session.starts_at, reader)),
                    (_("How long"), duration(session.minutes)),
                    (_("Where"), space.name),
                ],
                button=(_("Open the session"), _address(session)),
                space=space.name,
                attachments=[_calendar(ctx, reader, session, space=space.name)],
            )
        )


def mail_schedule(ctx: Context, *, space_id: str, telling: str) -> None:
    """Tell one member what changed in a calendar, all of it in one letter."""
    reader = _reader(ctx, LetterKind.SCHEDULE)
    if reader is None:
        return
    changes = [row for row in queries.told_in(ctx, uuid.UUID(telling)) if _is_news(row, ctx)]
    if not changes:
        return
    space = changes[0].name
    with in_language(reader.language):
        facts = [_change(row, reader) for row in changes[:SHOWN]]
        rest = len(changes) - len(facts)
        number = len(changes)
        lines = [
            ngettext(
                "A session of %(space)s has changed.",
                "%(num)d sessions of %(space)s have changed.",
                number,
                space=space,
            )
        ]
        if rest:
            lines.append(
                ngettext("%(num)d more is not listed.", "%(num)d more are not listed.", rest)
            )
        slug = belongs_to(ctx, uuid.UUID(space_id)).slug
        first = changes[0][0]
        send(
            _letter(
                reader,
                LetterKind.SCHEDULE,
                key=f"schedule:{telling}:{reader.id}",
                subject=_subject(changes, space),
                lines=lines,
                facts=facts,
                button=(_("Open the session"), _address(first))
                if number == 1
                else (_("See all sessions"), public_url("live.session_list", slug=slug)),
                space=space,
                attachments=[_calendar(ctx, reader, *(row[0] for row in changes), space=space)],
            )
        )


def _subject(changes: list[Any], space: str) -> str:
    if len(changes) > 1:
        return str(_("%(space)s: new times", space=space))
    session: LiveSession = changes[0][0]
    if session.called_off:
        return str(_("Called off: %(title)s", title=session.title))
    if changes[0].was_at is None:
        return str(_("It takes place: %(title)s", title=session.title))
    return str(_("Moved: %(title)s", title=session.title))


def _is_news(row: Any, ctx: Context) -> bool:
    """Whether a change still is one, to this reader: one's own is none, nor a way and back."""
    session: LiveSession = row[0]
    if not row.by_others or session.starts_at <= ctx.now:
        return False
    same = (row.was_at, row.was_minutes) == (session.starts_at, session.minutes)
    return session.called_off or not same


def _change(row: Any, reader: Addressee) -> tuple[str, str]:
    session: LiveSession = row[0]
    now = _when(session.starts_at, reader)
    if session.called_off:
        words = _("Called off; it was to be on %(when)s.", when=now)
        if session.called_off_reason:
            words = f"{words} {session.called_off_reason}"
    elif row.was_at is None:
        words = _("Takes place after all, on %(when)s.", when=now)
    elif row.was_at == session.starts_at:
        words = _("%(when)s, now %(length)s.", when=now, length=duration(session.minutes))
    else:
        before = _when(row.was_at, reader)
        words = _("Now %(now)s; before, %(before)s.", now=now, before=before)
    return session.title, words


# ------------------------------------------------------------------ parts of all


def _reader(ctx: Context, kind: LetterKind) -> Addressee | None:
    """Return who is written to, if they want it still."""
    return addressee(ctx.person) if wants(ctx.person, kind) else None


def _letter(reader: Addressee, kind: LetterKind, *, space: str, **rest: Any) -> Letter:
    return Letter(
        to=reader.email,
        name=reader.name,
        language=reader.language,
        why=str(WHY[kind]) % {"space": space},
        unsubscribe=stop_address(reader.id, kind),
        **rest,
    )


def _when(at: dt.datetime, reader: Addressee) -> str:
    return say(at, reader.zone, reader.language)


def _address(session: LiveSession) -> str:
    return public_url("live.session", session_id=session.id)


def _calendar(ctx: Context, reader: Addressee, *sessions: LiveSession, space: str) -> Attachment:
    """Return one file: a session addressed to its reader or struck out, or several published.

    What is addressed to somebody is about one entry only (RFC 5546, 3.2.2).
    """
    if len(sessions) > 1:
        method, content = Method.PUBLISH, sessions_ics(sessions, space, made_at=ctx.now)
    else:
        [session] = sessions
        method = Method.CANCEL if session.called_off else Method.REQUEST
        content = session_ics(
            session,
            space,
            made_at=ctx.now,
            method=method,
            attendee=Address(name=reader.name, mail=reader.email),
        )
    return Attachment(
        name="sessions.ics", kind=f"{MEDIA_TYPE}; method={method}; charset=utf-8", content=content
    )


def _absolute(html: str) -> str:
    """Return our own markup with whole addresses: a mail program knows no site to add.

    The renderer writes attributes in one way only, with double quotes.
    """
    base = installed().settings.base_url
    for attribute in ("href", "src"):
        html = html.replace(f'{attribute}="/', f'{attribute}="{base}/')
    return html
