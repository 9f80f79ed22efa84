"""Bearer tokens for one's programs."""

import datetime as dt
import secrets
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.events import TokenCreated, TokenRevoked
from community.accounts.models import ApiToken, User
from community.accounts.policy import (
    find_account,
    may_administer,
    visible_accounts,
    visible_tokens,
)
from community.accounts.rules import MAX_TOKENS, TOKEN_LONGEST_DAYS
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
from community.kernel.revocation import revoke
from community.kernel.secrets import digest_of
from community.kernel.sign_in import SCOPES


@operation
def create_token(
    ctx: Context, *, label: str, days: int, scopes: Collection[str]
) -> tuple[ApiToken, str]:
    """Make a bearer token of the actor; returns it with its secret, told only here.

    Raises Invalid naming ``days`` or ``scopes``, Conflict if the person has too many.
    """
    return _make(ctx, find_account(ctx, ctx.person, lock=True), label, days, scopes)


@operation
def issue_token(
    ctx: Context, user_id: uuid.UUID, *, label: str, days: int, scopes: Collection[str]
) -> tuple[ApiToken, str]:
    """Make a bearer token for a person, who is told; as ``create_token``, and raises as it does.

    No page offers it: whoever runs the installation does it at the command line, and the log names
    nobody else.
    """
    require(may_administer, ctx, None)
    user = find(visible_accounts(ctx), user_id, lock=True)
    return _make(ctx, user, label, days, scopes)


def _make(
    ctx: Context, user: User, label: str, days: int, scopes: Collection[str]
) -> tuple[ApiToken, str]:
    if not 1 <= days <= TOKEN_LONGEST_DAYS:
        raise Invalid(
            _("This token cannot be made."),
            fields={"days": [_("Choose 1 to %(most)d days.", most=TOKEN_LONGEST_DAYS)]},
        )
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid(
            _("This token cannot be made."),
            fields={"scopes": [_("Choose what the token may do.")]},
        )
    held = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(ApiToken)
        .where(*_in_force(user.id), ApiToken.expires_at > ctx.now)
    )
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
        scopes=" ".join(scope for scope in SCOPES if scope in scopes),
    )
    db.session.add(token)
    record(TokenCreated(user_id=user.id, token_id=token.id, at=ctx.now))
    return token, secret


@operation
def revoke_token(ctx: Context, token_id: uuid.UUID) -> ApiToken:
    """Take one of the actor's tokens out of force. Raises NotFound for one that is not."""
    token = find(visible_tokens(ctx), token_id, lock=True)
    _end(ctx, token)
    return token


def end_tokens(ctx: Context, user_id: uuid.UUID) -> None:
    """Take every token of a person out of force; in a unit of work that holds the account."""
    tokens = sa.select(ApiToken).where(*_in_force(user_id)).order_by(ApiToken.id).with_for_update()
    for token in db.session.scalars(tokens).all():
        _end(ctx, token)


def _in_force(user_id: uuid.UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)


def _end(ctx: Context, token: ApiToken) -> None:
    token.revoked_at = ctx.now
    revoke(token.user_id, sign_in_id=token.id)
    record(TokenRevoked(user_id=token.user_id, token_id=token.id))


@operation
def note_used(ctx: Context, token_ids: Collection[uuid.UUID]) -> None:
    """Take note that programs use these tokens; to the hour, so that it is written rarely."""
    hour = ctx.now.replace(minute=0, second=0, microsecond=0)
    db.session.execute(
        sa.update(ApiToken)
        .where(
            ApiToken.id.in_(token_ids), sa.or_(ApiToken.used_at.is_(None), ApiToken.used_at < hour)
        )
        .values(used_at=hour)
    )
