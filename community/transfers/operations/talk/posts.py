"""A post of an archive as it is to stand here: its words, and its files."""

import dataclasses
import io
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from community.discussions.operations.words import html_of
from community.discussions.queries import room_used
from community.discussions.queries.attachments import PICTURES
from community.discussions.rules import attachment_path
from community.kernel.context import Context
from community.kernel.errors import Invalid
from community.kernel.files.keeping import coming, keep
from community.kernel.files.sorts import Unusable, sort_of
from community.kernel.files.store import Coming
from community.kernel.installed import installed
from community.kernel.operation import operation
from community.kernel.pictures import kind_of_picture
from community.kernel.pictures import opened as opened_picture
from community.transfers.operations.messages import KEPT
from community.transfers.operations.talk.opened import Archive, Here
from community.transfers.rules import Note
from community.transfers.rules.talk import Place, file_address, local

_SIDE = 2_000  # pixels, of pictures as posts keep them


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """A file of a post, as a row: ``id`` of the attachment."""

    id: uuid.UUID
    name: str
    size: int
    width: int | None
    height: int | None
    stored_id: uuid.UUID
    path: str


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """A post as it is to stand."""

    row_id: uuid.UUID
    place: Place
    line: Mapping[str, Any]
    post_id: uuid.UUID
    body: str
    html: str
    files: Sequence[File]
    told: Mapping[str, int]  # what became of all files, counted as of messages


def made_of(ctx: Context, archive: Archive, space_id: uuid.UUID, here: Here, row: Any) -> Made:
    """Return a post as it is to stand, its files kept; ``row`` is that of the message."""
    place = (row.offset, row.size)
    line, post_id = archive.posts[place], here.post(place)
    files, told = _files(ctx, archive, line, space_id, post_id)
    addresses = {
        file_address(file.path, file.name): attachment_path(file.id, file.name) for file in files
    }
    posts = _Posts(here, archive)
    body = local(line["body"], posts, addresses)
    html = ""
    if line["removed"] is None:
        html, _shown = html_of(body, post_id, None, {file.id: file for file in files})
    return Made(row.id, place, line, post_id, body, html, files, told)


class _Posts(Mapping[Place, uuid.UUID]):
    """The ids of an archive's posts, by their places."""

    def __init__(self, here: Here, archive: Archive) -> None:
        self._here, self._archive = here, archive

    def __getitem__(self, place: Place) -> uuid.UUID:
        if place not in self._archive.posts:
            raise KeyError(place)
        return self._here.post(place)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._archive.posts)

    def __len__(self) -> int:
        return len(self._archive.posts)


def _files(
    ctx: Context, archive: Archive, line: Mapping[str, Any], space_id: uuid.UUID, post_id: uuid.UUID
) -> tuple[list[File], Counter[str]]:
    """Keep the files of a post, what nobody may attach left out; and count what became of all."""
    most = installed().settings.attachment_limit
    kept: list[File] = []
    told: Counter[str] = Counter()
    for file in line["files"]:
        with archive.reader.file(file["path"]) as source:
            data = source.read(most + 1)
        if len(data) > most:
            told[Note.FILE_LARGE] += 1
        elif room_used(space_id) + len(data) > installed().settings.space_limit:
            told[Note.FILE_ROOM] += 1
        elif not _may_be_attached(data, file):
            told[Note.FILES] += 1
        else:
            with coming(io.BytesIO(data), most=most) as came:
                stored = _keep(ctx, came)
            own = uuid.uuid5(post_id, f"{file['path']} {file['name']}")
            sides = (file["width"], file["height"])
            kept.append(File(own, file["name"], len(data), *sides, stored, file["path"]))
            told[KEPT] += 1
    return kept, told


@operation
def _keep(ctx: Context, came: Coming) -> uuid.UUID:
    """Keep a file that a post will name within moments; till then no sweep takes it."""
    return keep(ctx, came).id


def _may_be_attached(data: bytes, file: Mapping[str, Any]) -> bool:
    """Whether a file is what its name says, and of a sort that people may attach."""
    ending = file["name"][file["name"].rfind(".") :]
    measured = file["width"] is not None and file["height"] is not None
    try:
        if kind := kind_of_picture(data):
            opened_picture(data, most=len(data), least=1, side=_SIDE)
            return measured and PICTURES.get(ending, ("", ""))[1].upper() == kind
        return not measured and sort_of(io.BytesIO(data), file["name"]).suffix == ending
    except (Invalid, Unusable):
        return False
