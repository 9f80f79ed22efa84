"""The accounts feature, assembled."""

import datetime as dt

import sqlalchemy as sa

from community.accounts.api import api
from community.accounts.commands import token
from community.accounts.models import ApiToken, SignIn
from community.accounts.pages import contribute, pages
from community.accounts.queries import DOORKEEPER
from community.kernel.feature import Feature, Sweep

KEPT = dt.timedelta(days=7)  # what opens nothing any more, for who asks what happened

FEATURE = Feature(
    name="accounts",
    pages=(pages,),
    apis=(api,),
    sweeps=(
        Sweep(
            model=SignIn,
            old=lambda now: sa.or_(SignIn.ended_at < now - KEPT, SignIn.expires_at < now - KEPT),
        ),
        Sweep(
            model=ApiToken,
            old=lambda now: sa.or_(
                ApiToken.revoked_at < now - KEPT, ApiToken.expires_at < now - KEPT
            ),
        ),
    ),
    commands=(token,),
    frame=contribute,
    sign_in=DOORKEEPER,
)
