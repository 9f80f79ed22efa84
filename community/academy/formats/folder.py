"""A course folder on disk: nothing outside it is read, and it is written whole or not at all."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from flask_babel import gettext as _

from community.academy.formats.attachments import MAX_ALL_FILES, looked_at
from community.academy.formats.files import Kinds, read_files, write_files
from community.academy.formats.pictures import MAX_PICTURE
from community.academy.formats.source import CourseRefused, CourseSource, FileSource, Problem
from community.academy.formats.texts import FILES_FOLDER
from community.academy.formats.unicode import MAX_TEXT
from community.kernel.errors import Conflict
from community.kernel.files.sorts import Unusable

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
    return read_files(gathered.files, kinds, gathered.problems, held=gathered.held)


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
        for file in course.files:
            _copy(file, scratch / file.path)
        scratch.chmod(0o755)
        scratch.replace(path)
    except BaseException:
        shutil.rmtree(scratch)
        raise


def _copy(file: FileSource, target: Path) -> None:
    """Copy a file of the course; raises Conflict where it is away."""
    target.parent.mkdir(exist_ok=True)
    try:
        shutil.copyfile(file.at or "", target)
    except FileNotFoundError as error:
        words = _("%(path)s is away. Look with: community files check", path=file.path)
        raise Conflict(words) from error


class _Gathered:
    """Files of a folder two levels deep, and what may not be there."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.held: list[FileSource] = []
        self.problems: list[Problem] = []
        self._bytes = 0

    def folder(self, path: Path, prefix: str) -> None:
        before = self._found
        for name in self._names(path, prefix):
            if self._found >= MAX_FILES:
                message = _("There are more than %(most)d files.", most=MAX_FILES)
                self._problem(prefix + name, message)
                return
            self._entry(path / name, prefix + name)
            if self._bytes > MAX_BYTES:
                message = _("The course is larger than %(limit)d MB.", limit=MAX_BYTES // 1_000_000)
                self._problem(prefix + name, message)
                return
        if prefix and self._found == before:
            self._problem(prefix.rstrip("/"), _("This folder is empty."))

    @property
    def _found(self) -> int:
        return len(self.files) + len(self.held) + len(self.problems)

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
        if name.startswith(f"{FILES_FOLDER}/"):
            self._hold(path, name)
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

    def _hold(self, path: Path, name: str) -> None:
        """Look at a file that is kept as it came: it may be larger than memory."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as file:
                digest, size = looked_at(path.name, file)
        except OSError as error:
            reason = _("The file cannot be read: %(reason)s.", reason=error.strerror)
            self._problem(name, reason)
        except Unusable as refused:
            self._problem(name, str(refused))
        else:
            self.held.append(FileSource(name, digest, size, path))
            if sum(file.size for file in self.held) > MAX_ALL_FILES:
                most = MAX_ALL_FILES // 1_000_000_000
                self._problem(name, _("The files together have more than %(most)d GB.", most=most))


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")
