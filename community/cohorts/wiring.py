"""The cohorts feature, assembled."""

from community.cohorts import models as models
from community.cohorts import reactions
from community.cohorts.api import api
from community.cohorts.pages import joining, pages
from community.kernel.feature import Feature
from community.spaces.events import MemberJoined, MemberRemoved, RoleChanged

FEATURE = Feature(
    name="cohorts",
    pages=(pages,),
    apis=(api,),
    joining=joining,
    reactions=(
        (MemberJoined, reactions.on_member_joined),
        (MemberRemoved, reactions.on_member_removed),
        (RoleChanged, reactions.on_role_changed),
    ),
)
