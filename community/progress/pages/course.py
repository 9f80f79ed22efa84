"""A run's course: what is open, where one stands, what is missing."""

import uuid
from collections.abc import Mapping

from flask import render_template

from community.kernel.doors import signed_in
from community.kernel.pages import part_of
from community.progress.pages.activity import is_decided
from community.progress.pages.blueprint import here, pages
from community.progress.queries import CourseView, Word, course_view, standing_words
from community.progress.rules.completion import Outcome


@pages.route("/spaces/<slug>/learn")
@signed_in
def learn(slug: str) -> str:
    """Show the modules of a run: what is open, where one stands, what is missing and why."""
    ctx, space, run = here(slug)
    view = course_view(ctx, run)
    completed = view.mine.outcome is Outcome.COMPLETED
    above = part_of("learn.completed", ctx, space) if completed else None
    return render_template(
        "progress/learn.html", space=space, view=view, said=_said(view), above=above
    )


def _said(view: CourseView) -> Mapping[uuid.UUID, Word]:
    """Return the decisions that stand, by activity; asked for only where there are any."""
    activities = (a for module in view.modules for a in module.activities)
    if view.mine.enrolment_id is None or not any(map(is_decided, activities)):
        return {}
    return standing_words(view.mine.enrolment_id)
