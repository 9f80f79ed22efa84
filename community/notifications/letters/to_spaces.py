"""Letters to everybody of a space: announcements, reminders, new times."""

import datetime as dt
import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from community.accounts.queries import Addressee, addressee, people
from community.correspondence.rules import LetterKind, Topic
from community.discussions.queries import blocks, level_in, opening_words, thread_head
from community.discussions.rules import Level
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.errors import NotFound
from community.kernel.localtime import duration, say
from community.kernel.mail import Attachment, Place, in_language
from community.kernel.posting import Why, Written
from community.live.formats import MEDIA_TYPE, Address, Method
from community.live.models import LiveSession, SessionState
from community.live.policy import find_session
from community.live.queries import session_ics, sessions_ics
from community.notifications import queries
from community.notifications.letters.parts import absolute, letter_of, plain, unsent
from community.notifications.operations import owe_to_space, put_to_space
from community.notifications.rules import SHOWN, Reason
from community.spaces.policy import belongs_to

# ------------------------------------------------------------------ to everybody of a space


def tell_announcement(ctx: Context, *, thread_id: str) -> None:
    """Owe an announcement to everybody of its space but its author."""
    try:
        head = thread_head(ctx, uuid.UUID(thread_id))
    except NotFound:
        return  # whoever announced it has lost the space since; who belongs there reads it there
    post = opening_words(head.id)
    if post is not None:  # else it was taken away meanwhile
        put_to_space(ctx, post.id, head.space_id, Reason.ANNOUNCEMENT, but=head.author_id)
    owe_to_space(
        ctx,
        head.space_id,
        Topic.ANNOUNCEMENT,
        "notifications.mail_announcement",
        {"thread_id": thread_id},
        but=head.author_id,
    )


def tell_schedule(ctx: Context, *, space_id: str, telling: str) -> None:
    """Owe the news of a calendar to everybody of its space, and put them into their inbox.

    Who made all the changes themself is told nothing there.
    """
    movers = queries.who_moved(uuid.UUID(telling))
    put_to_space(
        ctx,
        uuid.UUID(telling),
        uuid.UUID(space_id),
        Reason.SCHEDULE,
        but=movers[0] if len(movers) == 1 else None,
    )
    owe_to_space(
        ctx,
        uuid.UUID(space_id),
        Topic.SCHEDULE,
        "notifications.mail_schedule",
        {"space_id": space_id, "telling": telling},
    )


# ------------------------------------------------------------------ to one


def write_announcement(ctx: Context, *, thread_id: str) -> Written:
    """Write an announcement to one member, unless they have read it meanwhile.

    Nor to who muted its space, or blocks who wrote it.
    """
    thread = uuid.UUID(thread_id)
    reader = addressee(ctx.person)
    if reader is None:
        return None
    key = f"announcement:{thread}:{reader.id}"
    try:
        head = thread_head(ctx, thread)
    except NotFound:
        return unsent(reader, LetterKind.ANNOUNCEMENT, key, Why.LOST)
    place = Place(space_id=head.space_id, space=head.space_name, thread_id=thread, opening=True)
    level, _because = level_in(head)
    post = opening_words(thread)
    for why, holds in (
        (Why.REMOVED, post is None),
        (Why.READ, head.read_number),
        (Why.MUTED, level is Level.MUTED),
        (Why.BLOCKED, blocks(ctx, head.author_id)),
    ):
        if holds:
            return unsent(reader, LetterKind.ANNOUNCEMENT, key, why, place)
    author = people([head.author_id])[head.author_id].name
    with in_language(reader.language):
        about = {"name": author, "space": head.space_name}
        return letter_of(
            reader,
            LetterKind.ANNOUNCEMENT,
            key=key,
            subject=f"{head.space_name}: {head.title}",
            lines=[_("%(name)s announces in %(space)s:", **about), head.title],
            quoted=(absolute(post.html), plain(post.body)),
            button=(_("Read and answer"), public_url("discussions.thread", thread_id=thread)),
            place=place,
            push=(head.title, _("An announcement in %(space)s", space=head.space_name)),
        )


def write_reminder(ctx: Context, *, session_id: str, sequence: int, hours: int) -> Written:
    """Remind one member of a session that still takes place, and when it was to."""
    reader = addressee(ctx.person)
    if reader is None:
        return None
    key = f"reminder:{uuid.UUID(session_id)}:{sequence}:{hours}:{reader.id}"
    try:
        session = find_session(ctx, uuid.UUID(session_id))
    except NotFound:
        return unsent(reader, LetterKind.REMINDER, key, Why.LOST)
    space = belongs_to(ctx, session.space_id)
    place = Place(space_id=space.id, space=space.name)
    stands = session.sequence == sequence and session.state is SessionState.SCHEDULED
    if not stands or session.starts_at <= ctx.now or space.archived_at is not None:
        # moved, called off or under way: another letter says so, or none is of use
        return unsent(reader, LetterKind.REMINDER, key, Why.OVER, place, subject=session.title)
    with in_language(reader.language):
        soon = {
            24: _("“%(title)s” takes place within a day.", title=session.title),
            1: _("“%(title)s” begins within the hour.", title=session.title),
        }
        return letter_of(
            reader,
            LetterKind.REMINDER,
            key=key,
            subject=f"{session.title}: {_when(session.starts_at, reader)}",
            lines=[soon[hours]],
            facts=[
                (_("When"), _when(session.starts_at, reader)),
                (_("How long"), duration(session.minutes)),
                (_("Where"), space.name),
            ],
            button=(_("Open the session"), _address(session)),
            place=place,
            push=(session.title, _when(session.starts_at, reader)),
            urgent=hours == 1,
            attachments=[_calendar(ctx, reader, session, space=space.name)],
        )


def write_schedule(ctx: Context, *, space_id: str, telling: str) -> Written:
    """Tell one member what changed in a calendar, all of it in one letter."""
    reader = addressee(ctx.person)
    if reader is None:
        return None
    key = f"schedule:{telling}:{reader.id}"
    told = queries.told_in(ctx, uuid.UUID(telling))
    if not told:
        return unsent(reader, LetterKind.SCHEDULE, key, Why.LOST)
    space = told[0].name
    place = Place(space_id=uuid.UUID(space_id), space=space)
    changes = [row for row in told if _is_news(row, ctx)]
    if not changes:
        return unsent(reader, LetterKind.SCHEDULE, key, Why.OVER, place)
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
        return letter_of(
            reader,
            LetterKind.SCHEDULE,
            key=key,
            subject=_subject(changes, space),
            lines=lines,
            facts=facts,
            button=(_("Open the session"), _address(first))
            if number == 1
            else (_("See all sessions"), public_url("live.session_list", slug=slug)),
            place=place,
            push=(space, lines[0]),
            attachments=[_calendar(ctx, reader, *(row[0] for row in changes), space=space)],
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
