"""Tags of a space over JSON."""

import uuid
from typing import Any

from community.discussions.api.blueprint import api
from community.discussions.operations import remove_tag, rename_tag
from community.discussions.queries import tags_of_space
from community.discussions.schemas import TagIn, TagsOfSpaceOut
from community.kernel.doors import current_context, signed_in
from community.spaces.policy import find_space


@api.route("/spaces/<uuid:space_id>/tags")
@signed_in
@api.response(200, TagsOfSpaceOut)
def tags(space_id: uuid.UUID) -> dict[str, Any]:
    """List the tags of a space, with how many threads have each."""
    find_space(current_context(), space_id)
    return {"items": tags_of_space(space_id)}


@api.route("/tags/<uuid:tag_id>", methods=["PUT"])
@signed_in
@api.arguments(TagIn)
@api.response(204)
def rename_a_tag(given: dict[str, Any], tag_id: uuid.UUID) -> None:
    """Call a tag otherwise; where another one is called so, both are that one."""
    rename_tag(current_context(), tag_id, **given)


@api.route("/tags/<uuid:tag_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def remove_a_tag(tag_id: uuid.UUID) -> None:
    """Take a tag off all threads."""
    remove_tag(current_context(), tag_id)
