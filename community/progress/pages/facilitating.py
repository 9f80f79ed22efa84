"""For who facilitates: a learner's record, a decision, and the way back to the desk."""

import uuid
from typing import Any, NamedTuple

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

from community.academy.queries import ActivityLine
from community.cohorts.models import Enrolment
from community.kernel.doors import signed_in, takes
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.policy import require
from community.kernel.schemas import load
from community.progress.operations import decide
from community.progress.pages.blueprint import VIA_RECORD, Here, here, pages
from community.progress.policy import (
    judge,
    may_decide,
    may_look_after,
    may_see_everybody,
    plan,
)
from community.progress.queries import (
    SHOWS,
    Row,
    earlier_work,
    history_of,
    next_late,
    record_of,
    record_view,
    row_of,
)
from community.progress.schemas import DecisionIn
from community.spaces.policy import organises

_DECISION = DecisionIn()
TAKE_BACK = "take_back"
THEN_NEXT = "next"


class Desk(NamedTuple):
    """The part of the desk's matrix somebody came from, and whether by way of a record.

    Pages hand it on in their addresses (``show``, ``page``, ``via``), so that they lead back.
    """

    show: str
    page: str | None
    by_record: bool

    @classmethod
    def asked(cls) -> "Desk | None":
        """Return it as the request has it; None where somebody came from elsewhere."""
        show = request.args.get("show")
        if show not in SHOWS:
            return None
        return cls(show, request.args.get("page"), request.args.get("via") == VIA_RECORD)

    def url(self, slug: str, anchor: str) -> str:
        """Return the address of that part of the desk."""
        return url_for("home.desk", slug=slug, show=self.show, page=self.page, _anchor=anchor)

    def record_url(self, slug: str, enrolment_id: uuid.UUID) -> str:
        """Return the address of a learner's record, which leads back here."""
        return url_for(
            "progress.record",
            slug=slug,
            enrolment_id=enrolment_id,
            show=self.show,
            page=self.page,
        )

    def decision_url(
        self, slug: str, enrolment_id: uuid.UUID, activity_id: uuid.UUID, *, by_record: bool
    ) -> str:
        """Return the address of a decision, which leads back here or to the record."""
        return url_for(
            "progress.decision",
            slug=slug,
            enrolment_id=enrolment_id,
            activity_id=activity_id,
            show=self.show,
            page=self.page,
            via=VIA_RECORD if by_record else None,
        )


ALL = Desk("all", None, by_record=True)


@pages.route("/spaces/<slug>/progress/<uuid:enrolment_id>")
@signed_in
def record(slug: str, enrolment_id: uuid.UUID) -> str:
    """Show one learner's progress, to themself and to who facilitates."""
    ctx, space, run = here(slug)
    found = record_of(ctx, run, enrolment_id)
    row = row_of(ctx, run, enrolment_id) if may_look_after(ctx, run) else None
    return render_template(
        "progress/record.html",
        space=space,
        run=run,
        view=record_view(ctx, run, found.enrolment),
        earlier=earlier_work(run, enrolment_id),
        verdicts=found.verdicts,
        learner=found.learner,
        enrolment=found.enrolment,
        desk=Desk.asked() or ALL,
        may_decide=may_decide(ctx, run),
        may_see_everybody=may_see_everybody(ctx, run),
        row=row,
        organises=organises(ctx, run.space_id),
    )


@pages.route(
    "/spaces/<slug>/progress/<uuid:enrolment_id>/<uuid:activity_id>", methods=["GET", "POST"]
)
@signed_in
@takes("status", "reason", "then")
def decision(slug: str, enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> AnyResponse:
    """Show where a learner stands in one activity, and decide on it."""
    ctx, space, run = here(slug)
    found = record_of(ctx, run, enrolment_id)
    line = plan(run.version_id).lines.get(activity_id)
    if line is None:
        raise NotFound
    require(may_decide, ctx, run)
    learner = found.learner
    desk = Desk.asked()
    following = next_late(ctx, run, enrolment_id, learner.name, activity_id)
    typed: dict[str, Any] = {"status": "", "reason": ""}
    errors: dict[str, Any] = {}
    problem = ""
    status = 200
    if request.method == "POST":
        typed = {name: request.form.get(name, "") for name in typed}
        try:
            taken = {**typed, "status": None if typed["status"] == TAKE_BACK else typed["status"]}
            decide(ctx, enrolment_id, activity_id, **load(_DECISION, taken))
        except Invalid as error:
            errors, status = error.fields, error.status
        except Conflict as error:
            problem, status = str(error.message), error.status
            ctx, space, run = here(slug)  # after what was refused, what is read is read anew
            found = record_of(ctx, run, enrolment_id)
        else:
            flash(_("Decided. %(name)s sees it with the reason.", name=learner.name), "success")
            onward = following if request.form.get("then") == THEN_NEXT else None
            return redirect(_after(here(slug), found.enrolment, desk, onward), 303)
    view = record_view(ctx, run, found.enrolment)
    mine = next(a for m in view.modules for a in m.activities if a.line.id == activity_id)
    history = history_of(enrolment_id, activity_id)
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
        words=history.words,
        deeds=history.deeds,
        decided=bool(history.words and history.words[0].status is not None),
        take_back=TAKE_BACK,
        desk=desk or ALL,
        organises=organises(ctx, run.space_id),
        following=following,
        typed=typed,
        errors=errors,
        problem=problem,
    )
    return make_response(html, status)


def _after(
    place: Here, enrolment: Enrolment, desk: Desk | None, onward: tuple[Row, ActivityLine] | None
) -> str:
    """Return where a decision leads: to the next late one, or to where one came from."""
    ctx, space, run = place
    if onward is not None:
        row, line = onward
        return (desk or ALL).decision_url(space.slug, row.enrolment_id, line.id, by_record=False)
    if desk is None or desk.by_record:
        return (desk or ALL).record_url(space.slug, enrolment.id)
    view = record_view(ctx, run, enrolment)
    gone = desk.show == "late" and not any(a.late for m in view.modules for a in m.activities)
    return desk.url(space.slug, "matrix" if gone else f"row-{enrolment.id}")
