"""The file of a backup: a compressed tar of small parts, and a manifest that tells all of them.

::

    community-backup.json         what this is, first: format, release, schema
    tables/<table>/000001.jsonl   rows, a few megabytes a part
    files/...                     what lies in the data folder
    secret_key                    only where it was asked for
    manifest.json                 last: columns, counts, and the SHA-256 of every part
"""

import contextlib
import dataclasses
import gzip
import hashlib
import io
import os
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import orjson

FORMAT = 1
HEAD, MANIFEST, SECRET = "community-backup.json", "manifest.json", "secret_key"  # names
FILES = "files/"
PART_SIZE = 4_000_000  # bytes after which a part is closed
LARGEST_PART = 64_000_000  # bytes of rows; a part ends with the row that made it full
PIECE = 1_000_000  # bytes read at once: a film need not fit into memory
_PART = re.compile(r"\A(?:tables/[a-z_]+/\d{6}\.jsonl|files/(?!/)[^\0]+|secret_key)\Z")


class BackupError(Exception):
    """A backup that cannot be made or used, and why, in words."""


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One member of the archive."""

    name: str
    sha256: str
    size: int


@dataclasses.dataclass(frozen=True, slots=True)
class TablePart:
    """What the archive holds of one table."""

    name: str
    columns: Sequence[tuple[str, str]]
    rows: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that an archive says about itself."""

    release: str
    schema: str
    made_at: str
    database: str
    tables: Sequence[TablePart]
    parts: Mapping[str, Part]

    @property
    def has_secret(self) -> bool:
        """Whether the installation's key is inside."""
        return SECRET in self.parts

    @property
    def rows(self) -> int:
        """How many rows all tables have together."""
        return sum(table.rows for table in self.tables)

    @property
    def files(self) -> Sequence[str]:
        """The files of the data folder, by their paths in it."""
        return [name.removeprefix(FILES) for name in self.parts if name.startswith(FILES)]

    def dump(self) -> bytes:
        """Return the manifest as it lies in the archive."""
        told = dataclasses.asdict(self) | {"format": FORMAT}
        told["parts"] = [dataclasses.asdict(part) for part in self.parts.values()]
        return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _load(text: bytes) -> Manifest:
    try:
        told: dict[str, Any] = orjson.loads(text)
        parts = [Part(**part) for part in told["parts"]]
        tables = [
            TablePart(
                table["name"],
                [(column, kind) for column, kind in table["columns"]],
                int(table["rows"]),
            )
            for table in told["tables"]
        ]
        words = {name: str(told[name]) for name in ("release", "schema", "made_at", "database")}
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError("This backup is broken: its manifest cannot be read.") from error
    return Manifest(tables=tables, parts={part.name: part for part in parts}, **words)


class Hashing:
    """A file that is read once, and the SHA-256 of what was read of it so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest = file, hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._file.read(size)
        self._digest.update(data)
        self.size += len(data)
        return data

    def hexdigest(self) -> str:
        """Return the digest of all that was read."""
        return self._digest.hexdigest()

    def copy_to(self, target: IO[bytes] | None) -> None:
        """Read to the end, a piece at a time."""
        while data := self.read(PIECE):
            if target is not None:
                target.write(data)


class Writer:
    """Adds parts to an archive that is being made; ``stream`` is an open file."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.tar = tarfile.open(fileobj=stream, mode="w|gz", format=tarfile.PAX_FORMAT)  # noqa: SIM115  # closed by finish
        self.parts: dict[str, Part] = {}

    def add(self, name: str, content: bytes, *, counted: bool = True) -> None:
        """Add a part that is at hand."""
        if counted:
            digest = hashlib.sha256(content).hexdigest()
            self.parts[name] = Part(name, digest, len(content))
        self.tar.addfile(_member(name, len(content)), io.BytesIO(content))

    def add_file(self, name: str, file: Path) -> None:
        """Add a file, of whatever size; one that has just gone is left out.

        Files of the data folder never change: they come and go whole.
        """
        try:
            opened = file.open("rb")
        except FileNotFoundError:
            return
        with opened:
            size, read = os.fstat(opened.fileno()).st_size, Hashing(opened)
            self.tar.addfile(_member(name, size), read)
            self.parts[name] = Part(name, read.hexdigest(), size)

    def add_lines(self, table: str, lines: Iterator[bytes]) -> int:
        """Add rows in parts of a few megabytes; returns how many there were."""
        rows, number, part = 0, 0, bytearray()
        for line in lines:
            rows += 1
            part += line
            if len(part) >= PART_SIZE:
                number += 1
                self.add(f"tables/{table}/{number:06}.jsonl", bytes(part))
                part.clear()
        if part:
            self.add(f"tables/{table}/{number + 1:06}.jsonl", bytes(part))
        return rows

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, and close the archive."""
        self.add(MANIFEST, manifest.dump(), counted=False)
        self.tar.close()


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o600
    return member


class _Packed(Hashing):
    """A part of an archive: damage may show only while it is read."""

    def __init__(self, content: IO[bytes], archive: Path) -> None:
        super().__init__(content)
        self._archive = archive

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; raises BackupError for what is damaged or cut short."""
        with _in_words(self._archive):
            return super().read(size)


def parts_of(file: Path) -> Iterator[tuple[str, Hashing]]:
    """Yield the name and the content of every member, in order; each is read before the next.

    Raises BackupError for what is no backup, is cut short or damaged, or comes from later.
    """
    with _in_words(file), gzip.open(file) as packed:
        with tarfile.open(fileobj=packed, mode="r|") as tar:
            for number, member in enumerate(tar):
                if number == 0:
                    _refuse_others(member, tar)
                bound = None if member.name.startswith(FILES) else LARGEST_PART * 2
                if not member.isreg() or (bound is not None and member.size > bound):
                    raise BackupError(f"This backup is broken: {member.name[:80]!r} is no part.")
                content = tar.extractfile(member)
                if content is not None and number > 0:
                    yield member.name, _Packed(content, file)
        while packed.read(PIECE):  # to the end, where the checksum of the whole stands
            pass


def _refuse_others(member: tarfile.TarInfo, tar: tarfile.TarFile) -> None:
    content = tar.extractfile(member) if member.name == HEAD and member.size < 10_000 else None
    if content is None:
        raise BackupError("This is no backup of Community.")
    told = orjson.loads(content.read())
    if told.get("format") != FORMAT:
        raise BackupError(
            f"This backup was made by release {told.get('release')}, in a form this release "
            "does not know. Install that release or a later one."
        )


@contextlib.contextmanager
def _in_words(file: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {file}.") from error
    except (gzip.BadGzipFile, tarfile.ReadError) as error:
        raise BackupError("This is no backup of Community, or it is broken.") from error
    except (EOFError, zlib.error, tarfile.TarError, ValueError) as error:
        raise BackupError("This backup is broken: it is damaged or cut short.") from error


def read_manifest(file: Path) -> Manifest:
    """Read the whole archive, compare every part with its checksum, and return the manifest.

    Raises BackupError, saying what is wrong.
    """
    manifest: Manifest | None = None
    found: dict[str, Part] = {}
    for name, content in parts_of(file):
        if manifest is not None or name in found:
            raise BackupError(f"This backup is broken: {name[:80]!r} is one part too many.")
        if name == MANIFEST:
            manifest = _load(content.read())
            continue
        if not _PART.match(name) or ".." in name.split("/"):
            raise BackupError(f"This backup is broken: {name[:80]!r} is no part.")
        content.copy_to(None)
        found[name] = Part(name, content.hexdigest(), content.size)
    if manifest is None:
        raise BackupError("This backup is broken: it is cut short, its manifest is missing.")
    for name, part in manifest.parts.items():
        if found.get(name) != part:
            raise BackupError(f"This backup is broken: {name[:80]!r} is missing or was changed.")
    if extra := found.keys() - manifest.parts.keys():
        raise BackupError(f"This backup is broken: {min(extra)[:80]!r} is one part too many.")
    return manifest
