"""What a run is called, how many it takes, and who leads it."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.cohorts.events import RunChanged
from community.cohorts.models import Run
from community.cohorts.operations.dates import refuse_over
from community.cohorts.policy import find_run, may_edit_run, run_to_change
from community.cohorts.queries.people import network_of
from community.cohorts.rules import flaws_of_capacity, flaws_of_name
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.spaces.models import Membership, Role, Space
from community.spaces.operations import add_member, change_role, remove_member, rename_space
from community.spaces.policy import FACILITATING, visible_memberships


@operation
def edit_run(
    ctx: Context, run_id: uuid.UUID, *, name: str, capacity: int, revision: int | None = None
) -> Run:
    """Give a run another name, which is also its space's, and another number of seats.

    ``revision`` is the one that was read: raises Conflict where somebody has changed the run since,
    and for a run that is over; Invalid naming ``name`` or ``capacity``, which is never below the
    seats that are taken.
    """
    run = run_to_change(ctx, run_id, may_edit_run)
    space = db.session.get_one(Space, run.space_id)
    refuse_over(run)
    if (name, capacity) == (space.name, run.capacity):
        return run
    if revision is not None and revision != run.revision:
        raise Conflict(_("Somebody has changed this run meanwhile. Look at what it says now."))
    flaws = flaws_of_name(name) | flaws_of_capacity(capacity, taken=run.enrolled)
    if flaws:
        raise Invalid(_("The run cannot be like that."), fields=flaws)
    rename_space(ctx, run.space_id, name=name)
    run.capacity = capacity
    run.revision += 1
    record(RunChanged(run_id=run.id, space_id=run.space_id))
    return run


@operation
def appoint_lead(ctx: Context, run_id: uuid.UUID, user_id: uuid.UUID, *, role: Role) -> Membership:
    """Let somebody of the run's space, or of the network that keeps its course, lead the run.

    ``role`` is facilitator or organiser; a learner's seat is given back. Raises NotFound for
    anybody else, Forbidden, Invalid for another role, Conflict for a run that is over or archived.
    """
    run = run_to_change(ctx, run_id, may_edit_run, lock=False)
    refuse_over(run)
    if role not in FACILITATING - {Role.OWNER}:
        message = _("Choose facilitator or organiser.")
        raise Invalid(message, fields={"role": [message]})
    near = {run.space_id, network_of(run)}
    spaces = set(
        db.session.scalars(
            visible_memberships(ctx)
            .where(Membership.user_id == user_id, Membership.space_id.in_(near))
            .with_only_columns(Membership.space_id)
        )
    )
    if not spaces:
        raise NotFound(_("There is no such person."))
    if run.space_id in spaces:
        return change_role(ctx, run.space_id, user_id, role=role)
    return add_member(ctx, run.space_id, user_id, role=role)


@operation
def dismiss_lead(
    ctx: Context, run_id: uuid.UUID, user_id: uuid.UUID, *, role: Role | None
) -> Membership:
    """Let somebody lead a run no more: they learn in it, observe it, or (None) leave it.

    Raises NotFound for who does not lead it, Forbidden, Invalid for another role, Conflict for the
    last owner and, for a learner, where every seat is taken.
    """
    run = find_run(ctx, run_id)
    require(may_edit_run, ctx, run)
    leading = sa.and_(Membership.user_id == user_id, Membership.role.in_(FACILITATING))
    query = visible_memberships(ctx).where(Membership.space_id == run.space_id, leading)
    if db.session.scalar(query) is None:
        raise NotFound(_("There is no such person."))
    if role is None:
        return remove_member(ctx, run.space_id, user_id)
    if role in FACILITATING:
        message = _("Choose learner or observer.")
        raise Invalid(message, fields={"role": [message]})
    return change_role(ctx, run.space_id, user_id, role=role)
