"""The bar at the foot of a phone: home and me stand there already; learn, talk and live between."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.frame import Frame, NavItem
from community.spaces.models import SpaceKind
from community.spaces.queries import rail


def contribute(ctx: Context, frame: Frame) -> None:
    """Add the ways into the space one is in, or else into the newest cohort; no statement."""
    spaces = rail(ctx)
    here = (request.view_args or {}).get("slug")
    cohorts = [space for space in spaces if space.kind is SpaceKind.COHORT]
    space = next(
        (space for space in spaces if space.slug == here), (cohorts or spaces or [None])[0]
    )
    if space is None:
        return
    learning: Any = space if space.kind is SpaceKind.COHORT else (cohorts or [None])[0]
    entries = [
        NavItem(_("Talk"), url_for("discussions.thread_list", slug=space.slug), "talk"),
        NavItem(_("Live"), url_for("live.session_list", slug=space.slug), "live"),
    ]
    if learning is not None:
        entries.insert(
            0, NavItem(_("Learn"), url_for("progress.learn", slug=learning.slug), "learn")
        )
    frame.bar[1:1] = entries
