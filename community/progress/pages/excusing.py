"""For who facilitates: one activity, several learners, one word on it, and the way back."""

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.kernel.doors import signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.policy import require
from community.kernel.schemas import as_key, load
from community.progress.operations import excuse_many, take_back_many
from community.progress.operations.excusing import MOST_AT_ONCE
from community.progress.pages.blueprint import here, pages
from community.progress.policy import may_decide, plan
from community.progress.queries import SHOWS, columns, matrix
from community.progress.schemas import ExcuseIn

_EXCUSE = ExcuseIn()
SETTLED = "dew"


@pages.route("/spaces/<slug>/progress/excuse", methods=["GET", "POST"])
@signed_in
@takes("activity", "learner", "status", "reason")
def excuse(slug: str) -> Response:
    """Choose an activity and learners, and excuse them from it with one reason."""
    ctx, space, run = here(slug)
    require(may_decide, ctx, run)
    order = plan(run.version_id).order
    activity_id = as_key(request.values.get("activity", ""))
    at = order.index(activity_id) if activity_id in order else None
    typed: dict[str, Any] = {
        "status": request.form.get("status", ""),
        "reason": request.form.get("reason", ""),
        "learners": request.form.getlist("learner"),
    }
    error: CommunityError | None = None
    if request.method == "POST" and at is None:
        chosen = {"activity": [_("Choose an activity.")]}
        error = Invalid(_("Some of this cannot be used."), fields=chosen)
    elif request.method == "POST" and activity_id is not None:
        given = {**typed, "enrolments": typed["learners"]}
        del given["learners"]
        try:
            loaded = load(_EXCUSE, given)
            loaded["enrolment_ids"] = loaded.pop("enrolments")
            batch, number = excuse_many(ctx, run.id, activity_id, **loaded)
        except (Invalid, Conflict) as refused:
            error = refused
        else:
            done = batch if number else None
            here_again = url_for(
                "progress.excuse", slug=slug, activity=activity_id, done=done, learners=number
            )
            return redirect(here_again, 303)
    show = request.args.get("show", "all")
    ctx, space, run = here(slug)  # after what was refused, what is read is read anew
    found = matrix(
        ctx,
        run,
        show=show if show in SHOWS else "all",
        limit=MOST_AT_ONCE,
        page=request.args.get("page") or None,
    )
    html = render_template(
        "progress/excuse.html",
        space=space,
        run=run,
        columns=columns(run.version_id),
        activity_id=activity_id,
        line=plan(run.version_id).lines[activity_id] if at is not None and activity_id else None,
        rows=[row for row in found.rows if at is not None and row.cells[at] not in SETTLED],
        found=found,
        at=at,
        typed=typed,
        done=as_key(request.args.get("done", "")),
        excused=request.args.get("learners", 0, type=int),
        errors=error.fields if isinstance(error, Invalid) else {},
        problem=str(error.message) if isinstance(error, Conflict) else "",
    )
    return make_response(html, error.status if error else 200)


@pages.route("/spaces/<slug>/progress/excuse/<uuid:batch_id>/undo", methods=["POST"])
@signed_in
def take_back(slug: str, batch_id: uuid.UUID) -> Response:
    """Take back what was decided for several at once."""
    ctx, _space, run = here(slug)
    try:
        number = take_back_many(ctx, run.id, batch_id)
    except Conflict as refused:
        flash(str(refused.message), "warning")
    else:
        said = ngettext(
            "Taken back for %(num)d learner.", "Taken back for %(num)d learners.", number
        )
        flash(said, "success")
    return redirect(url_for("home.desk", slug=slug, _anchor="matrix"), 303)
