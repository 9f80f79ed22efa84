"""A survey under the text of its activity, what came of it, and the files one takes away."""

from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.academy.kinds.builtin import SURVEY
from community.academy.queries import Choice, asks_of
from community.coursework.operations import answer_survey
from community.coursework.pages.blueprint import ACTIVITY, drawn, pages, shown_as
from community.coursework.policy import may_see_results
from community.coursework.queries import (
    Results,
    all_named_answers,
    counts_for_learners,
    my_answers,
    named_answers,
    results,
)
from community.coursework.rules import STEP, may_change
from community.coursework.schemas import SurveyIn
from community.kernel import sheets
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid, NotFound
from community.kernel.feature import Part
from community.kernel.policy import require
from community.kernel.schemas import load
from community.kernel.sheets import Percent, Sheet
from community.progress.pages.activity import VERSION, Shown, activity_page, back_to
from community.progress.policy import my_due

A_PAGE = 50
MOST = 5_000  # rows of a file: the seats of the largest run
ANSWER = "answer."  # before a question's id, in the names of the form's fields
_ANSWERS = SurveyIn()


def part(
    ctx: Context,
    what: Shown,
    *,
    typed: dict[str, list[str]] | None = None,
    refused: CommunityError | None = None,
) -> Part:
    """Draw the questions with what is said of names first; ``typed`` is what was not taken."""
    settings = what.line.settings
    mine = what.enrolment_id
    row = my_answers(mine, what.line.id) if mine else None
    due = my_due(ctx, what.run, what.line.module_id)
    for_good = row is not None and (
        row.answers is None or settings["anonymous"] or not may_change(due, ctx.now)
    )
    given = typed if typed is not None else (row.answers or {}) if row else {}
    return drawn(
        "survey.html",
        what,
        asks=asks_of(what.line.id),
        row=row,
        given=given,
        due=due,
        for_good=for_good,
        open=what.counts and not for_good,
        step=STEP,
        errors=_errors(refused),
        problem=_problem(refused),
        leads=may_see_results(ctx, what.run),
        came=counts_for_learners(what.run, what.line) if row and settings["counts"] else None,
        label=label,
    )


def _problem(error: CommunityError | None) -> str:
    """Return what to say above a survey that was not taken."""
    if error is None:
        return ""
    if _errors(error):
        return str(
            _("Nothing is sent yet: look at the answers that are marked. Each says what it needs.")
        )
    return str(error.message)


def _errors(error: CommunityError | None) -> dict[str, Any]:
    """Return messages by the id of their question."""
    wrong = error.fields.get("answers", {}) if isinstance(error, Invalid) else {}
    return wrong if isinstance(wrong, dict) else {}


def label(choice: Choice, kind: str) -> str:
    """Return what a choice is called in a table: of a scale its number, and its words if any."""
    if kind != "scale":
        return choice.words
    return f"{choice.key} ({choice.words})" if choice.words else choice.key


@pages.route(f"{ACTIVITY}/survey")
@signed_in
def survey_answered(slug: str, module: int, activity: int) -> AnyResponse:
    """Lead back to the survey: the address of answers that were not taken was opened again."""
    return back_to(shown_as(SURVEY.name, slug, module, activity), "survey")


@pages.route(f"{ACTIVITY}/survey", methods=["POST"])
@signed_in
@takes("client_id", ANSWER, VERSION)
def send_answers(slug: str, module: int, activity: int) -> AnyResponse:
    """Answer a survey; what cannot be taken comes back as it was filled in."""
    ctx = current_context()
    what = shown_as(SURVEY.name, slug, module, activity)
    form = request.form
    typed = {
        name.removeprefix(ANSWER): [each for each in form.getlist(name) if each.strip()]
        for name in form
        if name.startswith(ANSWER)
    }
    try:
        given = load(_ANSWERS, {"answers": typed, "client_id": form.get("client_id", "")})
        answer_survey(ctx, what.run.id, what.line.id, **given)
    except (Invalid, Conflict) as error:
        return activity_page(
            what, part=part(ctx, what, typed=typed, refused=error), status=error.status
        )
    flash(_("Thank you. Your answers are there."), "success")
    return back_to(what, "survey")


# ------------------------------------------------------------------ what came of it


@pages.route(f"{ACTIVITY}/results")
@signed_in
def survey_results(slug: str, module: int, activity: int) -> str:
    """Show what came to a survey, and where it has names who answered what, a page at a time."""
    ctx = current_context()
    what = _found(ctx, slug, module, activity)
    named = None
    if not what.line.settings["anonymous"]:
        page = request.args.get("page") or None
        named = named_answers(ctx, what.run, what.line, limit=A_PAGE, page=page)

    def page_url(bookmark: str | None) -> str | None:
        if bookmark is None:
            return None
        return url_for("coursework.survey_results", **what.place, page=bookmark, _anchor="people")

    def file_url(name: str, ending: str) -> str:
        return url_for("coursework.survey_file", **what.place, name=name, ending=ending)

    return render_template(
        "coursework/survey_results.html",
        what=what,
        space=what.space,
        asks=asks_of(what.line.id),
        came=results(what.run, what.line),
        named=named,
        step=STEP,
        label=label,
        file_url=file_url,
        next_url=page_url(named.next) if named else None,
        previous_url=page_url(named.previous) if named else None,
    )


@pages.route(f"{ACTIVITY}/results/<name>/<ending>")
@signed_in
def survey_file(slug: str, module: int, activity: int, name: str, ending: str) -> AnyResponse:
    """Give what came to a survey as a file: "counts", "texts" (without names) or "people"."""
    ctx = current_context()
    what = _found(ctx, slug, module, activity)
    others = "texts" if what.line.settings["anonymous"] else "people"
    if name not in {"counts", others} or ending not in sheets.ENDINGS:
        raise NotFound
    if name == "people":
        heads = [_("Learner"), *(ask.words for ask in asks_of(what.line.id))]
        found = all_named_answers(ctx, what.run, what.line, most=MOST)
        rows: Sequence[Sequence[sheets.Cell]] = [[each.person.name, *each.words] for each in found]
    else:
        came = results(what.run, what.line)
        heads, rows = _counts(came) if name == "counts" else _texts(came)
    file = f"{slug}-{module}-{activity}-{name}"
    return sheets.answer(Sheet(name=file, heads=heads, rows=rows), ending)


def _found(ctx: Context, slug: str, module: int, activity: int) -> Shown:
    """Find a survey for who may see what came of it."""
    what = shown_as(SURVEY.name, slug, module, activity)
    require(may_see_results, ctx, what.run)
    return what


def _counts(came: Results) -> tuple[list[str], list[list[sheets.Cell]]]:
    rows: list[list[sheets.Cell]] = [
        [each.ask.words, label(choice, each.ask.kind), number, Percent(percent)]
        for each in came.results
        for choice, number, percent in each.lines
        if came.shown
    ]
    return [_("Question"), _("Answer"), _("Number"), _("Share")], rows


def _texts(came: Results) -> tuple[list[str], list[list[sheets.Cell]]]:
    rows: list[list[sheets.Cell]] = [
        [each.ask.words, text] for each in came.results for text in each.texts
    ]
    return [_("Question"), _("Text")], rows
