"""Where the frame leads: home, each space of the rail, and the bar at the foot of a phone."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext as _

from community.home.queries.stages import stages
from community.home.rules import Stage
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.frame import Frame, FrameSpace, NavItem
from community.spaces.models import SpaceKind
from community.spaces.queries import rail


def contribute(ctx: Context, frame: Frame) -> None:
    """Put home first, order the rail, and say where it leads.

    The network first, then the runs that go on, those to come and those that are over; within each
    the newest first.
    """
    home = url_for("home.week")
    frame.nav.insert(0, NavItem(_("Home"), home, "home"))
    cohorts = [space.id for space in rail(ctx) if space.kind is SpaceKind.COHORT]
    how_far = stages(ctx, cohorts)
    frame.spaces.sort(key=lambda entry: (entry.id in cohorts, how_far.get(entry.id, Stage.COMING)))
    for entry in frame.spaces:
        entry.url = url_for("home.space", slug=entry.slug)
    runs = [entry for entry in frame.spaces if entry.id in cohorts]
    rest = list(frame.bar)

    def enter(space: FrameSpace | None) -> None:
        frame.bar[:] = [NavItem(_("Home"), home, "home"), *_ways_in(space, runs), *rest]
        for item in frame.bar:
            item.current = _is_in(item)

    frame.on_enter(enter)
    enter(next(iter(runs or frame.spaces), None))


def _is_in(item: NavItem) -> bool:
    """Whether the page is the one of an entry, or one that is reached from there."""
    here = request.path
    below = {
        "learn": here.endswith("/my-progress"),
        "talk": here.startswith("/threads/"),
        "live": here.startswith("/sessions/"),
        "me": here.startswith("/certificates"),
    }
    return here == item.url or here.startswith(f"{item.url}/") or below.get(item.icon, False)


def _ways_in(space: FrameSpace | None, runs: Sequence[FrameSpace]) -> list[NavItem]:
    """Return the ways into a space: the one a page is in, or else the first run of the rail."""
    if space is None:
        return []
    entries = [
        NavItem(_("Talk"), url_for("discussions.thread_list", slug=space.slug), "talk"),
        NavItem(_("Live"), url_for("live.session_list", slug=space.slug), "live"),
    ]
    learning = space if space in runs else next(iter(runs), None)
    if learning is not None:
        learn = url_for("progress.learn", slug=learning.slug)
        entries.insert(0, NavItem(_("Learn"), learn, "learn"))
    return entries
