"""The address of an account: proved, changed, and had back."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.events import AddressChanged, AddressVerified
from community.accounts.models import EmailProof, Purpose, User
from community.accounts.operations.links import end_links, new_link
from community.accounts.operations.passwords import ask_reset, end_everything
from community.accounts.operations.recovery import take_factors_since
from community.accounts.policy import find_account
from community.accounts.queries import Factors, link_behind
from community.accounts.rules import CHANGE_LASTS, UNDO_LASTS, VERIFY_LASTS
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.operation import enqueue, operation, record


@operation
def ask_verification(ctx: Context) -> EmailProof | None:
    """Owe the actor a letter that proves their address; None where it is proved already."""
    user = find_account(ctx, ctx.person, lock=True)
    if user.email_verified_at is not None:
        return None
    return _ask(ctx, Purpose.VERIFY, user.email, user.id)


@operation
def ask_change(ctx: Context, *, email: str) -> EmailProof:
    """Owe a letter to the address (folded) the actor wants to have; till it is opened all stays.

    Says nothing about who has it: the letter does, to whoever reads there. Raises Invalid naming
    ``email`` for the one they have.
    """
    user = find_account(ctx, ctx.person, lock=True)
    if user.email == email:
        raise Invalid(
            _("This is your address already."),
            fields={"email": [_("This is your address already.")]},
        )
    return _ask(ctx, Purpose.CHANGE, email, user.id)


def _ask(ctx: Context, purpose: Purpose, email: str, user_id: uuid.UUID) -> EmailProof:
    lasts = VERIFY_LASTS if purpose is Purpose.VERIFY else CHANGE_LASTS
    end_links(ctx, purpose, user_id=user_id)
    proof = new_link(ctx, purpose, email=email, lasts=lasts, user_id=user_id)
    enqueue(ctx, "accounts.mail_address", {"proof_id": str(proof.id)})
    return proof


@operation
def confirm_address(ctx: Context, secret: str) -> User:
    """Prove the actor's address, or take the new one they asked for, by the link in its letter.

    Raises NotFound for a link that does not work or is another's, Conflict if the address has
    become somebody else's.
    """
    proof = link_behind(Purpose.VERIFY, secret, ctx.now, lock=True) or link_behind(
        Purpose.CHANGE, secret, ctx.now, lock=True
    )
    user = find_account(ctx, ctx.person, lock=True)
    if proof is None or proof.user_id != user.id:
        raise NotFound
    proof.ended_at = ctx.now
    if proof.purpose is Purpose.CHANGE:
        _move(ctx, user, proof.email)
    elif proof.email != user.email:
        raise NotFound
    user.email_verified_at = ctx.now
    record(AddressVerified(user_id=user.id))
    return user


def _move(ctx: Context, user: User, email: str) -> None:
    """Give an account another address; the former one learns of it, and can undo it."""
    former = user.email
    _take(user, email)
    for address in (former, email):
        end_links(ctx, Purpose.RESET, email=address)
    end_links(ctx, Purpose.VERIFY, user_id=user.id)
    undo = new_link(ctx, Purpose.UNDO, email=former, lasts=UNDO_LASTS, user_id=user.id)
    record(AddressChanged(user_id=user.id))
    enqueue(ctx, "accounts.mail_undo", {"proof_id": str(undo.id)})


def _take(user: User, email: str) -> None:
    if db.session.scalar(sa.select(User.id).where(User.email == email)) is not None:
        raise Conflict(_("This address cannot be used for your account."))
    user.email = email
    db.session.flush()


@operation
def undo_change(ctx: Context, secret: str) -> Factors:
    """Give the actor, whose letter a door has opened, their former address back.

    Somebody else may have changed it: so every sign-in and token ends, the password works no more,
    what was made a second factor since goes, and a letter to the address lets them choose another
    password. Returns which factors went. Raises NotFound for a link that does not work any more,
    Conflict if the address has become somebody else's.
    """
    proof = link_behind(Purpose.UNDO, secret, ctx.now, lock=True)
    user = find_account(ctx, ctx.person, lock=True)
    if proof is None or proof.user_id != user.id:
        raise NotFound
    if user.email != proof.email:
        _take(user, proof.email)
    for purpose in Purpose:
        end_links(ctx, purpose, user_id=user.id)
    user.password_hash = None
    user.email_verified_at = ctx.now
    end_everything(ctx)
    gone = take_factors_since(ctx, proof.created_at)
    record(AddressChanged(user_id=user.id))
    ask_reset(ctx, email=user.email)
    return gone
