"""For those who mark: the essays of an attempt at a quiz."""

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.cohorts.rules import counts_still, reopens_until
from community.coursework.operations import mark_essays
from community.coursework.pages.blueprint import pages
from community.coursework.policy import may_mark
from community.coursework.queries import essays, hand_ins
from community.coursework.schemas import EssaysIn
from community.kernel.addresses import url_for
from community.kernel.doors import signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.policy import require
from community.kernel.schemas import load
from community.progress.pages.blueprint import Here, here

_ESSAYS = EssaysIn()
POINTS, COMMENT = "points.", "comment."  # before a question's id, in the names of the form's fields


@pages.route("/spaces/<slug>/hand-ins/quiz/<uuid:attempt_id>", methods=["GET", "POST"])
@signed_in
@takes(POINTS, COMMENT, "edition", "done")
def essays_page(slug: str, attempt_id: uuid.UUID) -> AnyResponse:
    """Show the essays of an attempt, and mark them."""
    place = here(slug)
    require(may_mark, place.ctx, place.run)
    if request.method == "GET":
        return make_response(_page(place, attempt_id))
    form = request.form
    typed: dict[str, dict[str, str]] = {
        "points": {
            name.removeprefix(POINTS): form[name]
            for name in form
            if name.startswith(POINTS) and form[name].strip()
        },
        "comments": {
            name.removeprefix(COMMENT): form[name] for name in form if name.startswith(COMMENT)
        },
    }
    done = "done" in form
    try:
        told = {"edition": form.get("edition", ""), "done": form.get("done", "0")}
        given = load(_ESSAYS, {**typed, **told})
        mark_essays(place.ctx, attempt_id, **given)
    except (Invalid, Conflict) as error:
        html = _page(here(slug), attempt_id, typed=typed, refused=error)
        return make_response(html, error.status)
    if done:
        flash(_("Marked. A letter tells them to look at it."), "success")
    else:
        flash(_("Kept. Nobody but those who mark sees it yet."), "success")
    return redirect(url_for("coursework.essays_page", slug=slug, attempt_id=attempt_id), 303)


def _page(
    place: Here,
    attempt_id: uuid.UUID,
    *,
    typed: dict[str, dict[str, str]] | None = None,
    refused: CommunityError | None = None,
) -> str:
    ctx, space, run = place
    view = essays(ctx, run, attempt_id)
    errors = refused.fields if isinstance(refused, Invalid) else {}
    kept: dict[str, dict[str, Any]] = {
        "points": {each.id: each.points for each in view.essays if each.points is not None},
        "comments": {each.id: each.comment for each in view.essays},
    }
    following = hand_ins(ctx, run, limit=2)
    wrong = errors.get("points", {})
    return render_template(
        "coursework/essays.html",
        space=space,
        run=run,
        view=view,
        typed=typed or kept,
        errors=errors,
        wrong=wrong if isinstance(wrong, dict) else {},
        problem=str(refused.message) if refused and not errors else "",
        markable=counts_still(run.closed_at, view.submitted_at, ctx.now),
        last_day=reopens_until(run.closed_at) if run.closed_at else None,
        onward=next((each for each in following.items if each.id != attempt_id), None),
    )
