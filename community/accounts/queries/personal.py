"""What the accounts feature holds of a person, for them to take along."""

import base64
from typing import Any

import sqlalchemy as sa

from community.accounts.models import ApiToken, Passkey, Portrait, Profile, SignIn
from community.accounts.policy import find_account
from community.kernel.context import Context
from community.kernel.db import db, execute, values_of

SHOWN = ("pronouns", "organisation", "place", "languages", "about")


def personal(ctx: Context) -> dict[str, Any]:
    """Return one's account, profile and picture, sign-ins, tokens and passkeys, without secrets."""
    user = find_account(ctx, ctx.person)
    profile = db.session.scalar(sa.select(Profile).where(Profile.user_id == user.id))
    portrait = db.session.scalar(sa.select(Portrait.large).where(Portrait.user_id == user.id))
    return {
        "account": {
            "name": user.name,
            "email": user.email,
            "zone": user.zone,
            "language": user.language,
            "created_at": user.created_at,
            "email_verified_at": user.email_verified_at,
        },
        "profile": {name: getattr(profile, name) for name in SHOWN} if profile else {},
        "shown_to": {name: getattr(profile, f"{name}_for") for name in SHOWN} if profile else {},
        "picture_base64": base64.b64encode(portrait).decode() if portrait else None,
        "sign_ins": _rows(
            sa.select(
                SignIn.created_at,
                SignIn.ended_at,
                SignIn.device,
                SignIn.seen_at,
                SignIn.back_at,
                SignIn.away_since,
            ).where(SignIn.user_id == user.id)
        ),
        "api_tokens": _rows(
            sa.select(
                ApiToken.label, ApiToken.scopes, ApiToken.created_at, ApiToken.expires_at
            ).where(ApiToken.user_id == user.id)
        ),
        "passkeys": _rows(
            sa.select(Passkey.label, Passkey.created_at, Passkey.used_at).where(
                Passkey.user_id == user.id
            )
        ),
    }


def _rows(statement: sa.Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [values_of(row) for row in execute(statement)]
