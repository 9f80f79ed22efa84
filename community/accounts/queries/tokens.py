"""The tokens of one's programs."""

import sqlalchemy as sa

from community.accounts.models import ApiToken
from community.accounts.policy import visible_tokens
from community.kernel.context import Context


def my_tokens(ctx: Context) -> sa.Select[ApiToken]:
    """Select the actor's tokens in force, newest first."""
    return visible_tokens(ctx).order_by(ApiToken.created_at.desc(), ApiToken.id)
