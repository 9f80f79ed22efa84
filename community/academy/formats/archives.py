"""What lies in an archive or a folder of others, read into memory within limits.

Nothing is unpacked to disk, no link is followed, and what an archive says of its sizes is not
believed: reading stops where the bytes that came out of it are too many.
"""

import gzip
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, cast

from flask_babel import gettext as _

from community.academy.formats.source import CourseRefused, Problem

MAX_MEMBERS = 5_000
MAX_UNPACKED = 100_000_000
"""Bytes of everything that comes out of an archive, also of what is passed over."""
MAX_KEPT = 60_000_000
"""Bytes of what is kept in memory."""
MAX_NAME = 300
_GZIP = b"\x1f\x8b"

Wanted = Callable[[str], int]
"""How many bytes a file of this name may have; 0 for one that is not read."""


@dataclass(slots=True)
class Unpacked:
    """What was read, by its path with /; ``others`` are the names of what was not asked for."""

    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    others: set[str] = field(default_factory=set)


class _TooMuch(Exception):
    """More came out than is read."""


class _Capped:
    """Reads on from a stream, but no more than MAX_UNPACKED bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = MAX_UNPACKED

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise _TooMuch
        return data


def read_archive(path: Path, wanted: Wanted) -> Unpacked:
    """Read a folder, a ZIP or a tar file (also compressed).

    Raises CourseRefused for what is none of them, for anything that leads out of it, that is no
    plain file or that stands there twice, and where there is too much of it.
    """
    reader = _Reader(path.name, wanted)
    try:
        if path.is_symlink():
            reader.refuse(path.name, _("Symbolic links are not followed."))
        elif path.is_dir():
            reader.folder(path)
        elif not path.is_file():
            reader.refuse(path.name, _("There is no file or folder of this name."))
        elif zipfile.is_zipfile(path):
            reader.zip(path)
        else:
            reader.tar(path)
    except _TooMuch:
        most = MAX_UNPACKED // 1_000_000
        reader.refuse(path.name, _("There is more than %(most)d MB in it.", most=most))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        reader.refuse(path.name, _("The file cannot be read: %(reason)s.", reason=reason))
    except (
        *(tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError),
        *(ValueError, NotImplementedError, RuntimeError, OverflowError),
    ):  # the last for methods and passwords that are not ours
        words = _("This is no archive that can be read: a ZIP, a tar or a tar.gz file.")
        reader.refuse(path.name, words)
    return reader.found


class _Reader:
    def __init__(self, name: str, wanted: Wanted) -> None:
        self.found = Unpacked()
        self._archive = name
        self._wanted = wanted
        self._seen: set[str] = set()
        self._kept = 0

    def refuse(self, name: str, message: str) -> None:
        shown = name.encode("utf-8", "replace").decode()[:MAX_NAME] or self._archive
        raise CourseRefused([Problem(shown, None, message)])

    def tar(self, path: Path) -> None:
        with path.open("rb") as raw:
            packed = raw.read(len(_GZIP)) == _GZIP
            raw.seek(0)
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw) if packed else raw)
            # The cap stands behind what unpacks: there a bomb goes off, not in the file.
            capped = cast("IO[bytes]", _Capped(stream))
            with tarfile.open(fileobj=capped, mode="r|") as archive:
                for member in archive:
                    self._member(archive, member)

    def _member(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        if member.isdir():
            self._name(member.name, folder=True)
        elif not member.isreg():
            self.refuse(member.name, _("Only files may be here: no links, no devices."))
        else:
            name = self._name(member.name)
            content = archive.extractfile(member)
            if content is not None:
                self._take(name, content)

    def zip(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            left = MAX_UNPACKED
            for member in archive.infolist():
                name = self._name(member.filename.rstrip("/"), folder=member.is_dir())
                kind = stat.S_IFMT(member.external_attr >> 16)
                if member.is_dir():
                    continue
                if kind not in {0, stat.S_IFREG}:
                    self.refuse(name, _("Only files may be here: no links, no devices."))
                with archive.open(member) as content:
                    left -= self._take(name, content)
                if left < 0:
                    raise _TooMuch

    def folder(self, path: Path) -> None:
        left = MAX_UNPACKED
        for root, folders, files in os.walk(path):
            folders.sort()
            place = PurePosixPath(Path(root).relative_to(path).as_posix())
            for each in folders:
                if (Path(root) / each).is_symlink():
                    self.refuse(str(place / each), _("Symbolic links are not followed."))
            for each in sorted(files):
                if each.startswith("."):
                    continue
                name = self._name(str(place / each))
                descriptor = os.open(Path(root) / each, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                with os.fdopen(descriptor, "rb") as content:
                    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                        self.refuse(name, _("Only files may be here: no links, no devices."))
                    left -= self._take(name, content)
                if left < 0:
                    raise _TooMuch

    def _name(self, name: str, *, folder: bool = False) -> str:
        """Return a member's name in plain form; refuse one that leads elsewhere."""
        path = PurePosixPath(name)
        plain = str(path)
        odd = "\\" in name or "\x00" in name or len(name) > MAX_NAME or not name.isprintable()
        if odd or path.is_absolute() or ".." in path.parts or ":" in name.partition("/")[0]:
            self.refuse(name, _("This name leads out of the archive, or is none."))
        if not folder and (plain in self._seen or plain == "."):
            self.refuse(name, _("This name stands there twice."))
        if not folder:
            self._seen.add(plain)
        if len(self._seen) > MAX_MEMBERS:
            self.refuse(name, _("There are more than %(most)d files.", most=MAX_MEMBERS))
        return plain

    def _take(self, name: str, content: IO[bytes]) -> int:
        """Keep a file if it is wanted; return how many bytes were read."""
        most = self._wanted(name)
        if not most:
            self.found.others.add(name)
            return 0
        data = content.read(most + 1)
        if len(data) > most:
            self.refuse(name, _("The file is larger than %(limit)d kB.", limit=most // 1000))
        self._kept += len(data)
        if self._kept > MAX_KEPT:
            raise _TooMuch
        self.found.files[name] = data
        return len(data)
