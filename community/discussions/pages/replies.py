"""What the forms of a thread do: reply, and say what has been read."""

import uuid

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.models import Removal
from community.discussions.operations import mark_read, post_reply, refuse_attachment
from community.discussions.pages.blueprint import pages
from community.discussions.pages.drafted import drafted_again
from community.discussions.pages.given import number
from community.discussions.pages.poll_fields import (
    POLL_FIELDS,
    adding_poll,
    of_poll,
    poll_given,
    poll_identity,
)
from community.discussions.pages.posts import post_url
from community.discussions.pages.saying import tell_unheard
from community.discussions.pages.thread import ThreadPage
from community.discussions.pages.waiting import tell_waiting
from community.discussions.pages.writing import (
    FIELDS,
    OFTEN,
    Shown,
    as_refused,
    asks_for_preview,
    previewed,
    refuse_forgotten,
    with_file_sent,
)
from community.discussions.policy import find_thread, may_reply
from community.discussions.queries import thread_head
from community.discussions.schemas import ReadIn, ReplyIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import (
    current_context,
    largest_attachment,
    signed_in,
    takes,
    takes_file,
)
from community.kernel.errors import CommunityError, Conflict, Forbidden, Invalid, TooMany
from community.kernel.http import limiter
from community.kernel.keys import form_id
from community.kernel.pages import errors_of
from community.kernel.policy import require
from community.kernel.schemas import HIGHEST, load

_REPLY, _READ = ReplyIn(), ReadIn()


@pages.route("/threads/<uuid:thread_id>/replies", methods=["POST"])
@signed_in
@takes("body", "reply_to", "seen", "revision", *FIELDS, *POLL_FIELDS)
def reply(thread_id: uuid.UUID) -> AnyResponse:
    """Reply in a thread, or look at the reply; what cannot be taken comes back as it was typed."""
    ctx = current_context()
    typed = request.form
    body, reply_to = typed.get("body", ""), number(typed.get("reply_to"))
    try:
        fields = load(
            _REPLY, {"body": body, "reply_to": reply_to, "draft": number(typed.get("revision"))}
        )
        if asks_for_preview():
            box = previewed(ctx, fields["body"], thread_head(ctx, thread_id).space_id)
            return thread_page(ctx, thread_id, body, box=box)
        refuse_forgotten()
        # Sent twice from one page it counts once: the page says how many posts it has seen.
        fields["client_id"] = form_id(
            typed.get("seen", ""), fields["body"], str(fields["reply_to"]), poll_identity()
        )
        fields["poll"] = poll_given()
        post = post_reply(ctx, thread_id, **fields)
    except (Invalid, Conflict, Forbidden, TooMany) as error:
        wrong = of_poll(error) if isinstance(error, Invalid) else error
        return thread_page(ctx, thread_id, body, error=wrong)
    if post.removal is Removal.WAITING:
        tell_waiting()
        place = url_for("discussions.thread", thread_id=thread_id, after=HIGHEST, _anchor="waiting")
        return redirect(place, 303)
    tell_unheard(ctx, fields["body"], thread_id)
    return redirect(post_url(thread_id, post.number), 303)


def thread_page(
    ctx: Context,
    thread_id: uuid.UUID,
    body: str,
    *,
    box: Shown | None = None,
    error: CommunityError | None = None,
) -> AnyResponse:
    """Answer with a thread whose reply comes back as it was typed."""
    reply_to = number(request.form.get("reply_to"))
    page = ThreadPage.find(ctx, thread_id, after=HIGHEST, reply_to=reply_to)
    again = drafted_again(error)
    errors = {} if again.other else errors_of(error, "body")
    mine = {
        "typed": body,
        "box": box or Shown(),
        "drafted": again,
        "errors": errors,
        "adding_poll": adding_poll(errors),
    }
    answer = make_response(render_template("discussions/thread.html", **{**page.values(), **mine}))
    return as_refused(answer, error)


def _may_attach(thread_id: uuid.UUID) -> None:
    """Raise for who may not reply here; asked before anything of a file is read."""
    ctx = current_context()
    thread = find_thread(ctx, thread_id)
    require(may_reply, ctx, thread)
    refuse_attachment(ctx, thread.space_id)


@pages.route("/threads/<uuid:thread_id>/replies/attachments", methods=["POST"])
@signed_in
@takes("body", "reply_to", "seen", "revision", *FIELDS, *POLL_FIELDS)
@takes_file("upload", most=largest_attachment, check=_may_attach)
@limiter.limit(OFTEN)
def attach_to_reply(thread_id: uuid.UUID) -> AnyResponse:
    """Put a file into the reply that is being written; nothing of it is sent yet."""
    ctx, body = current_context(), request.form.get("body", "")
    try:
        body, box = with_file_sent(ctx, body, thread_head(ctx, thread_id).space_id)
    except (Invalid, Conflict, TooMany) as error:
        return thread_page(ctx, thread_id, body, error=error)
    return thread_page(ctx, thread_id, body, box=box)


@pages.route("/threads/<uuid:thread_id>/read", methods=["POST"])
@signed_in
@takes("number")
def read(thread_id: uuid.UUID) -> AnyResponse:
    """Say that everything up to a post has been read; leads on to what comes next."""
    ctx = current_context()
    fields = load(_READ, {"number": number(request.form.get("number"))})
    mark_read(ctx, thread_id, **fields)
    head = thread_head(ctx, thread_id)
    if fields["number"] < head.last_number:
        return redirect(post_url(thread_id, fields["number"] + 1), 303)
    flash(_("You have read all of “%(title)s”.", title=head.title), "success")
    return redirect(url_for("discussions.thread_list", slug=head.space_slug), 303)
