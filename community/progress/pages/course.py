"""A run's course and its activities."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import (
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.academy.queries import ActivityLine, QuestionText, activity_content, quiz_questions
from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.markdown import headings
from community.kernel.schemas import load
from community.progress.operations import report_reading, submit_quiz
from community.progress.pages.base import here, pages
from community.progress.policy import (
    judge,
    may_see_answers,
    plan,
)
from community.progress.queries import (
    ActivityView,
    CourseView,
    Word,
    attempts_of,
    course_view,
    marked_quiz,
    standing_word,
    standing_words,
)
from community.progress.rules.states import Status
from community.progress.schemas import AnswersIn, ReadingIn
from community.spaces.models import Space

_READING, _ANSWERS = ReadingIn(), AnswersIn()
PLACED = {"discussion", "live_session"}
ANSWER = "answer."  # before a question's id, in the names of a quiz's fields


# ------------------------------------------------------------------ the course


@pages.route("/spaces/<slug>/learn")
@signed_in
def learn(slug: str) -> str:
    """Show the modules of a run: what is open, where one stands, what is missing and why."""
    ctx, space, run = here(slug)
    view = course_view(ctx, run)
    return render_template("progress/learn.html", space=space, view=view, said=_said(view))


# ------------------------------------------------------------------ one activity


@pages.route("/spaces/<slug>/learn/<int:module>/<int:activity>")
@signed_in
def activity(slug: str, module: int, activity: int) -> AnyResponse:
    """Show an activity that is open; of a locked module only what opens it is said."""
    ctx, space, run = here(slug)
    try:
        view, mine = _activity(ctx, run, module, activity)
    except NotFound:
        return _locked_page(space, course_view(ctx, run), module)
    return _activity_page(space, view, mine)


def _locked_page(space: Space, view: CourseView, position: int) -> AnyResponse:
    """Say of a locked module what Learn says of it, whichever activity was asked for.

    Raises NotFound where there is no such module, where it is open, or only outlined.
    """
    found = view.module(position)
    if found.access.open or not found.activities:
        raise NotFound
    html = render_template("progress/locked.html", space=space, view=view, module=found)
    return make_response(html, 404)


def _activity(
    ctx: Context, run: Run, module: int, activity: int
) -> tuple[CourseView, ActivityView]:
    """Find an open activity by its place in the course."""
    line = _line(ctx, run, module, activity)
    view = course_view(ctx, run, with_places=line.kind in PLACED)
    found = view.module(module)
    if not found.access.open:
        raise NotFound
    return view, next(a for a in found.activities if a.line.id == line.id)


def _line(ctx: Context, run: Run, module: int, activity: int) -> ActivityLine:
    found = plan(run.version_id).outline.module(module)
    for line in found.activities if found else ():
        if line.position == activity:
            return line
    raise NotFound


def _activity_page(
    space: Space,
    view: CourseView,
    mine: ActivityView,
    *,
    picked: dict[str, list[str]] | None = None,
    errors: dict[str, Any] | None = None,
    problem: str = "",
    status: int = 200,
) -> AnyResponse:
    line = mine.line
    content = activity_content(line.id)
    quiz = None
    questions: Sequence[QuestionText] = ()
    if line.kind == "quiz" and may_see_answers(current_context(), view.run):
        questions = quiz_questions(line.id)
    elif line.kind == "quiz":
        enrolment_id = view.mine.enrolment_id
        attempts = attempts_of(enrolment_id, line.id) if enrolment_id else []
        quiz = marked_quiz(line, attempts, picked=picked)
    before, after = view.around(line.id)
    module = view.module(mine.module_position)
    html = render_template(
        "progress/activity.html",
        space=space,
        view=view,
        module=module,
        following=_following(view, module.module.position),
        activity=mine,
        content=content,
        text=_with_lead(content.html),
        headings=headings(content.html),
        quiz=quiz,
        questions=questions,
        word=_word(view, mine),
        before=before,
        after=after,
        nonce=new_key().hex,
        errors=errors or {},
        problem=problem,
    )
    return make_response(html, status)


def _following(view: CourseView, position: int) -> Any:
    """Return the next module that has something in it, open or not."""
    later = (m for m in view.modules if m.module.position > position and m.activities)
    return next(later, None)


def _with_lead(html: str) -> Markup:
    """Set the first paragraph of a sanitised text larger."""
    if html.startswith("<p>"):
        html = html.replace("<p>", '<p class="first">', 1)
    return Markup(html)  # noqa: S704  # rendered and sanitised when it was imported


def _said(view: CourseView) -> Mapping[uuid.UUID, Word]:
    """Return the decisions that stand, by activity; asked for only where there are any."""
    activities = (a for module in view.modules for a in module.activities)
    if view.mine.enrolment_id is None or not any(map(_is_decided, activities)):
        return {}
    return standing_words(view.mine.enrolment_id)


def _word(view: CourseView, mine: ActivityView) -> Word | None:
    """Return the decision that stands on an activity, asked for only where there is one."""
    enrolment_id = view.mine.enrolment_id
    if enrolment_id is None or not _is_decided(mine):
        return None
    return standing_word(enrolment_id, mine.line.id)


def _is_decided(mine: ActivityView) -> bool:
    """Whether evidence does not explain that it is settled."""
    return mine.settled and not (
        mine.status is Status.DONE and judge(mine.line)(mine.evidence).done
    )


@pages.route("/spaces/<slug>/learn/<int:module>/<int:activity>/read", methods=["POST"])
@signed_in
@takes("client_id")
def finish(slug: str, module: int, activity: int) -> AnyResponse:
    """Say that a page was read to its end."""
    ctx, _space, run = here(slug)
    _view, mine = _activity(ctx, run, module, activity)
    given = load(_READING, {"fraction": 1.0, "client_id": request.form.get("client_id", "")})
    report_reading(ctx, run.id, mine.line.id, **given)
    return _back_to(slug, module, activity, "finish")


@pages.route("/spaces/<slug>/learn/<int:module>/<int:activity>/answers", methods=["POST"])
@signed_in
@takes("client_id", "answer.")
def answer(slug: str, module: int, activity: int) -> AnyResponse:
    """Hand in a quiz; what cannot be taken comes back with what was picked."""
    ctx, space, run = here(slug)
    _view, mine = _activity(ctx, run, module, activity)
    form = request.form
    picked = {
        name.removeprefix(ANSWER): form.getlist(name) for name in form if name.startswith(ANSWER)
    }
    try:
        given = load(_ANSWERS, {"answers": picked, "client_id": form.get("client_id", "")})
        submit_quiz(ctx, run.id, mine.line.id, **given)
    except (Invalid, Conflict) as error:
        view, mine = _activity(ctx, run, module, activity)
        return _activity_page(
            space,
            view,
            mine,
            picked=picked,
            errors=_answer_errors(error),
            problem=str(error.message),
            status=error.status,
        )
    return _back_to(slug, module, activity, "verdict")


def _answer_errors(error: Invalid | Conflict) -> dict[str, Any]:
    """Return messages by the id of their question."""
    wrong = error.fields.get("answers", {}) if isinstance(error, Invalid) else {}
    return wrong if isinstance(wrong, dict) else {}


def _back_to(slug: str, module: int, activity: int, anchor: str) -> Response:
    where = url_for(
        "progress.activity", slug=slug, module=module, activity=activity, _anchor=anchor
    )
    found: Response = redirect(where, 303)  # type: ignore[assignment]
    return found
