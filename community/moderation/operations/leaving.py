"""What becomes of reports and decisions when somebody deletes their account."""

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import operation
from community.moderation.models import Appeal, Case, Decision, Report


@operation
def erase(ctx: Context) -> None:
    """Cut the actor's reports from them, and wipe what was written to them and of them.

    That something was reported and decided stays, without words about the person. What they wrote
    as somebody who leads stays too: whom a decision concerns keeps its reason and the answer.
    """
    execute(
        sa.update(Report)
        .where(Report.reporter_id == ctx.actor_id)
        .values(reporter_id=None, note="")
    )
    of_mine = sa.select(Case.id).where(Case.author_id == ctx.actor_id)
    execute(sa.update(Report).where(Report.case_id.in_(of_mine)).values(note=""))
    about_me = Decision.about_id == ctx.actor_id
    mine = sa.select(Decision.id).where(about_me)
    execute(sa.update(Appeal).where(Appeal.decision_id.in_(mine)).values(text="", words=""))
    execute(sa.update(Decision).where(about_me).values(words="", note=""))
    execute(
        sa.update(Case)
        .where(Case.claimed_by == ctx.actor_id)
        .values(claimed_by=None, claimed_at=None)
    )
