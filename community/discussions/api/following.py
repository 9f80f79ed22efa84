"""How closely one follows threads and spaces, over JSON."""

import uuid
from typing import Any

from community.discussions.api.blueprint import api
from community.discussions.operations import (
    follow_space,
    follow_thread,
)
from community.discussions.queries import (
    followed_spaces,
    followed_threads,
    level_in,
    level_of_space,
    thread_head,
)
from community.discussions.rules import followed
from community.discussions.schemas import (
    FollowedSpacesOut,
    FollowedThreadsOut,
    FollowingIn,
    FollowingOut,
)
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page, PageIn
from community.spaces.policy import find_space


@api.route("/threads/<uuid:thread_id>/following")
@signed_in
@api.response(200, FollowingOut)
def following(thread_id: uuid.UUID) -> dict[str, Any]:
    """Read how closely you follow a thread, and why."""
    return _level(current_context(), thread_id)


@api.route("/threads/<uuid:thread_id>/following", methods=["PUT"])
@signed_in
@api.arguments(FollowingIn)
@api.response(200, FollowingOut)
def choose_following(given: dict[str, Any], thread_id: uuid.UUID) -> dict[str, Any]:
    """Choose how closely to follow a thread."""
    follow_thread(current_context(), thread_id, **given)
    return _level(current_context(), thread_id)


@api.route("/threads/<uuid:thread_id>/following", methods=["DELETE"])
@signed_in
@api.response(200, FollowingOut)
def follow_as_space(thread_id: uuid.UUID) -> dict[str, Any]:
    """Follow a thread as its space."""
    follow_thread(current_context(), thread_id, level=None)
    return _level(current_context(), thread_id)


def _level(ctx: Context, thread_id: uuid.UUID) -> dict[str, Any]:
    head = thread_head(ctx, thread_id)
    level, because = level_in(head)
    return {"level": level, "because": because}


@api.route("/spaces/<uuid:space_id>/following")
@signed_in
@api.response(200, FollowingOut)
def following_space(space_id: uuid.UUID) -> dict[str, Any]:
    """Read how closely you follow the threads of a space, and why."""
    return _level_of_space(current_context(), space_id)


@api.route("/spaces/<uuid:space_id>/following", methods=["PUT"])
@signed_in
@api.arguments(FollowingIn)
@api.response(200, FollowingOut)
def choose_following_space(given: dict[str, Any], space_id: uuid.UUID) -> dict[str, Any]:
    """Choose how closely to follow the threads of a space."""
    follow_space(current_context(), space_id, **given)
    return _level_of_space(current_context(), space_id)


@api.route("/spaces/<uuid:space_id>/following", methods=["DELETE"])
@signed_in
@api.response(200, FollowingOut)
def follow_space_as_usual(space_id: uuid.UUID) -> dict[str, Any]:
    """Follow a space as is usual."""
    follow_space(current_context(), space_id, level=None)
    return _level_of_space(current_context(), space_id)


def _level_of_space(ctx: Context, space_id: uuid.UUID) -> dict[str, Any]:
    find_space(ctx, space_id)
    level, because = followed(None, level_of_space(ctx, space_id))
    return {"level": level, "because": because}


@api.route("/following/threads")
@signed_in
@api.arguments(PageIn, location="query")
@api.response(200, FollowedThreadsOut)
def threads_followed(given: dict[str, Any]) -> Page:
    """List the threads you chose a level for, the last chosen first."""
    return followed_threads(current_context(), **given)


@api.route("/following/spaces")
@signed_in
@api.response(200, FollowedSpacesOut)
def spaces_followed() -> dict[str, Any]:
    """List the spaces you chose a level for."""
    return {"items": followed_spaces(current_context())}
