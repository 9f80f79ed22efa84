"""Posts move to other threads, threads to other spaces, over JSON."""

import uuid
from typing import Any

from community.discussions.api.blueprint import api
from community.discussions.operations import merge_posts, move_thread, split_thread
from community.discussions.queries import thread_head
from community.discussions.schemas import MergeIn, SplitIn, ThreadOut, ThreadSpaceIn
from community.kernel.doors import current_context, signed_in


@api.route("/threads/<uuid:thread_id>/split", methods=["POST"])
@signed_in
@api.arguments(SplitIn)
@api.response(201, ThreadOut)
def split(given: dict[str, Any], thread_id: uuid.UUID) -> Any:
    """Begin a thread with posts of another one; answers the new one."""
    ctx = current_context()
    return thread_head(ctx, split_thread(ctx, thread_id, **given).thread.id)


@api.route("/threads/<uuid:thread_id>/merge", methods=["POST"])
@signed_in
@api.arguments(MergeIn)
@api.response(200, ThreadOut)
def merge(given: dict[str, Any], thread_id: uuid.UUID) -> Any:
    """Move posts to the end of another thread of the space; answers that one."""
    ctx = current_context()
    return thread_head(ctx, merge_posts(ctx, thread_id, **given).thread.id)


@api.route("/threads/<uuid:thread_id>/space", methods=["PUT"])
@signed_in
@api.arguments(ThreadSpaceIn)
@api.response(200, ThreadOut)
def move(given: dict[str, Any], thread_id: uuid.UUID) -> Any:
    """Move a whole thread to another space; you facilitate both."""
    move_thread(current_context(), thread_id, **given)
    return thread_head(current_context(), thread_id)
