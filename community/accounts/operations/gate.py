"""The gate: the one place where a sign-in is finished, whatever somebody proved first.

Whoever has a second factor waits at it until that is proved too. No door opens a sign-in by
itself, so there is no way round (``tests/security/test_second_factor.py``).
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from community.accounts.events import SecondFactorAsked
from community.accounts.formats.codes import TRIES
from community.accounts.formats.passkeys import Site
from community.accounts.models import SignIn, User, WaitingSignIn
from community.accounts.operations.codes import Verdict, take_code
from community.accounts.operations.passkeys import use_passkey
from community.accounts.operations.sign_ins import open_sign_in, prove_again
from community.accounts.policy import find_account
from community.accounts.queries import factors_of
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound, Unauthenticated
from community.kernel.keys import new_key
from community.kernel.operation import operation, record

WAITS = dt.timedelta(minutes=10)


@operation
def begin_sign_in(
    ctx: Context,
    *,
    verified: str | None = None,
    stronger_hash: str | None = None,
    device: str | None = None,
) -> SignIn | WaitingSignIn:
    """Go through the gate with one factor of the actor proved, a password or a letter's link.

    Returns the sign-in, or what waits for the second factor where the person has one. ``verified``
    is the hash a door held the password against, None for a link; ``stronger_hash`` replaces it
    when today's parameters are better. Raises Unauthenticated for an account that was deactivated
    meanwhile, Conflict where another hash is kept by now: verifying takes long.
    """
    user = _locked(ctx)
    if verified is not None and user.password_hash != verified:
        raise Conflict(_("Your password was changed a moment ago. Try again."))
    if stronger_hash is not None:
        user.password_hash = stronger_hash
    if not factors_of(user.id):
        return open_sign_in(ctx, device=device)
    waiting = WaitingSignIn(
        id=new_key(), user_id=user.id, created_at=ctx.now, expires_at=ctx.now + WAITS, wrong=0
    )
    db.session.add(waiting)
    record(SecondFactorAsked(user_id=user.id))
    return waiting


@operation
def finish_by_code(
    ctx: Context, waiting_id: uuid.UUID, code: str, *, device: str | None = None
) -> SignIn | Verdict:
    """Prove the second factor by a code of the app or a recovery code.

    Returns the sign-in, or why there is none: that is kept and counted, so it is no error. Raises
    Unauthenticated where nothing waits any more: too late, too many tries, or it was used.
    """
    _locked(ctx)
    waiting = _waiting(ctx, waiting_id)
    verdict = take_code(ctx, code)
    if verdict is Verdict.RIGHT:
        waiting.ended_at = ctx.now
        return open_sign_in(ctx, device=device, strong=True)
    waiting.wrong += 1
    if waiting.wrong >= TRIES:
        waiting.ended_at = ctx.now
    return verdict


@operation
def finish_by_passkey(
    ctx: Context,
    waiting_id: uuid.UUID,
    site: Site,
    *,
    words: bytes,
    answer: Mapping[str, Any],
    device: str | None = None,
) -> SignIn | Verdict:
    """Prove the second factor by a passkey; returns and raises as ``finish_by_code``."""
    _locked(ctx)
    waiting = _waiting(ctx, waiting_id)
    verdict = use_passkey(ctx, site, words, answer)
    if verdict is not Verdict.RIGHT:
        return verdict
    waiting.ended_at = ctx.now
    return open_sign_in(ctx, device=device, strong=True)


@operation
def sign_in_by_passkey(
    ctx: Context,
    site: Site,
    *,
    words: bytes,
    answer: Mapping[str, Any],
    device: str | None = None,
) -> SignIn | Verdict:
    """Sign the actor in by a passkey alone: the device, and what it knows its owner by, are two.

    Returns the sign-in, or why there is none. Raises Unauthenticated for an account that was
    deactivated.
    """
    _locked(ctx)
    verdict = use_passkey(ctx, site, words, answer, named=True, known=True)
    return open_sign_in(ctx, device=device, strong=True) if verdict is Verdict.RIGHT else verdict


@operation
def prove_by_code(ctx: Context, sign_in_id: uuid.UUID, code: str) -> Verdict:
    """Take a code of the actor as proof that it is they who sit where they are signed in.

    Raises NotFound for a sign-in that has ended; no code is used up then.
    """
    _locked(ctx)
    return _proved(ctx, sign_in_id, take_code(ctx, code))


@operation
def prove_by_passkey(
    ctx: Context, sign_in_id: uuid.UUID, site: Site, *, words: bytes, answer: Mapping[str, Any]
) -> Verdict:
    """Take a passkey of the actor for the same; raises as ``prove_by_code``.

    The device must know its owner: it may lie beside the open browser.
    """
    _locked(ctx)
    return _proved(ctx, sign_in_id, use_passkey(ctx, site, words, answer, known=True))


def _proved(ctx: Context, sign_in_id: uuid.UUID, verdict: Verdict) -> Verdict:
    if verdict is Verdict.RIGHT:
        prove_again(ctx, sign_in_id, strong=True)
    return verdict


def _locked(ctx: Context) -> User:
    try:
        return find_account(ctx, ctx.person, lock=True)
    except NotFound as gone:
        raise Unauthenticated(_("This account cannot sign in.")) from gone


def _waiting(ctx: Context, waiting_id: uuid.UUID) -> WaitingSignIn:
    waiting = db.session.get(WaitingSignIn, waiting_id, populate_existing=True)
    if (
        waiting is None
        or waiting.user_id != ctx.person
        or waiting.ended_at is not None
        or waiting.expires_at <= ctx.now
    ):
        raise Unauthenticated(_("This sign-in took too long. Begin again."))
    return waiting
