"""What is said of a thread: its title and kind, pinned, locked, answered, unread again."""

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.models import Thread
from community.discussions.operations import (
    accept_answer,
    lock_thread,
    mark_unread,
    pin_thread,
    rename_thread,
    take_back_answer,
)
from community.discussions.pages.blueprint import pages
from community.discussions.pages.given import number, switched_on
from community.discussions.pages.places import thread_tabs
from community.discussions.pages.posts import post_url
from community.discussions.pages.tags import tag_field, typed_tags
from community.discussions.pages.words import HINTS, KINDS
from community.discussions.policy import (
    find_thread,
    kinds_open_to,
    may_accept_answer,
    may_keep_thread,
    may_rename_thread,
)
from community.discussions.queries import post_at, tags_of, thread_head
from community.discussions.schemas import TITLE_LENGTH, ReadIn, ThreadChangeIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid, NotFound
from community.kernel.pages import errors_of
from community.kernel.policy import require
from community.kernel.schemas import load

_CHANGE, _NUMBER = ThreadChangeIn(), ReadIn()


@pages.route("/threads/<uuid:thread_id>/settings", methods=["GET", "POST"])
@signed_in
@takes("title", "kind", "tags")
def settings(thread_id: uuid.UUID) -> AnyResponse:
    """Say what a thread is called and of what kind; who facilitates pins and locks it here."""
    ctx = current_context()
    thread = find_thread(ctx, thread_id)
    if request.method == "POST" or not may_keep_thread(ctx, thread):
        require(may_rename_thread, ctx, thread)
    if request.method == "GET":
        said = {"title": thread.title, "kind": thread.kind.value}
        return _page(ctx, thread, said | {"tags": ", ".join(tags_of(thread_id))})
    typed = {name: request.form.get(name, "") for name in ("title", "kind", "tags")}
    try:
        rename_thread(ctx, thread_id, **load(_CHANGE, typed | {"tags": typed_tags(typed["tags"])}))
    except (Invalid, Conflict) as error:
        return _page(ctx, thread, typed, error)
    flash(_("Saved."), "success")
    return redirect(url_for("discussions.thread", thread_id=thread_id), 303)


def _page(
    ctx: Context, thread: Thread, typed: dict[str, Any], error: CommunityError | None = None
) -> AnyResponse:
    head = thread_head(ctx, thread.id)
    kinds = kinds_open_to(ctx, thread.space_id)
    if thread.kind not in kinds:
        kinds = (thread.kind,)
    html = render_template(
        "discussions/thread_settings.html",
        thread=head,
        tabs=thread_tabs(head),
        back=url_for("discussions.thread", thread_id=thread.id),
        kinds=[(kind.value, KINDS[kind], HINTS[kind]) for kind in kinds],
        typed=typed,
        tags=tag_field(thread.space_id, typed["tags"]),
        may_rename=may_rename_thread(ctx, thread),
        may_keep=may_keep_thread(ctx, thread),
        errors=errors_of(error, "title"),
        title_length=TITLE_LENGTH,
    )
    return make_response(html, error.status if error else 200)


@pages.route("/threads/<uuid:thread_id>/pin", methods=["POST"])
@signed_in
@takes("on")
def pin(thread_id: uuid.UUID) -> AnyResponse:
    """Put a thread on top of its space's threads, or back among them."""
    pinned = switched_on()
    pin_thread(current_context(), thread_id, pinned=pinned)
    flash(
        _("It stands on top of the threads.") if pinned else _("It is not pinned any more."),
        "success",
    )
    return redirect(url_for("discussions.thread", thread_id=thread_id), 303)


@pages.route("/threads/<uuid:thread_id>/lock", methods=["POST"])
@signed_in
@takes("on")
def lock(thread_id: uuid.UUID) -> AnyResponse:
    """Let only those reply who facilitate, or everybody again."""
    locked = switched_on()
    lock_thread(current_context(), thread_id, locked=locked)
    words = _("Only facilitators can reply now.")
    flash(words if locked else _("Everybody who takes part can reply again."), "success")
    return redirect(url_for("discussions.thread", thread_id=thread_id), 303)


@pages.route("/threads/<uuid:thread_id>/answer", methods=["POST"])
@signed_in
@takes("number")
def answer(thread_id: uuid.UUID) -> AnyResponse:
    """Say which post answers the question."""
    ctx = current_context()
    thread = find_thread(ctx, thread_id)
    require(may_accept_answer, ctx, thread)
    fields = load(_NUMBER, {"number": number(request.form.get("number"))})
    post = post_at(ctx, thread_id, fields["number"])
    if post is None:
        raise NotFound
    accept_answer(ctx, post.id)
    return redirect(post_url(thread_id, post.number), 303)


@pages.route("/threads/<uuid:thread_id>/answer/take-back", methods=["POST"])
@signed_in
@takes()
def take_answer_back(thread_id: uuid.UUID) -> AnyResponse:
    """Say that the question is not answered after all."""
    take_back_answer(current_context(), thread_id)
    return redirect(url_for("discussions.thread", thread_id=thread_id), 303)


@pages.route("/threads/<uuid:thread_id>/unread", methods=["POST"])
@signed_in
@takes("number")
def unread(thread_id: uuid.UUID) -> AnyResponse:
    """Say from which post on to read again; leads back to the threads, where it counts as new."""
    ctx = current_context()
    fields = load(_NUMBER, {"number": number(request.form.get("number"))})
    mark_unread(ctx, thread_id, **fields)
    head = thread_head(ctx, thread_id)
    flash(
        _("“%(title)s” is unread from post %(number)d on.", title=head.title, **fields), "success"
    )
    return redirect(url_for("discussions.thread_list", slug=head.space_slug), 303)
