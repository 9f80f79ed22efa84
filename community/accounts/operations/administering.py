"""What administrators do with accounts: shut one out, let it in again, share their office.

Every one of these holds the rows of all administrators first, so that two who dismiss each other at
once do not leave the installation without one.
"""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.events import (
    AccountSwitchedOff,
    AccountSwitchedOn,
    AdministratorAppointed,
    AdministratorDismissed,
)
from community.accounts.models import SignIn, User
from community.accounts.operations.tokens import end_tokens
from community.accounts.policy import may_administer, visible_accounts
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.installed import installed
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
from community.kernel.revocation import look_again, revoke


@operation
def switch_off_account(ctx: Context, user_id: uuid.UUID) -> User:
    """Shut somebody out at once; what they wrote stays, and they can be let in again.

    Their sign-ins and tokens end for good.

    Raises Conflict for oneself and for the last administrator.
    """
    require(may_administer, ctx, None)
    hold_before_account(user_id)
    user, admins = _held(ctx, user_id)
    if user.id == ctx.actor_id:
        raise Conflict(_("You cannot switch off your own account here."))
    if user.deactivated_at is not None:
        return user
    _keep_an_administrator(user, admins)
    user.deactivated_at = ctx.now
    execute(
        sa.update(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        .values(ended_at=ctx.now)
    )
    end_tokens(ctx, user.id)
    revoke(user.id)
    record(AccountSwitchedOff(user_id=user.id))
    return user


@operation
def switch_on_account(ctx: Context, user_id: uuid.UUID) -> User:
    """Let somebody in again; they sign in anew."""
    user, _admins = _held(ctx, user_id)
    if user.deactivated_at is not None:
        user.deactivated_at = None
        record(AccountSwitchedOn(user_id=user.id))
    return user


@operation
def appoint_administrator(ctx: Context, user_id: uuid.UUID) -> User:
    """Make somebody an administrator. Raises Conflict for an account that is switched off."""
    user, _admins = _held(ctx, user_id)
    if user.deactivated_at is not None:
        raise Conflict(_("This account is switched off. Switch it on first."))
    if not user.admin:
        user.admin = True
        look_again(user.id)
        record(AdministratorAppointed(user_id=user.id))
    return user


@operation
def dismiss_administrator(ctx: Context, user_id: uuid.UUID) -> User:
    """Take the office from somebody. Raises Conflict for the last one who holds it."""
    user, admins = _held(ctx, user_id)
    if user.admin:
        _keep_an_administrator(user, admins)
        user.admin = False
        look_again(user.id)
        record(AdministratorDismissed(user_id=user.id))
    return user


def hold_administrators() -> set[uuid.UUID]:
    """Return the ids of all administrators, their rows held until the commit, in one order."""
    return set(
        db.session.scalars(
            sa.select(User.id)
            .where(User.admin, User.deactivated_at.is_(None))
            .order_by(User.id)
            .with_for_update()
        )
    )


def hold_before_account(user_id: uuid.UUID) -> None:
    """Hold what features hold before somebody's account, so that nobody waits in a ring."""
    for feature in installed().features:
        if feature.personal is not None and feature.personal.hold is not None:
            feature.personal.hold(user_id)


def _held(ctx: Context, user_id: uuid.UUID) -> tuple[User, set[uuid.UUID]]:
    """Return the account, held, with the ids of all administrators, held before it."""
    require(may_administer, ctx, None)
    admins = hold_administrators()
    return find(visible_accounts(ctx), user_id, lock=True), admins


def _keep_an_administrator(user: User, admins: set[uuid.UUID]) -> None:
    if admins == {user.id}:
        raise Conflict(_("This is the only administrator. Appoint somebody else first."))
