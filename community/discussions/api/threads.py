"""Threads and posts over JSON."""

import datetime as dt
import hashlib
import uuid
from typing import Any

from flask import Response

from community.discussions.api.blueprint import api
from community.discussions.models import Removal
from community.discussions.operations import (
    PollGiven,
    WrittenOn,
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
    space_written_in,
    start_thread,
    take_back_answer,
)
from community.discussions.queries import (
    editions_of,
    post_at,
    posts_after,
    thread_head,
    threads_of,
    usual_answer,
    waiting_in_thread,
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
    RemovalReasonIn,
    ReplyIn,
    ThreadChangeIn,
    ThreadIn,
    ThreadOut,
    ThreadPageOut,
    ThreadsIn,
    UsualAnswerOut,
    WaitsOut,
    as_just_written,
    as_post,
    my_reactions,
    post_json,
)
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.frame import Person
from community.kernel.json import dumps
from community.kernel.paging import Page
from community.spaces.policy import find_space, role_in


@api.route("/spaces/<uuid:space_id>/threads")
@signed_in
@api.arguments(ThreadsIn, location="query")
@api.response(200, ThreadPageOut)
def threads(given: dict[str, Any], space_id: uuid.UUID) -> Page:
    """List the threads of a space, the last word first; with ``?tag=`` those that have a tag."""
    ctx = current_context()
    find_space(ctx, space_id)
    return threads_of(ctx, space_id, **given)


@api.route("/spaces/<uuid:space_id>/threads", methods=["POST"])
@signed_in
@api.arguments(ThreadIn)
@api.response(201, ThreadOut)
@api.alt_response(202, schema=WaitsOut)
def start(given: dict[str, Any], space_id: uuid.UUID) -> Any:
    """Begin a thread; with a ``client_id``, a repeat answers the thread that is there.

    202 where it waits for approval: nobody but you and those who lead the space see it.
    """
    ctx, draft, poll = current_context(), given.pop("draft"), given.pop("poll")
    on = WrittenOn(draft["form"], draft["revision"]) if draft else None
    asked = PollGiven(**poll) if poll else None
    made = start_thread(ctx, space_id, **given, draft=on, poll=asked)
    waiting = () if made.begun else waiting_in_thread(ctx, made.id)
    return _waits(waiting[0]) if waiting else thread_head(ctx, made.id)


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
    ctx = current_context()
    head = thread_head(ctx, thread_id)
    rows = posts_after(ctx, thread_id, given["after"], given["limit"])
    last = rows[-1].number if rows else head.last_number
    # The hot path: the JSON that PostsOut describes, put together from kept posts.
    onward = last if last < head.last_number else "null"
    mine = dumps(my_reactions(rows))
    text = f'{{"items":[{",".join(map(post_json, rows))}],"mine":{mine},"next":{onward}}}'
    api.set_etag(hashlib.sha256(text.encode()).hexdigest())
    return Response(text, mimetype="application/json")


@api.route("/threads/<uuid:thread_id>/posts", methods=["POST"])
@signed_in
@api.arguments(ReplyIn)
@api.response(201, PostOut)
@api.alt_response(202, schema=WaitsOut)
def reply(given: dict[str, Any], thread_id: uuid.UUID) -> Any:
    """Reply in a thread; with a ``client_id``, a repeat answers the post that is there.

    202 where it waits for approval: nobody but you and those who lead the space see it.
    """
    ctx = current_context()
    poll = given.pop("poll")
    post = post_reply(ctx, thread_id, **given, poll=PollGiven(**poll) if poll else None)
    if post.removal is Removal.WAITING:
        return _waits(post)
    space_id = space_written_in(ctx, post)
    if space_id is not None:
        me = reader()
        return as_just_written(post, Person(me.id, me.name, me.face), role_in(ctx, space_id))
    return as_post(post_at(ctx, post.thread_id, post.number))


def _waits(post: Any) -> Response:
    """Answer that a post, or a row of one, was taken and waits for approval."""
    ids = {"thread_id": post.thread_id, "post_id": post.id}
    told = {"waits": True, **ids, "edition": post.edition}
    return Response(dumps(_WAITS.dump(told)), 202, mimetype="application/json")


_WAITS = WaitsOut()


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
@api.alt_response(202, schema=WaitsOut)
def edit(given: dict[str, Any], post_id: uuid.UUID) -> Any:
    """Write your post anew; 409 where it was changed meanwhile, 202 while it waits for approval."""
    ctx = current_context()
    post = edit_post(ctx, post_id, **given)
    if post.removal is Removal.WAITING:
        return _waits(post)
    return as_post(post_at(ctx, post.thread_id, post.number))


@api.route("/posts/<uuid:post_id>", methods=["DELETE"])
@signed_in
@api.arguments(RemovalReasonIn, location="query")
@api.response(204)
def remove(given: dict[str, Any], post_id: uuid.UUID) -> None:
    """Take away a post of yours, or anybody's where you facilitate.

    It can be put back, but what waits for approval.

    Where it is not yours its author is told, with the `reason` if you give one, and can ask for a
    second look.
    """
    remove_post(current_context(), post_id, **given)


@api.route("/posts/<uuid:post_id>/restore", methods=["POST"])
@signed_in
@api.response(200, PostOut)
def restore(post_id: uuid.UUID) -> dict[str, Any]:
    """Put a post back that you took away or, where you facilitate, that a facilitator did."""
    ctx = current_context()
    post = restore_post(ctx, post_id)
    return as_post(post_at(ctx, post.thread_id, post.number))


@api.route("/posts/<uuid:post_id>/editions")
@signed_in
@api.response(200, EditionsOut)
def editions(post_id: uuid.UUID) -> dict[str, Any]:
    """Read what a post said before it was changed."""
    return {"items": editions_of(current_context(), post_id)}


@api.route("/spaces/<uuid:space_id>/usual-answer")
@signed_in
@api.response(200, UsualAnswerOut)
def usual(space_id: uuid.UUID) -> dict[str, Any]:
    """Read within how many hours questions in a space are usually answered."""
    ctx = current_context()
    find_space(ctx, space_id)
    wait = usual_answer(ctx, space_id)
    return {"within_hours": wait // dt.timedelta(hours=1) if wait else None}
