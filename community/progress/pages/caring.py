"""For who facilitates: a kind word to a learner, drafted, and taking one upon oneself."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.cohorts.models import Enrolment
from community.kernel.context import Context
from community.kernel.doors import reader, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid, NotFound
from community.kernel.policy import find, require
from community.kernel.schemas import load
from community.progress.operations import give_back, nudge, take_on
from community.progress.pages.blueprint import VIA_RECORD, here, pages
from community.progress.policy import may_look_after, visible_records
from community.progress.queries import CourseView, Row, letters_to, record_of, record_view, row_of
from community.progress.schemas import NudgeIn

_NUDGE = NudgeIn()


@pages.route("/spaces/<slug>/progress/<uuid:enrolment_id>/nudge", methods=["GET", "POST"])
@signed_in
@takes("subject", "text", "replies", "after", "then")
def nudge_page(slug: str, enrolment_id: uuid.UUID) -> Response:
    """Draft a letter to a learner, and send it."""
    ctx, space, run = here(slug)
    found = record_of(ctx, run, enrolment_id)
    require(may_look_after, ctx, run)
    row = row_of(ctx, run, enrolment_id)
    if row is None:
        raise NotFound
    error: CommunityError | None = None
    if request.method == "POST":
        typed = {name: request.form.get(name, "") for name in ("subject", "text")}
        typed["replies"] = "yes" if request.form.get("replies") else ""
        after = request.form.get("after") or None
        try:
            given = {**typed, "replies": bool(typed["replies"]), "after": after}
            nudge(ctx, enrolment_id, **load(_NUDGE, given))
        except (Invalid, Conflict) as refused:
            error = refused
        else:
            flash(_("Your letter to %(name)s is on its way.", name=row.name), "success")
            return redirect(_back(slug, enrolment_id), 303)
    else:
        view = record_view(ctx, run, found.enrolment)
        typed = {
            "subject": _("How are you getting on?"),
            "text": draft(row, view, space.name),
            "replies": "yes",
        }
    letters = letters_to(ctx, found.enrolment)
    html = render_template(
        "progress/nudge.html",
        space=space,
        run=run,
        row=row,
        learner=found.learner,
        enrolment_id=enrolment_id,
        reachable=letters.reachable,
        sent=letters.sent,
        after=letters.sent[0].id if letters.sent else "",
        typed=typed,
        my_address=letters.my_address,
        back=_back(slug, enrolment_id),
        then=_then(),
        errors=error.fields if isinstance(error, Invalid) else {},
        problem=str(error.message) if isinstance(error, Conflict) else "",
    )
    return make_response(html, error.status if error else 200)


def draft(row: Row, view: CourseView, run_name: str) -> str:
    """Return a letter to begin with: personal, kind, and with what is known of the learner."""
    parts = [_("Dear %(name)s,", name=row.name.split(maxsplit=1)[0])]
    signs = row.signs
    if signs is not None and signs.quiet_days:
        parts.append(
            ngettext(
                "I have not seen you in %(run)s for %(num)d day, and wanted to ask how you are.",
                "I have not seen you in %(run)s for %(num)d days, and wanted to ask how you are.",
                signs.quiet_days,
                run=run_name,
            )
        )
    else:
        parts.append(_("I wanted to ask how you are getting on in %(run)s.", run=run_name))
    if signs is not None and signs.missed:
        parts.append(_("We missed you in our last sessions; what we did there you can catch up."))
    if view.next is not None:
        parts.append(
            _(
                "What comes next for you is “%(title)s”, about %(minutes)d minutes. A small step is"
                " enough to be back in it.",
                title=view.next.line.title,
                minutes=max(1, view.next.minutes_left),
            )
        )
    parts.append(
        _(
            "If something is in the way, tell me: time, the tools, or something else altogether. We"
            " will find a way together."
        )
    )
    parts.append(_("Warm regards") + "\n" + reader().name)
    return "\n\n".join(parts)


@pages.route("/spaces/<slug>/progress/<uuid:enrolment_id>/take", methods=["POST"])
@signed_in
@takes("then")
def take(slug: str, enrolment_id: uuid.UUID) -> Response:
    """Take a learner upon oneself."""
    return _turn(slug, enrolment_id, take_on, _("You have taken them: nobody else is asked to."))


@pages.route("/spaces/<slug>/progress/<uuid:enrolment_id>/give-back", methods=["POST"])
@signed_in
@takes("then")
def release(slug: str, enrolment_id: uuid.UUID) -> Response:
    """Let somebody else take a learner."""
    return _turn(slug, enrolment_id, give_back, _("Given back: somebody else can take them."))


def _turn(
    slug: str, enrolment_id: uuid.UUID, act: Callable[[Context, uuid.UUID], Any], done: str
) -> Response:
    ctx, _space, run = here(slug)
    find(visible_records(ctx).where(Enrolment.run_id == run.id), enrolment_id)
    try:
        act(ctx, enrolment_id)
    except Conflict as refused:
        flash(str(refused.message), "warning")
    else:
        flash(done, "success")
    return redirect(_back(slug, enrolment_id), 303)


def _then() -> str:
    asked = request.form.get("then") or request.args.get("then")
    return VIA_RECORD if asked == VIA_RECORD else ""


def _back(slug: str, enrolment_id: uuid.UUID) -> str:
    """Return where one came from: the learner's record, or the list of who is fading."""
    if _then():
        return url_for("progress.record", slug=slug, enrolment_id=enrolment_id)
    return url_for("home.desk_list", slug=slug, name="fading")
