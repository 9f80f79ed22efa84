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
from community.progress.operations import Outcome, count, enter, outcome, refuse_late, was_told
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
) -> Outcome:
    """Let exactly these items of the actor's list be ticked, and no others.

    The most that were ticked at once counts, from ``at`` on, if that was earlier: unticking takes
    nothing back. A repeat under the same ``client_id`` changes nothing. Raises NotFound for
    what is not open, Forbidden for who is not enrolled, Conflict for what was done in a closed run
    or for an activity that is no checklist, Invalid naming ``items`` for one that is not in the
    list.
    """
    doing = enter(ctx, run_id, activity_id, CHECKLIST.name)
    order = [item["id"] for item in doing.line.settings["items"]]
    if not set(items) <= set(order):
        raise Invalid(
            _("Some of this cannot be used."),
            fields={"items": [_("This item is not in the list.")]},
        )
    ticked = [key for key in order if key in items]
    if not was_told(doing, client_id):
        refuse_late(ctx, doing, at=at)
        row = db.session.scalar(
            sa.select(Checklist).where(
                Checklist.enrolment_id == doing.enrolment_id,
                Checklist.activity_id == doing.line.id,
            )
        )
        if row is None:
            row = Checklist(enrolment_id=doing.enrolment_id, activity_id=doing.line.id)
            db.session.add(row)
        row.ticked, row.changed_at = ticked, ctx.now
    return outcome(doing, count(ctx, doing, Kind.TICKED, len(ticked), client_id, at=at))
