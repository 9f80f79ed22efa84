"""A poll on its own page: voted in, closed, opened again, written anew while nobody has voted."""

import uuid
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.models import PollKind, Post
from community.discussions.operations import (
    close_poll as close_it,
)
from community.discussions.operations import (
    edit_poll as edit_it,
)
from community.discussions.operations import (
    remove_poll as remove_it,
)
from community.discussions.operations import (
    reopen_poll as reopen_it,
)
from community.discussions.operations import vote
from community.discussions.pages.blueprint import pages
from community.discussions.pages.given import number
from community.discussions.pages.places import place_of
from community.discussions.pages.poll_fields import lines_of
from community.discussions.pages.poll_view import PollActs, poll_markup
from community.discussions.pages.posts import post_url
from community.discussions.pages.writing import as_refused
from community.discussions.policy import find_post, may_edit_poll, may_keep_poll, may_vote
from community.discussions.queries import PollSeen, poll_in, poll_of, thread_head, votes_in
from community.discussions.schemas import ClosingIn, PollWordsIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.pages import errors_of
from community.kernel.schemas import load

_WORDS, _CLOSING = PollWordsIn(), ClosingIn()


@pages.route("/posts/<uuid:post_id>/poll", methods=["GET", "POST"])
@signed_in
@takes("choice", "rank.", "withdraw", "edition")
def poll(post_id: uuid.UUID) -> AnyResponse:
    """Show the poll of a post; ``?part=`` is its markup alone, as the thread's page draws it.

    Its form votes, or takes the vote back, and leads back to the post.
    """
    ctx = current_context()
    if request.method == "GET":
        if "part" not in request.args:
            return _page(ctx, post_id)
        post = find_post(ctx, post_id)
        acts = _acts(ctx, post, thread_head(ctx, post.thread_id))
        return make_response(poll_markup(poll_in(ctx, post), acts))
    try:
        choices = _choices(poll_of(ctx, post_id))
        vote(ctx, post_id, choices=choices, edition=number(request.form.get("edition")))
    except (Invalid, Conflict) as error:
        return _page(ctx, post_id, error)
    seen = poll_of(ctx, post_id)
    return redirect(post_url(seen.thread_id, seen.number), 303)


def _choices(seen: PollSeen) -> list[int]:
    """Return the vote of the form. Raises Invalid for none, and for two in one place."""
    form = request.form
    if "withdraw" in form:
        return []
    if seen.kind is not PollKind.RANKED:
        found = [number(each) or 0 for each in form.getlist("choice")[: len(seen.options) + 1]]
    else:
        places = {at: number(form.get(f"rank.{at}")) for at in range(1, len(seen.options) + 1)}
        placed = sorted((place, at) for at, place in places.items() if place)
        if len({place for place, _at in placed}) < len(placed):
            words = _("Two options stand in the same place.")
            raise Invalid(words, fields={"choices": [words]})
        found = [at for _place, at in placed]
    if not found:
        words = _("Choose an option.")
        raise Invalid(words, fields={"choices": [words]})
    return found


@pages.route("/posts/<uuid:post_id>/poll/edit", methods=["POST"])
@signed_in
@takes("question", "options")
def edit_poll(post_id: uuid.UUID) -> AnyResponse:
    """Write one's poll anew; what cannot be taken comes back as it was typed."""
    ctx, form = current_context(), request.form
    poll_of(ctx, post_id)
    given = {"question": form.get("question", ""), "options": lines_of(form.get("options", ""))}
    try:
        edit_it(ctx, post_id, **load(_WORDS, given))
    except (Invalid, Conflict) as error:
        return _page(ctx, post_id, error)
    return redirect(url_for("discussions.poll", post_id=post_id), 303)


@pages.route("/posts/<uuid:post_id>/poll/close", methods=["POST"])
@signed_in
def close_poll(post_id: uuid.UUID) -> AnyResponse:
    """Close a poll."""
    close_it(current_context(), post_id)
    return redirect(url_for("discussions.poll", post_id=post_id), 303)


@pages.route("/posts/<uuid:post_id>/poll/reopen", methods=["POST"])
@signed_in
@takes("local_at")
def reopen_poll(post_id: uuid.UUID) -> AnyResponse:
    """Let a poll take votes again, for a while or until it is closed."""
    ctx, until = current_context(), request.form.get("local_at", "")
    poll_of(ctx, post_id)
    try:
        given = {"local_at": until, "zone": reader().zone} if until else {}
        reopen_it(ctx, post_id, **load(_CLOSING, given))
    except (Invalid, Conflict) as error:
        return _page(ctx, post_id, error)
    return redirect(url_for("discussions.poll", post_id=post_id), 303)


@pages.route("/posts/<uuid:post_id>/poll/remove", methods=["POST"])
@signed_in
def remove_poll(post_id: uuid.UUID) -> AnyResponse:
    """Take one's poll out of its post."""
    ctx = current_context()
    seen = poll_of(ctx, post_id)
    remove_it(ctx, post_id)
    flash(_("The poll is taken out."), "success")
    return redirect(post_url(seen.thread_id, seen.number), 303)


def _acts(ctx: Context, post: Post, head: Any) -> PollActs:
    """Return what the actor may do with a post's poll; nothing in an archived space."""
    if head.space_archived_at is not None:
        return PollActs(votes=False, keeps=False)
    return PollActs(votes=may_vote(ctx, post), keeps=may_keep_poll(ctx, post))


def _page(ctx: Context, post_id: uuid.UUID, error: CommunityError | None = None) -> AnyResponse:
    """Answer with the page of a poll, with what was wrong with its forms."""
    post = find_post(ctx, post_id)
    seen, head = poll_in(ctx, post), thread_head(ctx, post.thread_id)
    acts, errors = _acts(ctx, post, head), dict(errors_of(error, "choices"))
    wrong = " ".join(map(str, errors.pop("choices", ())))
    edits = acts.keeps and not seen.voters and may_edit_poll(ctx, post)
    names = seen.named and seen.results is not None
    values: dict[str, Any] = {
        **place_of(head, seen.number),
        "poll": seen,
        "markup": poll_markup(seen, acts, whole=True, error=wrong),
        "keeps": acts.keeps,
        "edits": edits,
        "zone": reader().zone,
        "votes": votes_in(seen, page=request.args.get("page")) if names else None,
        "typed": {
            "question": request.form.get("question", seen.question),
            "options": request.form.get("options", "\n".join(seen.options)),
            "local_at": request.form.get("local_at", ""),
        },
        "errors": errors,
    }
    return as_refused(make_response(render_template("discussions/poll.html", **values)), error)
