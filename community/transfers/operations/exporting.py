"""A space's talk is written into an archive, by the worker, as who asked for it sees it."""

import datetime as dt
import tempfile
import uuid
from collections.abc import Iterator
from typing import IO, Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.db import db, execute, snapshot
from community.kernel.errors import Conflict, NotFound
from community.kernel.files.keeping import coming, keep
from community.kernel.files.store import Coming, TooLarge, store
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import require
from community.kernel.slugs import slug_of
from community.spaces.policy import find_space
from community.transfers.events import TalkExported
from community.transfers.formats.talk import Writer, dumped
from community.transfers.models import ExportState, TalkExport
from community.transfers.operations.jobs import MAKE_EXPORT
from community.transfers.policy import find_talk_export, may_export_talk
from community.transfers.queries.talk import (
    page_of,
    person_lines,
    post_lines,
    talk_of,
    thread_line,
)
from community.transfers.rules import MOST_BYTES, MOST_MESSAGES

KEPT_FOR = dt.timedelta(days=3)
"""How long an archive can be loaded; then its row goes, and after a while the file."""
MOST_AT_ONCE = 3  # that somebody has of a space
_PIECE = 1 << 20


@operation
def ask_export(ctx: Context, space_id: uuid.UUID) -> TalkExport:
    """Owe the actor an archive of a space's talk. Also of an archived space: it is read.

    Raises NotFound, Forbidden, and Conflict where they have a few already.
    """
    space = find_space(ctx, space_id, lock=True)
    require(may_export_talk, ctx, space)
    there = db.session.scalars(
        sa.select(sa.func.count()).where(
            TalkExport.space_id == space_id,
            TalkExport.by_id == ctx.person,
            TalkExport.asked_at > ctx.now - KEPT_FOR,
        )
    ).one()
    if there >= MOST_AT_ONCE:
        raise Conflict(_("You have archives of this space already. Remove one first."))
    made = TalkExport(
        id=new_key(),
        space_id=space_id,
        by_id=ctx.person,
        stored_id=None,
        state=ExportState.MAKING,
        asked_at=ctx.now,
    )
    db.session.add(made)
    enqueue(ctx, MAKE_EXPORT, {"export_id": str(made.id)})
    record(TalkExported(space_id=space_id, export_id=made.id))
    return made


@operation
def remove_export(ctx: Context, export_id: uuid.UUID) -> TalkExport:
    """Remove one of the actor's archives. Raises NotFound."""
    row = find_talk_export(ctx, export_id, lock=True)
    db.session.delete(row)
    return row


def make_export(ctx: Context, export_id: str) -> None:
    """Write an archive that was asked for, under the rights its owner has now."""
    key = uuid.UUID(export_id)
    try:
        row = find_talk_export(ctx, key)
    except NotFound:  # removed, or its owner organises the space no more
        _give_up(ctx, key)
        return
    if row.state is not ExportState.MAKING:
        return
    with tempfile.TemporaryFile() as target:
        counts = write_talk(ctx, row.space_id, target)
        db.session.close()
        if counts is None:
            _settle(ctx, key, None, {})
            return
        target.seek(0)
        try:
            with coming(target, most=MOST_BYTES) as came:
                _settle(ctx, key, came, counts)
        except TooLarge:
            _settle(ctx, key, None, {})


@operation
def _give_up(ctx: Context, export_id: uuid.UUID) -> None:
    """Have one that its owner may not have any more count as failed: they may again, some day."""
    mine = (TalkExport.id == export_id, TalkExport.by_id == ctx.actor_id)
    making = TalkExport.state == ExportState.MAKING
    execute(sa.update(TalkExport).where(*mine, making).values(state=ExportState.FAILED))


@operation
def _settle(
    ctx: Context, export_id: uuid.UUID, came: Coming | None, counts: dict[str, int]
) -> None:
    """Keep an archive that is written; None: there is too much for one."""
    row = find_talk_export(ctx, export_id, lock=True)
    if came is None:
        row.state = ExportState.FAILED
        return
    row.stored_id, row.size, row.state = keep(ctx, came).id, came.size, ExportState.DONE
    row.threads, row.posts = counts["threads"], counts["posts"]


def write_talk(ctx: Context, space_id: uuid.UUID, target: IO[bytes]) -> dict[str, int] | None:
    """Write the talk of a space as the actor sees it; returns counts, None where it is too much."""
    with snapshot():
        talk = talk_of(ctx, space_id, most=MOST_MESSAGES)
        if talk is None:
            return None
        threads, posts, pages = [], [], []
        digests: dict[str, str] = {}
        for thread in talk.threads:
            threads.append(dumped(thread_line(talk, thread)))
            lines = list(post_lines(ctx, talk, thread))
            for line in lines:
                digests.update({file["path"]: file["path"][6:70] for file in line["files"]})
            posts += [dumped(line) for line in lines]
            pages.append((thread, lines))
        people = list(person_lines(talk))
    names = {line["person"]: line["name"] for line in people}
    writer = Writer(target)
    writer.add("people.jsonl", [dumped(line) for line in people])
    writer.add("threads.jsonl", threads)
    writer.add("posts.jsonl", posts)
    for thread, lines in pages:
        writer.add(page_name(talk.numbers[thread.id], thread.title), [_page(thread, lines, names)])
    for path, digest in sorted(digests.items()):
        writer.add(path, _stored(digest))
    counts = {"people": len(people), "threads": len(threads), "posts": len(posts)}
    writer.close(counts)
    return counts


def page_name(number: int, title: str) -> str:
    """Return what the page of a thread is called in an archive."""
    return f"threads/{number:05}-{(slug_of(title) or 'thread')[:60].strip('-')}.md"


def _page(thread: Any, lines: list[dict[str, Any]], names: dict[int, str]) -> bytes:
    return page_of(thread.title, lines, names).encode()


def _stored(digest: str) -> Iterator[bytes]:
    with store().path(digest).open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
