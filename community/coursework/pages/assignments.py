"""A learner's work under the text of its assignment: written, with files, handed in, taken back."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from community.academy.kinds.assignment.rubric import most_points
from community.academy.kinds.builtin import ASSIGNMENT
from community.academy.kinds.reflection.kind import words_in
from community.academy.queries import rubric_texts
from community.coursework.models import Stage
from community.coursework.operations import (
    add_work_file,
    hand_in_work,
    refuse_upload,
    remove_work_file,
    save_work,
    take_back_work,
)
from community.coursework.pages.blueprint import ACTIVITY, drawn, pages, shown_as
from community.coursework.pages.reflections import Clash
from community.coursework.policy import may_mark
from community.coursework.queries import (
    Version,
    WorkView,
    assignment_due,
    group_due,
    how_many_wait,
    my_work,
    work_file,
)
from community.coursework.queries.works import sort_of_name
from community.coursework.rules import FILE_ROUTE
from community.coursework.schemas import HandInIn, WorkIn
from community.kernel.context import Context
from community.kernel.differences import Span, word_changes
from community.kernel.doors import current_context, largest_file, signed_in, takes, takes_file
from community.kernel.errors import CommunityError, Conflict, Invalid, TooMany
from community.kernel.feature import Part
from community.kernel.files.sending import send_stored
from community.kernel.http import limiter
from community.kernel.schemas import load
from community.progress.pages.activity import VERSION, Shown, activity_page, back_to
from community.progress.pages.blueprint import here
from community.progress.policy import plan

_WORK, _HAND_IN = WorkIn(), HandInIn()
COMPARED = 3
"""Versions that are shown with what changed; comparing takes time."""
FORM = ("text", "revision", "client_id", "upload", VERSION)
"""The one form of a learner's work: whichever button sends it, what is written goes along."""
OFTEN = "30 per minute"


@dataclasses.dataclass(frozen=True, slots=True)
class Compared:
    """A version and how its text differs from the one handed in before it, if there is one."""

    version: Version
    changes: tuple[Span, ...] | None


def part(
    ctx: Context, what: Shown, *, typed: str | None = None, refused: CommunityError | None = None
) -> Part:
    """Draw the work of whoever learns; for who leads, what came. ``typed``: not taken."""
    settings = what.line.settings
    rubric = rubric_texts(settings["rubric"])
    if may_mark(ctx, what.run):
        waiting, came = how_many_wait(what.run.id, what.line.id)
        return drawn(
            "assignment_lead.html",
            what,
            rubric=rubric,
            most=most_points(settings["rubric"]),
            due=group_due(ctx, what.run, what.line),
            endings=ASSIGNMENT.endings(settings),
            waiting=waiting,
            came=came,
        )
    view = my_work(what.enrolment_id, what.line.id) if what.enrolment_id else WorkView()
    text = view.draft if typed is None else typed
    writes = what.counts and view.stage in {Stage.OPEN, Stage.RETURNED}
    kept = refused.details.get("kept") if isinstance(refused, Conflict) else None
    return drawn(
        "assignment.html",
        what,
        script="reflection.js" if writes and settings["text"] else "",
        view=view,
        versions=compared(view.versions),
        writes=writes,
        due=assignment_due(ctx, what.run, what.line),
        rubric=rubric,
        most=most_points(settings["rubric"]),
        endings=ASSIGNMENT.endings(settings),
        text=text,
        words=words_in(text),
        revision=kept["revision"] if kept else view.revision,
        clash=_clash(kept, text) if kept else None,
        problem=_said(refused) if refused and not kept else "",
    )


def compared(versions: Sequence[Version]) -> list[Compared]:
    """Return versions, the newest first, the newest with what changed since the one before."""
    there = [each for each in versions if each.taken_back_at is None]
    found = []
    for at, each in enumerate(there):
        former = there[at + 1] if at + 1 < len(there) and at < COMPARED else None
        changes = word_changes(former.text, each.text) if former else None
        found.append(Compared(each, changes))
    return found


def _clash(kept: dict[str, Any], typed: str) -> Clash:
    at = dt.datetime.fromisoformat(kept["saved_at"])
    return Clash(at, word_changes(typed, kept["text"]))


def _said(error: CommunityError) -> str:
    """Return a refusal as one text: what is wrong with the text or a file is said of it alone."""
    wrong = error.fields if isinstance(error, Invalid) else {}
    found = wrong.get("upload") or wrong.get("text")
    return " ".join(found) if found else str(error.message)


def _found(slug: str, module: int, activity: int) -> Shown:
    return shown_as(ASSIGNMENT.name, slug, module, activity)


def _save(ctx: Context, what: Shown) -> None:
    """Keep what stands in the box, where the form has one."""
    if what.line.settings["text"] and "text" in request.form:
        sent = {name: request.form.get(name, "") for name in ("text", "revision")}
        save_work(ctx, what.run.id, what.line.id, **load(_WORK, sent))


def _refused(ctx: Context, what: Shown, error: CommunityError) -> AnyResponse:
    typed = request.form.get("text", "").replace("\r\n", "\n")
    return activity_page(
        what, part=part(ctx, what, typed=typed, refused=error), status=error.status
    )


@pages.route(f"{ACTIVITY}/work/draft", methods=["POST"])
@signed_in
@takes(*FORM)
def save_the_work(slug: str, module: int, activity: int) -> AnyResponse:
    """Keep what is written so far."""
    ctx = current_context()
    what = _found(slug, module, activity)
    try:
        _save(ctx, what)
    except (Invalid, Conflict) as error:
        return _refused(ctx, what, error)
    return back_to(what, "work")


def _may_send(slug: str, module: int, activity: int) -> None:
    """Raise for who may not add a file here; asked before anything of it is read."""
    ctx, _space, run = here(slug)
    found = plan(run.version_id).outline.module(module)
    line = (
        next((each for each in found.activities if each.position == activity), None)
        if found
        else None
    )
    refuse_upload(ctx, run.id, line.id if line else uuid.UUID(int=0))


@pages.route(f"{ACTIVITY}/work/files", methods=["POST"])
@signed_in
@takes(*FORM)
@takes_file("upload", most=largest_file, check=_may_send)
@limiter.limit(OFTEN)
def add_file(slug: str, module: int, activity: int) -> AnyResponse:
    """Keep what is written, and add a file to it."""
    ctx = current_context()
    what = _found(slug, module, activity)
    try:
        _save(ctx, what)
        sent = _sent()
        add_work_file(ctx, what.run.id, what.line.id, name=sent.filename or "", source=sent.stream)
    except TooMany as error:
        answer = _refused(ctx, _found(slug, module, activity), error)
        answer.headers["Retry-After"] = str(error.details["retry_after"])
        return answer
    except (Invalid, Conflict) as error:
        return _refused(ctx, _found(slug, module, activity), error)
    flash(_("The file is there. It goes along when you hand in."), "success")
    return back_to(what, "work")


def _sent() -> FileStorage:
    found = request.files.get("upload")
    if found is None or not found.filename:
        words = _("Choose a file first.")
        raise Invalid(words, fields={"upload": [words]})
    return found


def _refuse_forgotten(upload: str) -> None:
    """Raise Invalid for a file that was chosen and not added: the form holds but its name."""
    if upload:
        words = _("You have chosen a file and not added it yet: press “Add the file” first.")
        raise Invalid(words, fields={"upload": [words]})


@pages.route(f"{ACTIVITY}/work/files/<uuid:file_id>/remove", methods=["POST"])
@signed_in
@takes(*FORM)
def remove_file(slug: str, module: int, activity: int, file_id: uuid.UUID) -> AnyResponse:
    """Keep what is written, and take a file out of it."""
    ctx = current_context()
    what = _found(slug, module, activity)
    try:
        _save(ctx, what)
        remove_work_file(ctx, file_id)
    except (Invalid, Conflict) as error:
        return _refused(ctx, what, error)
    flash(_("The file is taken out."), "success")
    return back_to(what, "work")


@pages.route(f"{ACTIVITY}/work", methods=["POST"])
@signed_in
@takes(*FORM)
def hand_in_the_work(slug: str, module: int, activity: int) -> AnyResponse:
    """Hand in a version; what is not taken is kept as a draft all the same."""
    ctx = current_context()
    what = _found(slug, module, activity)
    form = request.form
    sent = {name: form.get(name, "") for name in ("text", "revision", "client_id")}
    try:
        given = load(_HAND_IN, sent)
        _refuse_forgotten(form.get("upload", ""))
        hand_in_work(ctx, what.run.id, what.line.id, **given)
    except (Invalid, Conflict) as error:
        return _refused(ctx, what, error)
    flash(_("Handed in. A letter tells you when somebody has answered."), "success")
    return back_to(what, "work")


@pages.route(f"{ACTIVITY}/work/take-back", methods=["POST"])
@signed_in
@takes(VERSION)
def take_the_work_back(slug: str, module: int, activity: int) -> AnyResponse:
    """Take back what waits, to go on with it."""
    ctx = current_context()
    what = _found(slug, module, activity)
    try:
        take_back_work(ctx, what.run.id, what.line.id)
    except Conflict as error:
        return activity_page(what, part=part(ctx, what, refused=error), status=error.status)
    flash(_("You took it back. Your text and files are where you left them."), "success")
    return back_to(what, "work")


@pages.route(FILE_ROUTE)
@signed_in
def hand_in_file(file_id: uuid.UUID) -> AnyResponse:
    """Send a learner's file: to themself, and once it is handed in to those who mark it."""
    found = work_file(current_context(), file_id)
    media_type = sort_of_name(found.name).media_type
    answer = send_stored(found.digest, media_type=media_type, name=found.name)
    answer.headers["Cache-Control"] = "private, no-cache"  # who reads it may change any time
    return answer
