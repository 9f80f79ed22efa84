"""What the forms of a thread do: reply, and say what has been read."""

import uuid

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.operations import mark_read, post_reply
from community.discussions.pages.blueprint import pages
from community.discussions.pages.given import number
from community.discussions.pages.posts import post_url
from community.discussions.pages.thread import ThreadPage
from community.discussions.queries import thread_head
from community.discussions.schemas import ReadIn, ReplyIn
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Forbidden, Invalid
from community.kernel.keys import form_id
from community.kernel.pages import errors_of
from community.kernel.schemas import HIGHEST, load

_REPLY, _READ = ReplyIn(), ReadIn()


@pages.route("/threads/<uuid:thread_id>/replies", methods=["POST"])
@signed_in
@takes("body", "reply_to", "seen")
def reply(thread_id: uuid.UUID) -> AnyResponse:
    """Reply in a thread; what cannot be taken comes back as it was typed."""
    ctx = current_context()
    typed = request.form
    body, reply_to = typed.get("body", ""), number(typed.get("reply_to"))
    try:
        fields = load(_REPLY, {"body": body, "reply_to": reply_to})
        # Sent twice from one page it counts once: the page says how many posts it has seen.
        fields["client_id"] = form_id(
            typed.get("seen", ""), fields["body"], str(fields["reply_to"])
        )
        post = post_reply(ctx, thread_id, **fields)
    except (Invalid, Conflict, Forbidden) as error:
        page = ThreadPage.find(ctx, thread_id, after=HIGHEST, reply_to=reply_to)
        html = render_template(
            "discussions/thread.html",
            **{**page.values(), "typed": body, "errors": errors_of(error, "body")},
        )
        return make_response(html, error.status)
    return redirect(post_url(thread_id, post.number), 303)


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
