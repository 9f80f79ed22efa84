"""Whose account it is: everything here is one's own, and nobody else's."""

import sqlalchemy as sa

from community.accounts.models import ApiToken, CodeApp, Passkey, Profile, SignIn, User
from community.kernel.context import Context
from community.kernel.policy import Finder, read_rule, rule


@read_rule
def visible_users(ctx: Context) -> sa.Select[User]:
    """The actor's own account; others are known by the names beside what they did."""
    return sa.select(User).where(User.id == ctx.actor_id, User.deactivated_at.is_(None))


find_account = Finder(visible_users)


@read_rule
def visible_profiles(ctx: Context) -> sa.Select[Profile]:
    """The actor's own profile, whole; what others see of it is decided where spaces are known."""
    return sa.select(Profile).where(Profile.user_id == ctx.actor_id)


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


@read_rule
def visible_passkeys(ctx: Context) -> sa.Select[Passkey]:
    """The actor's own passkeys."""
    return sa.select(Passkey).where(Passkey.user_id == ctx.actor_id)


@read_rule
def visible_code_apps(ctx: Context) -> sa.Select[CodeApp]:
    """The actor's own authenticator app, set up or about to be."""
    return sa.select(CodeApp).where(CodeApp.user_id == ctx.actor_id)


@rule
def may_change_site(ctx: Context, _site: object) -> bool:
    """Administrators decide who may make an account, and what else holds for the whole site."""
    return ctx.admin or ctx.origin == "shell"


@rule
def may_administer(ctx: Context, _anything: object) -> bool:
    """Administrators, and whoever has the machine's command line, look after accounts and spaces.

    It is no right to read: what people write stays theirs and their spaces'.
    """
    return ctx.admin or ctx.origin == "shell"


@read_rule
def visible_accounts(ctx: Context) -> sa.Select[User]:
    """All accounts that were not deleted, for administrators; authors of archives are none."""
    everybody = sa.select(User).where(User.deleted_at.is_(None), ~User.from_archive)
    return everybody if may_administer(ctx, None) else everybody.where(sa.false())
