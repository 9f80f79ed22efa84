"""Where a page about a thread stands: in the tabs of its space."""

import uuid
from typing import Any, NamedTuple

from community.discussions.pages.posts import post_url
from community.discussions.queries import thread_head, waiting_place
from community.kernel.addresses import url_for
from community.kernel.context import Context
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


def place_of_post(ctx: Context, row: Any) -> dict[str, Any]:
    """Return the same for a row of ``words_of``, or a post, that may wait for approval."""
    if row.number > 0:
        return place_of(thread_head(ctx, row.thread_id), row.number)
    place = waiting_place(ctx, row.id)
    back = (
        url_for("discussions.thread", thread_id=place.id, _anchor="waiting")
        if place.begun
        else url_for("discussions.thread_list", slug=place.space_slug, _anchor="waiting")
    )
    return {"thread": place, "tabs": thread_tabs(place), "back": back}
