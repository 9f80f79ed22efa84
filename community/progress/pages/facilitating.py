"""For who facilitates: everybody's progress, one learner's record, a decision."""

import uuid
from typing import Any

from flask import (
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.queries import people
from community.cohorts.models import Enrolment, Run
from community.kernel.context import Context
from community.kernel.doors import signed_in, takes
from community.kernel.errors import Invalid, NotFound
from community.kernel.paging import LIMIT
from community.kernel.policy import find, require
from community.kernel.schemas import load
from community.progress.operations import decide
from community.progress.pages.base import here, pages
from community.progress.policy import (
    judge,
    may_decide,
    may_see_everybody,
    plan,
    visible_records,
)
from community.progress.queries import (
    SHOWS,
    deeds,
    matrix,
    record_view,
    words_on,
)
from community.progress.schemas import DecisionIn

_DECISION = DecisionIn()
TAKE_BACK = "take_back"


@pages.route("/spaces/<slug>/progress")
@signed_in
def everybody(slug: str) -> str:
    """Show everybody's progress in everything."""
    ctx, space, run = here(slug)
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
    ctx, space, run = here(slug)
    enrolment = _record(ctx, run, enrolment_id)
    return render_template(
        "progress/record.html",
        space=space,
        run=run,
        view=record_view(ctx, run, enrolment),
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
@takes("status", "reason")
def decision(slug: str, enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> AnyResponse:
    """Show where a learner stands in one activity, and decide on it."""
    ctx, space, run = here(slug)
    enrolment = _record(ctx, run, enrolment_id)
    line = plan(run.version_id).lines.get(activity_id)
    if line is None:
        raise NotFound
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
    view = record_view(ctx, run, enrolment)
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
