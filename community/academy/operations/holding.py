"""Holding a draft while something in it changes, so that two who write do so in turn."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.academy.models import Course, CourseDraft, DraftActivity, DraftModule, Phase
from community.academy.policy import (
    visible_draft_activities,
    visible_draft_modules,
    visible_drafts,
)
from community.kernel import revisions
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.keys import key_of_act, new_key
from community.kernel.policy import find
from community.spaces.models import Space
from community.spaces.policy import refuse_archived

MAX_DRAFT = 4_000_000
"""Characters of all Markdown of a draft: its course's, its modules' and its activities'."""

_MEANWHILE = _l("Somebody else saved this meanwhile.")

Written = CourseDraft | DraftModule | DraftActivity


def held_draft(ctx: Context, draft_id: uuid.UUID) -> CourseDraft:
    """Return a draft, held until the commit; raises NotFound, Conflict in an archived space."""
    draft = find(visible_drafts(ctx), draft_id, lock=True)
    refuse_archived(space_of_course(draft.course_id))
    return draft


def space_of_course(course_id: uuid.UUID) -> Space:
    """Return the space that keeps a course."""
    keeper = sa.select(Space).join(Course, Course.space_id == Space.id)
    return db.session.scalars(keeper.where(Course.id == course_id)).one()


def held_module(ctx: Context, module_id: uuid.UUID) -> tuple[CourseDraft, DraftModule]:
    """Return a module as it is while its draft is held; raises NotFound."""
    draft = held_draft(ctx, find(visible_draft_modules(ctx), module_id).draft_id)
    module = db.session.get(DraftModule, module_id, populate_existing=True)
    if module is None:  # it was removed while we waited
        raise NotFound
    return draft, module


def held_activity(ctx: Context, activity_id: uuid.UUID) -> tuple[CourseDraft, DraftActivity]:
    """Return an activity as it is while its draft is held; raises NotFound."""
    draft = held_draft(ctx, find(visible_draft_activities(ctx), activity_id).draft_id)
    activity = db.session.get(DraftActivity, activity_id, populate_existing=True)
    if activity is None:
        raise NotFound
    return draft, activity


def key_in(ctx: Context, within: uuid.UUID, client_id: str | None) -> uuid.UUID:
    """Return the key of what an act makes, see ``key_of_act``; at the shell each is another."""
    return new_key() if ctx.actor_id is None else key_of_act(within, ctx.actor_id, client_id)


def modules_of(draft: CourseDraft) -> list[DraftModule]:
    """Return the modules of a draft that is held, in order."""
    statement = sa.select(DraftModule).where(DraftModule.draft_id == draft.id)
    return _in_order(statement.order_by(DraftModule.position))


def activities_of(module_id: uuid.UUID) -> list[DraftActivity]:
    """Return the activities of a module whose draft is held, in order."""
    statement = sa.select(DraftActivity).where(DraftActivity.module_id == module_id)
    return _in_order(statement.order_by(DraftActivity.position))


def _in_order(statement: sa.Select[Any]) -> list[Any]:
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def renumber(rows: Sequence[DraftModule | DraftActivity]) -> None:
    """Give rows the positions 1, 2, ... in the order in which they are given."""
    for position, row in enumerate(rows, 1):
        if row.position != position:
            row.position = position


def refuse_other(row: Written, revision: int) -> None:
    """Raise Conflict, with what is kept now, unless ``revision`` is that of the row."""
    revisions.refuse_other(row, revision, kept_of, words=_MEANWHILE)


def refuse_changed(draft: CourseDraft, edits: int) -> None:
    """Raise Conflict unless nothing in a draft has changed since it had so many ``edits``."""
    if draft.edits != edits:
        raise Conflict(_("This draft changed since you looked at it. Look at it again."))


def kept_of(row: Written) -> dict[str, Any]:
    """Return what is kept of a thing, as plain data: its texts, who saved them, and when."""
    names = {
        CourseDraft: ("title", "language", "licence", "summary", "body"),
        DraftModule: ("title", "summary", "body", "opens_later", "release"),
        DraftActivity: ("title", "minutes", "required", "phase", "front", "body"),
    }[type(row)]
    values = {name: getattr(row, name) for name in names}
    plain = {k: v.value if isinstance(v, Phase) else v for k, v in values.items()}
    return {
        **plain,
        "revision": row.revision,
        "changed_by": str(row.changed_by) if row.changed_by else None,
        "changed_at": row.changed_at.isoformat(),
    }


def write(
    ctx: Context, draft: CourseDraft, row: Written, revision: int, wanted: Mapping[str, Any]
) -> None:
    """Let a thing hold what is ``wanted``; nothing happens where it does already.

    Raises Conflict, with what is kept, where somebody saved something else since ``revision``, and
    where the texts of the draft would become too long.
    """
    longer = len(wanted.get("body", "")) > len(row.body)
    if not revisions.save_over(row, wanted, revision, kept_of, words=_MEANWHILE):
        return
    row.changed_by, row.changed_at = ctx.actor_id, ctx.now
    draft.edits += 1
    db.session.flush()
    if longer:
        refuse_too_long(draft)


def refuse_too_long(draft: CourseDraft) -> None:
    """Raise Conflict where all texts of a draft are longer than what a course can be made of."""
    total = sum(
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(sa.func.length(model.body)), 0)).where(
                model.draft_id == draft.id
            )
        )
        or 0
        for model in (DraftModule, DraftActivity)
    )
    if total + len(draft.body) > MAX_DRAFT:
        most = MAX_DRAFT
        raise Conflict(
            _("All texts of a course together have %(most)d characters at most.", most=most)
        )
