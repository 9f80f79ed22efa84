"""One's own account over JSON. Signing in is for browsers; programs hold a token."""

import uuid
from typing import Any

from community.accounts.models import User
from community.accounts.operations import (
    change_profile,
    end_sign_in,
    end_sign_ins,
    revoke_token,
)
from community.accounts.queries import account, my_sign_ins, my_tokens, own_profile
from community.accounts.schemas import MeOut, ProfileIn, SignInPageOut, TokenPageOut
from community.kernel.api import ApiBlueprint
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.frame import picture_path
from community.kernel.paging import Page, PageIn, page_of

api = ApiBlueprint(
    "accounts", "One's own account and API tokens", reads="account", writes="account"
)


@api.route("/me")
@signed_in
@api.response(200, MeOut)
def me() -> dict[str, Any]:
    """Who you are."""
    ctx = current_context()
    return _me(ctx, account(ctx))


@api.route("/me", methods=["PATCH"])
@signed_in
@api.arguments(ProfileIn, required=False)
@api.response(200, MeOut)
def change_me(given: dict[str, Any]) -> dict[str, Any]:
    """Change what you say about yourself, who sees it, and your time zone and language."""
    ctx = current_context()
    user = change_profile(ctx, **given)
    return _me(ctx, user)


def _me(ctx: Context, user: User) -> dict[str, Any]:
    said = own_profile(ctx)
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "zone": user.zone,
        "language": user.language,
        "created_at": user.created_at,
        "pronouns": said.pronouns,
        "organisation": said.organisation,
        "place": said.place,
        "languages": said.languages,
        "about": said.about,
        "about_html": said.about_html,
        "picture": picture_path(user.id, said.picture, "large"),
        "visible": said.visible,
    }


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


@api.route("/me/sign-ins")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, SignInPageOut)
def sign_ins(paging: dict[str, Any]) -> Page:
    """List the browsers you are signed in with, newest first."""
    page = page_of(my_sign_ins(current_context()), **paging)
    return Page([sign_in for [sign_in] in page.items], page.next, page.previous)


@api.route("/me/sign-ins/<uuid:sign_in_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def end_one(sign_in_id: uuid.UUID) -> None:
    """Sign one of your browsers out, at once."""
    ctx = current_context()
    end_sign_in(ctx, sign_in_id)


@api.route("/me/sign-ins", methods=["DELETE"])
@signed_in
@api.response(204)
def end_others() -> None:
    """Sign all your browsers out but the one that asks."""
    ctx = current_context()
    end_sign_ins(ctx, but=reader().sign_in_id)
