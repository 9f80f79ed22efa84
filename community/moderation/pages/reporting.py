"""Reporting a post."""

import uuid

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.policy import find_post, find_thread
from community.discussions.queries import thread_head
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid, TooMany
from community.kernel.policy import require
from community.kernel.schemas import load
from community.moderation.operations import report_post
from community.moderation.pages.blueprint import pages
from community.moderation.pages.words import REASONS
from community.moderation.policy import may_report
from community.moderation.queries import my_report
from community.moderation.rules import NOTE_LONGEST
from community.moderation.schemas import ReportIn

_REPORT = ReportIn()


@pages.route("/posts/<uuid:post_id>/report")
@signed_in
def report(post_id: uuid.UUID) -> AnyResponse:
    """Ask what is wrong with a post, and say who reads the answer."""
    return _page(post_id)


@pages.route("/posts/<uuid:post_id>/report", methods=["POST"])
@signed_in
@takes("reason", "note")
def send_report(post_id: uuid.UUID) -> AnyResponse:
    """Report a post."""
    ctx = current_context()
    typed = {name: request.form.get(name, "") for name in ("reason", "note")}
    try:
        report_post(ctx, post_id, **load(_REPORT, typed))
    except (Invalid, Conflict, TooMany) as error:
        return _page(post_id, typed, error)
    flash(_("Thank you. Those who lead this space look at it, and tell nobody of you."), "success")
    return redirect(url_for("discussions.post", post_id=post_id), 303)


def _page(
    post_id: uuid.UUID,
    typed: dict[str, str] | None = None,
    error: Invalid | Conflict | TooMany | None = None,
) -> AnyResponse:
    ctx = current_context()
    post = find_post(ctx, post_id)
    require(may_report, ctx, post)
    thread = find_thread(ctx, post.thread_id)
    html = render_template(
        "moderation/report.html",
        post=post,
        thread=thread_head(ctx, thread.id),
        back=url_for("discussions.post", post_id=post_id),
        reasons=list(REASONS.items()),
        typed=typed or {},
        errors=error.fields if isinstance(error, Invalid) else {},
        problem=error.message if error and not isinstance(error, Invalid) else "",
        reported=my_report(ctx, post_id),
        longest=NOTE_LONGEST,
    )
    answer = make_response(html)
    if error is not None:
        answer.status_code = error.status
    return answer
