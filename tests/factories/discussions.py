"""Threads and posts, begun and written as people do it."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from flask import Flask

from community.discussions.models import Post, Thread, ThreadKind
from community.discussions.operations import (
    discard_draft,
    post_reply,
    save_edit_draft,
    save_reply_draft,
    save_thread_draft,
    start_thread,
)
from community.kernel.context import Context
from community.kernel.db import db


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


def make_drafts(
    app: Flask,
    word: str,
    space_id: uuid.UUID,
    threads: Mapping[str, uuid.UUID],
    user_id: uuid.UUID,
) -> dict[str, uuid.UUID]:
    """Begin a reply, a thread, an edit, and what is thrown away; returns the ids of the drafts."""
    with app.app_context():
        ctx = Context.begin(user_id)
        first = db.session.scalars(
            sa.select(Post.id).where(Post.thread_id == threads["open"], Post.number == 1)
        ).one()
        made = {
            "reply": save_reply_draft(ctx, threads["open"], body=f"{word}-unsent-reply"),
            "thread": save_thread_draft(ctx, space_id, uuid.uuid4(), title=f"{word}-unsent-title"),
            "edit": save_edit_draft(ctx, first, body=f"{word}-unsent-edit", edition=1),
            "discarded": save_reply_draft(ctx, threads["network"], body=f"{word}-unsent-away"),
        }
        discard_draft(ctx, made["discarded"].id)
        return {name: row.id for name, row in made.items()}


def consistent(app: Flask, *threads: uuid.UUID) -> None:
    """Say that what threads count is what there is, and that numbers have no gaps."""
    with app.app_context():
        for key in threads:
            thread = db.session.get_one(Thread, key)
            rows = db.session.scalars(
                sa.select(Post).where(Post.thread_id == key).order_by(Post.number)
            ).all()
            assert [row.number for row in rows] == list(range(1, thread.last_number + 1))
            assert thread.removed == sum(row.removal is not None for row in rows)
            stands = any(row.removal is None for row in rows)
            assert stands == (thread.merged_into_id is None)
