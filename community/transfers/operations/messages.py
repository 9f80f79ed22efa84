"""Messages of an archive as posts are to say them, with the files they carry.

What is attached is looked at as what people send for posts is, and drawn anew where it is a
picture. Nothing is written yet: the files lie beside their places until an operation keeps them.
"""

import contextlib
import dataclasses
import io
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.models import Attachment
from community.discussions.operations.attaching import Fitted, fitted
from community.discussions.operations.words import html_of
from community.discussions.queries import room_used
from community.discussions.rules import as_markdown as link_of
from community.discussions.rules import attachment_path
from community.kernel.db import execute
from community.kernel.errors import Invalid
from community.kernel.files.keeping import coming
from community.kernel.files.sorts import Unusable
from community.kernel.files.store import Coming, TooLarge
from community.kernel.installed import installed
from community.kernel.keys import new_key
from community.kernel.threads import in_thread
from community.transfers.formats.html_mail import text_of_html
from community.transfers.formats.mbox import message_at
from community.transfers.formats.messages import Attached, Heading, Said, heading_of, said_in
from community.transfers.formats.plain import as_markdown
from community.transfers.models import MailImport, MailMessage
from community.transfers.rules import (
    FILE_LINKS,
    FILE_NOTES,
    LONGEST_BODY,
    MOST_FILES,
    Note,
    key_of,
    shown_title,
    tidy_name,
)

_MOST_HEAD = 200_000
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # as in no text that is typed
KEPT = "kept"
"""What a report counts the files under that posts carry; the others under a ``Note``."""


@dataclasses.dataclass(slots=True)
class Room:
    """How much of files an import may still keep: bytes of its space, and how many there are."""

    bytes: int
    files: int

    @classmethod
    def of(cls, space_id: uuid.UUID, import_id: uuid.UUID) -> "Room":
        """Return what is left to an import."""
        kept: int = execute(
            sa.select(sa.func.count(Attachment.id))
            .join(MailMessage, MailMessage.post_id == Attachment.post_id)
            .where(MailMessage.import_id == import_id)
        ).scalar_one()
        return cls(installed().settings.space_limit - room_used(space_id), MOST_FILES - kept)


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """A file that a post is to carry; ``id`` is that of the attachment."""

    id: uuid.UUID
    name: str
    size: int
    width: int | None
    height: int | None
    came: Coming


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """A message as a post is to say it; ``told`` counts what became of its files."""

    row: Any
    post_id: uuid.UUID
    author: str  # the key of who wrote it
    name: str
    title: str
    body: str
    html: str
    notes: tuple[Note, ...]
    files: Sequence[File]
    told: Mapping[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class _Read:
    """A message as it lies in its archive."""

    row: Any
    heading: Heading
    said: Said
    body: str


def made_of(
    coming_in: contextlib.ExitStack,
    path: str,
    space_id: uuid.UUID,
    rows: Sequence[Any],
    room: Room,
) -> list[Made]:
    """Return some messages as posts are to say them; their files go with ``coming_in``."""
    read = in_thread(_read, path, rows)
    files = [_files(coming_in, each.said, room) for each in read]
    return in_thread(_all_made, space_id, read, files)


class _Counted(Protocol):
    """Of what a post is made, as far as its files are counted."""

    @property
    def told(self) -> Mapping[str, int]: ...


def count_files(row: MailImport, made: Iterable[_Counted]) -> None:
    """Add what became of the files of some posts to the report of their import, which is held."""
    files = Counter(row.report.get("files", {}))
    for each in made:
        files.update(each.told)
    row.report = {**row.report, "files": dict(sorted(files.items()))}


def _read(path: str, rows: Sequence[Any]) -> list[_Read]:
    with open(path, "rb") as file:  # noqa: PTH123  # bytes
        return [_read_one(file, row) for row in rows]


def _read_one(file: Any, row: Any) -> _Read:
    file.seek(row.offset)
    head = file.read(min(row.size, _MOST_HEAD))
    heading = heading_of(head.partition(b"\n\n")[0] if b"\n\n" in head else head)
    said, body = _words_of(message_at(file, row.offset, row.size))
    return _Read(row, heading, said, body)


def _words_of(message: bytes) -> tuple[Said, str]:
    """Return what a message says, and that as the body of a post; nothing where it cannot be."""
    said = said_in(message)
    try:
        text = said.text or text_of_html(said.html)
        body = as_markdown(text, flowed=said.flowed, joined=said.joined)
        return said, _CONTROL.sub("", body).strip("\n")
    except Exception:  # noqa: BLE001  # one message that nobody can read stops no other
        return dataclasses.replace(said, whole=False), ""


def _files(
    coming_in: contextlib.ExitStack, said: Said, room: Room
) -> tuple[list[File], Counter[str]]:
    """Return those files of a message that its post is to carry, and count what became of all."""
    kept: list[File] = []
    told: Counter[str] = Counter()
    links = 0
    if said.more:
        told[Note.FILE_MANY] += said.more
    for attached in said.files:
        found = _fitted(attached)
        if isinstance(found, Note):
            told[found] += 1
            continue
        key = new_key()
        links += len(_link(key, found)) + 2
        if not room.files or links > FILE_LINKS:
            told[Note.FILE_MANY] += 1
        elif len(found.data) > room.bytes:
            told[Note.FILE_ROOM] += 1
        else:
            most = len(found.data)
            came = coming_in.enter_context(coming(io.BytesIO(found.data), most=most))
            kept.append(File(key, found.name, most, found.width, found.height, came))
            room.files, room.bytes = room.files - 1, room.bytes - most
            told[KEPT] += 1
    return kept, told


def _fitted(attached: Attached) -> Fitted | Note:
    """Return a file as posts carry it, or why none may."""
    if attached.data is None:
        return Note.FILES
    try:
        return fitted(attached.name, attached.data, most=installed().settings.attachment_limit)
    except TooLarge:
        return Note.FILE_LARGE
    except (Invalid, Unusable):
        return Note.FILES


def _link(key: uuid.UUID, file: Fitted | File) -> str:
    address = attachment_path(key, file.name)
    return link_of(file.name, address, picture=file.width is not None, alt=file.name)


def _all_made(
    space_id: uuid.UUID,
    read: Sequence[_Read],
    files: Sequence[tuple[list[File], Counter[str]]],
) -> list[Made]:
    return [
        _made(space_id, each, kept, told) for each, (kept, told) in zip(read, files, strict=True)
    ]


def _made(space_id: uuid.UUID, read: _Read, files: Sequence[File], told: Counter[str]) -> Made:
    heading, body = read.heading, read.body
    links = "\n\n".join(_link(file.id, file) for file in files)
    most = LONGEST_BODY - len(links) - 2
    facts = {
        Note.CUT: len(body) > most,
        Note.HTML: bool(read.said.html.strip()),
        Note.CHARSET: not read.said.whole,
        Note.EMPTY: not body and not files,
        **{note: told[note] > 0 for note in FILE_NOTES},
    }
    if facts[Note.CUT]:
        body = cut(body, most)
    body = "\n\n".join(part for part in (body, links) if part) or _("(no text)")
    post_id = new_key()
    html, _shown = html_of(body, post_id, None, {file.id: file for file in files})
    who = heading.address or heading.name.casefold()
    return Made(
        read.row,
        post_id,
        key_of(str(space_id), who),
        tidy_name(heading.name, heading.address),
        shown_title(heading.subject),
        body,
        html,
        tuple(note for note, holds in facts.items() if holds),
        files,
        told,
    )


def cut(body: str, most: int = LONGEST_BODY) -> str:
    """Return as much of a text as a post holds, to the end of a line; open code is closed."""
    kept = body[: most - 20].rpartition("\n")[0] or body[: most - 20]
    fence = ""
    for line in kept.split("\n"):
        bare = line.lstrip("> ")
        if bare.startswith("```") and (not fence or bare == fence):
            fence = "" if fence else bare
    return f"{kept}\n{fence}\n\n[…]" if fence else f"{kept}\n\n[…]"
