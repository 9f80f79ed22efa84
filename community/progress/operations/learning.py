"""What learners do themselves: read."""

import datetime as dt
import uuid

from flask_babel import gettext as _

from community.academy.kinds.builtin import PAGE
from community.kernel.context import Context
from community.kernel.errors import Invalid
from community.kernel.operation import operation
from community.progress.operations.doing import Headway, count, enter, headway, refuse_late
from community.progress.rules.states import Kind


@operation
def report_reading(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    fraction: float,
    client_id: str,
    at: dt.datetime | None = None,
) -> Headway:
    """Say how far into a page the actor has read: ``fraction`` of it, 0..1.

    The furthest point counts, from ``at`` on, if that was earlier. A repeat under the same
    ``client_id`` changes nothing. Raises NotFound for what is not open, Forbidden for who is not
    enrolled, Conflict for what was done in a closed run or for an activity that is no page, Invalid
    for a fraction out of range.
    """
    if not 0 <= fraction <= 1:
        raise Invalid(
            _("Some of this cannot be used."),
            fields={"fraction": [_("This must be from 0 to 1.")]},
        )
    doing = enter(ctx, run_id, activity_id, PAGE.name)
    refuse_late(ctx, doing, client_id, at=at)
    return headway(doing, count(ctx, doing, Kind.READ, fraction, client_id, at=at))
