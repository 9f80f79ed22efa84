"""The accounts feature, assembled."""

from community.accounts.api import api
from community.accounts.commands import token
from community.accounts.pages import contribute, pages
from community.accounts.queries import DOORKEEPER
from community.kernel.feature import Feature

FEATURE = Feature(
    name="accounts",
    pages=(pages,),
    apis=(api,),
    commands=(token,),
    frame=contribute,
    sign_in=DOORKEEPER,
)
