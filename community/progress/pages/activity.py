"""One activity of a course: its text, and under it what somebody does in it.

What is done in a page, a discussion or a session is shown here; for every other kind a feature
above adds its part, at the place "activity.<kind>" (``Feature.parts``).
"""

import dataclasses
import uuid
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.academy.queries import ActivityLine, Content, activity_content, with_lead
from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, NotFound
from community.kernel.feature import Part
from community.kernel.keys import new_key
from community.kernel.markdown import headings
from community.kernel.pages import part_of
from community.kernel.schemas import load
from community.progress.operations import report_reading
from community.progress.pages.blueprint import here, pages
from community.progress.policy import judge, plan
from community.progress.queries import (
    ActivityView,
    CourseView,
    ModuleView,
    Word,
    course_view,
    standing_word,
)
from community.progress.rules.states import Status
from community.progress.schemas import ReadingIn
from community.spaces.models import Space

_READING = ReadingIn()
PLACED = {"discussion", "live_session"}
VERSION = "version"  # the field of a form that says from which version of the course it was made


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An open activity as its page shows it to whoever reads; ``nonce`` names what they do next."""

    space: Space
    view: CourseView
    module: ModuleView
    activity: ActivityView
    content: Content
    nonce: str

    @property
    def run(self) -> Run:
        return self.view.run

    @property
    def line(self) -> ActivityLine:
        return self.activity.line

    @property
    def enrolment_id(self) -> uuid.UUID | None:
        """The enrolment of a reader who learns here."""
        return self.view.mine.enrolment_id

    @property
    def counts(self) -> bool:
        """Whether what the reader does here is counted: they learn, and the run is not over."""
        return self.view.tracked and not self.view.closed

    @property
    def place(self) -> dict[str, Any]:
        """What addresses of this activity are made of."""
        return {
            "slug": self.space.slug,
            "module": self.module.module.position,
            "activity": self.line.position,
        }


@pages.route("/spaces/<slug>/learn/<int:module>/<int:activity>")
@signed_in
def activity(slug: str, module: int, activity: int) -> AnyResponse:
    """Show an activity that is open; of a locked module only what opens it is said."""
    try:
        return activity_page(shown(slug, module, activity))
    except NotFound:
        ctx, space, run = here(slug)
        return _locked_page(space, course_view(ctx, run), module)


def _locked_page(space: Space, view: CourseView, position: int) -> AnyResponse:
    """Say of a locked module what Learn says of it, whichever activity was asked for.

    Raises NotFound where there is no such module, where it is open, or only outlined.
    """
    found = view.module(position)
    if found.access.open or not found.activities:
        raise NotFound
    html = render_template("progress/locked.html", space=space, view=view, module=found)
    return make_response(html, 404)


def shown(slug: str, module: int, activity: int) -> Shown:
    """Find an open activity by its place in the course; raises NotFound.

    A form says from which version of the course its page was made: raises Conflict where the run
    has gone on with a newer one, in which another activity may stand at this place.
    """
    ctx, space, run = here(slug)
    if request.form.get(VERSION, str(run.version_id)) != str(run.version_id):
        raise Conflict(
            _("The course has a newer version since this page was opened. Look at it once more.")
        )
    line = _line(ctx, run, module, activity)
    view = course_view(ctx, run, with_places=line.kind in PLACED, about=line.id)
    found = view.module(module)
    if not found.access.open:
        raise NotFound
    return Shown(
        space=space,
        view=view,
        module=found,
        activity=next(a for a in found.activities if a.line.id == line.id),
        content=activity_content(line.id),
        nonce=new_key().hex,
    )


def _line(ctx: Context, run: Run, module: int, activity: int) -> ActivityLine:
    found = plan(run.version_id).outline.module(module)
    for line in found.activities if found else ():
        if line.position == activity:
            return line
    raise NotFound


def activity_page(what: Shown, *, part: Part | None = None, status: int = 200) -> AnyResponse:
    """Return the page of an activity; ``part`` stands for its own, to say what was not taken."""
    before, after = what.view.around(what.line.id)
    html = render_template(
        "progress/activity.html",
        space=what.space,
        view=what.view,
        module=what.module,
        following=_following(what.view, what.module.module.position),
        activity=what.activity,
        content=what.content,
        text=with_lead(what.content.html),
        headings=headings(what.content.html),
        part=part or part_of(f"activity.{what.line.kind}", current_context(), what),
        word=_word(what.view, what.activity),
        before=before,
        after=after,
        nonce=what.nonce,
    )
    return make_response(html, status)


def _following(view: CourseView, position: int) -> Any:
    """Return the next module that has something in it, open or not."""
    later = (m for m in view.modules if m.module.position > position and m.activities)
    return next(later, None)


def _word(view: CourseView, mine: ActivityView) -> Word | None:
    """Return the decision that stands on an activity, asked for only where there is one."""
    enrolment_id = view.mine.enrolment_id
    if enrolment_id is None or not is_decided(mine):
        return None
    return standing_word(enrolment_id, mine.line.id)


def is_decided(mine: ActivityView) -> bool:
    """Whether evidence does not explain that an activity is settled."""
    return mine.settled and not (
        mine.status is Status.DONE and judge(mine.line)(mine.evidence).done
    )


@pages.route("/spaces/<slug>/learn/<int:module>/<int:activity>/read", methods=["POST"])
@signed_in
@takes("client_id", VERSION)
def finish(slug: str, module: int, activity: int) -> AnyResponse:
    """Say that a page was read to its end."""
    what = shown(slug, module, activity)
    given = load(_READING, {"fraction": 1.0, "client_id": request.form.get("client_id", "")})
    report_reading(current_context(), what.run.id, what.line.id, **given)
    return back_to(what, "finish")


def back_to(what: Shown, anchor: str) -> Response:
    """Return the way back to an activity's page after something was done in it."""
    where = url_for("progress.activity", **what.place, _anchor=anchor)
    found: Response = redirect(where, 303)  # type: ignore[assignment]
    return found
