"""A course folder on disk: nothing outside it is read, and it is written whole or not at all."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from flask_babel import gettext as _

from community.academy.formats.files import Kinds, read_files, write_files
from community.academy.formats.pictures import MAX_PICTURE
from community.academy.formats.source import CourseRefused, CourseSource, Problem
from community.academy.formats.unicode import MAX_TEXT
from community.kernel.errors import Conflict

MAX_FILES = 3_000
"""More than any course that keeps the other limits can have."""
MAX_BYTES = 100_000_000


def read_folder(path: Path, kinds: Kinds) -> CourseSource:
    """Read the course in the folder ``path``; names that begin with a dot are passed over.

    Raises CourseRefused with every problem found: nothing is half read.
    """
    gathered = _Gathered()
    if path.is_symlink() or not path.is_dir():
        raise CourseRefused([Problem(path.name, None, _("There is no folder of this name."))])
    gathered.folder(path, "")
    return read_files(gathered.files, kinds, gathered.problems)


def write_folder(course: CourseSource, path: Path, kinds: Kinds) -> None:
    """Write the course in canonical form as the folder ``path``, which must be new or empty.

    Raises Conflict where something lies there, CourseRefused where the course cannot be written.
    The folder appears at once: it is filled beside its place and moved there.
    """
    files = write_files(course, kinds)
    if path.is_symlink() or (path.exists() and (not path.is_dir() or any(path.iterdir()))):
        raise Conflict(_("%(path)s is not an empty folder.", path=path))
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        for name, data in files.items():
            target = scratch / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)
        scratch.chmod(0o755)
        scratch.replace(path)
    except BaseException:
        shutil.rmtree(scratch)
        raise


class _Gathered:
    """Files of a folder two levels deep, and what may not be there."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.problems: list[Problem] = []
        self._bytes = 0

    def folder(self, path: Path, prefix: str) -> None:
        before = len(self.files) + len(self.problems)
        for name in self._names(path, prefix):
            if len(self.files) >= MAX_FILES:
                message = _("There are more than %(most)d files.", most=MAX_FILES)
                self._problem(prefix + name, message)
                return
            self._entry(path / name, prefix + name)
            if self._bytes > MAX_BYTES:
                message = _("The course is larger than %(limit)d MB.", limit=MAX_BYTES // 1_000_000)
                self._problem(prefix + name, message)
                return
        if prefix and len(self.files) + len(self.problems) == before:
            self._problem(prefix.rstrip("/"), _("This folder is empty."))

    def _names(self, path: Path, prefix: str) -> list[str]:
        try:
            return sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))
        except OSError as error:
            reason = _("The folder cannot be read: %(reason)s.", reason=error.strerror)
            self._problem(prefix.rstrip("/") or path.name, reason)
            return []

    def _problem(self, name: str, message: str) -> None:
        self.problems.append(Problem(_printable(name), None, message))

    def _entry(self, path: Path, name: str) -> None:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            self._problem(name, _("Symbolic links are not followed."))
        elif stat.S_ISDIR(status.st_mode) and "/" not in name:
            self.folder(path, f"{name}/")
        elif not stat.S_ISREG(status.st_mode):
            self._problem(name, _("Only files may be here."))
        else:
            self._file(path, name)

    def _file(self, path: Path, name: str) -> None:
        if name != _printable(name):
            self._problem(name, _("The file's name is not text."))
            return
        limit = MAX_PICTURE if name.startswith("assets/") else MAX_TEXT
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as file:
                data = file.read(limit + 1)  # one byte too many is refused by read_files
        except OSError as error:
            reason = _("The file cannot be read: %(reason)s.", reason=error.strerror)
            self._problem(name, reason)
            return
        self._bytes += len(data)
        if self._bytes <= MAX_BYTES:
            self.files[name] = data


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")
