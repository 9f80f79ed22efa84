"""Choosing which letters one gets."""

from collections.abc import Collection

import sqlalchemy as sa

from community.accounts.policy import find_account
from community.correspondence import queries
from community.correspondence.events import LettersChosen
from community.correspondence.models import StoppedLetter
from community.correspondence.policy import visible_stopped_letters
from community.correspondence.rules import LetterKind
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.operation import operation, record


@operation
def choose_letters(ctx: Context, *, wanted: Collection[LetterKind]) -> None:
    """Say which kinds of letter the actor wants; the others stop. Repeating it changes nothing."""
    find_account(ctx, ctx.person, lock=True)  # two windows: one after the other
    kept = {row.kind: row for row in db.session.scalars(visible_stopped_letters(ctx))}
    stop = [kind for kind in LetterKind if kind not in wanted and kind not in kept]
    again = [kind for kind in kept if kind in wanted]
    for kind in stop:
        db.session.add(StoppedLetter(user_id=ctx.person, kind=kind, at=ctx.now))
    for kind in again:
        db.session.delete(kept[kind])
    if stop or again:
        record(LettersChosen(user_id=ctx.person, stopped=tuple(stop), wanted=tuple(again)))


@operation
def stop_letters(ctx: Context, kind: LetterKind) -> None:
    """Stop one kind of letter to the actor, who may have come by a link in one."""
    choose_letters(ctx, wanted=set(LetterKind) - queries.stopped(ctx) - {kind})


@operation
def resume_letters(ctx: Context, kind: LetterKind) -> None:
    """Take ``stop_letters`` back."""
    choose_letters(ctx, wanted=set(LetterKind) - queries.stopped(ctx) | {kind})


@operation
def erase(ctx: Context) -> None:
    """Forget what the actor chose: their account is being deleted."""
    execute(sa.delete(StoppedLetter).where(StoppedLetter.user_id == ctx.actor_id))
