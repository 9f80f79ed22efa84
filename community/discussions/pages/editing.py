"""A post is written anew."""

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.operations import edit_post, refuse_attachment
from community.discussions.pages.blueprint import pages
from community.discussions.pages.drafted import Drafted, drafted, drafted_again
from community.discussions.pages.given import number
from community.discussions.pages.places import place_of_post
from community.discussions.pages.saying import tell_unheard
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
from community.discussions.policy import find_any_post, may_edit_post
from community.discussions.queries import draft_of, words_of
from community.discussions.schemas import BODY_LENGTH, PostEditIn
from community.kernel.context import Context
from community.kernel.differences import word_changes
from community.kernel.doors import (
    current_context,
    largest_attachment,
    signed_in,
    takes,
    takes_file,
)
from community.kernel.errors import CommunityError, Conflict, Invalid, TooMany
from community.kernel.http import limiter
from community.kernel.pages import errors_of
from community.kernel.policy import require
from community.kernel.schemas import load

_EDIT = PostEditIn()


@pages.route("/posts/<uuid:post_id>/edit", methods=["GET", "POST"])
@signed_in
@takes("body", "edition", "revision", *FIELDS)
def edit(post_id: uuid.UUID) -> AnyResponse:
    """Write a post anew, or look at it; what cannot be taken comes back as it was typed."""
    ctx = current_context()
    row, place = _own(ctx, post_id)
    if request.method == "GET":
        draft, thrown = draft_of(ctx, post_id)
        if draft is None:
            return edit_page(ctx, row, row.body, seen=row.edition, known=Drafted(thrown=thrown))
        known = drafted(draft)
        return edit_page(ctx, row, draft.body, seen=draft.edition, known=known)
    body, seen = request.form.get("body", ""), _seen()
    given = {"body": body, "edition": seen, "draft": number(request.form.get("revision"))}
    try:
        fields = load(_EDIT, given)
        if asks_for_preview():
            box = previewed(ctx, fields["body"], place["thread"].space_id, post_id=post_id)
            return edit_page(ctx, row, body, seen=seen, box=box)
        refuse_forgotten()
        edit_post(ctx, post_id, **fields)
    except (Invalid, Conflict) as error:
        return edit_page(ctx, words_of(ctx, post_id), body, seen=seen, error=error)
    flash(_("Saved."), "success")
    tell_unheard(ctx, fields["body"], row.thread_id)
    return redirect(place["back"], 303)


def _own(ctx: Context, post_id: uuid.UUID) -> tuple[Any, dict[str, Any]]:
    """Return a post the actor may write anew, and its place. Raises NotFound or Forbidden."""
    row = words_of(ctx, post_id)
    require(may_edit_post, ctx, find_any_post(ctx, post_id))
    return row, place_of_post(ctx, row)


def _seen() -> int:
    return number(request.form.get("edition")) or 0


def _may_attach(post_id: uuid.UUID) -> None:
    """Raise for who may not write this anew; asked before anything of a file is read."""
    ctx = current_context()
    refuse_attachment(ctx, _own(ctx, post_id)[1]["thread"].space_id)


@pages.route("/posts/<uuid:post_id>/edit/attachments", methods=["POST"])
@signed_in
@takes("body", "edition", "revision", *FIELDS)
@takes_file("upload", most=largest_attachment, check=_may_attach)
@limiter.limit(OFTEN)
def attach_to_edit(post_id: uuid.UUID) -> AnyResponse:
    """Put a file into the post that is being written anew; nothing of it is saved yet."""
    ctx, body, seen = current_context(), request.form.get("body", ""), _seen()
    row, place = _own(ctx, post_id)
    try:
        body, box = with_file_sent(ctx, body, place["thread"].space_id)
    except (Invalid, Conflict, TooMany) as error:
        return edit_page(ctx, row, body, seen=seen, error=error)
    return edit_page(ctx, row, body, seen=seen, box=box)


def edit_page(
    ctx: Context,
    row: Any,
    body: str,
    *,
    seen: int,
    known: Drafted | None = None,
    error: CommunityError | None = None,
    box: Shown | None = None,
) -> AnyResponse:
    """Answer with the form for a post's words, ``row``; ``seen`` is the edition that was read.

    ``known`` is the draft it opens with; without it the form comes back as it was typed.
    """
    known = known or drafted_again(error)
    older = isinstance(error, Conflict) or (error is None and box is None)
    clash = older and row.edition != seen and known.other is None
    html = render_template(
        "discussions/edit_post.html",
        post=row,
        **place_of_post(ctx, row),
        body=body,
        edition=row.edition if clash or not seen else seen,
        clash=word_changes(body, row.body) if clash else None,
        drafted=known,
        box=box or Shown(),
        errors={} if known.other else errors_of(error, "body"),
        body_length=BODY_LENGTH,
    )
    return as_refused(make_response(html), error)
