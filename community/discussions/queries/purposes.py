"""What a thread is there for, which features above know."""

import uuid

from community.kernel.context import Context
from community.kernel.frame import NavItem
from community.kernel.installed import installed


def purpose_of(ctx: Context, thread_id: uuid.UUID) -> NavItem | None:
    """Return what a thread is there for, by the first feature that knows; for pages."""
    asked = (feature.purpose for feature in installed().features if feature.purpose)
    return next((found for purpose in asked if (found := purpose(ctx, thread_id))), None)


def begun_for_what(thread_id: uuid.UUID) -> str | None:
    """Return what a thread was begun for, in words; None: for itself, so it can go elsewhere."""
    asked = (feature.begun_for for feature in installed().features if feature.begun_for)
    return next((found for begun_for in asked if (found := begun_for(thread_id))), None)
