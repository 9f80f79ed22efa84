"""One's own account over JSON. Signing in is for browsers; programs hold a token."""

import uuid
from typing import Any

from community.accounts.models import User
from community.accounts.operations import change_profile, revoke_token
from community.accounts.queries import DOORKEEPER, account, my_tokens
from community.accounts.schemas import MeOut, ProfileIn, TokenPageOut
from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page, PageIn, page_of

api = ApiBlueprint("accounts", "One's own account and API tokens")


@api.route("/me")
@signed_in
@api.response(200, MeOut)
def me() -> User:
    """Who you are."""
    return account(current_context())


@api.route("/me", methods=["PATCH"])
@signed_in
@api.arguments(ProfileIn, required=False)
@api.response(200, MeOut)
def change_me(given: dict[str, str]) -> User:
    """Change your name, time zone or language."""
    ctx = current_context()
    user = change_profile(ctx, **given)
    DOORKEEPER.forget(ctx.person)
    return user


@api.route("/me/tokens")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, TokenPageOut)
def tokens(paging: dict[str, Any]) -> Page:
    """List your API tokens in force, newest first."""
    page = page_of(my_tokens(current_context()), **paging)
    return Page([token for [token] in page.items], page.next, page.previous)


@api.route("/me/tokens/<uuid:token_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def revoke(token_id: uuid.UUID) -> None:
    """Revoke one of your API tokens; what uses it is shut out at once."""
    revoke_token(current_context(), token_id)
