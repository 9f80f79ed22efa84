"""Deleting one's account: what is about the person goes, what they wrote stays without a name."""

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.events import AccountDeleted
from community.accounts.models import (
    ApiToken,
    Challenge,
    CodeApp,
    EmailProof,
    FileAllowance,
    Passkey,
    Portrait,
    Profile,
    Purpose,
    RecoveryCode,
    Registration,
    SignIn,
    User,
    WaitingSignIn,
    WrongCodes,
)
from community.accounts.operations.administering import hold_administrators, hold_before_account
from community.accounts.policy import find_account
from community.accounts.rules import FORMER_NAME, nobodys_address
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.installed import installed
from community.kernel.localtime import say
from community.kernel.operation import enqueue, operation, record
from community.kernel.revocation import revoke

OWNED = (
    ApiToken,
    Challenge,
    CodeApp,
    EmailProof,
    FileAllowance,
    Passkey,
    Portrait,
    Profile,
    RecoveryCode,
    WaitingSignIn,
    WrongCodes,
    SignIn,
)
"""What is the person's alone: nothing else refers to it."""


@operation
def delete_account(ctx: Context) -> None:
    """Delete the actor's account for good, with what every feature holds about them.

    The row stays, without name, address and password, for what they wrote to hang on. Raises
    Conflict with words that say what must be done first: a space that would be left without an
    owner, an installation without an administrator.
    """
    hold_before_account(ctx.person)
    hold_administrators()  # two of them who leave at once: one after the other
    user = find_account(ctx, ctx.person, lock=True)
    if hindrances := hinders(ctx):
        raise Conflict(" ".join(hindrances))
    for feature in installed().features:
        if feature.personal is not None and feature.personal.erase is not None:
            feature.personal.erase(ctx)
    _tell(ctx, user)
    execute(sa.delete(Registration).where(Registration.email == user.email))
    for model in OWNED:
        execute(sa.delete(model).where(model.user_id == user.id))
    user.name = FORMER_NAME
    user.email = nobodys_address(user.id)
    user.password_hash = None
    user.email_verified_at = None
    user.face = None
    user.admin = False
    user.deactivated_at = user.deleted_at = ctx.now
    revoke(user.id)
    record(AccountDeleted(user_id=user.id))


def _tell(ctx: Context, user: User) -> None:
    """Owe a letter to the address, and to those that could have had the account back till now.

    Whoever took an account over and deletes it is to do so in nobody's silence.
    """
    former = db.session.scalars(
        sa.select(EmailProof.email).where(
            EmailProof.user_id == user.id,
            EmailProof.purpose == Purpose.UNDO,
            EmailProof.ended_at.is_(None),
            EmailProof.expires_at > ctx.now,
        )
    ).all()
    for email in sorted({user.email, *former}):
        told: dict[str, object] = {
            "user_id": str(user.id),
            "email": email,
            "former": email != user.email,
            "language": user.language,
            "when": say(ctx.now, user.zone, user.language),
        }
        enqueue(ctx, "accounts.mail_deleted", told)


def hinders(ctx: Context) -> list[str]:
    """Return in words what the actor must do before their account can go; mostly nothing."""
    found = [
        str(words)
        for feature in installed().features
        if feature.personal is not None and feature.personal.hinders is not None
        for words in feature.personal.hinders(ctx)
    ]
    if _is_last_administrator(ctx):
        found.append(
            _("You are the only administrator. Make somebody else one first, then come back.")
        )
    return found


def _is_last_administrator(ctx: Context) -> bool:
    admins = db.session.scalars(
        sa.select(User.id).where(User.admin, User.deactivated_at.is_(None)).limit(2)
    ).all()
    return list(admins) == [ctx.actor_id]
