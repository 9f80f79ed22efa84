"""An archive of ours as it lies before us: all its lines, and the ids that its posts get."""

import dataclasses
import io
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from community.discussions.models import Thread
from community.kernel.db import execute
from community.kernel.files.store import store
from community.transfers.formats.talk import Reader, loaded
from community.transfers.models import MailMessage
from community.transfers.operations.holding import in_turns
from community.transfers.rules import key_of
from community.transfers.rules.talk import Place, person_name


@dataclasses.dataclass(frozen=True, slots=True)
class Archive:
    """All lines of an archive, by their numbers."""

    digest: str
    people: Mapping[int, str]
    threads: Mapping[int, dict[str, Any]]
    posts: Mapping[Place, dict[str, Any]]
    reader: Reader

    def key(self, place: Place) -> str:
        """Return what a post is known by in a space."""
        return key_of("talk", self.digest, *(str(number) for number in place))


def opened(digest: str) -> Archive:
    """Read an archive that is kept. Raises ArchiveRefused: its lines were not looked at before."""
    reader = Reader(io.BytesIO(store().path(digest).read_bytes()))
    lines = loaded(reader)
    people = {number: person_name(line["name"]) for number, line in lines.people.items()}
    return Archive(reader.digest, people, lines.threads, lines.posts, reader)


@dataclasses.dataclass(frozen=True, slots=True)
class Here:
    """Where the posts and threads of an archive stand, or will: others can lead there beforehand.

    ``posts`` are those that an earlier import of it brought and that are still there, ``threads``
    those of them that can grow. Threads in ``away`` went to another space, and grow no more.
    """

    import_id: uuid.UUID
    posts: Mapping[Place, uuid.UUID]
    threads: Mapping[int, uuid.UUID]
    away: frozenset[int]

    def post(self, place: Place) -> uuid.UUID:
        """Return the id that a post has, or gets."""
        return self.posts.get(place) or _key(self.import_id, place)

    def thread(self, number: int) -> uuid.UUID:
        """Return the id that a thread has, or gets."""
        return self.threads.get(number) or _key(self.import_id, (number,))


def _key(import_id: uuid.UUID, numbers: tuple[int, ...]) -> uuid.UUID:
    return uuid.uuid5(import_id, "/".join(str(each) for each in numbers))


def here(archive: Archive, space_id: uuid.UUID, import_id: uuid.UUID) -> Here:
    """Return where an archive stands in a space."""
    keys = {archive.key(place): place for place in archive.posts}
    posts: dict[Place, uuid.UUID] = {}
    began: dict[int, uuid.UUID] = {}
    for some in in_turns(list(keys)):
        rows = execute(
            sa.select(MailMessage.key, MailMessage.import_id, MailMessage.post_id).where(
                MailMessage.space_id == space_id,
                MailMessage.import_id != import_id,
                MailMessage.post_id.is_not(None),
                MailMessage.key.in_(some),
            )
        )
        for row in rows:
            place = keys[row.key]
            posts[place] = row.post_id
            began[place[0]] = _key(row.import_id, (place[0],))
    spaces: dict[uuid.UUID, uuid.UUID] = {}
    for few in in_turns(list(began.values())):
        rows = execute(sa.select(Thread.id, Thread.space_id).where(Thread.id.in_(few)))
        spaces |= {row.id: row.space_id for row in rows}
    threads = {number: key for number, key in began.items() if key in spaces}
    away = frozenset(each for each, key in began.items() if spaces.get(key) != space_id)
    return Here(import_id, posts, threads, away)
