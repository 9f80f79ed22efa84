"""Forms whose words are kept as a draft by a button; scripts do so as one writes."""

import uuid

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.operations import save_edit_draft, save_reply_draft, save_thread_draft
from community.discussions.pages.blueprint import pages
from community.discussions.pages.editing import edit_page
from community.discussions.pages.given import number
from community.discussions.pages.new_thread import new_thread_page
from community.discussions.pages.poll_fields import POLL_FIELDS, poll_is_typed
from community.discussions.pages.replies import thread_page
from community.discussions.pages.writing import FIELDS, refuse_forgotten
from community.discussions.policy import find_any_post, may_edit_post
from community.discussions.queries import words_of
from community.discussions.schemas import EditDraftIn, ReplyDraftIn, ThreadDraftIn
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Forbidden, Invalid, TooMany
from community.kernel.keys import new_key
from community.kernel.policy import require
from community.kernel.schemas import as_key, load
from community.spaces.queries import space_by_slug

_REPLY, _THREAD, _EDIT = ReplyDraftIn(), ThreadDraftIn(), EditDraftIn()


def _revision() -> int | None:
    """Return the revision that the form says; None, which no draft has, for what is no number."""
    return number(request.form.get("revision", "0"))


@pages.route("/threads/<uuid:thread_id>/draft", methods=["POST"])
@signed_in
@takes("body", "reply_to", "seen", "revision", *FIELDS, *POLL_FIELDS)
def keep_reply(thread_id: uuid.UUID) -> AnyResponse:
    """Keep a reply as a draft; what cannot be kept comes back as it was typed."""
    ctx, typed = current_context(), request.form
    body, reply_to = typed.get("body", ""), number(typed.get("reply_to"))
    given = {"body": body, "reply_to": reply_to, "revision": _revision()}
    try:
        refuse_forgotten()
        save_reply_draft(ctx, thread_id, **load(_REPLY, given))
    except (Invalid, Conflict, Forbidden, TooMany) as error:
        return thread_page(ctx, thread_id, body, error=error)
    flash(_kept_words(), "success")
    return redirect(url_for("discussions.thread", thread_id=thread_id, _anchor="reply"), 303)


@pages.route("/posts/<uuid:post_id>/draft", methods=["POST"])
@signed_in
@takes("body", "edition", "revision", *FIELDS)
def keep_edit(post_id: uuid.UUID) -> AnyResponse:
    """Keep new words for a post as a draft; what cannot be kept comes back as it was typed."""
    ctx = current_context()
    row = words_of(ctx, post_id)
    require(may_edit_post, ctx, find_any_post(ctx, post_id))
    body, seen = request.form.get("body", ""), number(request.form.get("edition"))
    given = {"body": body, "edition": seen, "revision": _revision()}
    try:
        refuse_forgotten()
        save_edit_draft(ctx, post_id, **load(_EDIT, given))
    except (Invalid, Conflict, TooMany) as error:
        return edit_page(ctx, row, body, seen=seen or row.edition, error=error)
    flash(_("Kept as a draft."), "success")
    return redirect(url_for("discussions.edit", post_id=post_id), 303)


@pages.route("/spaces/<slug>/threads/draft", methods=["POST"])
@signed_in
@takes("kind", "title", "tags", "body", "nonce", "revision", *FIELDS, *POLL_FIELDS)
def keep_thread(slug: str) -> AnyResponse:
    """Keep a new thread as a draft; what cannot be kept comes back as it was typed."""
    ctx, typed = current_context(), request.form
    space = space_by_slug(ctx, slug)
    given = {name: typed.get(name, "") for name in ("kind", "title", "tags", "body")}
    form = as_key(typed.get("nonce", "")) or new_key()
    try:
        refuse_forgotten()
        fields = load(_THREAD, {**given, "kind": given["kind"] or None, "revision": _revision()})
        save_thread_draft(ctx, space.id, form, **fields)
    except (Invalid, Conflict, TooMany) as error:
        return new_thread_page(ctx, space, {**given, "nonce": form.hex}, error)
    flash(_kept_words(), "success")
    return redirect(url_for("discussions.new_thread", slug=slug, draft=form), 303)


def _kept_words() -> str:
    """Return what is said once a draft is kept, also of what it does not keep."""
    if poll_is_typed():
        return str(_("Kept as a draft, without the poll: a draft keeps words alone."))
    return str(_("Kept as a draft."))
