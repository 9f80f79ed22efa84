"""The life of an enrolment: paused, withdrawn, and back again.

Each step keeps who made it and why; the words are for the learner and for those who organise the
run, and stand in no event. Leaving is ``spaces.operations.remove_member``: with the membership the
enrolment ends.
"""

import uuid
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.cohorts.events import LearnerPaused, LearnerReturned
from community.cohorts.models import Enrolment, EnrolmentMove, EnrolmentState, Run
from community.cohorts.operations.dates import refuse_over
from community.cohorts.operations.seats import (
    give_back_seat,
    locked_enrolment,
    locked_run,
    move,
    take_seat,
)
from community.cohorts.policy import (
    find_enrolment,
    may_pause_learner,
    may_return_learner,
    may_withdraw_learner,
)
from community.cohorts.queries.enrolments import dues_of
from community.cohorts.rules import paced_again
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import require
from community.spaces.models import Role
from community.spaces.operations import add_member, change_role, remove_member
from community.spaces.policy import belongs_to, find_space, organises, refuse_archived
from community.spaces.queries import role_of

JOB = "cohorts.mail_place"


@operation
def pause_learner(ctx: Context, enrolment_id: uuid.UUID, *, reason: str = "") -> Enrolment:
    """Let a learner rest: the seat and the progress stay, nothing is late, nothing is asked.

    Pausing twice changes nothing. Raises Conflict for whoever is no learner any more, and for a run
    that is over.
    """
    enrolment, run = _locked(ctx, enrolment_id)
    require(may_pause_learner, ctx, enrolment)
    if enrolment.state is EnrolmentState.PAUSED:
        return enrolment
    if enrolment.state is EnrolmentState.WITHDRAWN:
        raise Conflict(_("Who has left cannot be paused."))
    _refuse_change(ctx, run)
    move(ctx, enrolment, EnrolmentState.PAUSED, reason)
    record(LearnerPaused(run_id=run.id, enrolment_id=enrolment.id, user_id=enrolment.user_id))
    _tell(ctx, enrolment)
    return enrolment


@operation
def withdraw_learner(
    ctx: Context, enrolment_id: uuid.UUID, *, reason: str, replies: bool = False
) -> Enrolment:
    """End somebody's part in a run for a reason, which they are told; what they did stays.

    They lose the space at once, see ``remove_member``. ``replies``: answers to the letter go to
    one's own address, which they then see. Raises Invalid naming ``reason`` where there is none.
    Who is withdrawn already stays as they are.
    """
    enrolment, run = _found(ctx, enrolment_id)
    require(may_withdraw_learner, ctx, enrolment)
    if not reason.strip():
        message = _("Say why, in a sentence.")
        raise Invalid(message, fields={"reason": [message]})
    find_space(ctx, run.space_id, lock=True)
    enrolment, run = _locked(ctx, enrolment_id)
    if enrolment.state is EnrolmentState.WITHDRAWN:
        return enrolment
    give_back_seat(ctx, run.space_id, enrolment.user_id, reason=reason)
    remove_member(ctx, run.space_id, enrolment.user_id)
    _tell(ctx, enrolment, replies=replies)
    return enrolment


@operation
def return_learner(ctx: Context, enrolment_id: uuid.UUID, *, reason: str = "") -> Enrolment:
    """Bring a learner back, from a pause or from outside, on a seat that is free.

    Who left by themselves is not brought back: they are invited again. Who takes part already stays
    as they are. Raises Conflict for a run that is full or over.
    """
    enrolment, run = _found(ctx, enrolment_id)
    require(may_return_learner, ctx, enrolment)
    if enrolment.state is EnrolmentState.WITHDRAWN:
        return _bring_back(ctx, enrolment, run, reason)
    enrolment, run = _locked(ctx, enrolment_id)
    if enrolment.state is EnrolmentState.ACTIVE:
        return enrolment
    if enrolment.state is EnrolmentState.WITHDRAWN:
        raise Conflict(_("They have left meanwhile."))
    _refuse_change(ctx, run)
    away = _latest(enrolment.id)
    since = enrolment.paced_from or enrolment.enrolled_at
    left = away.at if away else ctx.now
    enrolment.paced_from = paced_again(dues_of(run), since, left, ctx.now)
    enrolment.returned_at = ctx.now
    move(ctx, enrolment, EnrolmentState.ACTIVE, reason)
    record(LearnerReturned(run_id=run.id, enrolment_id=enrolment.id, user_id=enrolment.user_id))
    _tell(ctx, enrolment)
    return enrolment


def _bring_back(ctx: Context, enrolment: Enrolment, run: Run, reason: str) -> Enrolment:
    """Make somebody a learner again who was withdrawn."""
    if not organises(ctx, run.space_id):
        raise Forbidden(_("Ask whoever organises this run to bring you back."))
    find_space(ctx, run.space_id, lock=True)
    away = _latest(enrolment.id)
    if away is not None and away.actor_id == enrolment.user_id:
        raise Conflict(
            _("They left by themselves. Invite them again: what they did counts as before.")
        )
    take_seat(ctx, run.space_id, enrolment.user_id, reason=reason)
    if role_of(run.space_id, enrolment.user_id) is None:
        add_member(ctx, run.space_id, enrolment.user_id, role=Role.MEMBER)
    else:
        change_role(ctx, run.space_id, enrolment.user_id, role=Role.MEMBER)
    _tell(ctx, enrolment)
    return enrolment


def _found(ctx: Context, enrolment_id: uuid.UUID) -> tuple[Enrolment, Run]:
    enrolment = find_enrolment(ctx, enrolment_id)
    return enrolment, db.session.get_one(Run, enrolment.run_id)


def _locked(ctx: Context, enrolment_id: uuid.UUID) -> tuple[Enrolment, Run]:
    """Return an enrolment the actor sees and its run, both as they are under their locks."""
    enrolment, run = _found(ctx, enrolment_id)
    locked_run(run.space_id)
    locked_enrolment(run.id, enrolment.user_id)
    return enrolment, run


def _latest(enrolment_id: uuid.UUID) -> EnrolmentMove | None:
    found: EnrolmentMove | None = db.session.scalar(
        sa.select(EnrolmentMove)
        .where(EnrolmentMove.enrolment_id == enrolment_id)
        .order_by(EnrolmentMove.id.desc())
        .limit(1)
    )
    return found


def _refuse_change(ctx: Context, run: Run) -> None:
    """Raise Conflict where nothing changes any more: in an archived space, after a run."""
    refuse_archived(belongs_to(ctx, run.space_id))
    refuse_over(run)


def _tell(ctx: Context, enrolment: Enrolment, *, replies: bool = False) -> None:
    """Owe the learner a letter about what somebody else did to their place."""
    if enrolment.user_id == ctx.actor_id:
        return
    db.session.flush()
    latest = _latest(enrolment.id)
    if latest is not None:
        given: dict[str, Any] = {"move_id": str(latest.id)}
        if replies:
            given["replies"] = True
        enqueue(ctx, JOB, given, once=f"cohorts.place:{latest.id.hex}")
