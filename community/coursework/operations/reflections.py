"""Writing a reflection: kept as one writes, handed in for those it is said to be for, taken back.

A text is rendered before its act begins, as posts are.
"""

import uuid
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import REFLECTION
from community.academy.kinds.reflection.kind import Readers, words_in
from community.cohorts.policy import find_run
from community.coursework.models import Reflection
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Invalid
from community.kernel.operation import operation
from community.kernel.revisions import save_over
from community.progress.operations import (
    Doing,
    Headway,
    count,
    enter,
    headway,
    refuse_former,
    refuse_over,
    was_told,
)
from community.progress.operations.locking import lock_summaries
from community.progress.policy import line_now, standing
from community.progress.rules.states import Kind


@operation
def save_draft(
    ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID, *, text: str, revision: int
) -> Reflection:
    """Keep what the actor has written so far; nobody else reads it, and nothing is counted.

    ``revision`` is that of what they began from, 0 for nothing. Raises NotFound, Forbidden,
    Conflict in a closed run or an archived space, and, with what is kept, where another text was
    saved meanwhile: two windows are open.
    """
    doing = enter(ctx, run_id, activity_id, REFLECTION.name)
    refuse_over(ctx, doing.run)
    return _written(ctx, doing, text, revision)


def hand_in_reflection(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    text: str,
    revision: int,
    client_id: str,
) -> Headway:
    """Let a text of the actor's be read by those the activity says, in place of an earlier one.

    A repeat under the same ``client_id`` changes nothing. Raises what ``save_draft`` does, Conflict
    for a reflection of an earlier version of the course, and Invalid for fewer or more words than
    the activity asks for.
    """
    # Texts share a page: without their own prefix two footnotes or headings would clash.
    prefix = f"r{uuid.uuid5(activity_id, str(ctx.actor_id)).hex[-10:]}-"
    html = markdown.render(text, lowest_heading=3, id_prefix=prefix)
    return _hand_in(
        ctx, run_id, activity_id, text=text, html=html, revision=revision, client_id=client_id
    )


@operation
def _hand_in(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    text: str,
    html: str,
    revision: int,
    client_id: str,
) -> Headway:
    """Do what ``hand_in_reflection`` says, with a text that is rendered."""
    doing = enter(ctx, run_id, activity_id, REFLECTION.name)
    asked: int = doing.line.settings["words"]
    if not was_told(doing, client_id):
        refuse_over(ctx, doing.run)
        refuse_former(doing, activity_id)  # other people may read it there than were told
        _refuse_length(doing, words_in(text))
        row = _written(ctx, doing, text, revision)
        if row.text is None:
            row.handed_in_at = ctx.now
        elif row.text != text:
            row.changed_at = ctx.now
        row.text, row.html = text, html
        row.readers = Readers(doing.line.settings["readers"])
    return headway(doing, count(ctx, doing, Kind.WROTE, asked, client_id))


@operation
def take_back_reflection(ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID) -> None:
    """Let nobody but the actor read their text any more; it stays in their box as a draft.

    It can be done whatever became of the run, also while its module is shut, and what was done
    stays done. Raises NotFound, Forbidden for who is not enrolled.
    """
    run = find_run(ctx, run_id)
    mine, row = standing(ctx, run).enrolment_id, None
    if mine is not None:
        lock_summaries(ctx, run, [mine])
        line = line_now(run, activity_id)  # under the lock: the run may have been moved meanwhile
        row = _row(mine, line.id) if line is not None else None
    if row is None:
        enter(ctx, run_id, activity_id, REFLECTION.name)  # says what is not found, and who may not
        return
    if row.text is None:
        return
    row.text, row.html, row.readers = None, "", None
    row.handed_in_at = row.changed_at = None
    row.revision += 1


def _row(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> Reflection | None:
    found: Reflection | None = db.session.scalar(
        sa.select(Reflection)
        .where(
            Reflection.enrolment_id == enrolment_id,
            Reflection.activity_id == activity_id,
        )
        .execution_options(populate_existing=True)
    )
    return found


def _written(ctx: Context, doing: Doing, text: str, revision: int) -> Reflection:
    """Return the row with this draft in it; the same text again is no other one."""
    row = _row(doing.enrolment_id, doing.line.id)
    if row is None:
        row = Reflection(
            enrolment_id=doing.enrolment_id,
            activity_id=doing.line.id,
            draft="",
            revision=0,
            saved_at=ctx.now,
        )
        db.session.add(row)
    if save_over(row, {"draft": text}, revision, kept_of):
        row.saved_at = ctx.now
    return row


def kept_of(row: Reflection) -> dict[str, Any]:
    """Return what is kept of a draft, as plain data."""
    return {"text": row.draft, "revision": row.revision, "saved_at": row.saved_at.isoformat()}


def _refuse_length(doing: Doing, words: int) -> None:
    least, most = doing.line.settings["words"], doing.line.settings["most"]
    if words < least:
        message = _(
            "It takes at least %(least)d words; these are %(words)d.", least=least, words=words
        )
    elif words > most:
        message = _("It takes at most %(most)d words; these are %(words)d.", most=most, words=words)
    else:
        return
    raise Invalid(_("Some of this cannot be used."), fields={"text": [message]})
