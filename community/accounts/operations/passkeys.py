"""Passkeys: asked for, added, used, named anew and removed."""

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.events import (
    PasskeyAdded,
    PasskeyDoubted,
    PasskeyRemoved,
)
from community.accounts.formats.passkeys import (
    Site,
    check_creation,
    check_signed,
    owner_of,
    refused,
    transports_of,
)
from community.accounts.models import Asked, Challenge, Passkey
from community.accounts.operations.codes import Verdict
from community.accounts.operations.recovery import first_codes, lose_factor
from community.accounts.policy import find_account, visible_passkeys
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import find

ANSWERED_WITHIN = dt.timedelta(minutes=5)
MAX_PASSKEYS = 20
CHALLENGE_BYTES = 32


@operation
def ask_passkey(ctx: Context, asked_for: Asked) -> Challenge:
    """Make the challenge a passkey of the actor is to sign; nobody's: of whoever has one."""
    challenge = Challenge(
        id=new_key(),
        asked_for=asked_for,
        user_id=ctx.actor_id,
        words=secrets.token_bytes(CHALLENGE_BYTES),
        created_at=ctx.now,
        expires_at=ctx.now + ANSWERED_WITHIN,
        used_at=None,
    )
    db.session.add(challenge)
    return challenge


@operation
def take_challenge(ctx: Context, challenge_id: uuid.UUID, asked_for: Asked) -> bytes:
    """Use a challenge up, before what was answered is looked at: it is good for one answer.

    Raises Invalid for one that was used, is too old, or was made for another person or purpose.
    """
    used = db.session.execute(
        sa.update(Challenge)
        .where(
            Challenge.id == challenge_id,
            Challenge.asked_for == asked_for,
            Challenge.user_id.is_not_distinct_from(ctx.actor_id),
            Challenge.used_at.is_(None),
            Challenge.expires_at > ctx.now,
        )
        .values(used_at=ctx.now)
        .returning(Challenge.words)
    ).scalar()
    if used is None:
        raise refused()
    return used


@operation
def add_passkey(
    ctx: Context, site: Site, *, words: bytes, answer: Mapping[str, Any], label: str
) -> tuple[Passkey, list[str]]:
    """Keep the passkey that a device of the actor has just made.

    Returns it with the recovery codes, told only here, where it is the first second factor; else
    with none. Raises Invalid for an answer that does not hold, Conflict for one too many.
    """
    made = check_creation(site, words, answer)
    user = find_account(ctx, ctx.person, lock=True)
    held = db.session.scalar(
        sa.select(sa.func.count()).select_from(visible_passkeys(ctx).subquery())
    )
    if (held or 0) >= MAX_PASSKEYS:
        raise Conflict(_("You have too many passkeys. Remove one you do not use first."))
    known = sa.select(Passkey.id).where(Passkey.credential_id == made.credential_id)
    if db.session.scalar(known) is not None:
        raise Conflict(_("This device has a passkey for this site already."))
    codes = first_codes(ctx)
    passkey = Passkey(
        id=new_key(),
        user_id=user.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=transports_of(answer),
        backed_up=made.backed_up,
        label=label,
        created_at=ctx.now,
        used_at=None,
    )
    db.session.add(passkey)
    record(PasskeyAdded(user_id=user.id, passkey_id=passkey.id, at=ctx.now))
    return passkey, codes


@operation
def rename_passkey(ctx: Context, passkey_id: uuid.UUID, *, label: str) -> Passkey:
    """Give one of the actor's passkeys another name."""
    passkey = find(visible_passkeys(ctx), passkey_id, lock=True)
    passkey.label = label
    return passkey


@operation
def remove_passkey(ctx: Context, passkey_id: uuid.UUID) -> Passkey:
    """Take one of the actor's passkeys away: nobody signs in with it any more.

    Sign-ins go on; where it was the last second factor they do not count as strong any more.
    """
    find_account(ctx, ctx.person, lock=True)
    passkey = find(visible_passkeys(ctx), passkey_id, lock=True)
    db.session.delete(passkey)
    db.session.flush()
    record(PasskeyRemoved(user_id=ctx.person, passkey_id=passkey.id, at=ctx.now))
    lose_factor(ctx.person)
    return passkey


def use_passkey(
    ctx: Context,
    site: Site,
    words: bytes,
    answer: Mapping[str, Any],
    *,
    named: bool = False,
    known: bool = False,
) -> Verdict:
    """Whether a passkey of the actor signed the challenge; call it in a unit of work.

    ``named``: the device must say whose key it is; ``known``: it must know them, by a finger or a
    PIN, because nothing else that was proved does.
    """
    passkey = db.session.scalar(
        visible_passkeys(ctx)
        .where(Passkey.credential_id == answer["id"])
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    owner = owner_of(answer)
    if passkey is None or (owner is None and named) or owner not in {None, ctx.person}:
        return Verdict.WRONG
    try:
        signed = check_signed(site, words, answer, passkey.public_key)
    except Invalid:
        return Verdict.WRONG
    if known and not signed.verified:
        return Verdict.WRONG
    counts = signed.sign_count or passkey.sign_count
    if counts and signed.sign_count <= passkey.sign_count:
        record(PasskeyDoubted(user_id=ctx.person, passkey_id=passkey.id, at=ctx.now))
        return Verdict.COPIED
    passkey.sign_count = signed.sign_count
    passkey.backed_up = signed.backed_up
    passkey.used_at = ctx.now
    return Verdict.RIGHT
