"""The cohorts feature, assembled."""

from community.cohorts import models as models
from community.cohorts import reactions
from community.cohorts.api import api
from community.cohorts.letters import mail_place, mail_release
from community.cohorts.operations import JOB, leaving, opening
from community.cohorts.pages import joining_words, pages, versions
from community.cohorts.queries.joining import joining
from community.cohorts.queries.personal import personal
from community.kernel.feature import Feature, Personal
from community.live.events import SessionMoved
from community.spaces.events import MemberJoined, MemberRemoved, RoleChanged

FEATURE = Feature(
    name="cohorts",
    pages=(pages,),
    apis=(api,),
    parts={"course.runs": versions.part},
    joining=joining,
    joining_words=joining_words,
    jobs={JOB: mail_place, opening.JOB: mail_release},
    reactions=(
        (MemberJoined, reactions.on_member_joined),
        (MemberRemoved, reactions.on_member_removed),
        (RoleChanged, reactions.on_role_changed),
        (SessionMoved, reactions.on_session_moved),
    ),
    personal=Personal(export=personal, erase=leaving.erase),
)
