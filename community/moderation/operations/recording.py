"""Each act of those who lead is a line of the record, in the same transaction."""

import uuid

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.moderation.models import Case, Decision, ModerationAct


def note_act(ctx: Context, case: Case, what: str, *, before: str, after: str) -> None:
    """Write down in the running unit of work what the actor did to a case."""
    db.session.add(
        ModerationAct(
            id=new_key(),
            space_id=case.space_id,
            case_id=case.id,
            about_id=case.author_id,
            by_id=ctx.person,
            what=what,
            before=before,
            after=after,
            at=ctx.now,
        )
    )


def note_setting(
    ctx: Context, space_id: uuid.UUID, what: str, *, before: object, after: object
) -> None:
    """Write down that the actor set what holds for a space from now on."""
    db.session.add(
        ModerationAct(
            id=new_key(),
            space_id=space_id,
            by_id=ctx.person,
            what=what,
            before=str(before),
            after=str(after),
            at=ctx.now,
        )
    )


def note_measure(
    ctx: Context,
    decision: Decision,
    what: str,
    *,
    before: str,
    after: str,
    case_id: uuid.UUID | None = None,
) -> None:
    """Write down what the actor did to a person, or to a measure about one."""
    db.session.flush()  # the line names the decision
    db.session.add(
        ModerationAct(
            id=new_key(),
            space_id=decision.space_id,
            case_id=case_id,
            decision_id=decision.id,
            about_id=decision.about_id,
            by_id=ctx.person,
            what=what,
            before=before,
            after=after,
            at=ctx.now,
        )
    )
