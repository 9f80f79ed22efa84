"""Archives of mail, as programs write them, and brought in as a worker does."""

import io
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask import Flask

from community.accounts.models import User
from community.discussions.models import Post, ReadPointer, Thread
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.kernel.secrets import derive
from community.transfers.models import MailAuthor, MailImport, MailMessage, MailState
from community.transfers.operations import (
    ask_export,
    begin_mail_import,
    make_export,
    make_feed_key,
    take_back_mail,
)


def message(
    number: int,
    *,
    answers: str = "",
    who: str = "Ada Example <ada@lists.example>",
    date: str = "Tue, 03 Mar 2020 10:00:00 +0000",
    subject: str = "Low water",
    body: str = "Text.",
    head: str = "Content-Type: text/plain; charset=utf-8",
    key: str | None = None,
) -> str:
    """Return a message of an archive; its id is ``m<number>@lists.example`` unless said."""
    lines = [
        "From ada@lists.example Tue Mar 03 10:00:00 2020",
        *([f"From: {who}"] if who else []),
        "To: list@lists.example",
        *([f"Date: {date}"] if date else []),
        f"Message-ID: <{key or f'm{number}@lists.example'}>",
        *([f"In-Reply-To: <{answers}>"] if answers else []),
        f"Subject: {subject}",
        *([head] if head else []),
        "",
        body,
        "",
        "",
    ]
    return "\n".join(lines)


def archive(*messages: str) -> bytes:
    """Return an archive of some messages."""
    return "".join(messages).encode()


def make_mail_import(
    app: Flask, space_id: uuid.UUID, user_id: uuid.UUID, *, name: str
) -> uuid.UUID:
    """Make an import that is done and brought nothing; returns its id."""
    ctx = Context.begin(user_id)
    made = MailImport(
        id=new_key(),
        space_id=space_id,
        by_id=user_id,
        stored_id=None,
        name=name,
        size=1,
        state=MailState.DONE,
        began_at=ctx.now,
        ended_at=ctx.now,
        report={},
    )
    with app.app_context(), unit_of_work(ctx):
        db.session.add(made)
    return made.id


def make_feed_token(app: Flask, user_id: uuid.UUID) -> str:
    """Open somebody's feeds; returns their secret."""
    with app.app_context():
        return derive("feed", make_feed_key(Context.begin(user_id)).id)


def make_talk_export(app: Flask, space_id: uuid.UUID, user_id: uuid.UUID) -> uuid.UUID:
    """Have the talk of a space written into an archive of somebody; returns its id."""
    with app.app_context():
        key = ask_export(Context.begin(user_id), space_id).id
        make_export(Context.begin(user_id), str(key))
    return key


def begin(
    app: Flask,
    space_id: uuid.UUID,
    user_id: uuid.UUID,
    data: bytes,
    *,
    name: str = "list.mbox",
) -> uuid.UUID:
    """Hand an archive over; the worker has not begun. Returns the id of the import."""
    with app.app_context():
        made = begin_mail_import(
            Context.begin(user_id), space_id, name=name, source=io.BytesIO(data)
        )
        return made.id


def bring(
    app: Flask,
    space_id: uuid.UUID,
    user_id: uuid.UUID,
    data: bytes,
    *,
    name: str = "list.mbox",
) -> uuid.UUID:
    """Bring an archive in, whole; returns the id of the import."""
    key = begin(app, space_id, user_id, data, name=name)
    run_everything(app)
    return key


def import_row(app: Flask, key: uuid.UUID) -> MailImport:
    """Return an import as it is now."""
    with app.app_context():
        return db.session.get_one(MailImport, key)


def threads_in(app: Flask, space_id: uuid.UUID) -> Sequence[Thread]:
    """Return the threads of a space, by title."""
    with app.app_context():
        return db.session.scalars(
            sa.select(Thread).where(Thread.space_id == space_id).order_by(Thread.title)
        ).all()


LATER = "Wed, 04 Mar 2020 10:00:00 +0000"
TALK = archive(
    message(1, body="Who signs for the readings?", who="Ada Lind <ada@a.example>"),
    message(2, answers="m1@lists.example", who="Ben <ben@b.example>", subject="Re: Low water"),
    message(
        3,
        answers="gone@lists.example",
        who="ADA <Ada@A.example>",
        subject="Tide tables",
        date=LATER,
    ),
    message(1),
)
"""Four messages: one twice, one that answers another, one that answers what is not there."""


def take_back(app: Flask, user_id: uuid.UUID, key: uuid.UUID) -> MailImport:
    """Take back what an import brought, whole; returns it as it is then."""
    with app.app_context():
        take_back_mail(Context.begin(user_id), key)
    run_everything(app)
    return import_row(app, key)


def rows_of_mail(app: Flask) -> list[int]:
    """Return how many rows there are of each thing that an archive of mail brings."""
    with app.app_context():
        tables = (Thread, Post, User, MailMessage, MailAuthor, ReadPointer)
        return [db.session.scalars(sa.select(sa.func.count(each.id))).one() for each in tables]
