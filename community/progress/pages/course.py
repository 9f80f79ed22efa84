"""A run's course: what is open, where one stands, what is missing."""

import uuid
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import render_template, request

from community.kernel.doors import signed_in
from community.kernel.errors import NotFound
from community.kernel.pages import part_of
from community.progress.pages.blueprint import here, pages
from community.progress.queries import CourseView, ModuleView, Word, course_view, standing_words
from community.progress.rules.completion import Outcome
from community.progress.rules.unlocking import Lock
from community.progress.rules.windows import window

MISSING_SHOWN = 30


class Part(NamedTuple):
    """Modules of a course that stand on one page; ``before`` and ``after`` lead to its neighbours.

    Both are the position of a module, None where there is no further page.
    """

    modules: Sequence[ModuleView]
    before: int | None
    after: int | None

    @property
    def is_all(self) -> bool:
        return self.before is None and self.after is None


@pages.route("/spaces/<slug>/learn")
@signed_in
def learn(slug: str) -> str:
    """Show the modules of a run: what is open, where one stands, what is missing and why.

    A long course comes in parts; without ``module`` (a position) it is where one goes on.
    """
    ctx, space, run = here(slug)
    view = course_view(ctx, run)
    part = _part(view)
    completed = view.mine.outcome is Outcome.COMPLETED
    return render_template(
        "progress/learn.html",
        space=space,
        view=view,
        part=part,
        missing_shown=MISSING_SHOWN,
        said=_said(view, part),
        above=part_of("learn.completed", ctx, space) if completed else None,
    )


def _part(view: CourseView) -> Part:
    shown = [module for module in view.modules if module.access.lock is not Lock.LATER]
    asked = request.args.get("module", "")
    if asked.isdecimal() and len(asked) < 6:
        position = int(asked)
    elif asked:
        raise NotFound
    else:
        position = view.next.module_position if view.next else 1
    at = sum(module.module.position < position for module in shown)
    sizes = [len(module.activities) for module in shown]
    start, end = window(sizes, min(at, max(0, len(shown) - 1)))
    return Part(
        shown[start:end],
        shown[start - 1].module.position if start else None,
        shown[end].module.position if end < len(shown) else None,
    )


def _said(view: CourseView, part: Part) -> Mapping[uuid.UUID, Word]:
    """Return the decisions that stand, by activity; asked for only where there are any."""
    settled = (a.settled for module in part.modules for a in module.activities)
    if view.mine.enrolment_id is None or not view.mine.decided or not any(settled):
        return {}
    return standing_words(view.mine.enrolment_id)
