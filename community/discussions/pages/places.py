"""Where a page about a thread stands: in the tabs of its space."""

import uuid
from typing import Any, NamedTuple

from community.discussions.pages.posts import post_url
from community.kernel.frame import NavItem
from community.kernel.pages import space_tabs
from community.spaces.models import SpaceKind


class _Space(NamedTuple):
    """A space as its tabs need it."""

    id: uuid.UUID
    slug: str
    kind: SpaceKind


def thread_tabs(head: Any) -> list[NavItem]:
    """Return the tabs of the space of a thread, as ``thread_head`` returns it."""
    space = _Space(head.space_id, head.space_slug, head.space_kind)
    return space_tabs(space, "discussions.thread_list")


def place_of(head: Any, at: int) -> dict[str, Any]:
    """Return what every page about a post reads: its thread, its tabs, the way back to it."""
    return {"thread": head, "tabs": thread_tabs(head), "back": post_url(head.id, at)}
