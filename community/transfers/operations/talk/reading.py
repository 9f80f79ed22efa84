"""The posts of an archive become rows that say which are to be written."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.discussions.models import (
    Removal,
)
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation
from community.kernel.threads import in_thread
from community.transfers.formats.talk import ArchiveRefused
from community.transfers.models import MailMessage, MailState
from community.transfers.operations.giving_up import fail
from community.transfers.operations.holding import held
from community.transfers.operations.jobs import WRITE_MAIL
from community.transfers.operations.talk.opened import Archive, here, opened
from community.transfers.rules.talk import Place

_ROWS = 250  # in one transaction


def read_talk(ctx: Context, row: Any, import_id: uuid.UUID) -> None:
    """Make rows of the posts of an archive, what is there already left out; then they are written.

    Posts that were moved come last: each leads to one that is there by then.
    """
    try:
        archive = in_thread(opened, row.digest)
    except ArchiveRefused as refused:
        fail(ctx, import_id, MailState.READING, refused.why)
        return
    stands = here(archive, row.space_id, import_id)
    db.session.close()
    order = sorted(archive.posts, key=lambda place: (_is_moved(archive.posts[place]), place))
    fresh = [place for place in order if place not in stands.posts and place[0] not in stands.away]
    numbers = {place: at for at, place in enumerate(sorted(archive.posts), start=1)}
    rows = [
        {
            "id": new_key(),
            "space_id": row.space_id,
            "import_id": import_id,
            "place": at,
            "number": numbers[place],
            **_message(archive, place),
        }
        for at, place in enumerate(fresh)
    ]
    for start in range(0, len(rows), _ROWS):
        if not _add_rows(ctx, import_id, rows[start : start + _ROWS]):
            return
    _go_on(ctx, import_id, len(archive.posts), len(fresh))


def _is_moved(line: Mapping[str, Any]) -> bool:
    return bool(line["removed"] == Removal.MOVED)


def _message(archive: Archive, place: Place) -> dict[str, Any]:
    """Return what a row says of a post of an archive."""
    line = archive.posts[place]
    answers = line["answers"]
    return {
        "key": archive.key(place),
        "root": archive.key((place[0], 1)),
        "parent": archive.key((answers["thread"], answers["post"])) if answers else None,
        "offset": place[0],
        "size": place[1],
        "at": line["created_at"],
        "notes": "",
        "post_id": None,
    }


@operation
def _add_rows(ctx: Context, import_id: uuid.UUID, rows: Sequence[dict[str, Any]]) -> bool:
    """Keep rows, those that are there left as they are; False: it goes on no more."""
    if held(import_id, MailState.READING) is None:
        return False
    keys = [row["key"] for row in rows]
    there = set(
        execute(
            sa.select(MailMessage.key).where(
                MailMessage.import_id == import_id, MailMessage.key.in_(keys)
            )
        ).scalars()
    )
    if fresh := [row for row in rows if row["key"] not in there]:
        execute(sa.insert(MailMessage), fresh)
    return True


@operation
def _go_on(ctx: Context, import_id: uuid.UUID, found: int, kept: int) -> None:
    """Say that all rows are there, and owe the posts."""
    row = held(import_id, MailState.READING)
    if row is None:
        return
    row.found, row.kept, row.state = found, kept, MailState.WRITING
    dropped = {"before": found - kept} if found > kept else {}
    row.report = {"dropped": dropped, "told": []}
    enqueue(ctx, WRITE_MAIL, {"import_id": str(import_id)})
