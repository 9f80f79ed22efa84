"""The folder of files: each lies under the SHA-256 of its content, whole or not at all.

What comes is written beside its place, under a name of its own, and moved there when it is all
there: a crash leaves nothing half, and two processes that bring the same file leave one. No name
that somebody sent becomes a path. Rows say what is kept (``keeping``); this is all that touches the
disk, so that files may lie elsewhere one day.
"""

import dataclasses
import errno
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from community.kernel.installed import installed

_COMING = ".coming"
_DIGEST = re.compile(r"\A[0-9a-f]{64}\Z")
_PIECE = 1 << 20  # bytes read at once
_LOOKS = 32  # pieces between two looks at how much room there is


class TooLarge(Exception):
    """A file has more bytes than it may; what of it was written is gone again."""


@dataclasses.dataclass(frozen=True, slots=True)
class Coming:
    """A file that is on disk and in no place yet; ``size`` is in bytes."""

    path: Path
    digest: str
    size: int


class Store:
    """The files below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, source: IO[bytes], most: int, reserve: int = 0) -> Coming:
        """Write what ``source`` yields beside its place; ``place`` puts it there, ``drop`` away.

        ``reserve`` bytes of the disk stay free. Raises TooLarge beyond ``most`` bytes, and OSError
        (ENOSPC where the reserve would be touched); nothing is left then.
        """
        beside = self.folder / _COMING / secrets.token_hex(16)
        try:
            return _written(source, beside, most, reserve)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def drop(self, coming: Coming) -> None:
        """Put away what was not put in its place."""
        coming.path.unlink(missing_ok=True)

    def place(self, coming: Coming) -> None:
        """Put a file in its place, over the same one if it is there already."""
        target = self.path(coming.digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        coming.path.replace(target)
        _sync_folder(target.parent)

    def path(self, digest: str) -> Path:
        """Return where the file of a digest lies, or would; raises ValueError for what is none."""
        if not _DIGEST.match(digest):
            raise ValueError("no digest")
        return self.folder / digest[:2] / digest

    def size(self, digest: str) -> int | None:
        """Return the bytes of a file, None where there is none."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def is_whole(self, digest: str) -> bool:
        """Whether a file holds what its name says; reads all of it."""
        try:
            with self.path(digest).open("rb") as file:
                return digest_of(file)[0] == digest
        except OSError:
            return False

    def remove(self, digest: str) -> None:
        """Take a file away; nothing happens where there is none."""
        self.path(digest).unlink(missing_ok=True)

    def digests(self, *, older: float) -> Iterator[str]:
        """Yield the digests of the files that came more than ``older`` seconds ago."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            for file in sorted(folder.iterdir()):
                if _DIGEST.match(file.name) and _age(file) > older:
                    yield file.name

    def clear(self, *, older: float) -> int:
        """Take away what a crash left beside its place ``older`` seconds ago; returns how many."""
        left = [file for file in (self.folder / _COMING).glob("*") if _age(file) > older]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)


def digest_of(file: IO[bytes]) -> tuple[str, int]:
    """Return the SHA-256 (hexadecimal) and the bytes of what a file holds from here on."""
    digest, size = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def store() -> Store:
    """Return the store of the running installation."""
    return Store(installed().settings.files)


def _written(source: IO[bytes], beside: Path, most: int, reserve: int) -> Coming:
    beside.parent.mkdir(parents=True, exist_ok=True)
    digest, size, pieces = hashlib.sha256(), 0, 0
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as file:
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > most:
                raise TooLarge
            if pieces % _LOOKS == 0:
                _refuse_reserve(beside.parent, reserve)
            pieces += 1
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return Coming(beside, digest.hexdigest(), size)


def _refuse_reserve(folder: Path, reserve: int) -> None:
    """Raise OSError where less than ``reserve`` bytes are free, as if the disk were full.

    What else the machine writes, its database above all, is not to fail for somebody's film.
    """
    if reserve and shutil.disk_usage(folder).free < reserve:
        raise OSError(errno.ENOSPC, "the reserve of the disk is not for files")


def _sync_folder(folder: Path) -> None:
    """Let a crash of the machine not forget the name of a file."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _age(file: Path) -> float:
    """Return the seconds since a file came; nothing where it has just gone."""
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return 0.0
