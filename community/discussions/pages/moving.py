"""Posts are chosen, and move to a new thread or to another one; a thread moves to another space."""

import re
import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.models import Thread, ThreadKind
from community.discussions.operations import Moved, merge_posts, move_thread, split_thread
from community.discussions.pages.blueprint import pages
from community.discussions.pages.chosen import Chosen, chosen, written
from community.discussions.pages.given import number
from community.discussions.pages.places import thread_tabs
from community.discussions.pages.posts import post_url
from community.discussions.pages.words import HINTS, KINDS
from community.discussions.policy import (
    find_post,
    find_thread,
    kinds_open_to,
    may_move_posts,
    may_split_thread,
    may_take_thread_in,
)
from community.discussions.queries import (
    begun_for_what,
    standing_posts,
    thread_head,
    threads_named,
)
from community.discussions.rules import MOST_CHOSEN
from community.discussions.schemas import TITLE_LENGTH, SplitIn, ThreadSpaceIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.pages import errors_of
from community.kernel.policy import require
from community.kernel.schemas import as_key, load
from community.spaces.policy import FACILITATING, belonging, belongs_to, refuse_archived

_SPLIT = SplitIn(exclude=("numbers", "since"))
_SPACE = ThreadSpaceIn()
_ADDRESS = re.compile(r"/(threads|posts)/([0-9a-fA-F-]{36})")
SHOWN = 5  # posts of those that move
LONGEST_SEARCH = 200


@pages.route("/threads/<uuid:thread_id>/move")
@signed_in
def choose(thread_id: uuid.UUID) -> AnyResponse:
    """Choose posts that are to move; ``?after=`` shows those after a number."""
    ctx = current_context()
    return _choose_page(ctx, _movable(ctx, thread_id))


def _movable(ctx: Context, thread_id: uuid.UUID) -> Thread:
    """Return a thread of which the actor moves posts. Raises as the operations do."""
    thread = find_thread(ctx, thread_id)
    require(may_move_posts, ctx, thread)
    refuse_archived(belongs_to(ctx, thread.space_id))
    return thread


def _place(head: Any) -> dict[str, Any]:
    back = url_for("discussions.thread", thread_id=head.id)
    return {"thread": head, "tabs": thread_tabs(head), "back": back}


def _choose_page(ctx: Context, thread: Thread, *, none: bool = False) -> AnyResponse:
    after = number(request.args.get("after")) or 0
    rows = standing_posts(thread.id, MOST_CHOSEN + 1, after=after)
    words = _("Choose the posts that are to move.")
    html = render_template(
        "discussions/choose_posts.html",
        **_place(thread_head(ctx, thread.id)),
        may_split=may_split_thread(ctx, thread),
        posts=rows[:MOST_CHOSEN],
        earlier=after > 0,
        further=rows[MOST_CHOSEN - 1].number if len(rows) > MOST_CHOSEN else None,
        errors={"number": [words]} if none else {},
    )
    return make_response(html, 422 if none else 200)


def _moving(ctx: Context, head: Any, which: Chosen) -> dict[str, Any]:
    """Return what a page says of the posts that are to move: how many, and the first of them."""
    after = (which.since or 1) - 1
    some = standing_posts(head.id, SHOWN + 1, after=after, numbers=which.numbers)
    return {"moving": some[:SHOWN], "more": len(some) > SHOWN, "which": which, **_place(head)}


@pages.route("/threads/<uuid:thread_id>/split", methods=["GET", "POST"])
@signed_in
@takes("posts", "since", "title", "kind")
def split(thread_id: uuid.UUID) -> AnyResponse:
    """Begin a thread with posts of another one; says before what will happen."""
    ctx = current_context()
    thread, error = _movable(ctx, thread_id), None
    which = chosen(request.values)
    if not which or which.whole:
        return _choose_page(ctx, thread, none=True)
    typed = {"title": request.form.get("title", ""), "kind": request.form.get("kind", "")}
    if request.method == "POST":
        try:
            moved = split_thread(ctx, thread_id, **load(_SPLIT, typed), **which.given)
        except (Invalid, Conflict, Forbidden) as refused:
            error = refused
        else:
            _tell(moved, thread_id)
            return redirect(url_for("discussions.thread", thread_id=moved.thread.id), 303)
    else:
        require(may_split_thread, ctx, thread)
        typed["kind"] = thread.kind.value
    kinds = kinds_open_to(ctx, thread.space_id) or tuple(ThreadKind)
    html = render_template(
        "discussions/split.html",
        **_moving(ctx, thread_head(ctx, thread_id), which),
        kinds=[(kind.value, KINDS[kind], HINTS[kind]) for kind in kinds],
        typed=typed,
        title_length=TITLE_LENGTH,
        errors=errors_of(error, "posts"),
    )
    return make_response(html, error.status if error else 200)


def _tell(moved: Moved, source_id: uuid.UUID) -> None:
    """Say what moved, with the way to move it back by the same means."""
    target, numbers = moved
    back = {"posts": written(numbers), "into": source_id}
    undo = url_for("discussions.merge", thread_id=target.id, **back)
    said = ngettext(
        "%(num)d post stands in “%(title)s” now.",
        "%(num)d posts stand in “%(title)s” now.",
        len(numbers),
        title=target.title,
    )
    flash(Markup('{} <a href="{}">{}</a>').format(said, undo, _("Move them back")), "success")


@pages.route("/threads/<uuid:thread_id>/merge", methods=["GET", "POST"])
@signed_in
@takes("posts", "since", "whole", "into", "address")
def merge(thread_id: uuid.UUID) -> AnyResponse:
    """Move posts to another thread of the space, found by its title or its address."""
    ctx = current_context()
    thread, error = _movable(ctx, thread_id), None
    which = chosen(request.values)
    if not which:
        return _choose_page(ctx, thread, none=True)
    into = as_key(request.values.get("into", ""))
    typed = request.form.get("address", "").strip()
    if request.method == "POST":
        try:
            into = _target(ctx, into, typed)
            moved = merge_posts(ctx, thread_id, into=into, **which.given)
        except (Invalid, Conflict) as refused:
            error = refused
        else:
            _tell(moved, thread_id)
            return redirect(post_url(moved.thread.id, moved.numbers[0]), 303)
    asked = request.values.get("q", "").strip()[:LONGEST_SEARCH]
    rows = threads_named(ctx, thread.space_id, asked, but=thread_id)
    html = render_template(
        "discussions/merge.html",
        **_moving(ctx, thread_head(ctx, thread_id), which),
        asked=asked,
        found=_with(ctx, thread, into, [(row.id, row.title) for row in rows]),
        into=into,
        typed=typed,
        errors=errors_of(error, "into"),
    )
    return make_response(html, error.status if error else 200)


def _target(ctx: Context, into: uuid.UUID | None, address: str) -> uuid.UUID:
    """Return which thread is meant: that of an address, of it or of a post, before the chosen one.

    Raises Invalid for no thread the actor sees.
    """
    words = _("Choose a thread, or paste the address of one you can open.")
    try:
        if address:
            found = _ADDRESS.search(address)
            key = as_key(found[2]) if found else None
            if found and key:
                is_post = found[1] == "posts"
                return find_post(ctx, key).thread_id if is_post else find_thread(ctx, key).id
        elif into is not None:
            return find_thread(ctx, into).id
    except NotFound:
        pass
    raise Invalid(words, fields={"address" if address else "into": [words]})


def _with(
    ctx: Context, thread: Thread, into: uuid.UUID | None, found: list[tuple[uuid.UUID, str]]
) -> list[tuple[uuid.UUID, str]]:
    """Return the threads that are offered, the one that is chosen already among them."""
    if into is None or into == thread.id or into in {key for key, _title in found}:
        return found
    try:
        row = find_thread(ctx, into)
    except NotFound:
        return found
    return [(row.id, row.title), *found] if row.space_id == thread.space_id else found


@pages.route("/threads/<uuid:thread_id>/space", methods=["GET", "POST"])
@signed_in
@takes("space_id")
def move(thread_id: uuid.UUID) -> AnyResponse:
    """Move a whole thread to another space; says before what will happen, and why it stays."""
    ctx = current_context()
    thread, error = _movable(ctx, thread_id), None
    wanted = as_key(request.values.get("space_id", ""))
    head = thread_head(ctx, thread_id)
    if request.method == "POST":
        try:
            wanted = load(_SPACE, {"space_id": request.form.get("space_id", "")})["space_id"]
            move_thread(ctx, thread_id, space_id=wanted)
        except (Invalid, Conflict) as refused:
            error = refused
        else:
            return _moved(ctx, thread_id, head)
    html = render_template(
        "discussions/move_thread.html",
        **_place(head),
        spaces=[
            (space.id, space.name)
            for space in belonging(ctx)
            if space.role in FACILITATING and space.archived_at is None
            if space.id != thread.space_id and may_take_thread_in(ctx, space)
        ],
        wanted=wanted,
        stays=begun_for_what(thread_id),
        errors=errors_of(error, "space_id"),
    )
    return make_response(html, error.status if error else 200)


def _moved(ctx: Context, thread_id: uuid.UUID, before: Any) -> AnyResponse:
    head = thread_head(ctx, thread_id)
    undo = url_for("discussions.move", thread_id=thread_id, space_id=before.space_id)
    said = _("The thread stands in %(space)s now.", space=head.space_name)
    flash(Markup('{} <a href="{}">{}</a>').format(said, undo, _("Move it back")), "success")
    return redirect(url_for("discussions.thread", thread_id=thread_id), 303)
