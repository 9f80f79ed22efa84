"""What a letter tells, told to devices."""

from collections.abc import Mapping
from typing import Any

from community.correspondence.operations import drop_device, mark_told, note_failure
from community.correspondence.queries import devices_to_tell, is_told
from community.correspondence.rules import FAILURES, REST, Channel, Choice
from community.kernel.context import Context
from community.kernel.installed import installed
from community.kernel.mail import Letter
from community.kernel.outbox import NotYet
from community.kernel.posting import Posting, Unsent, Why
from community.kernel.push import Delivery, PushFault, deliver
from community.mailing.letters.lines import how_wanted, kept_of
from community.mailing.operations import note_letter
from community.mailing.queries import has_gone, times_for
from community.mailing.rules import Fate, quiet_until

LONGEST_WORDS = 200  # code points of the title and the words that a device shows


def push_news(ctx: Context, *, job: str, payload: Mapping[str, Any]) -> None:
    """Tell somebody's devices what a letter tells, looked at again, and note it in the ledger."""
    posting = installed().jobs.get(job)
    if not isinstance(posting, Posting) or posting.push is None:
        return  # of a release that pushed such news
    written = posting.push(ctx.acting_as(ctx.person), **payload)
    times = times_for(ctx.person)
    if written is None or written.reader is None or times is None:
        return
    key = f"push:{written.key}"
    if has_gone(written.reader, key):
        return
    reader = ctx.acting_as(written.reader)
    if isinstance(written, Unsent) or written.push is None or written.button is None:
        why = written.why if isinstance(written, Unsent) else Why.OVER
        _note_push(reader, key, written, Fate.SUPPRESSED, why)
    elif how_wanted(written, Channel.PUSH) is Choice.OFF:
        _note_push(reader, key, written, Fate.SUPPRESSED, Why.STOPPED)
    elif until := None if written.urgent else quiet_until(times, reader.now):
        _note_push(reader, key, written, Fate.HELD, Why.QUIET, until=until)
        raise NotYet(until, chosen_by=reader.person)
    else:
        _tell_devices(reader, key, written, written.push, written.button[1])


def _note_push(
    reader: Context, key: str, of: Letter | Unsent, fate: Fate, why: Why | None, **more: Any
) -> None:
    told = {"channel": Channel.PUSH, "why": why, **more, **kept_of(of)}
    note_letter(reader, key, fate=fate, told=told)


def _tell_devices(
    reader: Context, key: str, letter: Letter, words: tuple[str, str], address: str
) -> None:
    """Hand a message to each device that has not got it; one that fails is tried again.

    Not at once, and not for ever: see ``note_failure``.
    """
    title, body = (text[:LONGEST_WORDS] for text in words)
    thread = letter.place.thread_id if letter.place else None
    tag = str(thread or key)
    message = {"title": title, "body": body, "tag": tag, "url": address}
    waits: Exception | None = None
    taken = is_told(reader, key)  # by a device, before this was tried again
    for device in devices_to_tell(reader, key):
        if device.failed_at is not None and reader.now < device.failed_at + REST:
            if device.failures < FAILURES:
                waits = waits or NotYet(device.failed_at + REST)
            continue
        try:
            delivery = deliver(
                device.endpoint, message, p256dh=device.p256dh, auth=device.auth, topic=tag
            )
        except PushFault as fault:
            if note_failure(reader, device.id):
                waits = fault
            continue
        if delivery is Delivery.TAKEN:
            mark_told(reader, device.id, key)
            taken = True
        elif delivery is Delivery.GONE:
            drop_device(reader, device.id)
    if waits is not None:
        _note_push(reader, key, letter, Fate.HELD, Why.WAITING)
        raise waits
    if taken:
        _note_push(reader, key, letter, Fate.SENT, None)
    else:
        _note_push(reader, key, letter, Fate.REFUSED, Why.REFUSED)
