"""Whom one blocks, over JSON."""

import uuid
from typing import Any

from community.discussions.api.blueprint import api
from community.discussions.operations import block_person, unblock_person
from community.discussions.queries import blocked_people
from community.discussions.schemas import BlockedPeopleOut
from community.kernel.doors import current_context, signed_in


@api.route("/blocked-people")
@signed_in
@api.response(200, BlockedPeopleOut)
def blocked() -> dict[str, Any]:
    """List whom you block."""
    return {"items": blocked_people(current_context())}


@api.route("/blocked-people/<uuid:user_id>", methods=["PUT"])
@signed_in
@api.response(204)
def block(user_id: uuid.UUID) -> None:
    """Fold what somebody writes, and be told nothing of it; they do not learn of it."""
    block_person(current_context(), user_id)


@api.route("/blocked-people/<uuid:user_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def unblock(user_id: uuid.UUID) -> None:
    """Hear somebody again."""
    unblock_person(current_context(), user_id)
