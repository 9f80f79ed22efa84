"""Reactions to posts over JSON."""

import uuid
from typing import Any

from community.discussions.api.blueprint import api
from community.discussions.operations import react as react_to
from community.discussions.queries import reactions_to, tally_of
from community.discussions.schemas import (
    PostReactionsOut,
    ReactionIn,
    ReactionPageOut,
    ReactionsIn,
    as_tally,
)
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page


@api.route("/posts/<uuid:post_id>/reactions")
@signed_in
@api.arguments(ReactionsIn, location="query")
@api.response(200, ReactionPageOut)
def reactions(given: dict[str, Any], post_id: uuid.UUID) -> Page:
    """List who reacted to a post, the newest first."""
    return reactions_to(current_context(), post_id, **given)


@api.route("/posts/<uuid:post_id>/reactions", methods=["PUT"])
@signed_in
@api.arguments(ReactionIn)
@api.response(200, PostReactionsOut)
def react(given: dict[str, Any], post_id: uuid.UUID) -> dict[str, Any]:
    """React to a post, or take your reaction back; of each kind one counts."""
    ctx = current_context()
    react_to(ctx, post_id, **given)
    return as_tally(tally_of(ctx, post_id))
