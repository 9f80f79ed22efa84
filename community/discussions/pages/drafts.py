"""What one has begun to write: the list of it, one draft as it is, thrown away and put back."""

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.operations import discard_draft, restore_draft
from community.discussions.pages.acts import may_go_on
from community.discussions.pages.blueprint import pages
from community.discussions.pages.words import KINDS
from community.discussions.policy import find_draft
from community.discussions.queries import my_draft, my_drafts
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict

DRAFTS_A_PAGE = 20
OPENING = 200  # characters of a draft that its row shows


@pages.route("/drafts")
@signed_in
def drafts() -> AnyResponse:
    """List what one has begun to write, the last saved first."""
    ctx = current_context()
    page = my_drafts(ctx, limit=DRAFTS_A_PAGE, page=request.args.get("page"))
    html = render_template(
        "discussions/drafts.html",
        drafts=[_shown(ctx, row) for row in page.items],
        next=page.next,
        previous=page.previous,
    )
    return make_response(html)


@pages.route("/drafts/<uuid:own_draft_id>")
@signed_in
def draft(own_draft_id: uuid.UUID) -> AnyResponse:
    """Show a whole draft, also one that was thrown away, or whose place takes nothing any more."""
    ctx = current_context()
    row = my_draft(ctx, own_draft_id)
    html = render_template("discussions/draft.html", draft=row, **_shown(ctx, row))
    return make_response(html)


@pages.route("/drafts/<uuid:own_draft_id>/discard", methods=["POST"])
@signed_in
@takes("to")
def discard(own_draft_id: uuid.UUID) -> AnyResponse:
    """Throw a draft away, and offer to put it back; ``to`` is "place" for who writes there."""
    ctx = current_context()
    discarded = discard_draft(ctx, own_draft_id)
    undo = url_for("discussions.draft", own_draft_id=discarded.id)
    words = Markup('{} <a href="{}">{}</a>').format(
        _("The draft is discarded."), undo, _("Put it back")
    )
    flash(words, "success")
    if request.form.get("to") != "place":
        return redirect(url_for("discussions.drafts"), 303)
    return redirect(_place_of(my_draft(ctx, own_draft_id), fresh=True), 303)


@pages.route("/drafts/<uuid:own_draft_id>/restore", methods=["POST"])
@signed_in
@takes()
def put_back(own_draft_id: uuid.UUID) -> AnyResponse:
    """Put a draft back that was thrown away, and go on with it."""
    ctx = current_context()
    try:
        restore_draft(ctx, own_draft_id)
    except Conflict as error:
        flash(error.message, "warning")
        return redirect(url_for("discussions.draft", own_draft_id=own_draft_id), 303)
    find_draft(ctx, own_draft_id)
    return redirect(_shown(ctx, my_draft(ctx, own_draft_id))["url"], 303)


def _place_of(row: Any, *, fresh: bool = False) -> str:
    """Return the address of the form that a draft is for; ``fresh``: without the draft in it."""
    if row.post_id is not None:
        return url_for("discussions.edit", post_id=row.post_id)
    if row.thread_id is not None:
        return url_for("discussions.thread", thread_id=row.thread_id, _anchor="reply")
    return url_for(
        "discussions.new_thread",
        slug=row.space_slug,
        draft=None if fresh else row.form,
    )


def _shown(ctx: Context, row: Any) -> dict[str, Any]:
    """Return a draft as its row and its page show it; ``goes_on``: its place takes it now."""
    goes_on = may_go_on(ctx, row)
    whole = url_for("discussions.draft", own_draft_id=row.id)
    return {
        "id": row.id,
        "what": _what(row),
        "title": row.thread_title or row.title or _("A thread without a title yet"),
        "space": row.space_name,
        "at": row.saved_at,
        "opening": row.body[:OPENING],
        "cut": len(row.body) > OPENING,
        "goes_on": goes_on,
        "url": _place_of(row) if goes_on else whole,
    }


def _what(row: Any) -> str:
    """Return what a draft is to become, in words."""
    if row.post_id is not None and row.number < 0:
        return str(_("New words for a post that waits for approval"))
    if row.post_id is not None:
        return str(_("New words for post %(number)d", number=row.number))
    if row.thread_id is None:
        return str(KINDS[row.kind]) if row.kind else str(_("New thread"))
    if row.reply_to:
        return str(_("Reply to post %(number)d", number=row.reply_to))
    return str(_("Reply"))
