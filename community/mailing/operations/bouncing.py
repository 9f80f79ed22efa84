"""Letters that came back, and addresses that take none any more."""

import uuid

import sqlalchemy as sa

from community.accounts.policy import find_account
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.operation import operation, record
from community.kernel.posting import Why
from community.mailing.events import LettersPaused, LettersResumed
from community.mailing.models import AddressTrouble, LedgerEntry
from community.mailing.policy import visible_address_troubles
from community.mailing.rules import BOUNCES, BOUNCES_WITHIN, Fate


@operation
def note_bounce(ctx: Context, key: str, why: Why) -> bool:
    """Write that a letter to the actor, by its key, came back or is late; return whether it is new.

    What came back on so many days within a time pauses letters to the actor.
    """
    line = LedgerEntry.user_id == ctx.person, LedgerEntry.key == key
    if why is Why.DELAYED:
        late = sa.update(LedgerEntry).where(*line, LedgerEntry.fate == Fate.SENT)
        changed = late.where(LedgerEntry.why.is_(None)).values(why=why)
        return execute(changed.returning(LedgerEntry.id)).first() is not None
    find_account(ctx, ctx.person, lock=True)  # several reports at once: each counts, one by one
    came_back = sa.update(LedgerEntry).where(*line, LedgerEntry.fate != Fate.BOUNCED)
    changed = came_back.values(fate=Fate.BOUNCED, why=why, until=None)
    if execute(changed.returning(LedgerEntry.id)).first() is None:
        return False
    _count(ctx)
    return True


def _count(ctx: Context) -> None:
    today = ctx.now.date()
    trouble = db.session.scalar(visible_address_troubles(ctx))
    if trouble is None:
        trouble = AddressTrouble(user_id=ctx.person, since=today, last_on=today, days=1)
        db.session.add(trouble)
    elif trouble.paused_at is None and today - trouble.since > BOUNCES_WITHIN:
        trouble.since, trouble.last_on, trouble.days = today, today, 1
    elif trouble.last_on != today:  # one bad hour of their server is no reason
        trouble.last_on, trouble.days = today, trouble.days + 1
    if trouble.days >= BOUNCES and trouble.paused_at is None:
        trouble.paused_at = ctx.now
        record(LettersPaused(user_id=ctx.person))


@operation
def resume_letters(ctx: Context) -> None:
    """Try the actor's address again; where letters are not paused nothing changes."""
    mine = sa.delete(AddressTrouble).where(AddressTrouble.user_id == ctx.person)
    if execute(mine.returning(AddressTrouble.id)).first() is not None:
        record(LettersResumed(user_id=ctx.person))


@operation
def forget_trouble(ctx: Context, user_id: uuid.UUID) -> None:
    """Forget what came back from the address somebody had before."""
    execute(sa.delete(AddressTrouble).where(AddressTrouble.user_id == user_id))
