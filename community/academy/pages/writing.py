"""What is written in the studio: the course's own texts, a module, an activity."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from community.academy.formats.drafts import DraftProblem
from community.academy.kinds.builtin import KINDS
from community.academy.models import DraftActivity, DraftModule
from community.academy.operations import edit_activity, edit_course, edit_module
from community.academy.pages.blueprint import pages
from community.academy.pages.desk import Desk, Note, desk_of, in_words, take, wrong_fields
from community.academy.pages.facts import OWN, facts_of, own_facts, own_front, whole
from community.academy.pages.languages import language_options
from community.academy.pages.licences import LICENCES, OTHER
from community.academy.pages.typed import line, text, yes
from community.academy.queries import (
    activity_preview,
    draft_activity,
    draft_module,
    estimate_of,
    preview_html,
    problems,
    problems_here,
)
from community.academy.rules.hints import hints
from community.academy.schemas import ActivityTextIn, CourseTextIn, ModuleTextIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.schemas import as_key, load

_COURSE, _MODULE, _ACTIVITY = CourseTextIn(), ModuleTextIn(), ActivityTextIn()
Errors = Mapping[str, Sequence[str]]
_SAID = ("title", "language", "licence", "summary", "body")


@pages.route("/studio/<uuid:draft_id>", methods=["GET", "POST"])
@signed_in
@takes(*_SAID, "other_licence", "revision")
def studio(draft_id: uuid.UUID) -> Response:
    """Write what the course says of itself; its outline stands at the side."""
    ctx = current_context()
    desk = desk_of(ctx, draft_id)
    if request.method == "GET":
        return show_course(desk)
    typed: dict[str, Any] = {name: line(name) for name in _SAID if name != "body"}
    typed |= {"body": text("body"), "revision": whole(line("revision"))}
    if typed["licence"] == OTHER:
        typed["licence"] = line("other_licence")
    try:
        edit_course(ctx, draft_id, **load(_COURSE, typed))
    except (Invalid, Conflict) as error:
        return _course_page(desk, typed, [], error)
    return redirect(url_for("academy.studio", draft_id=draft_id), 303)


def show_course(desk: Desk, status: int = 200) -> Response:
    """Return the page of the course's own texts as they are kept."""
    typed = {name: getattr(desk.outline, name) for name in (*_SAID, "revision")}
    found = [each for each in problems(desk.outline.id) if each.sort in {"course", "picture"}]
    response = _course_page(desk, typed, found, None)
    response.status_code = status
    return response


def _course_page(
    desk: Desk, typed: dict[str, Any], found: list[DraftProblem], error: CommunityError | None
) -> Response:
    wrong = take(desk, error, typed["body"]) if error else wrong_fields(found)
    return _page(
        "academy/studio/course.html",
        desk,
        typed,
        error,
        errors=wrong,
        problems=_notes(found),
        body_html=_html(desk, typed["body"]),
        languages=language_options(str(typed["language"])),
        licences=[(key, str(words)) for key, words in LICENCES.items()],
    )


def show_again(
    ctx: Context,
    draft_id: uuid.UUID,
    page: str,
    status: int,
    *,
    picture_errors: Errors | None = None,
    file_errors: Errors | None = None,
) -> Response:
    """Return the page of a draft at the address ``page`` as it is kept.

    With what is wrong with a picture or a file that was sent from it, beside its fields.
    """
    home = url_for("academy.studio", draft_id=draft_id)
    key = as_key(page.removeprefix(home).rpartition("/")[2])
    desk = desk_of(ctx, draft_id, key or "course")
    desk.picture_errors, desk.file_errors = picture_errors or {}, file_errors or {}
    if key and "/modules/" in page:
        return show_module(desk, draft_module(draft_id, key), status)
    if key:
        return show_activity(desk, draft_activity(draft_id, key), status)
    return show_course(desk, status)


@pages.route("/studio/<uuid:draft_id>/modules/<uuid:module_id>", methods=["GET", "POST"])
@signed_in
@takes("title", "summary", "body", "opens_later", "release", "revision")
def studio_module(draft_id: uuid.UUID, module_id: uuid.UUID) -> Response:
    """Write a module, and add activities to it."""
    ctx = current_context()
    desk = desk_of(ctx, draft_id, module_id)
    row = draft_module(draft_id, module_id)
    if request.method == "GET":
        return show_module(desk, row)
    typed = {
        "title": line("title"),
        "summary": line("summary"),
        "body": text("body"),
        "opens_later": yes("opens_later"),
        "release": line("release"),
        "revision": whole(line("revision")),
    }
    try:
        edit_module(ctx, module_id, **load(_MODULE, typed))
    except (Invalid, Conflict) as error:
        return _module_page(desk, row, typed, error)
    where = url_for("academy.studio_module", draft_id=draft_id, module_id=module_id)
    return redirect(where, 303)


def show_module(desk: Desk, row: DraftModule, status: int = 200) -> Response:
    """Return the page of a module as it is kept."""
    names = ("title", "summary", "body", "opens_later", "release", "revision")
    response = _module_page(desk, row, {name: getattr(row, name) for name in names}, None)
    response.status_code = status
    return response


def _module_page(
    desk: Desk, row: DraftModule, typed: dict[str, Any], error: CommunityError | None
) -> Response:
    module = next(each for each in desk.outline.modules if each.id == row.id)
    found = () if error else problems_here(row, filled=bool(module.activities))
    return _page(
        "academy/studio/module.html",
        desk,
        typed,
        error,
        module=module,
        errors=take(desk, error, typed["body"]) if error else wrong_fields(found),
        problems=_notes(found),
        intro_html=_html(desk, typed["body"]),
    )


@pages.route("/studio/<uuid:draft_id>/activities/<uuid:activity_id>", methods=["GET", "POST"])
@signed_in
@takes("title", "minutes", "required", "phase", "body", "revision", OWN)
def studio_activity(draft_id: uuid.UUID, activity_id: uuid.UUID) -> Response:
    """Write an activity; its learner's page stands beside it."""
    ctx = current_context()
    desk = desk_of(ctx, draft_id, activity_id)
    row = draft_activity(draft_id, activity_id)
    if request.method == "GET":
        return show_activity(desk, row)
    minutes = line("minutes")
    typed = {
        "title": line("title"),
        "minutes": whole(minutes) if minutes else None,
        "required": yes("required"),
        "phase": line("phase"),
        "front": own_front(KINDS[row.kind], request.form),
        "body": text("body"),
        "revision": whole(line("revision")),
    }
    try:
        given = {**typed, "phase": typed["phase"] or None}
        edit_activity(ctx, activity_id, **load(_ACTIVITY, given))
    except (Invalid, Conflict) as error:
        return _activity_page(desk, row, typed, error)
    where = url_for("academy.studio_activity", draft_id=draft_id, activity_id=activity_id)
    return redirect(where, 303)


def show_activity(desk: Desk, row: DraftActivity, status: int = 200) -> Response:
    """Return the page of an activity as it is kept."""
    names = ("title", "minutes", "required", "front", "body", "revision")
    typed = {name: getattr(row, name) for name in names}
    typed["phase"] = row.phase.value if row.phase else ""
    response = _activity_page(desk, row, typed, None)
    response.status_code = status
    return response


def _activity_page(
    desk: Desk, row: DraftActivity, typed: dict[str, Any], error: CommunityError | None
) -> Response:
    module = next(each for each in desk.outline.modules if each.id == row.module_id)
    kind = KINDS[row.kind]
    pictures = [picture.path for picture in desk.outline.pictures]
    own = own_facts(kind, typed["front"], desk.outline.files, pictures)
    found = () if error else problems_here(row)
    wrong = take(desk, error, typed["body"]) if error else wrong_fields(found)
    labels = {fact.name.removeprefix(OWN): fact.label for fact in own}
    return _page(
        "academy/studio/activity.html",
        desk,
        typed,
        error,
        activity=next(each for each in module.activities if each.id == row.id),
        module=module,
        kind=kind,
        facts=facts_of(typed),
        own_facts=own,
        errors=wrong,
        estimate=estimate_of(row.kind, typed["body"]) if typed["body"].strip() else None,
        problems=_notes(found, labels, lines=bool(typed["body"].strip())),
        others=[each for each in desk.outline.modules if each.id != module.id],
        preview=activity_preview(
            typed,
            kind=row.kind,
            language=desk.outline.language,
            place=(module.position, row.position, len(module.activities)),
            render=lambda body: _rendered(desk, body),
        ),
    )


def _page(
    template: str, desk: Desk, typed: dict[str, Any], error: CommunityError | None, **more: Any
) -> Response:
    """Return a page of the studio; after a clash one's own words are the next to be saved."""
    if desk.conflict is not None:
        typed = {**typed, "revision": desk.conflict.revision}
    html = render_template(template, desk=desk, typed=typed, hints=hints(typed["body"]), **more)
    return make_response(html, error.status if error else 200)


def _html(desk: Desk, body: str) -> Markup:
    return Markup(_rendered(desk, body))  # noqa: S704  # sanitised


def _rendered(desk: Desk, body: str) -> str:
    outline = desk.outline
    paths = [picture.path for picture in outline.pictures] + [file.path for file in outline.files]
    return preview_html(outline.id, body, frozenset(paths))


def _notes(
    found: Any, labels: Mapping[str, str] | None = None, *, lines: bool = True
) -> list[Note]:
    """Return problems in words; without ``lines`` where there is no text they could be of."""
    return [Note(problem.line if lines else None, in_words(problem, labels)) for problem in found]
