"""Threads and posts, begun and written as people do it."""

import uuid

from flask import Flask

from community.discussions.models import ThreadKind
from community.discussions.operations import post_reply, start_thread
from community.kernel.context import Context


def make_thread(
    app: Flask, space_id: uuid.UUID, author_id: uuid.UUID, *, replies: int = 0, **more: object
) -> uuid.UUID:
    """Begin a thread whose author also answers ``replies`` times; returns its id."""
    values: dict[str, object] = {
        "kind": ThreadKind.QUESTION,
        "title": "Who signs for the readings?",
        "body": "Eleven readers, none on our payroll. Who is the steward?",
        **more,
    }
    with app.app_context():
        thread = start_thread(Context.begin(author_id), space_id, **values)  # type: ignore[arg-type]
    for number in range(replies):
        reply(app, thread.id, author_id, f"Reply {number + 2}")
    return thread.id


def reply(
    app: Flask, thread_id: uuid.UUID, author_id: uuid.UUID, body: str = "I do.", **more: object
) -> int:
    """Answer in a thread; returns the number of the post."""
    with app.app_context():
        return post_reply(Context.begin(author_id), thread_id, body=body, **more).number  # type: ignore[arg-type]
