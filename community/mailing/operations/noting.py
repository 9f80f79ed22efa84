"""Lines that addresses of letters name, the key they are bound to, and lines about answers."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import execute, insert_missing
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation
from community.kernel.posting import Why
from community.mailing.models import LedgerEntry, ReplyKey
from community.mailing.operations.ledger import note_letter
from community.mailing.policy import visible_ledger_entries, visible_reply_keys
from community.mailing.queries import STRANGE, refusals_since
from community.mailing.rules import MAILED, REFUSALS_TOLD, Fate

TELL_ANSWERED = "mailing.tell_answered"
_A_DAY = dt.timedelta(days=1)


@operation
def open_line(ctx: Context, key: str, *, told: Mapping[str, Any]) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the ids of the line about a letter to the actor and of their key, before it leaves.

    What comes back names the line: it has to be there, whatever becomes of this process.
    """
    note_letter(ctx, key, fate=Fate.HELD, told={**told, "why": Why.WAITING})
    insert_missing(
        ReplyKey,
        {"id": new_key(), "user_id": ctx.person, "made_at": ctx.now},
        unique=("user_id",),
    )
    line = visible_ledger_entries(ctx).where(LedgerEntry.key == key)
    bound = visible_reply_keys(ctx).with_only_columns(ReplyKey.id)
    return (
        execute(line.with_only_columns(LedgerEntry.id)).scalar_one(),
        execute(bound).scalar_one(),
    )


@operation
def end_reply_addresses(ctx: Context, user_id: uuid.UUID) -> None:
    """End the addresses that take answers to the letters somebody has got."""
    execute(sa.delete(ReplyKey).where(ReplyKey.user_id == user_id))


@operation
def note_answer(
    ctx: Context, known_as: str, *, about: Any, why: Why | None, tell: bool = True
) -> None:
    """Write what became of an answer the actor sent by mail, once however often it is delivered.

    ``about`` is the line of the letter it answers, ``why`` why it was not posted, or not whole.
    Then its sender is told by letter, if ``tell``, but only of so many within a day; of what others
    may have sent, of so many by itself.
    """
    posted = why in {None, Why.FILES}
    line = {
        "id": new_key(),
        "user_id": ctx.person,
        "key": f"{MAILED}:{known_as}",
        "kind": MAILED,
        "subject": "",
        "space_id": about.space_id,
        "thread_id": about.thread_id,
        "fate": Fate.POSTED if posted else Fate.REFUSED,
        "why": why,
        "at": ctx.now,
    }
    refused = refusals_since(ctx, ctx.now - _A_DAY, strange=why in STRANGE)
    quiet = not tell or refused >= REFUSALS_TOLD
    new = insert_missing(LedgerEntry, line, unique=("user_id", "key"))
    if new and why is not None and not quiet:
        enqueue(ctx, TELL_ANSWERED, {"line_id": str(line["id"])})
