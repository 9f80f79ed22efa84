"""The pages of a course: its outline, one activity; the matrix and records for facilitators."""

import uuid
from typing import Any, NamedTuple

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.academy.queries import ActivityLine, activity_content
from community.accounts.queries import people
from community.cohorts.models import Enrolment, Run
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.markdown import headings
from community.kernel.paging import LIMIT
from community.kernel.policy import find, require
from community.kernel.schemas import load
from community.progress.operations import decide, report_reading, submit_quiz
from community.progress.policy import (
    judge,
    may_decide,
    may_see_everybody,
    plan,
    visible_records,
)
from community.progress.queries import (
    CELLS,
    SHOWS,
    ActivityView,
    CourseView,
    Word,
    attempts_of,
    course_view,
    deeds,
    marked_quiz,
    matrix,
    record_view,
    space_and_run,
    standing_word,
    words_on,
)
from community.progress.rules.states import Status
from community.progress.schemas import AnswersIn, DecisionIn, ReadingIn
from community.spaces.models import Space

pages = Blueprint("progress", __name__)

_READING, _ANSWERS, _DECISION = ReadingIn(), AnswersIn(), DecisionIn()
PLACED = {"discussion", "live_session"}
ANSWER = "answer."  # before a question's id, in the names of a quiz's fields
TAKE_BACK = "take_back"
STATUS_WORDS = {
    Status.BEGUN: _l("Begun"),
    Status.DONE: _l("Done"),
    Status.EXCUSED: _l("Excused"),
    Status.WAIVED: _l("Waived"),
}
CELL_WORDS = {
    "done": _l("done"),
    "begun": _l("begun"),
    "late": _l("late"),
    "excused": _l("excused"),
    "waived": _l("waived"),
    "open": _l("not begun"),
    "locked": _l("not open"),
}


class _Here(NamedTuple):
    """The run of an address, with its space."""

    ctx: Context
    space: Space
    run: Run


def _here(slug: str) -> _Here:
    ctx = current_context()
    space, run = space_and_run(ctx, slug)
    if run is None:
        raise NotFound(_("There is nothing here, or it is not open to you."))
    return _Here(ctx, space, run)


@pages.app_template_global()
def status_word(status: Status | None) -> str:
    """Return what a state is called; empty for none."""
    return str(STATUS_WORDS[status]) if status else ""


@pages.app_template_global()
def cell_words() -> dict[str, str]:
    """Return what each cell of the matrix is called, in the order of a legend."""
    return {name: str(word) for name, word in CELL_WORDS.items()}


@pages.app_template_global()
def cell_names() -> dict[str, str]:
    """Return what the letters of a row of the matrix mean."""
    return dict(CELLS)


@pages.app_template_filter("inline")
def inline(html: str) -> Markup:
    """Return rendered Markdown for a place inside a line: one paragraph loses its tags."""
    head, tail = parted(html)
    return head if not tail else Markup(html)  # noqa: S704  # sanitised when it was rendered


@pages.app_template_filter("parted")
def parted(html: str) -> tuple[Markup, Markup]:
    """Return the inside of the first paragraph of rendered Markdown, and what follows it."""
    if not html.startswith("<p>"):
        return Markup(), Markup(html)  # noqa: S704  # sanitised when it was rendered
    head, _end, tail = html.removeprefix("<p>").partition("</p>")
    return Markup(head), Markup(tail.strip())  # noqa: S704  # as above


# ------------------------------------------------------------------ the course


@pages.route("/spaces/<slug>/learn")
@signed_in
def learn(slug: str) -> str:
    """Show the modules of a run: what is open, where one stands, what is missing and why."""
    ctx, space, run = _here(slug)
    return render_template("progress/learn.html", space=space, view=course_view(ctx, run))


# ------------------------------------------------------------------ one activity


@pages.route("/spaces/<slug>/learn/<int:module>/<int:activity>")
@signed_in
def activity(slug: str, module: int, activity: int) -> AnyResponse:
    """Show an activity that is open; a locked one is not found."""
    ctx, space, run = _here(slug)
    view, mine = _activity(ctx, run, module, activity)
    return _activity_page(space, view, mine)


def _activity(
    ctx: Context, run: Run, module: int, activity: int
) -> tuple[CourseView, ActivityView]:
    """Find an open activity by its place in the course."""
    line = _line(ctx, run, module, activity)
    view = course_view(ctx, run, with_places=line.kind in PLACED)
    found = view.module(module)
    if not found.access.open:
        raise NotFound(_("There is nothing here, or it is not open to you."))
    return view, next(a for a in found.activities if a.line.id == line.id)


def _line(ctx: Context, run: Run, module: int, activity: int) -> ActivityLine:
    found = plan(run.version_id).outline.module(module)
    for line in found.activities if found else ():
        if line.position == activity:
            return line
    raise NotFound(_("There is nothing here, or it is not open to you."))


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
    if line.kind == "quiz":
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


def _word(view: CourseView, mine: ActivityView) -> Word | None:
    """Return the decision that stands, asked for only where evidence does not explain the state."""
    enrolment_id = view.mine.enrolment_id
    if enrolment_id is None or not mine.settled:
        return None
    if mine.status is Status.DONE and judge(mine.line)(mine.evidence).done:
        return None
    return standing_word(enrolment_id, mine.line.id)


@pages.route("/spaces/<slug>/learn/<int:module>/<int:activity>/read", methods=["POST"])
@signed_in
def finish(slug: str, module: int, activity: int) -> AnyResponse:
    """Say that a page was read to its end."""
    ctx, _space, run = _here(slug)
    _view, mine = _activity(ctx, run, module, activity)
    given = load(_READING, {"fraction": 1.0, "client_id": request.form.get("client_id", "")})
    report_reading(ctx, run.id, mine.line.id, **given)
    return _back_to(slug, module, activity, "finish")


@pages.route("/spaces/<slug>/learn/<int:module>/<int:activity>/answers", methods=["POST"])
@signed_in
def answer(slug: str, module: int, activity: int) -> AnyResponse:
    """Hand in a quiz; what cannot be taken comes back with what was picked."""
    ctx, space, run = _here(slug)
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


# ------------------------------------------------------------------ for facilitators


@pages.route("/spaces/<slug>/progress")
@signed_in
def everybody(slug: str) -> str:
    """Show everybody's progress in everything."""
    ctx, space, run = _here(slug)
    return render_template(
        "progress/everybody.html",
        space=space,
        run=run,
        matrix=matrix_of(ctx, run),
        endpoint="progress.everybody",
    )


def matrix_of(ctx: Context, run: Run) -> Any:
    """Return the window of the matrix that the request asks for by ``show`` and ``page``."""
    show = request.args.get("show", "all")
    return matrix(
        ctx,
        run,
        show=show if show in SHOWS else "all",
        limit=LIMIT,
        page=request.args.get("page"),
    )


@pages.route("/spaces/<slug>/progress/<uuid:enrolment_id>")
@signed_in
def record(slug: str, enrolment_id: uuid.UUID) -> str:
    """Show one learner's progress, to themself and to who facilitates."""
    ctx, space, run = _here(slug)
    enrolment = _record(ctx, run, enrolment_id)
    return render_template(
        "progress/record.html",
        space=space,
        run=run,
        view=record_view(ctx, run, enrolment_id),
        learner=people([enrolment.user_id])[enrolment.user_id],
        enrolment=enrolment,
        may_decide=may_decide(ctx, run),
        may_see_everybody=may_see_everybody(ctx, run),
    )


def _record(ctx: Context, run: Run, enrolment_id: uuid.UUID) -> Enrolment:
    return find(visible_records(ctx).where(Enrolment.run_id == run.id), enrolment_id)


@pages.route(
    "/spaces/<slug>/progress/<uuid:enrolment_id>/<uuid:activity_id>", methods=["GET", "POST"]
)
@signed_in
def decision(slug: str, enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> AnyResponse:
    """Show where a learner stands in one activity, and decide on it."""
    ctx, space, run = _here(slug)
    enrolment = _record(ctx, run, enrolment_id)
    line = plan(run.version_id).lines.get(activity_id)
    if line is None:
        raise NotFound(_("There is nothing here, or it is not open to you."))
    require(may_decide, ctx, run)
    learner = people([enrolment.user_id])[enrolment.user_id]
    typed: dict[str, Any] = {"status": "", "reason": ""}
    errors: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        typed = {name: request.form.get(name, "") for name in typed}
        try:
            taken = {**typed, "status": None if typed["status"] == TAKE_BACK else typed["status"]}
            decide(ctx, enrolment_id, activity_id, **load(_DECISION, taken))
        except Invalid as error:
            errors, status = error.fields, error.status
        else:
            flash(_("Decided. %(name)s sees it with the reason.", name=learner.name), "success")
            return redirect(url_for("progress.record", slug=slug, enrolment_id=enrolment_id), 303)
    view = record_view(ctx, run, enrolment_id)
    mine = next(a for m in view.modules for a in m.activities if a.line.id == activity_id)
    words = words_on(enrolment_id, activity_id)
    html = render_template(
        "progress/decision.html",
        space=space,
        run=run,
        view=view,
        module=view.module(mine.module_position),
        activity=mine,
        learner=learner,
        enrolment_id=enrolment_id,
        verdict=judge(line)(mine.evidence),
        words=words,
        deeds=deeds(enrolment_id, activity_id),
        decided=bool(words and words[0].status is not None),
        take_back=TAKE_BACK,
        typed=typed,
        errors=errors,
    )
    return make_response(html, status)
