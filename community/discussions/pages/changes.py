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
from community.discussions.operations import edit_post, remove_post, restore_post
from community.discussions.pages.blueprint import pages
from community.discussions.pages.given import number
from community.discussions.pages.places import thread_tabs
from community.discussions.pages.posts import post_url
from community.discussions.policy import (
    find_post,
    find_removed_post,
    find_thread,
    may_edit_post,
    may_remove_post,
    may_restore_post,
)
from community.discussions.queries import editions_of, thread_head, words_of
from community.discussions.rules import KEPT_FOR
from community.discussions.schemas import BODY_LENGTH, PostEditIn
from community.kernel.addresses import url_for
from community.kernel.differences import Span, word_changes
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.pages import errors_of
from community.kernel.policy import require
from community.kernel.schemas import load

_EDIT = PostEditIn()
EDITIONS_A_PAGE = 10


@pages.route("/posts/<uuid:post_id>")
@signed_in
def post(post_id: uuid.UUID) -> AnyResponse:
    """Lead to a post, wherever it stands: the address that stays."""
    row = words_of(current_context(), post_id)
    return redirect(post_url(row.thread_id, row.number), 303)


@pages.route("/posts/<uuid:post_id>/edit", methods=["GET", "POST"])
@signed_in
@takes("body", "edition")
def edit(post_id: uuid.UUID) -> AnyResponse:
    """Write a post anew; what cannot be taken comes back as it was typed."""
    ctx = current_context()
    row = words_of(ctx, post_id)
    find_thread(ctx, row.thread_id)
    require(may_edit_post, ctx, find_post(ctx, post_id))
    if request.method == "GET":
        return _edit_page(row, row.body, seen=row.edition)
    body = request.form.get("body", "")
    seen = number(request.form.get("edition")) or 0
    try:
        edit_post(ctx, post_id, **load(_EDIT, {"body": body, "edition": seen}))
    except (Invalid, Conflict) as error:
        now = words_of(ctx, post_id)
        return _edit_page(now, body, seen=seen, error=error)
    flash(_("Saved."), "success")
    return redirect(post_url(row.thread_id, row.number), 303)


def _place(head: Any, at: int) -> dict[str, Any]:
    """Return what every page about a post reads: its thread, its tabs, the way back to it."""
    return {"thread": head, "tabs": thread_tabs(head), "back": post_url(head.id, at)}


def _edit_page(
    row: Any, body: str, *, seen: int, error: CommunityError | None = None
) -> AnyResponse:
    clash = isinstance(error, Conflict) and row.edition != seen
    html = render_template(
        "discussions/edit_post.html",
        post=row,
        **_place(thread_head(current_context(), row.thread_id), row.number),
        body=body,
        edition=row.edition,
        clash=word_changes(body, row.body) if clash else None,
        errors=errors_of(error, "body"),
        body_length=BODY_LENGTH,
    )
    return make_response(html, error.status if error else 200)


@pages.route("/posts/<uuid:post_id>/remove", methods=["GET", "POST"])
@signed_in
@takes()
def remove(post_id: uuid.UUID) -> AnyResponse:
    """Take a post away; asks before, and offers to put it back."""
    ctx = current_context()
    if request.method == "POST":
        removed = remove_post(ctx, post_id)
        undo = url_for("discussions.restore", post_id=post_id)
        words = Markup('{} <a href="{}">{}</a>').format(
            _("The post is removed."), undo, _("Put it back")
        )
        flash(words, "success")
        return redirect(post_url(removed.thread_id, removed.number), 303)
    found = find_post(ctx, post_id)
    thread = thread_head(ctx, found.thread_id)
    find_thread(ctx, found.thread_id)
    require(may_remove_post, ctx, found)
    return _asking_page(found, thread, restores=False)


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
    return _asking_page(found, thread, restores=True)


def _asking_page(found: Post, thread: Any, *, restores: bool) -> AnyResponse:
    html = render_template(
        "discussions/remove_post.html",
        post=found,
        **_place(thread, found.number),
        restores=restores,
        days=KEPT_FOR.days,
    )
    return make_response(html)


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
        **_place(thread_head(ctx, row.thread_id), row.number),
    )
    return make_response(html)
