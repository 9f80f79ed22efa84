"""Choosing a password, changing it, and having lost it."""

import uuid

from flask_babel import gettext as _

from community.accounts.events import PasswordChanged, ResetLinkMade
from community.accounts.models import EmailProof, Purpose, SignIn, User
from community.accounts.operations.links import end_links, new_link
from community.accounts.operations.sign_ins import end_sign_ins, renew_sign_in
from community.accounts.operations.tokens import end_tokens
from community.accounts.policy import find_account, may_administer, visible_accounts
from community.accounts.queries import link_behind
from community.accounts.rules import RESET_LASTS
from community.kernel.context import Context
from community.kernel.errors import Conflict, NotFound, Unauthenticated
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import find, require
from community.kernel.secrets import derive


@operation
def change_password(
    ctx: Context, sign_in_id: uuid.UUID, *, verified: str | None, password_hash: str
) -> SignIn:
    """Give the actor another password, which a door has judged; every sign-in and token ends.

    Returns the one that takes the place of ``sign_in_id``. ``verified`` is the hash the former
    password was held against, None where there was none. Whoever changes it may do so because
    somebody else knows it, and a token is the quiet way to stay. Raises Unauthenticated where the
    sign-in has ended, Conflict where another hash is kept by now: verifying takes long.
    """
    user = find_account(ctx, ctx.person, lock=True)
    try:
        fresh = renew_sign_in(ctx, sign_in_id)
    except NotFound as ended:
        raise Unauthenticated(_("This sign-in has ended.")) from ended
    if user.password_hash != verified:
        raise Conflict(_("Your password was changed a moment ago. Try again."))
    _set(ctx, user, password_hash)
    end_sign_ins(ctx, but=fresh.id)
    end_tokens(ctx, user.id)
    return fresh


@operation
def ask_reset(ctx: Context, *, email: str) -> EmailProof:
    """Owe a letter with which whoever has an address chooses another password.

    Looks nobody up: what is done is the same whether the address (folded) is known or not.
    """
    end_links(ctx, Purpose.RESET, email=email)
    proof = new_link(ctx, Purpose.RESET, email=email, lasts=RESET_LASTS)
    enqueue(ctx, "accounts.mail_reset", {"proof_id": str(proof.id)})
    return proof


@operation
def make_reset_link(ctx: Context, user_id: uuid.UUID) -> str:
    """Return the secret of a link that resets a person's password, for an operator to hand over."""
    require(may_administer, ctx, None)
    email = find(visible_accounts(ctx), user_id).email
    record(ResetLinkMade(user_id=user_id))
    end_links(ctx, Purpose.RESET, email=email)
    proof = new_link(ctx, Purpose.RESET, email=email, lasts=RESET_LASTS)
    return derive("email_proof", proof.id)


@operation
def reset_password(ctx: Context, secret: str, *, password_hash: str) -> User:
    """Give the actor, whose letter a door has opened, another password.

    Whoever resets may have lost more than a password: every sign-in and every token ends. The
    letter proves the address. Raises NotFound for a link that does not work any more.
    """
    proof = link_behind(Purpose.RESET, secret, ctx.now, lock=True)
    user = find_account(ctx, ctx.person, lock=True)
    if proof is None or proof.email != user.email:
        raise NotFound
    _set(ctx, user, password_hash)
    user.email_verified_at = user.email_verified_at or ctx.now
    end_everything(ctx)
    return user


def end_everything(ctx: Context) -> None:
    """End every sign-in and every token of the actor."""
    end_sign_ins(ctx)
    end_tokens(ctx, ctx.person)


def _set(ctx: Context, user: User, password_hash: str) -> None:
    """Keep another password; no letter that somebody else asked for outlives it."""
    user.password_hash = password_hash
    end_links(ctx, Purpose.RESET, email=user.email)
    end_links(ctx, Purpose.CHANGE, user_id=user.id)
    record(PasswordChanged(user_id=user.id))
    told: dict[str, object] = {"user_id": str(user.id), "change_id": str(new_key())}
    enqueue(ctx, "accounts.mail_password_changed", told)
