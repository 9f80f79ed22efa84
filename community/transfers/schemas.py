"""What is said over JSON of talk that comes in and goes out."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from community.kernel.db import values_of
from community.kernel.schemas import In, Out
from community.transfers.models import ExportState, ImportKind, MailState
from community.transfers.operations import KEPT_FOR
from community.transfers.queries import MessageLine
from community.transfers.rules import Drop, Note

LINES = 200  # of a report, in one answer


class ArchiveIn(In):
    """An archive, as a form sends it."""

    upload = Upload(
        required=True,
        metadata={"description": "mbox, also packed by gzip, or a ZIP that was taken along here."},
    )


def _counts(what: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": what},
    )


class ImportOut(Out):
    """An archive that was brought into a space, and what became of it.

    ``found`` counts its messages or posts, ``kept`` those that are to be posts, ``written`` those
    that are. What stands below ``threads`` is told at the end. ``remaining`` is what stayed of one
    that was taken back; ``unfinished``: more may go the next time. ``failed`` says why nothing came
    of it.
    """

    id = fields.UUID(required=True)
    space_id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(ImportKind, by_value=True, required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes, unpacked."})
    state = fields.Enum(MailState, by_value=True, required=True)
    by = fields.String(required=True, allow_none=True)
    began_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    found = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    written = fields.Integer(required=True)
    remaining = fields.Integer(required=True, allow_none=True)
    unfinished = fields.Boolean(required=True)
    failed = fields.String(required=True, allow_none=True)
    threads = fields.Integer(required=True, allow_none=True)
    authors = fields.Integer(required=True, allow_none=True)
    replies = fields.Integer(required=True, allow_none=True)
    orphans = fields.Integer(required=True, allow_none=True)
    first_at = fields.AwareDateTime(required=True, allow_none=True)
    last_at = fields.AwareDateTime(required=True, allow_none=True)
    notes = _counts(f"Messages that were kept, by what is told of them: {', '.join(Note)}.")
    dropped = _counts(f"Messages that were not kept, by why: {', '.join(Drop)}.")
    files = _counts("Files of messages: kept, or by the note that says why not.")


class ImportsOut(Out):
    """The imports into a space, the last first."""

    items = fields.List(fields.Nested(ImportOut), required=True)


class ImportLinesIn(In):
    """Which messages of an import: those ``after`` a number; ``told``: of which there is more."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**31 - 1))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=LINES))
    told = fields.Boolean(load_default=False)


class ImportLineOut(Out):
    """What became of one message: ``thread_id`` and ``post`` where it is, or why it is ``dropped``.

    ``number`` is its place in the archive, from 1.
    """

    number = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True, allow_none=True)
    title = fields.String(required=True)
    thread_id = fields.UUID(required=True, allow_none=True)
    post = fields.Integer(required=True, allow_none=True)
    notes = fields.List(fields.Enum(Note, by_value=True), required=True)
    dropped = fields.Enum(Drop, by_value=True, required=True, allow_none=True)


class ImportLinesOut(Out):
    """Some messages of an import; ``next`` is the number after which there are more."""

    items = fields.List(fields.Nested(ImportLineOut), required=True)
    next = fields.Integer(required=True, allow_none=True)


class ExportOut(Out):
    """Your archive of a space's talk: nobody else loads it, nor you once it is ``kept_until``."""

    id = fields.UUID(required=True)
    state = fields.Enum(ExportState, by_value=True, required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    threads = fields.Integer(required=True)
    posts = fields.Integer(required=True)
    asked_at = fields.AwareDateTime(required=True)
    kept_until = fields.AwareDateTime(required=True)


class ExportsOut(Out):
    """Your archives of a space, the last first."""

    items = fields.List(fields.Nested(ExportOut), required=True)


class FeedOut(Out):
    """A feed: its ``address`` lets in whoever has it, without a password."""

    name = fields.String(required=True)
    space_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "None: what you follow."}
    )
    address = fields.String(required=True)


class FeedsOut(Out):
    """The addresses of your feeds; none while they are shut."""

    items = fields.List(fields.Nested(FeedOut), required=True)
    of_thread = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "That of a thread, once its id stands for {thread_id}."},
    )


_TOLD = ("remaining", "failed", "threads", "authors", "replies", "orphans")


def as_import(row: Any) -> dict[str, Any]:
    """Return a row of ``queries.imports_of`` as ``ImportOut`` dumps it."""
    report: Mapping[str, Any] = row.report
    span = {name: report.get(name) for name in ("first_at", "last_at")}
    return {
        **values_of(row),
        **{name: report.get(name) for name in _TOLD},
        "unfinished": report.get("unfinished", False),
        **{name: dt.datetime.fromisoformat(at) if at else None for name, at in span.items()},
        **{name: report.get(name, {}) for name in ("notes", "dropped", "files")},
    }


def as_lines(lines: Sequence[MessageLine], limit: int) -> dict[str, Any]:
    """Return messages of an import, one more than ``limit`` asked for where there are more."""
    items = [
        {
            **line._asdict(),
            "notes": [Note(name) for name in line.notes.split()],
            "dropped": Drop(line.dropped) if line.dropped else None,
        }
        for line in lines[:limit]
    ]
    return {"items": items, "next": items[-1]["number"] if len(lines) > limit else None}


def as_export(row: Any) -> dict[str, Any]:
    """Return a row of ``TalkExport`` as ``ExportOut`` dumps it."""
    names = ("id", "state", "size", "threads", "posts", "asked_at")
    return {name: getattr(row, name) for name in names} | {"kept_until": row.asked_at + KEPT_FOR}


def as_feeds(
    found: Sequence[tuple[str, uuid.UUID | None, str]], of_thread: str | None
) -> dict[str, Any]:
    """Return feeds as ``FeedsOut`` dumps them."""
    items = [
        {"name": name, "space_id": space_id, "address": address}
        for name, space_id, address in found
    ]
    return {"items": items, "of_thread": of_thread}
