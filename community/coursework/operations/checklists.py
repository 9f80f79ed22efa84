"""Ticking off what was done away from the screen."""

import datetime as dt
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import CHECKLIST
from community.coursework.models import Checklist
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Invalid
from community.kernel.operation import operation
from community.progress.operations import (
    Doing,
    Headway,
    count,
    done_at,
    enter,
    former_lines,
    headway,
    refuse_former,
    refuse_late,
    was_told,
)
from community.progress.rules.states import Kind


@operation
def tick(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    items: Collection[str],
    client_id: str,
    at: dt.datetime | None = None,
) -> Headway:
    """Let exactly these items of the actor's list be ticked, and no others.

    The most that were ticked at once counts, from ``at`` on, if that was earlier: unticking takes
    nothing back. What was ticked later, and told before, stays as it is. A repeat under the same
    ``client_id`` changes nothing. Raises NotFound for what is not open, Forbidden for who is not
    enrolled, Conflict for what was done in a closed run, for an activity that is no checklist and
    for the list of an earlier version that is another now, Invalid naming ``items`` for one that is
    not in the list.
    """
    doing = enter(ctx, run_id, activity_id, CHECKLIST.name)
    told = was_told(doing, client_id)
    if not told:
        _refuse_other_list(doing, activity_id)
    order = [item["id"] for item in doing.line.settings["items"]]
    if not set(items) <= set(order):
        raise Invalid(
            _("Some of this cannot be used."),
            fields={"items": [_("This item is not in the list.")]},
        )
    ticked = [key for key in order if key in items]
    if not told:
        refuse_late(ctx, doing, at=at)
        then = done_at(ctx, doing, at)
        row = db.session.scalar(
            sa.select(Checklist).where(
                Checklist.enrolment_id == doing.enrolment_id,
                Checklist.activity_id == doing.line.id,
            )
        )
        if row is None:
            row = Checklist(
                enrolment_id=doing.enrolment_id, activity_id=doing.line.id, changed_at=then
            )
            db.session.add(row)
        if row.changed_at <= then:
            row.ticked, row.changed_at = ticked, then
    return headway(doing, count(ctx, doing, Kind.TICKED, len(ticked), client_id, at=at))


def _refuse_other_list(doing: Doing, activity_id: uuid.UUID) -> None:
    """Raise Conflict where the items were others: an id may be that of another one now."""
    if doing.line.id == activity_id:
        return
    former = former_lines(doing.run).get(activity_id)
    if former is None or not former.same("items"):
        refuse_former(doing, activity_id)
