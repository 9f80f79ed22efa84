"""Keeping the ledger, choosing when letters come, and owing digests."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from community.accounts.policy import find_account
from community.correspondence.rules import Channel
from community.kernel.context import Context
from community.kernel.db import db, execute, insert_missing
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, hasten, operation, record
from community.kernel.posting import Why
from community.mailing.events import LetterTimesChosen
from community.mailing.models import AddressTrouble, LedgerEntry, LetterTimes, ReplyKey
from community.mailing.policy import visible_letter_times
from community.mailing.queries import readers_of_digests, waits_for_digest
from community.mailing.rules import FINAL, GATHERED, Fate, Rhythm, Times, next_digest

MAIL_DIGEST = "mailing.mail_digest"
PUSH = "mailing.push"


@operation
def note_letter(ctx: Context, key: str, *, fate: Fate, told: Mapping[str, Any]) -> None:
    """Write what became of the letter with a key to the actor, over what was to become of it.

    ``told`` are the other columns of ``LedgerEntry``. What was sent stays sent: work that is done
    twice writes its letter no second time.
    """
    values = {
        "fate": fate,
        "channel": Channel.MAIL,
        "at": ctx.now,
        "why": None,
        "until": None,
        "into": None,
        "job": None,
        "payload": None,
        **told,
    }
    new = {"id": new_key(), "user_id": ctx.person, "key": key, **values}
    if not insert_missing(LedgerEntry, new, unique=("user_id", "key")):
        kept = {name: value for name, value in values.items() if name != "id"}
        execute(
            sa.update(LedgerEntry)
            .where(
                LedgerEntry.user_id == ctx.person,
                LedgerEntry.key == key,
                LedgerEntry.fate.not_in(FINAL),
            )
            .values(kept)
        )


@operation
def owe_push(ctx: Context, key: str, job: str, payload: Mapping[str, Any]) -> None:
    """Owe the devices of the actor what a letter with a key tells, written anew by its job."""
    enqueue(ctx, PUSH, {"job": job, "payload": dict(payload)}, once=f"push:{key}")


@operation
def drop_letters(ctx: Context, reasons: Collection[tuple[str, Why]]) -> None:
    """Say of letters to the actor, by their keys, why a digest left them out."""
    for key, why in reasons:
        execute(_held(ctx, key).values(fate=Fate.SUPPRESSED, why=why, until=None, at=ctx.now))


@operation
def merge_letters(ctx: Context, keys: Collection[str]) -> None:
    """Say of letters to the actor, by their keys, that a digest told the same."""
    for key in keys:
        execute(_held(ctx, key).values(fate=Fate.MERGED, until=None, at=ctx.now))


def _held(ctx: Context, key: str) -> sa.Update:
    return sa.update(LedgerEntry).where(
        LedgerEntry.user_id == ctx.person, LedgerEntry.key == key, LedgerEntry.fate == Fate.HELD
    )


@operation
def choose_times(
    ctx: Context,
    *,
    rhythm: Rhythm,
    hour: int,
    weekday: int,
    quiet_from: int | None,
    quiet_to: int | None,
) -> None:
    """Say when letters come to the actor; what waits for a digest leaves by the new times.

    What waits for the end of quiet hours is looked at again: it leaves soon where none are now.
    """
    zone = find_account(ctx, ctx.person, lock=True).zone  # two windows: one after the other
    chosen = {
        "rhythm": rhythm,
        "hour": hour,
        "weekday": weekday,
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
    }
    row = db.session.scalar(visible_letter_times(ctx))
    if row is None:
        db.session.add(LetterTimes(user_id=ctx.person, **chosen))
    else:
        for name, value in chosen.items():
            setattr(row, name, value)
    times = Times(zone=zone, **chosen)  # type: ignore[arg-type]  # each value is checked above
    execute(
        sa.update(LedgerEntry)
        .where(
            LedgerEntry.user_id == ctx.person,
            LedgerEntry.fate == Fate.HELD,
            LedgerEntry.why == Why.DIGEST,
            LedgerEntry.into.is_(None),
        )
        .values(until=next_digest(times, ctx.now))
    )
    hasten(ctx, ctx.person)
    record(LetterTimesChosen(user_id=ctx.person, rhythm=rhythm))


@operation
def release_letters(ctx: Context, user_id: uuid.UUID) -> None:
    """Let what waits for somebody's digest leave soon: they want none any more."""
    execute(
        sa.update(LedgerEntry)
        .where(
            LedgerEntry.user_id == user_id,
            LedgerEntry.fate == Fate.HELD,
            LedgerEntry.why == Why.DIGEST,
            LedgerEntry.into.is_(None),
        )
        .values(until=ctx.now)
    )


def owe_digests(ctx: Context) -> int:
    """Owe the digests whose time has come, a batch a transaction; returns how many."""
    owed = 0
    while readers := readers_of_digests(ctx.now):
        _gather(ctx, readers)
        owed += len(readers)
    return owed


@operation
def _gather(ctx: Context, readers: Collection[uuid.UUID]) -> None:
    """Put what waits for each of some readers into one digest."""
    for reader in readers:
        digest = new_key()
        due = waits_for_digest(ctx.now)
        oldest = (
            sa.select(LedgerEntry.id)
            .where(LedgerEntry.user_id == reader, due)
            .order_by(LedgerEntry.at, LedgerEntry.id)
            .limit(GATHERED)
        )
        gathered = execute(
            sa.update(LedgerEntry)
            .where(LedgerEntry.id.in_(oldest), due)
            .values(into=digest)
            .returning(LedgerEntry.id)
        ).all()
        if gathered:  # else another worker was quicker
            enqueue(ctx.acting_as(reader), MAIL_DIGEST, {"digest_id": str(digest)})


@operation
def erase(ctx: Context) -> None:
    """Forget the letters to the actor, and when they came: their account is being deleted."""
    for model in (LedgerEntry, LetterTimes, ReplyKey, AddressTrouble):
        execute(sa.delete(model).where(model.user_id == ctx.actor_id))
