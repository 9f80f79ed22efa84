"""The moderation feature, assembled."""

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from community.discussions.events import PostHeld, PostRemoved, PostRestored, PostWithdrawn
from community.kernel.context import Context
from community.kernel.feature import Feature, Periodic, Personal, Sweep
from community.kernel.frame import Frame
from community.moderation import letters
from community.moderation import models as models
from community.moderation.api import api
from community.moderation.models import Appeal, Decision, Report
from community.moderation.operations import erase, wipe_decisions
from community.moderation.pages import contribute, pages
from community.moderation.queries import personal
from community.moderation.reactions import (
    on_member_joined,
    on_post_held,
    on_post_removed,
    on_post_restored,
    on_post_withdrawn,
    on_role_changed,
)
from community.moderation.rules import DECIDED_KEPT_FOR
from community.spaces.events import MemberJoined, RoleChanged


def _frame(_ctx: Context, frame: Frame) -> None:
    contribute(frame)


def _long_decided(now: dt.datetime) -> sa.ColumnElement[bool]:
    return Decision.at < now - DECIDED_KEPT_FOR


def _of_old_cases(now: dt.datetime) -> sa.ColumnElement[bool]:
    return Report.case_id.in_(sa.select(Decision.case_id).where(_long_decided(now)))


def _of_old_decisions(now: dt.datetime) -> sa.ColumnElement[bool]:
    return Appeal.decision_id.in_(sa.select(Decision.id).where(_long_decided(now)))


FEATURE = Feature(
    name="moderation",
    pages=(pages,),
    apis=(api,),
    reactions=(
        (PostHeld, on_post_held),
        (PostWithdrawn, on_post_withdrawn),
        (PostRemoved, on_post_removed),
        (PostRestored, on_post_restored),
        (MemberJoined, on_member_joined),
        (RoleChanged, on_role_changed),
    ),
    frame=_frame,
    jobs={
        "moderation.mail_decision": letters.mail_decision,
        "moderation.mail_answer": letters.mail_answer,
        "moderation.mail_lifted": letters.mail_lifted,
        "moderation.mail_looked_at": letters.mail_looked_at,
    },
    sweeps=(
        Sweep(model=Report, old=_of_old_cases),
        Sweep(model=Appeal, old=_of_old_decisions),
    ),
    periodic=(Periodic(name="moderation.wipe", every=dt.timedelta(hours=1), run=wipe_decisions),),
    personal=Personal(
        export=personal,
        erase=erase,
        stays=_l(
            "That a post was reported and what was decided about it or about you, without words."
        ),
    ),
)
