"""Recovery codes, and what comes with the first second factor and goes with the last."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.events import CodeAppRemoved, PasskeyRemoved, RecoveryCodesMade
from community.accounts.formats.codes import new_recovery_codes, tidy
from community.accounts.models import CodeApp, Passkey, RecoveryCode, SignIn, WrongCodes
from community.accounts.policy import (
    find_account,
    may_administer,
    visible_accounts,
    visible_sign_ins,
)
from community.accounts.queries import Factors, factors_of
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
from community.kernel.revocation import look_again
from community.kernel.secrets import digest_of


@operation
def make_recovery_codes(ctx: Context) -> list[str]:
    """Make ten recovery codes of the actor anew; those before work no more.

    Returns them, told only here. Raises Conflict where there is no second factor to stand in for.
    """
    user = find_account(ctx, ctx.person, lock=True)
    if not factors_of(user.id):
        raise Conflict(_("Set up an authenticator app or a passkey first."))
    return _make(ctx, anew=True)


def first_codes(ctx: Context) -> list[str]:
    """Return recovery codes where the actor is about to get their first second factor, else none.

    Call it in a unit of work that holds the account, before the factor is kept.
    """
    return [] if factors_of(ctx.person) else _make(ctx, anew=False)


def _make(ctx: Context, *, anew: bool) -> list[str]:
    _forget(RecoveryCode, ctx.person)
    codes = new_recovery_codes()
    db.session.add_all(
        RecoveryCode(user_id=ctx.person, digest=digest_of(tidy(code)), made_at=ctx.now)
        for code in codes
    )
    record(RecoveryCodesMade(user_id=ctx.person, batch_id=new_key(), anew=anew, at=ctx.now))
    return codes


@operation
def strengthen(ctx: Context, sign_in_id: uuid.UUID) -> None:
    """Let a sign-in of the actor count as strong: its second factor was proved just now."""
    sign_in = find(visible_sign_ins(ctx), sign_in_id, lock=True)
    sign_in.strong = True
    look_again(ctx.person)


@operation
def take_factors_away(ctx: Context, user_id: uuid.UUID) -> None:
    """Take every second factor of a person away, for who lost them all.

    No page offers it: whoever runs the installation does it at the command line, once they know
    who asks. The person is told by letter, as of every factor that goes.
    """
    require(may_administer, ctx, None)
    user = find(visible_accounts(ctx), user_id, lock=True)
    _take(ctx, user.id, *_held(user.id))
    lose_factor(user.id)


def take_factors_since(ctx: Context, since: dt.datetime) -> Factors:
    """Take away what counts as a second factor of the actor only since an instant.

    Returns what went, told by letter as always. Call it in a unit of work that holds the account.
    """
    passkeys, apps = _held(ctx.person)
    passkeys = [passkey for passkey in passkeys if passkey.created_at >= since]
    apps = [app for app in apps if (app.confirmed_at or app.made_at) >= since]
    counted = any(app.confirmed_at for app in apps)
    _take(ctx, ctx.person, passkeys, apps)
    gone = execute(
        sa.delete(RecoveryCode).where(
            RecoveryCode.user_id == ctx.person, RecoveryCode.made_at >= since
        )
    )
    lose_factor(ctx.person)
    return Factors(app=counted, passkeys=len(passkeys), recovery=gone.rowcount)


def _held(user_id: uuid.UUID) -> tuple[Sequence[Passkey], Sequence[CodeApp]]:
    return (
        db.session.scalars(sa.select(Passkey).where(Passkey.user_id == user_id)).all(),
        db.session.scalars(sa.select(CodeApp).where(CodeApp.user_id == user_id)).all(),
    )


def _take(
    ctx: Context, user_id: uuid.UUID, passkeys: Sequence[Passkey], apps: Sequence[CodeApp]
) -> None:
    for passkey in passkeys:
        db.session.delete(passkey)
        record(PasskeyRemoved(user_id=user_id, passkey_id=passkey.id, at=ctx.now))
    for app in apps:
        db.session.delete(app)
        if app.confirmed_at is not None:  # one that never counted goes without a word
            record(CodeAppRemoved(user_id=user_id, app_id=app.id, at=ctx.now))
    db.session.flush()


def lose_factor(user_id: uuid.UUID) -> None:
    """Forget what the last second factor of a person had with it, where that is gone.

    Call it in a unit of work that holds the account, after the factor is gone.
    """
    if factors_of(user_id):
        return
    _forget(RecoveryCode, user_id)
    _forget(WrongCodes, user_id)
    db.session.execute(
        sa.update(SignIn).where(SignIn.user_id == user_id, SignIn.strong).values(strong=False)
    )
    look_again(user_id)


def _forget(model: type[RecoveryCode | WrongCodes], user_id: uuid.UUID) -> None:
    db.session.execute(sa.delete(model).where(model.user_id == user_id))
