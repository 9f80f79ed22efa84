"""Where the frame leads: home, each space of the rail, and the bar at the foot of a phone."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.frame import Frame, NavItem
from community.spaces.models import SpaceKind
from community.spaces.queries import rail


def contribute(ctx: Context, frame: Frame) -> None:
    """Put home first, and say where the spaces of the rail lead; no statement."""
    home = url_for("home.week")
    frame.nav.insert(0, NavItem(_("Home"), home, "home"))
    frame.bar[0:0] = [NavItem(_("Home"), home, "home"), *_ways_in(ctx)]
    for entry in frame.spaces:
        entry.url = url_for("home.space", slug=entry.slug)


def _ways_in(ctx: Context) -> list[NavItem]:
    """Return the ways into the space one is in, or else into the newest cohort."""
    spaces = rail(ctx)
    here = (request.view_args or {}).get("slug")
    cohorts = [space for space in spaces if space.kind is SpaceKind.COHORT]
    space = next(
        (space for space in spaces if space.slug == here), (cohorts or spaces or [None])[0]
    )
    if space is None:
        return []
    learning: Any = space if space.kind is SpaceKind.COHORT else (cohorts or [None])[0]
    entries = [
        NavItem(_("Talk"), url_for("discussions.thread_list", slug=space.slug), "talk"),
        NavItem(_("Live"), url_for("live.session_list", slug=space.slug), "live"),
    ]
    if learning is not None:
        entries.insert(
            0, NavItem(_("Learn"), url_for("progress.learn", slug=learning.slug), "learn")
        )
    return entries
