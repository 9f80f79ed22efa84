"""The worker looks through an archive of mail: which messages it holds, and their threads.

Only heads are held in memory. What is found becomes rows, a few hundred at a time; a worker that
dies on the way begins again, finds the same, and goes on.
"""

import datetime as dt
import os
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
import structlog

from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.files.models import StoredFile
from community.kernel.files.store import store
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation
from community.kernel.threads import in_thread
from community.transfers.formats.mbox import Piece, message_at, pieces
from community.transfers.formats.messages import EARLIEST, Heading, heading_of
from community.transfers.models import ImportKind, MailImport, MailMessage, MailState
from community.transfers.operations.giving_up import fail
from community.transfers.operations.holding import held
from community.transfers.operations.jobs import WRITE_MAIL
from community.transfers.operations.talk import read_talk
from community.transfers.rules import (
    MOST_MESSAGE,
    MOST_MESSAGES,
    Drop,
    Head,
    Note,
    Place,
    base_subject,
    key_of,
    placed,
)

log = structlog.get_logger(__name__)
_ROWS = 250  # in one transaction
_MOST_TOLD = 2_000  # of what was dropped


class _Found(NamedTuple):
    """One message that is to be kept."""

    number: int
    piece: Piece
    heading: Heading
    head: Head
    notes: tuple[Note, ...]


class _Look(NamedTuple):
    """All that one look through an archive finds; ``dropped``: number of a message, and why."""

    found: int
    kept: list[_Found]
    dropped: list[tuple[int, Drop]]


def read_mail(ctx: Context, import_id: str) -> None:
    """Find the messages of an archive and their threads; then they are written."""
    row = execute(
        sa.select(
            MailImport.space_id,
            MailImport.state,
            MailImport.kind,
            MailImport.size,
            StoredFile.digest,
        )
        .join(StoredFile, StoredFile.id == MailImport.stored_id)
        .where(MailImport.id == uuid.UUID(import_id))
    ).one_or_none()
    if row is None or row.state is not MailState.READING:
        return
    key = uuid.UUID(import_id)
    if row.kind is ImportKind.TALK:
        read_talk(ctx, row, key)
        return
    known, before = _known(row.space_id, key)
    db.session.close()  # reading takes long: hold no connection meanwhile
    try:
        look = in_thread(_looked, str(store().path(row.digest)), row.size, before, ctx.now)
        places = in_thread(placed, [each.head for each in look.kept], known)
    except OSError:
        raise  # the file may be there next time
    except Exception:
        log.exception("an archive could not be read", import_id=import_id)
        fail(ctx, key, MailState.READING, "broken")
        return
    if look.found > MOST_MESSAGES or not look.found:
        fail(ctx, key, MailState.READING, "many" if look.found else "none")
        return
    rows = [
        _row(key, row.space_id, look.kept[each.index], each, at) for at, each in enumerate(places)
    ]
    for start in range(0, len(rows), _ROWS):
        if not _add_rows(ctx, key, rows[start : start + _ROWS]):
            return
    _go_on(ctx, key, look)


def _known(space_id: uuid.UUID, import_id: uuid.UUID) -> tuple[dict[str, str], set[str]]:
    """Return the messages that earlier imports brought into a space: with their roots, and all."""
    rows = execute(
        sa.select(MailMessage.key, MailMessage.root).where(
            MailMessage.space_id == space_id, MailMessage.import_id != import_id
        )
    ).all()
    known = {row.key: row.root for row in rows}
    return known, set(known)


class _CutShortError(Exception):
    """An archive on the disk is not as long as the one that was kept."""


def _looked(path: str, size: int, before: set[str], now: dt.datetime) -> _Look:
    kept: list[_Found] = []
    dropped: list[tuple[int, Drop]] = []
    seen: set[str] = set()
    number, last = 0, EARLIEST
    with open(path, "rb") as file, open(path, "rb") as again:  # noqa: PTH123  # bytes, twice
        if file.seek(0, os.SEEK_END) != size:
            raise _CutShortError
        file.seek(0)
        for number, piece in enumerate(pieces(file), start=1):
            if number > MOST_MESSAGES:
                break
            if piece.size > MOST_MESSAGE:
                dropped.append((number, Drop.LARGE))
                continue
            heading = heading_of(piece.head)
            key = key_of(
                heading.message_id or message_at(again, piece.offset, piece.size).decode("latin-1")
            )
            if key in seen or key in before:
                dropped.append((number, Drop.TWICE if key in seen else Drop.BEFORE))
                continue
            seen.add(key)
            at, notes = heading.at, []
            if at is None or not EARLIEST <= at <= now:
                at, notes = last, [Note.DATE]
            last = at
            if not heading.address and not heading.name:
                notes.append(Note.NAMELESS)
            base, reply = base_subject(heading.subject)
            answers = tuple(key_of(each) for each in heading.answers)
            head = Head(key, answers, base, reply, at)
            kept.append(_Found(number, piece, heading, head, tuple(notes)))
    return _Look(number, kept, dropped)


def _row(
    import_id: uuid.UUID, space_id: uuid.UUID, found: _Found, place: Place, at: int
) -> dict[str, Any]:
    notes = [*found.notes, *([place.note] if place.note else [])]
    return {
        "id": new_key(),
        "space_id": space_id,
        "import_id": import_id,
        "key": found.head.key,
        "root": place.root,
        "parent": place.parent,
        "place": at,
        "number": found.number,
        "offset": found.piece.offset,
        "size": found.piece.size,
        "at": found.head.at,
        "notes": " ".join(notes),
        "post_id": None,
    }


@operation
def _add_rows(ctx: Context, import_id: uuid.UUID, rows: Sequence[dict[str, Any]]) -> bool:
    """Keep what was found, what is there already left as it is; False: it goes on no more."""
    if held(import_id, MailState.READING) is None:
        return False
    there = set(
        execute(
            sa.select(MailMessage.key).where(
                MailMessage.space_id == rows[0]["space_id"],
                MailMessage.key.in_([row["key"] for row in rows]),
            )
        ).scalars()
    )
    if fresh := [row for row in rows if row["key"] not in there]:
        execute(sa.insert(MailMessage), fresh)
    return True


@operation
def _go_on(ctx: Context, import_id: uuid.UUID, look: _Look) -> None:
    """Say that all rows are there, and owe the posts."""
    row = held(import_id, MailState.READING)
    if row is None:
        return
    why = Counter(drop.value for _number, drop in look.dropped)
    row.found, row.kept = look.found, len(look.kept)
    row.state = MailState.WRITING
    row.report = {
        "dropped": dict(sorted(why.items())),
        "told": [[number, drop.value] for number, drop in look.dropped[:_MOST_TOLD]],
    }
    enqueue(ctx, WRITE_MAIL, {"import_id": str(import_id)})
