"""Signing in, proving it anew, and out."""

import datetime as dt
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.events import (
    IdentityProved,
    NewDeviceUsed,
    SignedOutEverywhere,
    SignInEnded,
    SignInOpened,
)
from community.accounts.models import SignIn, User, WaitingSignIn
from community.accounts.policy import visible_sign_ins
from community.accounts.rules import ABSENCE, MAX_SIGN_INS, SIGN_IN_DAYS
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import find
from community.kernel.revocation import look_again, revoke

_Any = aliased(SignIn)
_LAST_SEEN = (
    sa.select(sa.func.max(_Any.seen_at))
    .where(_Any.user_id == SignIn.user_id)
    .correlate(SignIn)
    .scalar_subquery()
)
JUST_MADE = dt.timedelta(hours=1)  # an account: its first device is no news


@operation
def open_sign_in(ctx: Context, *, device: str | None = None, strong: bool = False) -> SignIn:
    """Begin a sign-in of the actor; only the gate calls this (``operations.gate``).

    ``device`` is what ``rules.device_of`` made of the browser. ``strong``: a second factor was
    proved too, or a passkey that knew its owner.
    """
    return _open(ctx, device, strong=strong)


def _open(ctx: Context, device: str | None, *, strong: bool) -> SignIn:
    new_device = device is not None and _is_new(ctx, device)
    last = db.session.scalar(
        sa.select(sa.func.max(SignIn.seen_at)).where(SignIn.user_id == ctx.person)
    )
    away = last is not None and ctx.now - last >= ABSENCE
    sign_in = SignIn(
        id=new_key(),
        user_id=ctx.person,
        created_at=ctx.now,
        expires_at=ctx.now + dt.timedelta(days=SIGN_IN_DAYS),
        ended_at=None,
        device=device,
        seen_at=ctx.now,
        back_at=ctx.now if away else None,
        away_since=last if away else None,
        proved_at=ctx.now,
        strong=strong,
    )
    db.session.add(sign_in)
    _end_oldest(ctx)
    record(SignInOpened(user_id=ctx.person, sign_in_id=sign_in.id))
    if new_device:
        record(NewDeviceUsed(user_id=ctx.person, sign_in_id=sign_in.id))
    return sign_in


def _is_new(ctx: Context, device: str) -> bool:
    """Whether no sign-in that is still kept was with such a device.

    Sign-ins from before devices were kept may have been with any.
    """
    alike = sa.or_(SignIn.device == device, SignIn.device.is_(None))
    known = sa.exists().where(SignIn.user_id == ctx.person, alike)
    return bool(
        db.session.scalar(
            sa.select(~known).where(User.id == ctx.person, User.created_at < ctx.now - JUST_MADE)
        )
    )


def _end_oldest(ctx: Context) -> None:
    """Keep a person's open sign-ins to a number that can be looked through."""
    too_old = visible_sign_ins(ctx).order_by(SignIn.created_at.desc(), SignIn.id)
    for sign_in in db.session.scalars(too_old.offset(MAX_SIGN_INS)).all():
        _end(ctx, sign_in)


@operation
def prove_again(ctx: Context, sign_in_id: uuid.UUID, *, strong: bool = False) -> SignIn:
    """Take note that whoever sits at the actor's browser has just proved to be them.

    ``strong``: by a second factor, so that the sign-in counts as strong from now on. Raises
    NotFound for a sign-in that has ended or is another's.
    """
    sign_in = find(visible_sign_ins(ctx), sign_in_id, lock=True)
    sign_in.proved_at = ctx.now
    sign_in.strong = sign_in.strong or strong
    look_again(sign_in.user_id)
    record(IdentityProved(user_id=sign_in.user_id, sign_in_id=sign_in.id))
    return sign_in


@operation
def end_sign_in(ctx: Context, sign_in_id: uuid.UUID) -> SignIn:
    """Sign one of the actor's browsers out; its cookie and its sockets end with it.

    Raises NotFound for one that has ended or is another's.
    """
    sign_in = find(visible_sign_ins(ctx), sign_in_id, lock=True)
    _end(ctx, sign_in)
    return sign_in


@operation
def end_sign_ins(ctx: Context, *, but: uuid.UUID | None = None) -> int:
    """Sign the actor out everywhere, but for the sign-in ``but``; returns how many ended.

    What waits for a second factor ends too: the password that began it may not hold any more.
    """
    execute(
        sa.update(WaitingSignIn)
        .where(WaitingSignIn.user_id == ctx.person, WaitingSignIn.ended_at.is_(None))
        .values(ended_at=ctx.now)
    )
    open_ones = visible_sign_ins(ctx).with_for_update()
    ended = [row for row in db.session.scalars(open_ones).all() if row.id != but]
    for sign_in in ended:
        _end(ctx, sign_in)
    record(SignedOutEverywhere(user_id=ctx.person))
    return len(ended)


def _end(ctx: Context, sign_in: SignIn) -> None:
    sign_in.ended_at = ctx.now
    revoke(sign_in.user_id, sign_in_id=sign_in.id)
    record(SignInEnded(user_id=sign_in.user_id, sign_in_id=sign_in.id))


@operation
def renew_sign_in(ctx: Context, sign_in_id: uuid.UUID) -> SignIn:
    """Put a fresh sign-in in the place of one of the actor's; what knew the former one is out."""
    former = find(visible_sign_ins(ctx), sign_in_id, lock=True)
    _end(ctx, former)
    return _open(ctx, former.device, strong=former.strong)


@operation
def note_seen(ctx: Context, sign_in_ids: Collection[uuid.UUID]) -> None:
    """Write that some sign-ins were in use just now, and of whom they bring back since when."""
    mine = SignIn.id.in_(list(sign_in_ids))
    execute(
        sa.update(SignIn)
        .where(mine, ctx.now - ABSENCE >= _LAST_SEEN)
        .values(back_at=ctx.now, away_since=_LAST_SEEN)
    )
    execute(sa.update(SignIn).where(mine).values(seen_at=ctx.now))
