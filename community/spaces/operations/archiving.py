"""Putting a space away, and taking it out again."""

import uuid

from community.kernel.context import Context
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
from community.spaces.events import SpaceArchived, SpaceReopened
from community.spaces.models import Space
from community.spaces.policy import may_archive_space, visible_archivable_spaces


@operation
def archive_space(ctx: Context, space_id: uuid.UUID) -> Space:
    """Archive a space: its people keep reading, nothing new is written there."""
    space = find(visible_archivable_spaces(ctx), space_id, lock=True)
    require(may_archive_space, ctx, space)
    if space.archived_at is None:
        space.archived_at = ctx.now
        record(SpaceArchived(space_id=space.id))
    return space


@operation
def reopen_space(ctx: Context, space_id: uuid.UUID) -> Space:
    """Take ``archive_space`` back."""
    space = find(visible_archivable_spaces(ctx), space_id, lock=True)
    require(may_archive_space, ctx, space)
    if space.archived_at is not None:
        space.archived_at = None
        record(SpaceReopened(space_id=space.id))
    return space
