"""The next run of a course, made like one that is there."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from flask_babel import gettext as _

from community.cohorts.events import RunCopied
from community.cohorts.models import Run
from community.cohorts.operations.runs import create_run
from community.cohorts.policy import find_run, may_edit_run
from community.cohorts.queries.copies import Copy, copy_of
from community.cohorts.rules import Break, RunPlan
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.keys import key_of_act
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.live.models import LiveSession
from community.live.operations import schedule_session
from community.spaces.operations import add_member


@operation
def copy_run(
    ctx: Context,
    run_id: uuid.UUID,
    *,
    name: str,
    starts_on: dt.date,
    weeks: int,
    zone: str,
    capacity: int,
    breaks: Sequence[Break] = (),
    leads: Collection[uuid.UUID] = (),
    seen: str,
    client_id: str | None = None,
) -> Run:
    """Plan the next run like ``run_id``: the same version, from another day on.

    Sessions that were planned by hand are planned again, as far into their week and by the same
    clock. Of those who lead it, ``leads`` come along in their roles if the network still has them.
    ``seen`` is the print of the copy as it was shown (``queries.copies``): raises Conflict when it
    would be another one now, and what ``create_run`` raises. ``client_id``: as there.
    """
    run = find_run(ctx, run_id, lock=client_id is not None)
    require(may_edit_run, ctx, run)
    plan = RunPlan(
        name=name,
        starts_on=starts_on,
        weeks=weeks,
        zone=zone,
        capacity=capacity,
        breaks=tuple(sorted(breaks)),
    )
    key = key_of_act(run.version_id, ctx.person, client_id)
    repeated = client_id is not None and db.session.get(Run, key) is not None
    copy = None if repeated else copy_of(ctx, run, plan, leads)
    if copy is not None and seen != copy.seen:
        raise Conflict(
            _("Somebody has changed this run meanwhile. Look at what would be made now.")
        )
    made = create_run(
        ctx,
        version_id=run.version_id,
        name=name,
        starts_on=starts_on,
        weeks=weeks,
        zone=zone,
        capacity=capacity,
        breaks=plan.breaks,
        client_id=client_id,
    )
    if copy is not None:
        _bring_along(ctx, made, copy)
        record(RunCopied(run_id=made.id, space_id=made.space_id, like_id=run.id))
    return made


def _bring_along(ctx: Context, made: Run, copy: Copy) -> None:
    for lead in copy.leads:
        add_member(ctx, made.space_id, lead.person.id, role=lead.role)
    for move in copy.extra:
        like = db.session.get_one(LiveSession, move.key)
        schedule_session(
            ctx,
            made.space_id,
            title=like.title,
            plan=like.plan,
            plan_html=like.plan_html,
            local_at=move.new,
            zone=move.zone,
            minutes=like.minutes,
        )
