"""For those who mark: the queue of a run, one version with what is said to it, and more time."""

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.academy.kinds.assignment.rubric import points_of
from community.academy.kinds.builtin import ASSIGNMENT, QUIZ
from community.academy.kinds.quiz.scoring import essays_in
from community.academy.queries import ActivityLine, activity_content
from community.accounts.rules import SEARCH_LONGEST
from community.cohorts.rules import counts_still, reopens_until
from community.coursework.models import Marking
from community.coursework.operations import (
    give_extension,
    mark_submission,
    take_back_extension,
)
from community.coursework.pages.blueprint import ACTIVITY, pages, shown_as
from community.coursework.policy import may_extend, may_mark
from community.coursework.queries import (
    SHOWS,
    WAITING,
    Version,
    extensions,
    group_due,
    hand_in,
    hand_ins,
    learners_of,
)
from community.coursework.schemas import ExtensionIn, MarkIn
from community.kernel import localtime
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.differences import word_changes
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.pages import clock_in
from community.kernel.policy import require
from community.kernel.schemas import as_key, load
from community.progress.pages.activity import VERSION, Shown
from community.progress.pages.blueprint import Here, here
from community.progress.policy import plan

_MARK, _EXTENSION = MarkIn(), ExtensionIn()
A_PAGE = 50
LEVEL = "level."  # before a criterion's id, in the names of the form's fields


@pages.route("/spaces/<slug>/hand-ins")
@signed_in
def hand_in_queue(slug: str) -> str:
    """Show what was handed in in a run: what waits, the oldest first, or what was answered."""
    ctx, space, run = here(slug)
    require(may_mark, ctx, run)
    show = request.args.get("show", WAITING)
    show = show if show in SHOWS else WAITING
    activity = as_key(request.args.get("activity", ""))
    assignments = [
        (module.position, line)
        for module in plan(run.version_id).outline.modules
        for line in module.activities
        if is_read_by_a_person(line)
    ]
    activity = activity if activity in {line.id for _number, line in assignments} else None
    page = request.args.get("page") or None
    found = hand_ins(ctx, run, show=show, activity_id=activity, limit=A_PAGE, page=page)

    def address(**more: Any) -> str:
        given = {"show": show, "activity": activity, **more}
        return url_for("coursework.hand_in_queue", slug=slug, **given)

    return render_template(
        "coursework/hand_ins.html",
        space=space,
        run=run,
        show=show,
        activity=activity,
        assignments=assignments,
        found=found,
        address=address,
    )


def is_read_by_a_person(line: ActivityLine) -> bool:
    """Whether what is handed in in an activity comes into the queue."""
    if line.kind == QUIZ.name:
        return bool(essays_in(line.settings))
    return line.kind == ASSIGNMENT.name


@pages.route("/spaces/<slug>/hand-ins/<uuid:submission_id>", methods=["GET", "POST"])
@signed_in
@takes(LEVEL, "comment", "edition", "outcome")
def hand_in_page(slug: str, submission_id: uuid.UUID) -> AnyResponse:
    """Show a version with what came before and what is said to it; mark it."""
    place = here(slug)
    ctx, _space, run = place
    if not may_mark(ctx, run):
        hand_in(ctx, run, submission_id)  # hidden is not found, before it is forbidden
        require(may_mark, ctx, run)
    if request.method == "GET":
        return make_response(_page(place, submission_id))
    form = request.form
    typed = {
        "levels": {name.removeprefix(LEVEL): form[name] for name in form if name.startswith(LEVEL)},
        "comment": form.get("comment", ""),
    }
    try:
        given = load(
            _MARK,
            {**typed, "edition": form.get("edition", ""), "outcome": form.get("outcome") or None},
        )
        mark_submission(ctx, submission_id, **given)
    except (Invalid, Conflict) as error:
        again = here(slug)
        return make_response(_page(again, submission_id, typed=typed, refused=error), error.status)
    flash(_done(given["outcome"]), "success")
    anchor = "marking" if given["outcome"] is None else None
    return redirect(
        url_for("coursework.hand_in_page", slug=slug, submission_id=submission_id, _anchor=anchor),
        303,
    )


def _done(outcome: Marking | None) -> str:
    if outcome is None:
        words = _("Kept. Nobody but those who mark sees it until you give it back or accept it.")
    elif outcome is Marking.ACCEPTED:
        words = _("Accepted. A letter tells them to read what you said.")
    else:
        words = _("Given back. A letter tells them to read what you said.")
    return str(words)


def _page(
    place: Here,
    submission_id: uuid.UUID,
    *,
    typed: dict[str, Any] | None = None,
    refused: CommunityError | None = None,
) -> str:
    ctx, space, run = place
    view = hand_in(ctx, run, submission_id)
    version, former = view.version, view.former
    following = hand_ins(ctx, run, limit=2)
    onward = next((each for each in following.items if each.id != submission_id), None)
    errors = refused.fields if isinstance(refused, Invalid) else {}
    stale = isinstance(refused, Conflict) and "edition" in refused.details
    levels, begun_from = levels_to_begin_with(version, former)
    typed = typed or {"levels": levels, "comment": version.comment}
    level_errors = errors.get("levels", {})
    named = {
        f"criterion-{number}": (criterion.title, level_errors[criterion.id])
        for number, criterion in enumerate(version.criteria, 1)
        if criterion.id in level_errors
    }
    others = {name: words for name, words in errors.items() if name != "levels" or not named}
    return render_template(
        "coursework/hand_in.html",
        space=space,
        run=run,
        view=view,
        version=version,
        former=former,
        changes=word_changes(former.text, version.text) if former else (),
        criteria=version.criteria,
        asked=activity_content(view.line.id).html if view.line else None,
        typed=typed,
        points=points_of(version.rubric, typed["levels"]),
        begun_from=begun_from,
        stale=stale,
        errors=errors,
        level_errors=level_errors,
        summary={**others, **{name: words for name, (_title, words) in named.items()}},
        labels={name: title for name, (title, _words) in named.items()},
        problem=str(refused.message) if refused and not errors else "",
        onward=onward,
        module=_module_of(place, view.activity_id),
        markable=counts_still(run.closed_at, version.handed_in_at, ctx.now),
        last_day=reopens_until(run.closed_at) if run.closed_at else None,
    )


def levels_to_begin_with(
    version: Version, former: Version | None
) -> tuple[dict[str, str], int | None]:
    """Return the levels a form begins with, and the number of the version they are from, if other.

    Who marks a second version has judged the first: what they chose there stands until they choose
    otherwise, as far as the rubric still has it. What was kept of this version goes first.
    """
    if version.began or former is None:
        return version.levels, None
    known = {each["id"]: {level["id"] for level in each["levels"]} for each in version.rubric}
    kept = {key: level for key, level in former.levels.items() if level in known.get(key, ())}
    return kept, former.number if kept else None


def _module_of(place: Here, activity_id: uuid.UUID) -> int | None:
    course = plan(place.run.version_id)
    line = course.lines.get(activity_id)
    return course.modules[line.module_id].position if line else None


# ------------------------------------------------------------------ more time


@pages.route(f"{ACTIVITY}/extensions", methods=["GET", "POST"])
@signed_in
@takes("enrolment", "until", "reason", VERSION)
def more_time(slug: str, module: int, activity: int) -> AnyResponse:
    """Show who has more time in an assignment, and give it to somebody."""
    what = shown_as(ASSIGNMENT.name, slug, module, activity)
    ctx = current_context()
    require(may_extend, ctx, what.run)
    typed: dict[str, str] = {
        "enrolment": request.args.get("learner", ""),
        "until": "",
        "reason": "",
    }
    if request.method == "GET":
        return make_response(_extensions(ctx, what, typed))
    typed = {name: request.form.get(name, "") for name in typed}
    try:
        given = load(_EXTENSION, {name: typed[name] for name in ("until", "reason")})
        give_extension(ctx, what.run.id, what.line.id, _learner(typed["enrolment"]), **given)
    except (Invalid, Conflict) as error:
        what = shown_as(ASSIGNMENT.name, slug, module, activity)
        return make_response(_extensions(ctx, what, typed, error), error.status)
    flash(_("They have until then, and see why on the page of the assignment."), "success")
    return redirect(url_for("coursework.more_time", **what.place), 303)


def _learner(typed: str) -> uuid.UUID:
    found = as_key(typed)
    if found is None:
        words = _("Choose a learner.")
        raise Invalid(words, fields={"enrolment": [words]})
    return found


@pages.route(f"{ACTIVITY}/extensions/take-back", methods=["POST"])
@signed_in
@takes("enrolment", VERSION)
def no_more_time(slug: str, module: int, activity: int) -> AnyResponse:
    """Take more time back."""
    what = shown_as(ASSIGNMENT.name, slug, module, activity)
    ctx = current_context()
    require(may_extend, ctx, what.run)
    learner = as_key(request.form.get("enrolment", ""))
    try:
        take_back_extension(ctx, what.run.id, what.line.id, learner or uuid.UUID(int=0))
    except Conflict as error:
        flash(str(error.message), "warning")
    else:
        flash(_("Taken back. What they handed in meanwhile stays in time."), "success")
    return redirect(url_for("coursework.more_time", **what.place), 303)


def _extensions(
    ctx: Context, what: Shown, typed: dict[str, str], refused: CommunityError | None = None
) -> str:
    who, zone = reader(), what.run.zone
    search = request.args.get("q", "")[:SEARCH_LONGEST]
    clocks = {localtime.in_zone(ctx.now, name).utcoffset() for name in (zone, who.zone)}
    return render_template(
        "coursework/extensions.html",
        now=ctx.now,
        elsewhere=len(clocks) > 1,
        my_zone=who.zone,
        clock_in=clock_in,
        by_run=lambda at: localtime.say(at, zone, who.language, "full"),
        what=what,
        space=what.space,
        given=extensions(ctx, what.run, what.line.id, page=request.args.get("page") or None),
        learners=learners_of(what.run.id, search, chosen=as_key(typed["enrolment"])),
        search=search,
        due=group_due(ctx, what.run, what.line),
        typed=typed,
        errors=refused.fields if isinstance(refused, Invalid) else {},
        problem=str(refused.message) if isinstance(refused, Conflict) else "",
    )
