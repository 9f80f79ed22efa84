"""Whose account it is: everything here is one's own, and nobody else's."""

import sqlalchemy as sa

from community.accounts.models import ApiToken, SignIn, User
from community.kernel.context import Context
from community.kernel.policy import Finder, read_rule


@read_rule
def visible_users(ctx: Context) -> sa.Select[User]:
    """The actor's own account; others are known by the names beside what they did."""
    return sa.select(User).where(User.id == ctx.actor_id, User.deactivated_at.is_(None))


find_account = Finder(visible_users)


@read_rule
def visible_sign_ins(ctx: Context) -> sa.Select[SignIn]:
    """The actor's own sign-ins that have not ended."""
    return sa.select(SignIn).where(SignIn.user_id == ctx.actor_id, SignIn.ended_at.is_(None))


@read_rule
def visible_tokens(ctx: Context) -> sa.Select[ApiToken]:
    """The actor's own API tokens in force."""
    return sa.select(ApiToken).where(
        ApiToken.user_id == ctx.actor_id,
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > ctx.now,
    )
