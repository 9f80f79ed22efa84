"""The progress feature, assembled."""

from typing import Any

from flask_babel import lazy_gettext as _l

from community.cohorts.events import (
    LearnerEnrolled,
    RunClosed,
    RunCopied,
    RunCreated,
    RunVersionMoved,
)
from community.discussions.events import ReplyPosted, ThreadStarted
from community.kernel.context import Context
from community.kernel.feature import Feature, Live, Personal
from community.kernel.frame import Tab
from community.kernel.posting import postings
from community.live.events import (
    SessionCalledOff,
    SessionEnded,
    SessionMoved,
    SessionReinstated,
    SessionScheduled,
)
from community.progress import letters, reactions
from community.progress import models as models
from community.progress.api import api
from community.progress.commands import progress
from community.progress.events import ModuleUnlocked, ProgressMade
from community.progress.operations import leaving
from community.progress.operations.policies import SAY_WITHDRAWN, SETTLE_VERDICTS
from community.progress.pages import begun_for, pages, purpose
from community.progress.queries.personal import personal
from community.progress.schemas import render_cells, render_unlocked
from community.progress.sockets import CELL_CHANGED, MODULE_UNLOCKED, SOCKETS, desk_room
from community.spaces.events import MemberRemoved, RoleChanged
from community.spaces.models import SpaceKind


def _is_a_cohort(ctx: Context, space: Any) -> bool:
    return bool(space.kind == SpaceKind.COHORT)


FEATURE = Feature(
    name="progress",
    purpose=purpose,
    begun_for=begun_for,
    pages=(pages,),
    apis=(api,),
    reactions=(
        (RunCreated, reactions.on_run_created),
        (RunCopied, reactions.on_run_copied),
        (RunClosed, reactions.on_run_closed),
        (LearnerEnrolled, reactions.on_learner_enrolled),
        (RunVersionMoved, reactions.on_run_version_moved),
        (ThreadStarted, reactions.on_thread_started),
        (ReplyPosted, reactions.on_reply_posted),
        (SessionScheduled, reactions.on_session_planned),
        (SessionMoved, reactions.on_session_planned),
        (SessionReinstated, reactions.on_session_planned),
        (MemberRemoved, reactions.on_member_removed),
        (RoleChanged, reactions.on_role_changed),
    ),
    later=(
        (SessionEnded, "progress.count_attendance"),
        (SessionCalledOff, reactions.SETTLE_FOR_SESSION),
        (RunClosed, SETTLE_VERDICTS),
    ),
    jobs={
        "progress.count_attendance": reactions.count_attendance_job,
        SETTLE_VERDICTS: reactions.settle_verdicts_job,
        SAY_WITHDRAWN: reactions.say_withdrawn_job,
        reactions.SETTLE_FOR_SESSION: reactions.settle_for_session_job,
        "progress.settle_version": reactions.settle_version_job,
        **postings({"progress.mail_nudge": letters.write_nudge}),
    },
    live=(
        Live(
            event=ProgressMade,
            name=CELL_CHANGED,
            room=lambda event: desk_room(event.run_id),
            render_many=render_cells,
        ),
        Live(
            event=ModuleUnlocked,
            name=MODULE_UNLOCKED,
            room=lambda event: desk_room(event.run_id),
            render_many=render_unlocked,
        ),
    ),
    sockets=SOCKETS,
    commands=(progress,),
    tabs=(
        Tab(
            order=20, label=_l("Learn"), endpoint="progress.learn", icon="learn", shown=_is_a_cohort
        ),
    ),
    personal=Personal(
        export=personal,
        erase=leaving.erase,
        stays=_l(
            "The numbers of what was completed, in the totals of your cohorts, and what they are "
            "counted from: what was done in which activity and when, without your name."
        ),
    ),
)
