"""What the buttons below a post say without words, and who said it."""

import uuid
from typing import Any

from flask import make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.models import ReactionKind
from community.discussions.operations import react
from community.discussions.pages.blueprint import pages
from community.discussions.pages.given import switched_on
from community.discussions.pages.places import thread_tabs
from community.discussions.pages.posts import post_url
from community.discussions.pages.words import REACTIONS
from community.discussions.policy import find_post, may_react
from community.discussions.queries import reactions_to, tally_of, thread_head, words_of
from community.discussions.rules import counts_of
from community.discussions.schemas import own_kinds
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Invalid, NotFound


@pages.route("/posts/<uuid:post_id>/reactions", methods=["GET", "POST"])
@signed_in
@takes(*ReactionKind)
def reactions(post_id: uuid.UUID) -> AnyResponse:
    """Show who reacted to a post, the newest first, of one kind by ``?kind=``.

    A form that names a kind, with yes or no, reacts or takes it back, and leads back to the post.
    """
    ctx = current_context()
    if request.method == "POST":
        react(ctx, post_id, **_chosen())
        row = words_of(ctx, post_id)
        return redirect(post_url(row.thread_id, row.number), 303)
    tally = tally_of(ctx, post_id)
    head = thread_head(ctx, tally.thread_id)
    named = request.args.get("kind")
    kind = _kind(named) if named else None
    found = reactions_to(ctx, post_id, kind=kind, page=request.args.get("page"))
    archived = head.space_archived_at is not None
    html = render_template(
        "discussions/reactions.html",
        thread=head,
        tabs=thread_tabs(head),
        post_id=post_id,
        number=tally.number,
        back=post_url(head.id, tally.number),
        counts=counts_of(tally.reactions),
        mine=own_kinds(tally.mine),
        may_react=not archived and may_react(ctx, find_post(ctx, post_id)),
        kind=kind,
        found=found,
        words=REACTIONS,
    )
    return make_response(html)


def _chosen() -> dict[str, Any]:
    """Return the kind a form names, and whether it is to be on. Raises Invalid for none."""
    kind = next((kind for kind in ReactionKind if kind in request.form), None)
    if kind is None:
        raise Invalid(_("Choose a reaction."))
    return {"kind": kind, "on": switched_on(kind)}


def _kind(value: str) -> ReactionKind:
    """Return the kind of reaction an address names. Raises NotFound."""
    try:
        return ReactionKind(value)
    except ValueError:
        raise NotFound(_("There is no such reaction.")) from None
