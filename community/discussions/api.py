"""Threads and posts over JSON."""

import hashlib
import uuid
from typing import Any

from flask import Response

from community.discussions.models import Thread
from community.discussions.operations import (
    accept_answer,
    edit_post,
    lock_thread,
    mark_read,
    mark_unread,
    pin_thread,
    post_reply,
    remove_post,
    rename_thread,
    restore_post,
    start_thread,
    take_back_answer,
)
from community.discussions.queries import (
    editions_of,
    post_at,
    posts_after,
    thread_head,
    threads_of,
    words_of,
)
from community.discussions.schemas import (
    EditionsOut,
    PostEditIn,
    PostOut,
    PostsIn,
    PostsOut,
    PostWordsOut,
    ReadIn,
    ReplyIn,
    ThreadChangeIn,
    ThreadIn,
    ThreadOut,
    ThreadPageOut,
    ThreadsIn,
    as_post,
    post_json,
)
from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, signed_in
from community.kernel.paging import Page
from community.spaces.policy import find_space

api = ApiBlueprint("discussions", "Threads and posts")


@api.route("/spaces/<uuid:space_id>/threads")
@signed_in
@api.arguments(ThreadsIn, location="query")
@api.response(200, ThreadPageOut)
def threads(given: dict[str, Any], space_id: uuid.UUID) -> Page:
    """List the threads of a space, the last word first."""
    ctx = current_context()
    find_space(ctx, space_id)
    return threads_of(ctx, space_id, **given)


@api.route("/spaces/<uuid:space_id>/threads", methods=["POST"])
@signed_in
@api.arguments(ThreadIn)
@api.response(201, ThreadOut)
def start(given: dict[str, Any], space_id: uuid.UUID) -> Thread:
    """Begin a thread; with a ``client_id``, a repeat answers the thread that is there."""
    return start_thread(current_context(), space_id, **given)


@api.route("/threads/<uuid:thread_id>")
@signed_in
@api.response(200, ThreadOut)
def thread(thread_id: uuid.UUID) -> Any:
    """Read a thread without its posts."""
    return thread_head(current_context(), thread_id)


@api.route("/threads/<uuid:thread_id>/posts")
@signed_in
@api.arguments(PostsIn, location="query")
@api.etag
@api.response(200, PostsOut)
def posts(given: dict[str, int], thread_id: uuid.UUID) -> Response:
    """List the posts of a thread after a number, oldest first."""
    head = thread_head(current_context(), thread_id)
    rows = posts_after(thread_id, given["after"], given["limit"])
    last = rows[-1].number if rows else head.last_number
    # The hot path: the JSON that PostsOut describes, put together from kept posts.
    onward = last if last < head.last_number else "null"
    text = f'{{"items":[{",".join(map(post_json, rows))}],"next":{onward}}}'
    api.set_etag(hashlib.sha256(text.encode()).hexdigest())
    return Response(text, mimetype="application/json")


@api.route("/threads/<uuid:thread_id>/posts", methods=["POST"])
@signed_in
@api.arguments(ReplyIn)
@api.response(201, PostOut)
def reply(given: dict[str, Any], thread_id: uuid.UUID) -> dict[str, Any]:
    """Reply in a thread; with a ``client_id``, a repeat answers the post that is there."""
    post = post_reply(current_context(), thread_id, **given)
    return as_post(post_at(thread_id, post.number))


@api.route("/threads/<uuid:thread_id>", methods=["PUT"])
@signed_in
@api.arguments(ThreadChangeIn)
@api.response(200, ThreadOut)
def rename(given: dict[str, Any], thread_id: uuid.UUID) -> Any:
    """Say what a thread is called and of what kind it is: yours, or any where you facilitate."""
    rename_thread(current_context(), thread_id, **given)
    return thread_head(current_context(), thread_id)


@api.route("/threads/<uuid:thread_id>/pin", methods=["PUT"])
@signed_in
@api.response(200, ThreadOut)
def pin(thread_id: uuid.UUID) -> Any:
    """Put a thread on top of its space's threads."""
    pin_thread(current_context(), thread_id, pinned=True)
    return thread_head(current_context(), thread_id)


@api.route("/threads/<uuid:thread_id>/pin", methods=["DELETE"])
@signed_in
@api.response(200, ThreadOut)
def unpin(thread_id: uuid.UUID) -> Any:
    """Put a thread back among the others."""
    pin_thread(current_context(), thread_id, pinned=False)
    return thread_head(current_context(), thread_id)


@api.route("/threads/<uuid:thread_id>/lock", methods=["PUT"])
@signed_in
@api.response(200, ThreadOut)
def lock(thread_id: uuid.UUID) -> Any:
    """Let only those reply who facilitate."""
    lock_thread(current_context(), thread_id, locked=True)
    return thread_head(current_context(), thread_id)


@api.route("/threads/<uuid:thread_id>/lock", methods=["DELETE"])
@signed_in
@api.response(200, ThreadOut)
def unlock(thread_id: uuid.UUID) -> Any:
    """Let everybody who takes part reply again."""
    lock_thread(current_context(), thread_id, locked=False)
    return thread_head(current_context(), thread_id)


@api.route("/threads/<uuid:thread_id>/answer", methods=["DELETE"])
@signed_in
@api.response(200, ThreadOut)
def take_answer_back(thread_id: uuid.UUID) -> Any:
    """Say that a question is not answered after all."""
    take_back_answer(current_context(), thread_id)
    return thread_head(current_context(), thread_id)


@api.route("/posts/<uuid:post_id>/accept", methods=["POST"])
@signed_in
@api.response(204)
def accept(post_id: uuid.UUID) -> None:
    """Say that a post answers the question of its thread."""
    accept_answer(current_context(), post_id)


@api.route("/threads/<uuid:thread_id>/unread", methods=["PUT"])
@signed_in
@api.arguments(ReadIn)
@api.response(204)
def unread(given: dict[str, int], thread_id: uuid.UUID) -> None:
    """Say from which post on you want to read again."""
    mark_unread(current_context(), thread_id, **given)


@api.route("/threads/<uuid:thread_id>/read", methods=["PUT"])
@signed_in
@api.arguments(ReadIn)
@api.response(204)
def read(given: dict[str, int], thread_id: uuid.UUID) -> None:
    """Say how far you have read; it never moves backwards."""
    mark_read(current_context(), thread_id, **given)


@api.route("/posts/<uuid:post_id>")
@signed_in
@api.response(200, PostWordsOut)
def words(post_id: uuid.UUID) -> Any:
    """Read a post as it was typed, to write it anew."""
    return words_of(current_context(), post_id)


@api.route("/posts/<uuid:post_id>", methods=["PUT"])
@signed_in
@api.arguments(PostEditIn)
@api.response(200, PostOut)
def edit(given: dict[str, Any], post_id: uuid.UUID) -> dict[str, Any]:
    """Write your post anew; 409 where it was changed meanwhile."""
    post = edit_post(current_context(), post_id, **given)
    return as_post(post_at(post.thread_id, post.number))


@api.route("/posts/<uuid:post_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def remove(post_id: uuid.UUID) -> None:
    """Take away a post of yours, or anybody's where you facilitate; it can be put back."""
    remove_post(current_context(), post_id)


@api.route("/posts/<uuid:post_id>/restore", methods=["POST"])
@signed_in
@api.response(200, PostOut)
def restore(post_id: uuid.UUID) -> dict[str, Any]:
    """Put a post back that you took away."""
    post = restore_post(current_context(), post_id)
    return as_post(post_at(post.thread_id, post.number))


@api.route("/posts/<uuid:post_id>/editions")
@signed_in
@api.response(200, EditionsOut)
def editions(post_id: uuid.UUID) -> dict[str, Any]:
    """Read what a post said before it was changed."""
    return {"items": editions_of(current_context(), post_id)}
