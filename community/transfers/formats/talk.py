"""Our own archive of a space's talk: a ZIP of JSON lines, Markdown and files.

``docs/archive-format.md`` describes it. The same talk always makes the same bytes: nothing in it
says when, where or by whom it was made, and its parts stand in a fixed order.
"""

import dataclasses
import hashlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import orjson
from marshmallow import Schema, ValidationError

from community.transfers.formats.lines import PersonLine, PostLine, ThreadLine
from community.transfers.rules import MOST_BYTES, MOST_MESSAGES

FORMAT = "community-talk"
VERSION = 1
MOST_ENTRIES = 100_000
MOST_LISTED = 20_000_000  # bytes of the list of entries at the end of a ZIP
MOST_LINES = 100_000_000  # bytes of one file of lines
MOST_LINE = 400_000
MOST_PEOPLE = 50_000
MOST_REACTIONS = 200_000  # to all posts together
MOST_MANIFEST = 40_000_000
_LINES: Mapping[str, tuple[Schema, int]] = {
    "people.jsonl": (PersonLine(), MOST_PEOPLE),
    "threads.jsonl": (ThreadLine(), MOST_MESSAGES),
    "posts.jsonl": (PostLine(), MOST_MESSAGES),
}
_NAME = re.compile(
    r"\A(?:manifest\.json|(?:people|threads|posts)\.jsonl|threads/[a-z0-9-]{1,80}\.md"
    r"|files/[0-9a-f]{64}\.[a-z0-9]{1,8})\Z"
)
_DIGEST = re.compile(r"\A[0-9a-f]{64}\Z")
_WHEN = (1980, 1, 1, 0, 0, 0)
_PIECE = 1 << 20
_END = struct.Struct("<4s4H2LH")  # end of the central directory
_END64 = struct.Struct("<4sQ2H2L4Q")  # the same of ZIP64, before its locator
_LOCATOR_SIZE = 20
_LONGEST_END = (1 << 16) + _END.size + _LOCATOR_SIZE + _END64.size  # with a comment


class ArchiveRefused(Exception):
    """A file is no archive of ours, or none that can be taken; ``why`` is one of ``REASONS``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


REASONS = frozenset({"no_archive", "version", "names", "large", "checksum", "content"})


def dumped(line: Mapping[str, Any]) -> bytes:
    """Return one line of an archive: JSON with sorted keys and a line's end."""
    return orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


class Writer:
    """Writes an archive from front to back; ``close`` adds the manifest."""

    def __init__(self, target: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._files: list[dict[str, Any]] = []

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Add a file out of its pieces."""
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name, _WHEN)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = (stat.S_IFREG | 0o644) << 16
        with self._zip.open(info, "w", force_zip64=True) as out:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        self._files.append({"path": name, "size": size, "sha256": digest.hexdigest()})

    def close(self, counts: Mapping[str, int]) -> None:
        """Write the manifest, and end the archive."""
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "counts": dict(counts),
            "files": sorted(self._files, key=lambda file: str(file["path"])),
        }
        self.add("manifest.json", [orjson.dumps(manifest, option=_PRETTY)])
        self._zip.close()


_PRETTY = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


class Reader:
    """An archive that was looked through: what it holds is what its manifest says.

    Raises ArchiveRefused for anything else. Nothing of it is unpacked to a disk, and no name in it
    becomes a path.
    """

    def __init__(self, source: IO[bytes], *, most: int = MOST_BYTES) -> None:
        try:
            _refuse_many(source)
            self._zip = zipfile.ZipFile(source)
            self._look(most)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise ArchiveRefused("no_archive") from error

    def _look(self, most: int) -> None:
        entries = self._zip.infolist()
        names = [entry.filename for entry in entries]
        if "manifest.json" not in names:
            raise ArchiveRefused("no_archive")
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > most:
            raise ArchiveRefused("large")
        if len(set(names)) < len(names) or not all(_is_plain(entry) for entry in entries):
            raise ArchiveRefused("names")
        self._entries = {entry.filename: entry for entry in entries}
        manifest = self._manifest()
        if manifest.get("version") != VERSION:
            raise ArchiveRefused("version")
        listed = self._listed(manifest)
        if set(listed) != set(names) - {"manifest.json"} or not _LINES.keys() <= set(listed):
            raise ArchiveRefused("content")
        whole = hashlib.sha256()
        for name in sorted(listed):
            size, digest = listed[name]
            if self._digest(name, size) != digest:
                raise ArchiveRefused("checksum")
            whole.update(f"{name}\0{digest}\n".encode())
        self.digest = whole.hexdigest()

    def _manifest(self) -> dict[str, Any]:
        data = b"".join(self._pieces("manifest.json", MOST_MANIFEST))
        try:
            found = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise ArchiveRefused("content") from error
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ArchiveRefused("no_archive")
        return found

    def _listed(self, manifest: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
        files = manifest.get("files")
        if not isinstance(files, list):
            raise ArchiveRefused("content")
        found = {}
        for file in files:
            if not isinstance(file, dict):
                raise ArchiveRefused("content")
            path, size, digest = (file.get(name) for name in ("path", "size", "sha256"))
            if not isinstance(path, str) or not isinstance(size, int) or path not in self._entries:
                raise ArchiveRefused("content")
            if not isinstance(digest, str) or not _DIGEST.match(digest):
                raise ArchiveRefused("content")
            found[path] = (size, digest)
        return found

    def _digest(self, name: str, size: int) -> str:
        digest, read = hashlib.sha256(), 0
        for piece in self._pieces(name, size):
            digest.update(piece)
            read += len(piece)
        if read != size:
            raise ArchiveRefused("checksum")
        return digest.hexdigest()

    def _pieces(self, name: str, most: int) -> Iterator[bytes]:
        """Yield what an entry holds, never more than ``most`` bytes, whatever it says of itself."""
        read = 0
        with self._zip.open(self._entries[name]) as file:
            while piece := file.read(_PIECE):
                read += len(piece)
                if read > most:
                    raise ArchiveRefused("large")
                yield piece

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the lines of one of the three lists, each as its schema loads it."""
        schema, most = _LINES[name]
        number = 0
        text = io.BytesIO(b"".join(self._pieces(name, MOST_LINES)))
        while line := text.readline(MOST_LINE + 1):
            number += 1
            if len(line) > MOST_LINE or number > most:
                raise ArchiveRefused("large")
            try:
                yield schema.load(orjson.loads(line))
            except (orjson.JSONDecodeError, ValidationError, TypeError) as error:
                raise ArchiveRefused("content") from error

    def file(self, path: str) -> IO[bytes]:
        """Open a file that posts carry. Raises ArchiveRefused where there is none of that name."""
        if path not in self._entries:
            raise ArchiveRefused("content")
        return self._zip.open(self._entries[path])


def _refuse_many(source: IO[bytes]) -> None:
    """Raise ArchiveRefused for a ZIP of so many entries that their names alone fill the memory.

    ``zipfile`` reads all of them as it opens a file. What the end of the file says of them is read
    before, as it does (APPNOTE 6.3.10, sections 4.3.14 to 4.3.16): where their list begins and ends
    is what it goes by.
    """
    size = source.seek(0, io.SEEK_END)
    source.seek(max(0, size - _LONGEST_END))
    end = source.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < _END.size:
        raise ArchiveRefused("no_archive")
    listed, stop = _END.unpack_from(end, at)[5], max(0, size - _LONGEST_END) + at
    if end.startswith(b"PK\x06\x07", max(0, at - _LOCATOR_SIZE)):
        before = at - _LOCATOR_SIZE - _END64.size
        if before < 0 or not end.startswith(b"PK\x06\x06", before):
            raise ArchiveRefused("no_archive")
        listed, stop = _END64.unpack_from(end, before)[8], stop - at + before
    if listed > MOST_LISTED:
        raise ArchiveRefused("large")
    source.seek(max(0, stop - listed))
    if source.read(listed).count(b"PK\x01\x02") > MOST_ENTRIES:
        raise ArchiveRefused("large")


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file of ours: no folder, link or way out, and not locked."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return (
        bool(_NAME.match(entry.filename))
        and kind in {0, stat.S_IFREG}
        and not (entry.flag_bits & 0x1)
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """All lines of an archive, by their numbers; each leads to others that are there."""

    people: Mapping[int, dict[str, Any]]
    threads: Mapping[int, dict[str, Any]]
    posts: Mapping[tuple[int, int], dict[str, Any]]


def check(reader: Reader) -> dict[str, int]:
    """Look through all lines; returns how many there are. Raises ArchiveRefused."""
    lines = loaded(reader)
    counts: dict[str, Mapping[Any, Any]] = {
        "people": lines.people,
        "threads": lines.threads,
        "posts": lines.posts,
    }
    return {name: len(each) for name, each in counts.items()}


def loaded(reader: Reader) -> Lines:
    """Return all lines. Raises ArchiveRefused. Takes long: it is the worker's to do.

    Every number that leads to another line must lead to one, posts must be numbered without gaps,
    and the files that posts carry must be there.
    """
    people = _numbered(reader, "people.jsonl", "person")
    threads = _numbered(reader, "threads.jsonl", "thread")
    posts: dict[tuple[int, int], dict[str, Any]] = {}
    many: dict[int, int] = dict.fromkeys(threads, 0)
    reactions = 0
    for line in reader.lines("posts.jsonl"):
        thread = line["thread"]
        if thread not in many or line["post"] != many[thread] + 1:
            raise ArchiveRefused("content")
        many[thread] += 1
        posts[thread, line["post"]] = line
        reactions += sum(len(who) for who in line["reactions"].values())
        if reactions > MOST_REACTIONS:
            raise ArchiveRefused("large")
    for line in posts.values():
        _check_post(line, many, len(people), reader)
        into = line["moved_to"]
        if into and posts[into["thread"], into["post"]]["removed"] == "moved":
            raise ArchiveRefused("content")  # what was moved leads to the post itself
    for thread, line in threads.items():
        into, answer = line["merged_into"], line["answer"]
        right = line["posts"] == many[thread] and 1 <= line["author"] <= len(people)
        right = right and (into is None or (into in many and into != thread))
        if not right or not (answer is None or 1 <= answer <= many[thread]):
            raise ArchiveRefused("content")
    return Lines(people, threads, posts)


def _numbered(reader: Reader, name: str, number: str) -> dict[int, dict[str, Any]]:
    """Return the lines of a list that counts from 1, without gaps."""
    found: dict[int, dict[str, Any]] = {}
    for line in reader.lines(name):
        if line[number] != len(found) + 1:
            raise ArchiveRefused("content")
        found[line[number]] = line
    return found


def _check_post(
    line: Mapping[str, Any], posts: Mapping[int, int], people: int, reader: Reader
) -> None:
    ids = [each for many in line["reactions"].values() for each in many]
    standing = line["removed"] is None
    places = [place for place in (line["answers"], line["moved_to"]) if place]
    right = all(1 <= each <= people for each in ids)
    right = right and all(place["post"] <= posts.get(place["thread"], 0) for place in places)
    right = right and standing == (line["author"] is not None)
    right = right and 1 <= (line["author"] or 1) <= people
    right = right and (line["removed"] == "moved") == (line["moved_to"] is not None)
    right = right and (standing or not (line["body"] or line["files"] or line["poll"] or ids))
    if not right:
        raise ArchiveRefused("content")
    for file in line["files"]:
        reader.file(file["path"]).close()
