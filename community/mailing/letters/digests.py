"""The digest that tells of several letters that waited for it."""

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from community.accounts.queries import Addressee, addressee
from community.correspondence.queries import stop_address
from community.correspondence.rules import Choice, LetterKind
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.installed import installed
from community.kernel.mail import Letter, Section, in_language, send
from community.kernel.outbox import NotYet
from community.kernel.posting import Posting, Why
from community.mailing.letters.lines import DIGEST, how_wanted, key_of
from community.mailing.operations import drop_letters, merge_letters
from community.mailing.queries import has_gone, of_digest, paused_since, times_for
from community.mailing.rules import SHOWN, quiet_until


def mail_digest(ctx: Context, *, digest_id: str) -> None:
    """Tell somebody in one letter what waited for it and still is news to them, each looked at."""
    key = uuid.UUID(digest_id)
    rows = of_digest(ctx, key)
    reader = addressee(ctx.person)
    times = times_for(ctx.person)
    if reader is None or times is None:
        return
    if (until := quiet_until(times, ctx.now)) is not None:
        raise NotYet(until)  # it is late, or was let go where a digest is wanted no more
    if has_gone(reader.id, key_of(key)):  # by a worker that was killed before it could say so
        merge_letters(ctx, [row.key for row in rows])
        return
    if paused_since(ctx) is not None:
        drop_letters(ctx, [(row.key, Why.BOUNCING) for row in rows])
        return
    told: list[Letter] = []
    reasons: list[tuple[str, Why]] = []
    for row in rows:
        written = _again(ctx, row)
        if isinstance(written, Letter):
            told.append(written)
        else:
            reasons.append((row.key, written))
    if reasons:
        drop_letters(ctx, reasons)
    if not told:
        return
    with in_language(reader.language):
        letter = _digest(reader, key, _sections(told))
    send(letter)
    merge_letters(ctx, [each.key for each in told])


def _again(ctx: Context, row: Any) -> Letter | Why:
    """Compose a letter that waited; or say why it is not told."""
    posting = installed().jobs.get(row.job)
    if not isinstance(posting, Posting):
        return Why.OVER  # of a release that wrote such letters
    written = posting.write(ctx.acting_as(ctx.person), **row.payload)
    if written is None:
        return Why.OVER
    if not isinstance(written, Letter):
        return written.why
    return written if how_wanted(written) is not Choice.OFF else Why.STOPPED


def _sections(told: Sequence[Letter]) -> list[Section]:
    """Return what a digest says, by space and thread, in the order in which it happened."""
    spaces: dict[str, dict[Any, list[Section]]] = {}
    for letter in told:
        if letter.brief is not None and letter.place is not None:
            threads = spaces.setdefault(str(letter.place.space_id), {})
            threads.setdefault(letter.place.thread_id, []).append(letter.brief)
    return [
        dataclasses.replace(parts[0], facts=[fact for part in parts for fact in part.facts])
        for threads in spaces.values()
        for parts in threads.values()
    ]


def _digest(reader: Addressee, key: uuid.UUID, sections: Sequence[Section]) -> Letter:
    number, shown = len(sections), sections[:SHOWN]
    lines = [ngettext("One thread has news for you.", "%(num)d threads have news for you.", number)]
    if number > len(shown):
        lines.append(_("There are more. You find them among what you have not read."))
    network = installed().settings.network_name
    return Letter(
        key=key_of(key),
        to=reader.email,
        name=reader.name,
        language=reader.language,
        subject=ngettext(
            "%(network)s: news in one thread",
            "%(network)s: news in %(num)d threads",
            number,
            network=network,
        ),
        lines=lines,
        sections=shown,
        button=(_("See all that is new"), public_url("home.landing")),
        why=_(
            "You get this because you are answered or mentioned, or watch a thread, and want to be"
            " told of it in a digest."
        ),
        unsubscribe=stop_address(reader.id, LetterKind.ANSWER),
        reader=reader.id,
        kind=DIGEST,
    )
