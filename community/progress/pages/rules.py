"""What completes a run, for who organises it: asked in plain words, looked at, then changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.academy.kinds.builtin import KINDS
from community.academy.queries import ActivityLine
from community.cohorts.models import Run
from community.kernel.addresses import url_for
from community.kernel.doors import signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.policy import require
from community.kernel.schemas import load
from community.progress.models import POLICY_NOTE_LONGEST
from community.progress.operations import change_policy, preview_policy
from community.progress.pages.blueprint import here, pages
from community.progress.policy import may_change_rules, plan
from community.progress.queries import policies_of
from community.progress.rules.changing import Effect
from community.progress.rules.completion import (
    DEFAULT,
    QUIZ,
    SESSION,
    Criterion,
    Measure,
    Outcome,
    Terms,
)
from community.progress.schemas import PolicyIn, TermsIn, as_terms, words_of

TERMS, POLICY = TermsIn(), PolicyIn()
LOOK, SAVE = "look", "save"
NAMES_SHOWN = 30
PLAIN = ("required", "sessions", "part_required", "part_sessions", "note", "number", "change")


class Asked(NamedTuple):
    """A number somebody may ask for in the form: its field, what it is, and how much there is."""

    field: str
    label: str
    most: int


@pages.route("/spaces/<slug>/manage/run/rules", methods=["GET", "POST"])
@signed_in
@takes(*PLAIN, "named", "kind.", "score.", "seen.", "confirmed", "step")
def rules(slug: str) -> Response:
    """Show what completes a run, ask for something else, see what that does, and do it."""
    ctx, space, run = here(slug)
    require(may_change_rules, ctx, run)
    history = policies_of(run.id)
    terms = history[0].terms if history else DEFAULT
    number = history[0].number if history else 0
    typed = {**_typed_of(run, terms), "number": str(number), "note": "", "change": ""}
    effects: Sequence[Effect] = ()
    error: CommunityError | None = None
    if request.method == "POST":
        typed = _typed(run)
        given = _given(run, typed)
        try:
            step = _step()
            terms = as_terms(run, load(TERMS, given))
            if step == SAVE:
                _change(ctx, run, terms, typed, given)
                flash(_("The run has its new rules."), "success")
                return redirect(url_for("progress.rules", slug=slug), 303)
            effects = preview_policy(ctx, run.id, terms=terms)
        except (Invalid, Conflict) as refused:
            error = refused
            ctx, space, run = here(slug)  # after what was refused, what is read is read anew
            history = policies_of(run.id)
            if not {"step", *Outcome} & set(_fields(refused)):
                effects = preview_policy(ctx, run.id, terms=terms)
            if isinstance(refused, Conflict) and history:
                typed["number"] = str(history[0].number)
    lines = plan(run.version_id).outline.activities
    html = render_template(
        "progress/rules.html",
        space=space,
        run=run,
        history=history,
        words=lambda criterion: words_of(run, criterion),
        typed=typed,
        kinds=_kinds(lines),
        quizzes=_quizzes(run, lines),
        sessions=sum(each.kind == SESSION for each in lines),
        modules=plan(run.version_id).outline.modules,
        effects=effects,
        names_shown=NAMES_SHOWN,
        note_longest=POLICY_NOTE_LONGEST,
        errors=_fields(error),
        problem=str(error.message) if isinstance(error, Conflict) else "",
    )
    return make_response(html, error.status if error else 200)


def _step() -> str:
    step = request.form.get("step", LOOK)
    if step not in {LOOK, SAVE}:
        wrong = {"step": [_("Choose one of the buttons below.")]}
        raise Invalid(_("Some of this cannot be used."), fields=wrong)
    return step


def _fields(error: CommunityError | None) -> dict[str, Any]:
    return dict(error.fields) if isinstance(error, Invalid) else {}


def _kinds(lines: Sequence[ActivityLine]) -> list[Asked]:
    """Return the kinds of activities the course has, with how many there are."""
    there = Counter(line.kind for line in lines if line.kind != SESSION)
    return [Asked(f"kind.{kind}", str(KINDS[kind].label), number) for kind, number in there.items()]


def _quizzes(run: Run, lines: Sequence[ActivityLine]) -> list[Asked]:
    modules = plan(run.version_id).modules
    return [
        Asked(
            f"score.{line.id}",
            f"{modules[line.module_id].position}.{line.position} {line.title}",
            100,
        )
        for line in lines
        if line.kind == QUIZ
    ]


def _change(ctx: Any, run: Run, terms: Terms, typed: Mapping[str, Any], given: Any) -> None:
    change = typed["change"]
    said = {
        **given,
        "change": change,
        "number": typed["number"],
        "seen": request.form.get(f"seen.{change}", ""),
        "confirmed": "confirmed" in request.form,
        "note": typed["note"],
    }
    wanted = load(POLICY, said)
    for name in Outcome:
        del wanted[name.value]
    change_policy(ctx, run.id, terms=terms, **wanted)


# ------------------------------------------------------------------ the form and the terms


def _typed(run: Run) -> dict[str, Any]:
    typed: dict[str, Any] = {name: request.form.get(name, "").strip() for name in PLAIN}
    for name, value in request.form.items():
        if name.startswith(("kind.", "score.")):
            typed[name] = value.strip()
    return {**typed, "named": request.form.getlist("named")}


def _typed_of(run: Run, terms: Terms) -> dict[str, Any]:
    """Return terms as the fields of the form have them."""
    lines = plan(run.version_id).outline.activities
    ids = {line.lineage: str(line.id) for line in lines}
    typed: dict[str, Any] = {"named": []}
    for criterion in terms.completed:
        if criterion.measure is Measure.ACTIVITIES:
            typed["named"] = [ids[key] for key in criterion.named if key in ids]
        else:
            typed[_field(criterion, ids)] = str(criterion.least)
    for criterion in terms.participated:
        typed[f"part_{criterion.measure.value}"] = str(criterion.least)
    return typed


def _field(criterion: Criterion, ids: Mapping[Any, str]) -> str:
    match criterion.measure:
        case Measure.KIND:
            return f"kind.{criterion.kind}"
        case Measure.SCORE:
            return f"score.{ids.get(criterion.named[0], '')}"
        case measure:
            return measure.value


def _given(run: Run, typed: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return what was typed as ``TermsIn`` takes it; an empty field, or 0, asks nothing."""

    def number(name: str, **more: Any) -> list[dict[str, Any]]:
        value = typed.get(name, "")
        return [{"least": value, **more}] if value not in {"", "0"} else []

    completed = [
        *number("required", measure=Measure.REQUIRED.value),
        *number("sessions", measure=Measure.SESSIONS.value),
    ]
    if typed["named"]:
        completed.append({"measure": Measure.ACTIVITIES.value, "activities": typed["named"]})
    for name in typed:
        start, _dot, rest = name.partition(".")
        if start == "kind":
            completed += number(name, measure=Measure.KIND.value, kind=rest)
        elif start == "score":
            completed += number(name, measure=Measure.SCORE.value, activities=[rest])
    participated = [
        *number("part_required", measure=Measure.REQUIRED.value),
        *number("part_sessions", measure=Measure.SESSIONS.value),
    ]
    return {"completed": completed, "participated": participated}
