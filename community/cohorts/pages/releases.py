"""When the modules of a run open: by which rule, opened by hand, and what was done about it.

A rule is picked or written, and looked at in words before it is kept: the page of its own
address, made from its query.
"""

from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.academy.kinds.builtin import LIVE_SESSION
from community.academy.queries import outline
from community.academy.rules.releases import LONGEST, USUAL, NoRule, read_rule
from community.cohorts.models import REASON_LONGEST, Run
from community.cohorts.operations import open_module, set_release, shut_module
from community.cohorts.pages.blueprint import pages
from community.cohorts.pages.settings import run_to_settle
from community.cohorts.pages.typed import plain, said
from community.cohorts.queries.opening import (
    ModuleOpening,
    done_in,
    module_openings,
    rule_in_words,
)
from community.cohorts.queries.own_rules import sound_rule
from community.cohorts.rules.picking import ROWS, SORTS, Pick, picks_of, text_of
from community.cohorts.schemas import OpeningIn, ReleaseIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes, typed_form
from community.kernel.errors import CommunityError, Conflict, Invalid, NotFound
from community.kernel.schemas import load
from community.spaces.models import Space

RULE, OPENING = ReleaseIn(), OpeningIn()
COURSE = "course"
PICK = "when.{}.{}"
PICKED = ("sort", "week", "date", "time", "days", "module", "session")


@pages.route("/spaces/<slug>/manage/run/releases")
@signed_in
def releases(slug: str) -> str:
    """List when the modules of a run open, by which rule, and what was done about it."""
    ctx = current_context()
    space, run = run_to_settle(ctx, slug)
    openings = module_openings(run)
    return render_template(
        "cohorts/releases.html",
        space=space,
        run=run,
        openings=openings,
        titles={each.module.id: each.module.title for each in openings},
        done=done_in(run),
    )


@pages.route("/spaces/<slug>/manage/run/releases/<int:position>", methods=["GET", "POST"])
@signed_in
@takes("rule", "by", "reason")
def release(slug: str, position: int) -> Response:
    """Show by which rule a module opens, and let it open by another."""
    ctx = current_context()
    space, run = run_to_settle(ctx, slug)
    here = _opening(run, position)
    if request.method == "GET":
        return _looked_at(space, run, here)
    typed = plain(("rule", "reason"))
    rule = None if request.form.get("by") == COURSE else typed["rule"]
    try:
        given = load(RULE, {"rule": rule, "reason": typed["reason"]})
        set_release(ctx, run.id, here.module.id, **given)
    except (Invalid, Conflict) as error:
        space, run = run_to_settle(ctx, slug)
        return _page(space, run, _opening(run, position), typed, error)
    flash(_("Saved. It opens by this rule now."), "success")
    return redirect(url_for("cohorts.release", slug=slug, position=position), 303)


@pages.route("/spaces/<slug>/manage/run/releases/<int:position>/open", methods=["POST"])
@signed_in
@takes("reason")
def open_to_all(slug: str, position: int) -> Response:
    """Open a module to everybody now."""
    done = _("It is open to everybody now. You can take that back on this page.")
    return _by_hand(current_context(), slug, position, open_module, done)


@pages.route("/spaces/<slug>/manage/run/releases/<int:position>/shut", methods=["POST"])
@signed_in
@takes("reason")
def shut_to_all(slug: str, position: int) -> Response:
    """Take back that a module was opened to everybody."""
    done = _("It opens by its rule again. What was done in it stays.")
    return _by_hand(current_context(), slug, position, shut_module, done)


def _by_hand(ctx: Context, slug: str, position: int, act: Any, done: str) -> Response:
    space, run = run_to_settle(ctx, slug)
    here = _opening(run, position)
    try:
        act(ctx, run.id, here.module.id, **load(OPENING, typed_form()))
    except (Invalid, Conflict) as error:
        space, run = run_to_settle(ctx, slug)
        typed = {"rule": here.rule, "reason": request.form.get("reason", "")}
        return _page(space, run, _opening(run, position), typed, error)
    flash(done, "success")
    return redirect(url_for("cohorts.release", slug=slug, position=position), 303)


def _looked_at(space: Space, run: Run, here: ModuleOpening) -> Response:
    """Show a module with the rule that was picked or written, if one was, and what it means."""
    look = request.args.get("look")
    typed: dict[str, Any] = {"rule": here.rule, "reason": ""}
    if look not in {"picked", "text"}:
        return _page(space, run, here, typed)
    picks = _picks()
    if look == "picked":
        typed["picks"] = picks
    else:
        typed["rule"] = request.args.get("rule", "").strip()
    try:
        text = text_of(picks) if look == "picked" else typed["rule"]
        meant = sound_rule(run, outline(run.version_id), here.module.id, text)
    except NoRule as error:
        return _page(space, run, here, typed, Invalid(str(error), fields={"when": [str(error)]}))
    except Invalid as error:
        said_of = "when" if look == "picked" else "rule"
        fields = {said_of: error.fields["rule"]}
        return _page(space, run, here, typed, Invalid(error.message, fields=fields))
    typed["rule"] = meant
    typed["means"] = rule_in_words(run, meant)
    return _page(space, run, here, typed)


def _picks() -> list[Pick]:
    """Return the rows that were picked in the address of this page."""
    return [
        {name: request.args.get(PICK.format(number, name), "").strip() for name in PICKED}
        for number in range(1, ROWS + 1)
    ]


def _rows(typed: dict[str, Any]) -> tuple[list[Pick], bool]:
    """Return the rows to show, and whether the rule at hand is more than they can say."""
    if "picks" in typed:
        return typed["picks"], False
    try:
        rule = read_rule(typed["rule"]) if typed["rule"] else USUAL
    except NoRule:
        return [{}] * ROWS, False
    found = picks_of(rule)
    return (found or []) + [{}] * (ROWS - len(found or [])), found is None


def _opening(run: Run, position: int) -> ModuleOpening:
    for each in module_openings(run):
        if each.module.position == position:
            return each
    raise NotFound


def _page(
    space: Space,
    run: Run,
    here: ModuleOpening,
    typed: dict[str, Any],
    error: CommunityError | None = None,
) -> Response:
    errors = said(error.fields) if isinstance(error, Invalid) else {}
    modules = [each.module for each in module_openings(run)]
    rows, written = _rows(typed)
    html = render_template(
        "cohorts/release.html",
        space=space,
        run=run,
        here=here,
        names=[module for module in modules if module.id != here.module.id],
        sessions=[
            (f"{module.slug}/{line.slug}", f"{module.position}. {line.title}")
            for module in modules
            for line in module.activities
            if line.kind == LIVE_SESSION.name
        ],
        rows=rows,
        written=written,
        sorts=SORTS,
        typed=typed,
        errors=errors,
        problem="" if errors or error is None else error.message,
        limits={"rule": LONGEST, "reason": REASON_LONGEST},
    )
    return make_response(html, error.status if error else 200)
