"""The post office: what becomes of each letter."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from community.accounts.rules import fold_email
from community.correspondence.queries import pushes_to
from community.correspondence.rules import Choice, LetterKind
from community.kernel.context import Context
from community.kernel.installed import installed
from community.kernel.mail import ACCOUNT, Letter, Outcome, send
from community.kernel.outbox import NotYet
from community.kernel.posting import Posting, Unsent, Why, Written
from community.mailing.formats import bounce_address, reply_address
from community.mailing.letters.lines import how_wanted, kept_of, written_of
from community.mailing.operations import note_letter, open_line, owe_push
from community.mailing.queries import has_gone, has_written, paused_since, times_for
from community.mailing.rules import Fate, Times, next_digest, quiet_until

_ANSWERED = {LetterKind.ANSWER, LetterKind.ANNOUNCEMENT}
_BECAME: Mapping[Outcome, tuple[Fate, Why | None]] = {
    Outcome.TAKEN: (Fate.SENT, None),
    Outcome.REFUSED: (Fate.REFUSED, Why.REFUSED),
    Outcome.WAITING: (Fate.HELD, Why.WAITING),
    Outcome.UNREACHABLE: (Fate.SUPPRESSED, Why.UNREACHABLE),
    Outcome.KEPT: (Fate.SUPPRESSED, Why.NO_SERVER),
}


class Office:
    """Posts letters when their reader wants them, and notes each in the ledger."""

    def post(
        self, ctx: Context, posting: Posting, payload: Mapping[str, Any], written: Written
    ) -> None:
        """Send a letter now, put it off till quiet hours end, or keep it for a digest."""
        if written is None or written.reader is None:
            return
        _owe_push(ctx.acting_as(written.reader), posting, payload, written)
        if has_gone(written.reader, written.key):
            return  # its work was lost on the way and is done again: the letter is not
        reader = ctx.acting_as(written.reader)
        if isinstance(written, Unsent):
            told = {"why": written.why, **kept_of(written)}
            note_letter(reader, written.key, fate=Fate.SUPPRESSED, told=told)
            return
        times = times_for(written.reader)
        if times is None:
            return
        choice = how_wanted(written)
        if choice is Choice.OFF:
            told = {"why": Why.STOPPED, **kept_of(written)}
            note_letter(reader, written.key, fate=Fate.SUPPRESSED, told=told)
        elif written.kind != ACCOUNT and paused_since(reader) is not None:
            told = {"why": Why.BOUNCING, **kept_of(written)}
            note_letter(reader, written.key, fate=Fate.SUPPRESSED, told=told)
        elif choice is Choice.DIGEST and written.brief is not None:
            self._keep(reader, times, posting, payload, written)
        else:
            self._post(reader, times, written)

    def _keep(
        self,
        reader: Context,
        times: Times,
        posting: Posting,
        payload: Mapping[str, Any],
        letter: Letter,
    ) -> None:
        """Keep for a digest how a letter is written again."""
        told = {
            "why": Why.DIGEST,
            "until": next_digest(times, reader.now),
            "job": posting.name,
            "payload": dict(payload),
        }
        note_letter(reader, letter.key, fate=Fate.HELD, told={**told, **kept_of(letter)})

    def _post(self, reader: Context, times: Times, letter: Letter) -> None:
        """Send a letter, unless it is to wait for the end of quiet hours."""
        until = None if letter.urgent else quiet_until(times, reader.now)
        if until is not None:
            told = {"why": Why.QUIET, "until": until}
            note_letter(reader, letter.key, fate=Fate.HELD, told={**told, **kept_of(letter)})
            raise NotYet(until, chosen_by=reader.person)
        send(_in_thread(letter))

    def addressed(self, letter: Letter) -> Letter:
        """Return a letter that is about to leave with the addresses for what comes back.

        Where mail comes in: those of reports for each, those of answers where it tells of posts.
        """
        domain, place = installed().settings.mail_in, letter.place
        if not domain:
            return letter
        reader = Context.begin(letter.reader, origin="job")
        line_id, key_id = open_line(reader, letter.key, told=written_of(letter))
        day = reader.now.date()
        went_to = fold_email(letter.to)
        returns_to = bounce_address(line_id, day, letter.reader, went_to, domain=domain)
        letter = dataclasses.replace(letter, returns_to=returns_to)
        if letter.kind not in _ANSWERED or place is None or letter.reply_to:
            return letter
        address = reply_address(line_id, day, letter.reader, place.thread_id, key_id, domain=domain)
        return dataclasses.replace(letter, reply_to=address, answerable=True)

    def noted(self, letter: Letter, outcome: Outcome) -> None:
        """Remember what became of a letter that was to leave."""
        fate, why = _BECAME[outcome]
        reader = Context.begin(letter.reader, origin="job")
        note_letter(reader, letter.key, fate=fate, told={"why": why, **written_of(letter)})


OFFICE = Office()


def _owe_push(
    reader: Context, posting: Posting, payload: Mapping[str, Any], written: Letter | Unsent
) -> None:
    """Owe somebody's devices the same; whether they want it is asked when it leaves."""
    if posting.push is not None and pushes_to(reader.person, reader.now):
        owe_push(reader, written.key, posting.name, payload)


def _in_thread(letter: Letter) -> Letter:
    """Return a letter whose subject says that an earlier one was about the same thread."""
    place = letter.place
    if place is None or place.thread_id is None or letter.reader is None:
        return letter
    if not has_written(letter.reader, place.thread_id, but=letter.key):
        return letter
    return dataclasses.replace(letter, subject=f"Re: {letter.subject}")
