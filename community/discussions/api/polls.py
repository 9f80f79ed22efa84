"""Polls in posts over JSON."""

import uuid
from typing import Any

from community.discussions.api.blueprint import api
from community.discussions.operations import close_poll as close_it
from community.discussions.operations import edit_poll as edit_it
from community.discussions.operations import remove_poll as remove_it
from community.discussions.operations import reopen_poll as reopen_it
from community.discussions.operations import vote as vote_in
from community.discussions.queries import PollSeen, poll_of, votes_in
from community.discussions.schemas import ClosingIn, PollOut, PollVotesOut, PollWordsIn, VoteIn
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page, PageIn


@api.route("/posts/<uuid:post_id>/poll")
@signed_in
@api.response(200, PollOut)
def poll(post_id: uuid.UUID) -> PollSeen:
    """Read the poll of a post, with your vote, and the results where you may see them."""
    return poll_of(current_context(), post_id)


@api.route("/posts/<uuid:post_id>/poll", methods=["PUT"])
@signed_in
@api.arguments(PollWordsIn)
@api.response(200, PollOut)
def edit_poll(given: dict[str, Any], post_id: uuid.UUID) -> PollSeen:
    """Write your poll anew; 409 once somebody has voted."""
    edit_it(current_context(), post_id, **given)
    return poll_of(current_context(), post_id)


@api.route("/posts/<uuid:post_id>/poll", methods=["DELETE"])
@signed_in
@api.response(204)
def remove_poll(post_id: uuid.UUID) -> None:
    """Take your poll out of its post; 409 once somebody has voted."""
    remove_it(current_context(), post_id)


@api.route("/posts/<uuid:post_id>/poll/vote", methods=["PUT"])
@signed_in
@api.arguments(VoteIn)
@api.response(200, PollOut)
def vote(given: dict[str, Any], post_id: uuid.UUID) -> PollSeen:
    """Vote, or otherwise than before; 409 where the poll is closed, or was written anew."""
    vote_in(current_context(), post_id, **given)
    return poll_of(current_context(), post_id)


@api.route("/posts/<uuid:post_id>/poll/vote", methods=["DELETE"])
@signed_in
@api.response(200, PollOut)
def take_vote_back(post_id: uuid.UUID) -> PollSeen:
    """Take your vote back; 409 where the poll is closed."""
    vote_in(current_context(), post_id, choices=())
    return poll_of(current_context(), post_id)


@api.route("/posts/<uuid:post_id>/poll/votes")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, PollVotesOut)
def votes(given: dict[str, Any], post_id: uuid.UUID) -> Page:
    """List who voted what, where the poll names its voters and its results may be seen."""
    ctx = current_context()
    return votes_in(poll_of(ctx, post_id), **given)


@api.route("/posts/<uuid:post_id>/poll/close", methods=["POST"])
@signed_in
@api.response(200, PollOut)
def close_poll(post_id: uuid.UUID) -> PollSeen:
    """Close a poll: yours, or any where you facilitate."""
    close_it(current_context(), post_id)
    return poll_of(current_context(), post_id)


@api.route("/posts/<uuid:post_id>/poll/reopen", methods=["POST"])
@signed_in
@api.arguments(ClosingIn, required=False)
@api.response(200, PollOut)
def reopen_poll(given: dict[str, Any], post_id: uuid.UUID) -> PollSeen:
    """Let a poll take votes again, or, while it is open, till another time than before.

    409 where its results are shown at the end alone, and were.
    """
    reopen_it(current_context(), post_id, **given)
    return poll_of(current_context(), post_id)
