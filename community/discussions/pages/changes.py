"""A post is written anew, taken away and put back; what it said before."""

import dataclasses
import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.models import Post
from community.discussions.operations import remove_post, restore_post
from community.discussions.pages.blueprint import pages
from community.discussions.pages.given import number
from community.discussions.pages.places import place_of, place_of_post
from community.discussions.pages.posts import post_url
from community.discussions.policy import (
    find_any_post,
    find_removed_post,
    find_thread,
    may_remove_post,
    may_restore_post,
)
from community.discussions.queries import editions_of, thread_head, words_of
from community.discussions.rules import HIDDEN_KEPT_FOR, KEPT_FOR
from community.discussions.schemas import RemovalIn
from community.kernel.addresses import url_for
from community.kernel.differences import Span, word_changes
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Invalid
from community.kernel.policy import require
from community.kernel.schemas import load
from community.spaces.rules import REASONS

_REMOVAL = RemovalIn()
EDITIONS_A_PAGE = 10


@pages.route("/posts/<uuid:post_id>")
@signed_in
def post(post_id: uuid.UUID) -> AnyResponse:
    """Lead to a post, wherever it stands: the address that stays."""
    ctx = current_context()
    row = words_of(ctx, post_id)
    if row.number < 0:
        return redirect(place_of_post(ctx, row)["back"], 303)
    return redirect(post_url(row.thread_id, row.number), 303)


@pages.route("/posts/<uuid:post_id>/remove", methods=["GET", "POST"])
@signed_in
@takes("reason")
def remove(post_id: uuid.UUID) -> AnyResponse:
    """Take a post away; asks before, where it is another's also why, and offers to put it back."""
    ctx = current_context()
    found = find_any_post(ctx, post_id)
    mine = found.author_id == ctx.actor_id
    error, place = None, place_of_post(ctx, found)
    if request.method == "POST":
        try:
            why = _reason() if "reason" in request.form or not mine else {}
            return _removed(place, remove_post(ctx, post_id, **({} if mine else why)))
        except Invalid as invalid:
            error = invalid
    require(may_remove_post, ctx, found)
    days = (KEPT_FOR if mine else HIDDEN_KEPT_FOR).days
    return _asking_page(found, place, days=days, mine=mine, error=error)


def _reason() -> dict[str, Any]:
    return load(_REMOVAL, {"reason": request.form.get("reason", "")})


def _removed(place: dict[str, Any], post: Post) -> AnyResponse:
    if not post.placed:
        flash(_("The post is removed."), "success")
        return redirect(place["back"], 303)
    undo = url_for("discussions.restore", post_id=post.id)
    words = Markup('{} <a href="{}">{}</a>').format(
        _("The post is removed."), undo, _("Put it back")
    )
    flash(words, "success")
    return redirect(post_url(post.thread_id, post.number), 303)


@pages.route("/posts/<uuid:post_id>/restore", methods=["GET", "POST"])
@signed_in
@takes()
def restore(post_id: uuid.UUID) -> AnyResponse:
    """Put a post back; asks before, and shows what it said."""
    ctx = current_context()
    if request.method == "POST":
        restored = restore_post(ctx, post_id)
        flash(_("The post is back."), "success")
        return redirect(post_url(restored.thread_id, restored.number), 303)
    found = find_removed_post(ctx, post_id)
    thread = thread_head(ctx, found.thread_id)
    find_thread(ctx, found.thread_id)
    require(may_restore_post, ctx, found)
    return _asking_page(found, place_of(thread, found.number))


def _asking_page(
    found: Post,
    place: dict[str, Any],
    *,
    days: int | None = None,
    mine: bool = True,
    error: Invalid | None = None,
) -> AnyResponse:
    """Ask before a post is put back, or taken away and kept for some days."""
    html = render_template(
        "discussions/remove_post.html",
        post=found,
        **place,
        restores=days is None,
        days=days,
        reasons=[] if mine else list(REASONS.items()),
        errors=error.fields if error else {},
    )
    answer = make_response(html)
    if error is not None:
        answer.status_code = error.status
    return answer


@dataclasses.dataclass(frozen=True, slots=True)
class _Edition:
    """What a post said, and how that differs from what it said before; None: it was the first."""

    number: int
    body: str
    written_at: dt.datetime
    changes: Sequence[Span] | None


@pages.route("/posts/<uuid:post_id>/editions")
@signed_in
def editions(post_id: uuid.UUID) -> AnyResponse:
    """Show what a post has said, the newest first, each with what changed in it."""
    ctx = current_context()
    rows = editions_of(ctx, post_id)
    row = words_of(ctx, post_id)
    start = min(number(request.args.get("after")) or 0, max(0, len(rows) - 1))
    some = rows[start : start + EDITIONS_A_PAGE + 1]  # one more, to tell what the last changed
    shown = [
        _Edition(
            each.number,
            each.body,
            each.written_at,
            word_changes(before.body, each.body) if before else None,
        )
        for each, before in itertools.zip_longest(some, some[1:])
    ][:EDITIONS_A_PAGE]
    further = start + EDITIONS_A_PAGE
    html = render_template(
        "discussions/editions.html",
        editions=shown,
        newest=start == 0,
        first=further >= len(rows),
        newer=max(0, start - EDITIONS_A_PAGE) if start else None,
        older=further if further < len(rows) else None,
        post=row,
        **place_of(thread_head(ctx, row.thread_id), row.number),
    )
    return make_response(html)
