"""The outline of a draft: modules and activities added, moved and removed.

Positions are 1 to n without gaps: they are given anew whenever something moves, while the draft's
row is held. Slugs are made of the titles and stay, unless two would be one.
"""

import uuid
from collections.abc import Sequence
from typing import TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.formats.files import MAX_ACTIVITIES, MAX_MODULES
from community.academy.kinds.builtin import KINDS
from community.academy.models import DraftActivity, DraftModule
from community.academy.operations.holding import (
    activities_of,
    held_activity,
    held_draft,
    held_module,
    key_in,
    modules_of,
    refuse_changed,
    refuse_other,
    renumber,
)
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.slugs import free_slug, slug_of

Placed = TypeVar("Placed", DraftModule, DraftActivity)


@operation
def add_module(
    ctx: Context, draft_id: uuid.UUID, *, title: str, client_id: str | None = None
) -> DraftModule:
    """Add an empty module at the end of a draft.

    ``client_id`` is the client's own id of this act: a repeat answers the module that is there.
    Raises NotFound, and Conflict where the course has as many as there can be.
    """
    draft = held_draft(ctx, draft_id)
    key = key_in(ctx, draft_id, client_id)
    earlier = db.session.get(DraftModule, key)
    if earlier is not None:
        return earlier
    rows = modules_of(draft)
    if len(rows) >= MAX_MODULES:
        raise Conflict(_("A course has at most %(most)d modules.", most=MAX_MODULES))
    module = DraftModule(
        id=key,
        draft_id=draft_id,
        position=len(rows) + 1,
        slug=free_slug(slug_of(title) or "module", {row.slug for row in rows}),
        lineage=new_key(),
        title=title,
        summary="",
        body="",
        opens_later=False,
        release="",
        changed_by=ctx.actor_id,
        changed_at=ctx.now,
    )
    db.session.add(module)
    draft.edits += 1
    return module


@operation
def move_module(ctx: Context, module_id: uuid.UUID, *, position: int) -> DraftModule:
    """Move a module to a position (from 1; beyond the end is the end); raises NotFound."""
    draft, module = held_module(ctx, module_id)
    rows = modules_of(draft)
    if _moved(rows, module, position):
        draft.edits += 1
    return module


@operation
def remove_module(ctx: Context, module_id: uuid.UUID, *, edits: int) -> None:
    """Take a module out of its draft, its activities with it.

    ``edits`` are those of the draft as it was read. Raises NotFound, and Conflict where anything in
    the draft changed since: somebody may be writing one of the activities.
    """
    draft, module = held_module(ctx, module_id)
    refuse_changed(draft, edits)
    execute(sa.delete(DraftActivity).where(DraftActivity.module_id == module_id))
    db.session.delete(module)
    db.session.flush()
    renumber(modules_of(draft))
    draft.edits += 1


@operation
def add_activity(
    ctx: Context,
    module_id: uuid.UUID,
    *,
    kind: str,
    title: str,
    client_id: str | None = None,
) -> DraftActivity:
    """Add an empty activity at the end of a module.

    ``client_id`` is the client's own id of this act: a repeat answers the activity that is there.
    Raises NotFound, Invalid naming ``kind`` for one that there is not, and Conflict where the
    module has as many as there can be.
    """
    draft, _module = held_module(ctx, module_id)
    if kind not in KINDS:
        message = _("There is no such kind of activity.")
        raise Invalid(_("Some of this cannot be used."), fields={"kind": [message]})
    key = key_in(ctx, module_id, client_id)
    earlier = db.session.get(DraftActivity, key)
    if earlier is not None:
        return earlier
    rows = activities_of(module_id)
    _refuse_full(rows)
    activity = DraftActivity(
        id=key,
        draft_id=draft.id,
        module_id=module_id,
        position=len(rows) + 1,
        slug=free_slug(slug_of(title) or slug_of(kind), {row.slug for row in rows}),
        lineage=new_key(),
        kind=kind,
        title=title,
        minutes=None,
        required=True,
        phase=None,
        front={},
        body="",
        changed_by=ctx.actor_id,
        changed_at=ctx.now,
    )
    db.session.add(activity)
    draft.edits += 1
    return activity


@operation
def move_activity(
    ctx: Context, activity_id: uuid.UUID, *, module_id: uuid.UUID, position: int
) -> DraftActivity:
    """Move an activity to a position (from 1; beyond the end is the end) in a module of its draft.

    Its slug stays unless the module has it already. Raises NotFound, and Conflict where the module
    has as many activities as there can be.
    """
    draft, activity = held_activity(ctx, activity_id)
    former = activity.module_id
    rows = activities_of(module_id)
    if module_id != former:
        module = db.session.get(DraftModule, module_id, populate_existing=True)
        if module is None or module.draft_id != draft.id:
            raise NotFound
        _refuse_full(rows)
        activity.slug = free_slug(activity.slug, {row.slug for row in rows})
        activity.module_id = module_id
        activity.position = 0  # no place of the new module's
        db.session.flush()
        renumber(activities_of(former))
        rows.append(activity)
    if _moved(rows, activity, position):
        draft.edits += 1
    return activity


@operation
def remove_activity(ctx: Context, activity_id: uuid.UUID, *, revision: int) -> None:
    """Take an activity out of its draft; raises NotFound, Conflict."""
    draft, activity = held_activity(ctx, activity_id)
    refuse_other(activity, revision)
    db.session.delete(activity)
    db.session.flush()
    renumber(activities_of(activity.module_id))
    draft.edits += 1


def _moved(rows: Sequence[Placed], row: Placed, position: int) -> bool:
    """Put ``row`` at ``position`` among ``rows``; return whether anything changed its place."""
    others = [other for other in rows if other is not row]
    others.insert(max(0, min(position - 1, len(others))), row)
    if [other.position for other in others] == list(range(1, len(others) + 1)):
        return False
    renumber(others)
    return True


def _refuse_full(rows: list[DraftActivity]) -> None:
    if len(rows) >= MAX_ACTIVITIES:
        raise Conflict(_("A module has at most %(most)d activities.", most=MAX_ACTIVITIES))
