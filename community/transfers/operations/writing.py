"""The worker makes posts of the messages of an archive, a few dozen in a transaction.

Nobody is told of them one by one: no event is recorded, so nothing is mailed, counted as new or
completed. What is written is said by the rows of the messages, so that a worker that dies goes on
where the last transaction ended, and two at once write nothing twice.
"""

import contextlib
import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.models import Attachment, Post, ReadPointer, Thread, ThreadKind
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.files.keeping import keep
from community.kernel.files.models import StoredFile
from community.kernel.files.store import store
from community.kernel.keys import new_key
from community.kernel.log import Stream
from community.kernel.operation import enqueue, operation, record
from community.transfers.events import SpaceImported
from community.transfers.models import ImportKind, MailImport, MailMessage, MailState
from community.transfers.operations.authors import named_authors
from community.transfers.operations.holding import held
from community.transfers.operations.jobs import WRITE_MAIL
from community.transfers.operations.messages import Made, Room, count_files, made_of
from community.transfers.operations.talk import write_some
from community.transfers.queries import counted
from community.transfers.rules import A_JOB, A_TALK_JOB, BATCH, BATCH_BYTES


def write_mail(ctx: Context, import_id: str) -> None:
    """Write some hundred posts of an import, and owe the rest; at its end say what became of it."""
    key, done = uuid.UUID(import_id), 0
    while done < A_JOB:
        found = execute(
            sa.select(MailImport.space_id, MailImport.state, MailImport.kind, StoredFile.digest)
            .join(StoredFile, StoredFile.id == MailImport.stored_id)
            .where(MailImport.id == key)
        ).one_or_none()
        if found is None or found.state is not MailState.WRITING:
            return
        if found.kind is ImportKind.TALK:
            if write_some(ctx, found.space_id, key, found.digest, A_TALK_JOB):
                _finish(ctx, key)
                return
            break
        rows = _not_too_large(execute(_waiting(key).limit(BATCH)).all())
        room = Room.of(found.space_id, key)
        db.session.close()  # rendering takes long: hold no connection meanwhile
        if not rows:
            _finish(ctx, key)
            return
        with contextlib.ExitStack() as coming_in:
            path = str(store().path(found.digest))
            made = made_of(coming_in, path, found.space_id, rows, room)
            _write(ctx, key, made)
        done += len(rows)
    _owe(ctx, key)


def _not_too_large(rows: Sequence[Any]) -> Sequence[Any]:
    """Return the first of some messages: they are held in memory, with what is attached to them."""
    size, many = 0, 0
    for row in rows:
        size += row.size
        if many and size > BATCH_BYTES:
            break
        many += 1
    return rows[:many]


def _waiting(import_id: uuid.UUID) -> Any:
    return (
        sa.select(
            MailMessage.id,
            MailMessage.key,
            MailMessage.root,
            MailMessage.parent,
            MailMessage.place,
            MailMessage.offset,
            MailMessage.size,
            MailMessage.at,
            MailMessage.notes,
        )
        .where(MailMessage.import_id == import_id, MailMessage.post_id.is_(None))
        .order_by(MailMessage.place)
    )


@operation
def _owe(ctx: Context, import_id: uuid.UUID) -> None:
    """Owe what is still to be written."""
    enqueue(ctx, WRITE_MAIL, {"import_id": str(import_id)})


@operation
def _write(ctx: Context, import_id: uuid.UUID, made: Sequence[Made]) -> None:
    """Write posts with their threads and authors, but those that somebody else wrote meanwhile."""
    row = held(import_id, MailState.WRITING)
    if row is None:
        return
    still = set(
        execute(
            sa.select(MailMessage.id).where(
                MailMessage.id.in_([each.row.id for each in made]), MailMessage.post_id.is_(None)
            )
        ).scalars()
    )
    made = [each for each in made if each.row.id in still]
    if not made:
        return
    names = {each.author: each.name for each in reversed(made)}
    authors = named_authors(ctx, row.space_id, names)
    posts = _there(row.space_id, made)
    threads = _held_threads(row.space_id, {place.thread_id for place in posts.values()})
    new: list[Thread] = []
    rows: list[dict[str, Any]] = []
    for each in made:
        above = posts.get(each.row.parent) if each.row.parent else None
        first = above or posts.get(each.row.root)
        author = authors[each.author]
        if first is None or first.thread_id not in threads:
            thread = _begun(row.space_id, each, author)
            threads[thread.id] = _Growing(thread, 0, None)
            new.append(thread)
        else:
            thread = threads[first.thread_id].thread
        growing = threads[thread.id]
        number = thread.last_number + 1
        rows.append(_post(each, thread.id, number, author, above))
        growing.add(number, each.row.at, author)
        posts[each.row.key] = _There(each.post_id, thread.id, number)
    if new:
        execute(sa.insert(Stream), [{"id": thread.id, "head": 0} for thread in new])
        db.session.add_all(new)
    db.session.flush()
    execute(sa.insert(Post), rows)
    _attach(ctx, row.space_id, made, {each["id"]: each["author_id"] for each in rows})
    for growing in threads.values():
        growing.settle(ctx)
    _say_written(made)
    row.written += len(made)
    count_files(row, made)


def _attach(
    ctx: Context,
    space_id: uuid.UUID,
    made: Sequence[Made],
    authors: Mapping[uuid.UUID, uuid.UUID],
) -> None:
    """Keep the files of posts; in the order of their content, so that no two wait in a ring."""
    files = sorted(
        ((file, each.post_id) for each in made for file in each.files),
        key=lambda pair: (pair[0].came.digest, pair[0].id),
    )
    rows = [
        {
            "id": file.id,
            "space_id": space_id,
            "uploader_id": authors[post_id],
            "post_id": post_id,
            "stored_id": keep(ctx, file.came).id,
            "name": file.name,
            "size": file.size,
            "width": file.width,
            "height": file.height,
            "added_at": ctx.now,
            "loose_since": None,
        }
        for file, post_id in files
    ]
    if rows:
        execute(sa.insert(Attachment), rows)


def _say_written(made: Sequence[Made]) -> None:
    table: Any = MailMessage.__table__
    execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("message", type_=sa.Uuid()))
        .values(
            post_id=sa.bindparam("post", type_=sa.Uuid()),
            notes=sa.bindparam("said", type_=sa.String()),
        ),
        [
            {
                "message": each.row.id,
                "post": each.post_id,
                "said": " ".join(dict.fromkeys([*each.row.notes.split(), *each.notes])),
            }
            for each in made
        ],
    )


def _post(
    each: Made, thread_id: uuid.UUID, number: int, author: uuid.UUID, above: "_There | None"
) -> dict[str, Any]:
    near = above is not None and above.thread_id == thread_id
    return {
        "id": each.post_id,
        "thread_id": thread_id,
        "number": number,
        "author_id": author,
        "body": each.body,
        "html": each.html,
        "renderer": markdown.RENDERER,
        "reply_to": above.number if above is not None and near else None,
        "answers_id": above.post_id if above is not None else None,
        "created_at": each.row.at,
    }


def _begun(space_id: uuid.UUID, each: Made, author: uuid.UUID) -> Thread:
    return Thread(
        id=new_key(),
        space_id=space_id,
        kind=ThreadKind.DISCUSSION,
        title=each.title or _("No subject"),
        author_id=author,
        created_at=each.row.at,
        last_number=0,
        last_posted_at=each.row.at,
        last_author_id=author,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _There:
    """Where the post of a message stands now."""

    post_id: uuid.UUID
    thread_id: uuid.UUID
    number: int


@dataclasses.dataclass(slots=True)
class _Growing:
    """A thread that gets posts; ``before`` was its last number, ``added`` is None while it has."""

    thread: Thread
    before: int
    added: int | None

    def add(self, number: int, at: dt.datetime, author: uuid.UUID) -> None:
        thread = self.thread
        self.added = thread.last_number = number
        if at >= thread.last_posted_at:
            thread.last_posted_at, thread.last_author_id = at, author

    def settle(self, ctx: Context) -> None:
        """Let nobody owe what came: who had read all has, and who never came need not."""
        if self.added is None:
            return
        if self.thread.history == self.before or not self.before:
            self.thread.history = self.added
        if self.before:
            execute(
                sa.update(ReadPointer)
                .where(ReadPointer.thread_id == self.thread.id, ReadPointer.number == self.before)
                .values(number=self.added)
            )


def _there(space_id: uuid.UUID, made: Sequence[Made]) -> dict[str, _There]:
    """Return where the posts of messages stand that these answer or belong to."""
    keys = {each.row.root for each in made} | {each.row.parent for each in made if each.row.parent}
    rows = execute(
        sa.select(MailMessage.key, Post.id, Post.thread_id, Post.number)
        .join(Post, Post.id == MailMessage.post_id)
        .where(MailMessage.space_id == space_id, MailMessage.key.in_(sorted(keys)))
    )
    return {row.key: _There(row.id, row.thread_id, row.number) for row in rows}


def _held_threads(space_id: uuid.UUID, keys: set[uuid.UUID]) -> dict[uuid.UUID, _Growing]:
    """Hold threads that are to grow; one that was moved to another space grows there no more."""
    rows = db.session.scalars(
        sa.select(Thread)
        .where(Thread.id.in_(sorted(keys)), Thread.space_id == space_id)
        .order_by(Thread.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    return {row.id: _Growing(row, row.last_number, None) for row in rows}


@operation
def _finish(ctx: Context, import_id: uuid.UUID) -> None:
    """Count what came, and tell the log."""
    row = held(import_id, MailState.WRITING)
    if row is None:
        return
    row.state, row.ended_at, row.stored_id = MailState.DONE, ctx.now, None
    row.report = {**row.report, **counted(import_id)}
    record(SpaceImported(space_id=row.space_id, import_id=row.id, posts=row.written))
