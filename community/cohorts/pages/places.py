"""Places in a run: one's own, to pause or to leave; and everybody's, for those who organise it."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.queries import account, people
from community.cohorts.models import REASON_LONGEST, Enrolment, EnrolmentState, Run
from community.cohorts.operations import (
    open_module_for,
    pause_learner,
    return_learner,
    shift_learner,
    shut_module_for,
    withdraw_learner,
)
from community.cohorts.pages.blueprint import pages
from community.cohorts.policy import (
    may_pause_learner,
    may_return_learner,
    may_see_learners,
    may_withdraw_learner,
    visible_enrolments,
)
from community.cohorts.queries import enrolment_of, run_of
from community.cohorts.queries.enrolments import counts_by_state, enrolments_of, history_of
from community.cohorts.queries.opening import done_for, module_openings, own_opened
from community.cohorts.rules import MAX_LEARNER_SHIFT
from community.cohorts.schemas import STATE_NAMES, LearnerShiftIn, ModuleIn, ReasonIn, WithdrawIn
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes, typed_form
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.policy import abilities, find, require
from community.kernel.schemas import load
from community.spaces.models import Space
from community.spaces.queries import space_by_slug

REASON, WITHDRAW, SHIFT, MODULE = ReasonIn(), WithdrawIn(), LearnerShiftIn(), ModuleIn()
SCHEMAS = {
    withdraw_learner: WITHDRAW,
    shift_learner: SHIFT,
    open_module_for: MODULE,
    shut_module_for: MODULE,
}
ABILITIES = {
    "pause": may_pause_learner,
    "withdraw": may_withdraw_learner,
    "bring_back": may_return_learner,
}


def _run(ctx: Context, slug: str) -> tuple[Space, Run]:
    space = space_by_slug(ctx, slug)
    run = run_of(ctx, space.id)
    if run is None:
        raise NotFound
    return space, run


# ------------------------------------------------------------------ one's own


@pages.route("/spaces/<slug>/place")
@signed_in
def place(slug: str) -> AnyResponse:
    """Show one's own place in a run: to pause, to come back, to leave."""
    ctx = current_context()
    return _place_page(ctx, *_run(ctx, slug))


def _place_page(
    ctx: Context, space: Space, run: Run, *, status: int = 200, problem: str = "", **more: Any
) -> Response:
    mine = _mine(ctx, run)
    html = render_template(
        "cohorts/place.html",
        space=space,
        run=run,
        mine=mine,
        history=history_of(mine.id),
        state_names=STATE_NAMES,
        typed={"reason": request.form.get("reason", "")},
        longest=REASON_LONGEST,
        problem=problem,
        **{"errors": {}, **more},
    )
    return make_response(html, status)


def _mine(ctx: Context, run: Run) -> Enrolment:
    """Return the actor's own enrolment; whoever has none has no such page."""
    mine = enrolment_of(run.id, ctx.person)
    if mine is None:
        raise NotFound
    return mine


@pages.route("/spaces/<slug>/place/pause", methods=["POST"])
@signed_in
@takes("reason")
def pause_me(slug: str) -> AnyResponse:
    """Pause one's own part in a run."""
    return _step_of_mine(slug, pause_learner, _("You are pausing. Your seat and progress stay."))


@pages.route("/spaces/<slug>/place/return", methods=["POST"])
@signed_in
@takes("reason")
def return_me(slug: str) -> AnyResponse:
    """Come back from a pause."""
    done = _("Welcome back. What comes next is due in a week at the earliest.")
    return _step_of_mine(slug, return_learner, done)


def _step_of_mine(slug: str, step: Callable[..., Enrolment], done: str) -> AnyResponse:
    ctx = current_context()
    space, run = _run(ctx, slug)
    mine = _mine(ctx, run)
    try:
        step(ctx, mine.id, **load(REASON, typed_form()))
    except Invalid as error:
        return _place_page(ctx, space, run, errors=error.fields, status=422)
    except Conflict as error:
        return _place_page(ctx, space, run, problem=error.message, status=409)
    flash(done, "success")
    return redirect(url_for("cohorts.place", slug=slug), 303)


# ------------------------------------------------------------------ everybody's


def _organised(ctx: Context, slug: str) -> tuple[Space, Run]:
    space, run = _run(ctx, slug)
    require(may_see_learners, ctx, run)
    return space, run


@pages.route("/spaces/<slug>/learners")
@signed_in
def learners(slug: str) -> str:
    """List who learns in a run, who pauses and who has left it."""
    ctx = current_context()
    space, run = _organised(ctx, slug)
    asked = request.args.get("state", "")
    state = next((one for one in EnrolmentState if one.value == asked), None)
    page = enrolments_of(ctx, run.id, state=state, page=request.args.get("page"))

    def page_url(bookmark: str | None) -> str | None:
        if not bookmark:
            return None
        return url_for("cohorts.learners", slug=slug, state=asked or None, page=bookmark)

    return render_template(
        "cohorts/learners.html",
        space=space,
        run=run,
        state=state,
        counts=counts_by_state(ctx, run.id),
        states=list(EnrolmentState),
        state_names=STATE_NAMES,
        learners=page.items,
        next_url=page_url(page.next),
        previous_url=page_url(page.previous),
    )


@pages.route("/spaces/<slug>/learners/<uuid:enrolment_id>")
@signed_in
def learner(slug: str, enrolment_id: uuid.UUID) -> AnyResponse:
    """Show a learner's place in a run, and what became of it so far."""
    ctx = current_context()
    return _learner_page(ctx, *_enrolment(ctx, slug, enrolment_id))


def _enrolment(ctx: Context, slug: str, enrolment_id: uuid.UUID) -> tuple[Space, Run, Enrolment]:
    """Return a place in the run of a space, for those who organise it."""
    _space, run = _run(ctx, slug)
    found = find(visible_enrolments(ctx).where(Enrolment.run_id == run.id), enrolment_id)
    return *_organised(ctx, slug), found


def _learner_page(
    ctx: Context,
    space: Space,
    run: Run,
    enrolment: Enrolment,
    *,
    status: int = 200,
    problem: str = "",
    **more: Any,
) -> Response:
    openings = module_openings(run)
    html = render_template(
        "cohorts/learner.html",
        space=space,
        run=run,
        enrolment=enrolment,
        person=people([enrolment.user_id])[enrolment.user_id],
        history=history_of(enrolment.id),
        can=abilities(ABILITIES, ctx, enrolment),
        state_names=STATE_NAMES,
        typed={
            "reason": request.form.get("reason", ""),
            "replies": request.form.get("replies", ""),
            "days": request.form.get("days", str(enrolment.shift_days)),
            "module": request.form.get("module", ""),
        },
        openings=openings,
        titles={each.module.id: each.module.title for each in openings},
        opened=own_opened(enrolment.id) if run.individual else (),
        dates_done=done_for(enrolment.id),
        most_days=MAX_LEARNER_SHIFT,
        my_address=account(ctx).email,
        longest=REASON_LONGEST,
        problem=problem,
        **{"errors": {}, **more},
    )
    return make_response(html, status)


@pages.route("/spaces/<slug>/learners/<uuid:enrolment_id>/pause", methods=["POST"])
@signed_in
@takes("reason")
def pause_place(slug: str, enrolment_id: uuid.UUID) -> AnyResponse:
    """Pause a learner."""
    return _step(slug, enrolment_id, pause_learner, _("They are pausing."))


@pages.route("/spaces/<slug>/learners/<uuid:enrolment_id>/withdraw", methods=["POST"])
@signed_in
@takes("reason", "replies")
def withdraw_place(slug: str, enrolment_id: uuid.UUID) -> AnyResponse:
    """End a learner's part in a run, and say why."""
    done = _("They do not belong to this run any more. A letter tells them why.")
    return _step(slug, enrolment_id, withdraw_learner, done)


@pages.route("/spaces/<slug>/learners/<uuid:enrolment_id>/return", methods=["POST"])
@signed_in
@takes("reason")
def return_place(slug: str, enrolment_id: uuid.UUID) -> AnyResponse:
    """Bring a learner back."""
    return _step(slug, enrolment_id, return_learner, _("They are back, on a seat of their own."))


@pages.route("/spaces/<slug>/learners/<uuid:enrolment_id>/shift", methods=["POST"])
@signed_in
@takes("days", "reason")
def shift_place(slug: str, enrolment_id: uuid.UUID) -> AnyResponse:
    """Let all dates of a learner be later, or earlier, than the group's."""
    return _step(slug, enrolment_id, shift_learner, _("Their dates have moved. A letter says so."))


@pages.route("/spaces/<slug>/learners/<uuid:enrolment_id>/open", methods=["POST"])
@signed_in
@takes("module", "reason")
def open_to_one(slug: str, enrolment_id: uuid.UUID) -> AnyResponse:
    """Open a module to one learner."""
    return _step(slug, enrolment_id, open_module_for, _("It is open to them. A letter says so."))


@pages.route("/spaces/<slug>/learners/<uuid:enrolment_id>/shut", methods=["POST"])
@signed_in
@takes("module", "reason")
def shut_to_one(slug: str, enrolment_id: uuid.UUID) -> AnyResponse:
    """Take back that a module was opened to one learner."""
    done = _("It opens to them as to the others again.")
    return _step(slug, enrolment_id, shut_module_for, done)


def _step(
    slug: str, enrolment_id: uuid.UUID, step: Callable[..., Enrolment | None], done: str
) -> AnyResponse:
    ctx = current_context()
    space, run, enrolment = _enrolment(ctx, slug, enrolment_id)
    try:
        step(ctx, enrolment.id, **_given(step))
    except Invalid as error:
        return _learner_page(ctx, space, run, enrolment, errors=error.fields, status=422)
    except Conflict as error:
        return _learner_page(ctx, space, run, enrolment, problem=error.message, status=409)
    flash(done, "success")
    return redirect(url_for("cohorts.learner", slug=slug, enrolment_id=enrolment_id), 303)


def _given(step: Callable[..., Any]) -> dict[str, Any]:
    """Return what a form says, as its operation takes it."""
    given: dict[str, Any] = load(SCHEMAS.get(step, REASON), typed_form())
    if "module" in given:
        given["module_id"] = given.pop("module")
    return given
