"""Files of posts, and how words will stand, over JSON."""

import uuid
from typing import Any

from community.discussions.api.blueprint import api
from community.discussions.operations import (
    add_attachment,
    refuse_attachment,
    rendered,
    space_of_thread,
)
from community.discussions.policy import (
    find_any_post,
    may_edit_post,
    may_see_room,
    may_start_thread,
)
from community.discussions.queries import room_used
from community.discussions.schemas import (
    AttachmentIn,
    AttachmentOut,
    FileRoomOut,
    PostPreviewIn,
    PostPreviewOut,
    as_attachment,
)
from community.kernel.doors import current_context, largest_attachment, signed_in, takes_file
from community.kernel.errors import NotFound
from community.kernel.http import limiter
from community.kernel.installed import installed
from community.kernel.policy import require
from community.spaces.policy import find_space

OFTEN = "30 per minute"
LOOKED_AT = "60 per minute"  # rendering may take a while


def _may_attach(space_id: uuid.UUID) -> None:
    """Raise for who may not attach files here; asked before anything of one is read."""
    refuse_attachment(current_context(), space_id)


@api.route("/spaces/<uuid:space_id>/attachments", methods=["POST"])
@signed_in
@takes_file("upload", most=largest_attachment, check=_may_attach)
@limiter.limit(OFTEN)
@api.arguments(AttachmentIn, location="files")
@api.response(201, AttachmentOut)
def attach(given: dict[str, Any], space_id: uuid.UUID) -> dict[str, Any]:
    """Send a picture or a file for a post; the first post of yours that names it carries it."""
    sent = given["upload"]
    ctx = current_context()
    made = add_attachment(ctx, space_id, name=sent.filename or "", source=sent.stream)
    return as_attachment(made)


@api.route("/spaces/<uuid:space_id>/attachments/room")
@signed_in
@api.response(200, FileRoomOut)
def room(space_id: uuid.UUID) -> dict[str, int]:
    """Read how much room the files of a space take; for who leads it."""
    require(may_see_room, current_context(), find_space(current_context(), space_id))
    return {"used": room_used(space_id), "most": installed().settings.space_limit}


@api.route("/spaces/<uuid:space_id>/preview", methods=["POST"])
@signed_in
@limiter.limit(LOOKED_AT)
@api.arguments(PostPreviewIn)
@api.response(200, PostPreviewOut)
def preview(given: dict[str, Any], space_id: uuid.UUID) -> dict[str, str]:
    """Read words as they would stand in a post; nothing is kept."""
    ctx, post_id = current_context(), given["post_id"]
    require(may_start_thread, ctx, find_space(ctx, space_id))
    if post_id is not None:
        post = find_any_post(ctx, post_id)
        require(may_edit_post, ctx, post)
        if space_of_thread(post.thread_id) != space_id:
            raise NotFound
    return {"html": rendered(ctx, given["body"], space_id, post_id=post_id).html}
