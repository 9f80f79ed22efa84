"""Whose letters they are: one's own."""

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.policy import read_rule
from community.mailing.models import AddressTrouble, LedgerEntry, LetterTimes, ReplyKey


@read_rule
def visible_ledger_entries(ctx: Context) -> sa.Select[LedgerEntry]:
    """What became of the letters to the actor."""
    return sa.select(LedgerEntry).where(LedgerEntry.user_id == ctx.actor_id)


@read_rule
def visible_letter_times(ctx: Context) -> sa.Select[LetterTimes]:
    """When letters come to the actor."""
    return sa.select(LetterTimes).where(LetterTimes.user_id == ctx.actor_id)


@read_rule
def visible_reply_keys(ctx: Context) -> sa.Select[ReplyKey]:
    """What the addresses that take the actor's answers are bound to."""
    return sa.select(ReplyKey).where(ReplyKey.user_id == ctx.actor_id)


@read_rule
def visible_address_troubles(ctx: Context) -> sa.Select[AddressTrouble]:
    """That letters to the actor come back."""
    return sa.select(AddressTrouble).where(AddressTrouble.user_id == ctx.actor_id)
