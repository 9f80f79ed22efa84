"""What one can do with accounts: have one, sign in and out, hold tokens, say who one is.

Passwords arrive here already hashed or verified: hashing takes long, and a unit of work must not
wait for it (``rules.hash_password`` in ``kernel.threads.in_thread``, called by the doors).
"""

import datetime as dt
import secrets
import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.events import (
    ProfileChanged,
    SignInEnded,
    SignInOpened,
    TokenCreated,
    TokenRevoked,
    UserRegistered,
)
from community.accounts.models import ApiToken, SignIn, User
from community.accounts.policy import find_account, visible_sign_ins, visible_tokens
from community.accounts.queries import digest_of
from community.accounts.rules import (
    MAX_TOKENS,
    SIGN_IN_DAYS,
    TOKEN_LONGEST_DAYS,
    check_email,
)
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound, Unauthenticated
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import find
from community.kernel.revocation import look_again, revoke


@operation
def register_user(
    ctx: Context,
    *,
    email: str,
    name: str,
    password_hash: str,
    zone: str,
    language: str,
    admin: bool = False,
) -> User:
    """Make an account; ``ctx`` acts as the id the newcomer is to have.

    No door offers this alone: an invitation or the command line nests it. Raises Invalid naming
    ``email``, Conflict if the address has an account.
    """
    folded = check_email(email)
    if db.session.scalar(sa.select(User.id).where(User.email == folded)) is not None:
        raise Conflict(_("This address has an account."))
    user = User(
        id=ctx.person,
        email=folded,
        name=name,
        password_hash=password_hash,
        zone=zone,
        language=language,
        admin=admin,
        created_at=ctx.now,
        deactivated_at=None,
    )
    db.session.add(user)
    db.session.flush()
    record(UserRegistered(user_id=user.id))
    return user


@operation
def open_sign_in(ctx: Context, *, stronger_hash: str | None = None) -> SignIn:
    """Begin a sign-in of the actor, whose password a door has just verified.

    ``stronger_hash`` replaces the kept hash when today's parameters are better. Raises
    Unauthenticated for an account that was deactivated meanwhile.
    """
    try:
        user = find_account(ctx, ctx.person)
    except NotFound as gone:
        raise Unauthenticated(_("This account cannot sign in.")) from gone
    if stronger_hash is not None:
        user.password_hash = stronger_hash
    sign_in = SignIn(
        id=new_key(),
        user_id=user.id,
        created_at=ctx.now,
        expires_at=ctx.now + dt.timedelta(days=SIGN_IN_DAYS),
        ended_at=None,
    )
    db.session.add(sign_in)
    record(SignInOpened(user_id=user.id, sign_in_id=sign_in.id))
    return sign_in


@operation
def end_sign_in(ctx: Context, sign_in_id: uuid.UUID) -> SignIn:
    """Sign the actor's browser out; its cookie and its sockets end with it.

    Raises NotFound for one that has ended or is another's.
    """
    sign_in = find(visible_sign_ins(ctx), sign_in_id, lock=True)
    sign_in.ended_at = ctx.now
    revoke(sign_in.user_id, sign_in_id=sign_in.id)
    record(SignInEnded(user_id=sign_in.user_id, sign_in_id=sign_in.id))
    return sign_in


@operation
def create_token(ctx: Context, *, label: str, days: int) -> tuple[ApiToken, str]:
    """Make a bearer token of the actor; returns it with its secret, told only here.

    Raises Invalid naming ``days``, Conflict if the person has too many.
    """
    user = find_account(ctx, ctx.person, lock=True)
    if not 1 <= days <= TOKEN_LONGEST_DAYS:
        raise Invalid(
            _("This token cannot be made."),
            fields={"days": [_("Choose 1 to %(most)d days.", most=TOKEN_LONGEST_DAYS)]},
        )
    held = db.session.scalar(sa.select(sa.func.count()).select_from(visible_tokens(ctx).subquery()))
    if (held or 0) >= MAX_TOKENS:
        raise Conflict(_("You have too many tokens. Revoke some first."))
    secret = secrets.token_urlsafe(32)
    token = ApiToken(
        id=new_key(),
        user_id=user.id,
        label=label,
        digest=digest_of(secret),
        created_at=ctx.now,
        expires_at=ctx.now + dt.timedelta(days=days),
        revoked_at=None,
    )
    db.session.add(token)
    record(TokenCreated(user_id=user.id, token_id=token.id))
    return token, secret


@operation
def revoke_token(ctx: Context, token_id: uuid.UUID) -> ApiToken:
    """Take one of the actor's tokens out of force. Raises NotFound for one that is not."""
    token = find(visible_tokens(ctx), token_id, lock=True)
    token.revoked_at = ctx.now
    revoke(token.user_id, sign_in_id=token.id)
    record(TokenRevoked(user_id=token.user_id, token_id=token.id))
    return token


@operation
def change_profile(
    ctx: Context,
    *,
    name: str | None = None,
    zone: str | None = None,
    language: str | None = None,
) -> User:
    """Change how the actor is called, and in which zone and language they read; None: as it is."""
    user = find_account(ctx, ctx.person, lock=True)
    wanted = {"name": name, "zone": zone, "language": language}
    changed = {
        field: value
        for field, value in wanted.items()
        if value is not None and value != getattr(user, field)
    }
    if changed:
        for field, value in changed.items():
            setattr(user, field, value)
        look_again(user.id)
        record(ProfileChanged(user_id=user.id))
    return user
