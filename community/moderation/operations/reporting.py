"""A post is reported, in confidence."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.policy import hold_post
from community.kernel.context import Context
from community.kernel.db import execute, insert_missing
from community.kernel.errors import TooMany
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.policy import require
from community.moderation.models import Report
from community.moderation.operations.holding import open_case
from community.moderation.policy import may_report
from community.moderation.rules import MOST_REPORTS, REPORTS_WITHIN, Reason
from community.spaces.policy import belongs_to, refuse_archived


@operation
def report_post(ctx: Context, post_id: uuid.UUID, *, reason: Reason, note: str = "") -> None:
    """Tell those who look after a space that something is wrong with a post.

    A second report of the same person changes nothing. A report joins the open case of its post, or
    opens one. No event: the log would say who it was. Raises NotFound, Forbidden for one's own
    post, Conflict in an archived space, and TooMany for who has made ``MOST_REPORTS`` in a day.
    """
    thread, post = hold_post(ctx, post_id)  # the thread first: who decides waits for it, too
    require(may_report, ctx, post)
    refuse_archived(belongs_to(ctx, thread.space_id))
    mine = sa.select(Report.id).where(Report.reporter_id == ctx.person)
    if execute(mine.where(Report.post_id == post_id)).first() is not None:
        return
    lately = mine.where(Report.at > ctx.now - REPORTS_WITHIN).limit(MOST_REPORTS)
    if len(execute(lately).all()) >= MOST_REPORTS:
        said = _("You have reported many posts today. Write to who leads the space instead.")
        raise TooMany(said, retry_after=3600)
    row = {
        "id": new_key(),
        "case_id": open_case(ctx, thread.space_id, post),
        "post_id": post_id,
        "reporter_id": ctx.person,
        "reason": reason,
        "note": note,
        "at": ctx.now,
    }
    insert_missing(Report, row, unique=("post_id", "reporter_id"))
