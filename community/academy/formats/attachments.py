"""Files of a course that are kept as they came: what may lie in ``files/``."""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath
from typing import IO, Any

from flask_babel import gettext as _

from community.academy.formats.source import FileSource, Problem
from community.academy.formats.texts import FILES_FOLDER
from community.academy.kinds.protocol import ActivityKind, Flaw, NamesFiles
from community.kernel.files.sorts import SORTS, Sort, sort_of
from community.kernel.files.store import digest_of

MAX_FILES_OF_COURSE = 200
MAX_ALL_FILES = 4_000_000_000
"""Bytes of all files of a course."""
FILE_NAME = re.compile(
    rf"[a-z0-9][a-z0-9_-]{{0,79}}\.(?:{'|'.join(suffix[1:] for suffix in SORTS)})"
)


def sort_of_path(path: str) -> Sort:
    """Return what the file at ``path`` is, by its ending; KeyError for one we do not take."""
    return SORTS[PurePosixPath(path).suffix]


def problems_of_files(files: Sequence[FileSource]) -> list[Problem]:
    """Return what is wrong with the names of files; what they hold was looked at when they came."""
    problems = []
    for file in files:
        folder, _slash, name = file.path.rpartition("/")
        if folder != FILES_FOLDER or not FILE_NAME.fullmatch(name):
            message = _("A file's name has small letters, digits, - and _, and ends in what it is.")
            problems.append(Problem(file.path, None, message))
    if len(files) > MAX_FILES_OF_COURSE:
        message = _("There are more than %(most)d files.", most=MAX_FILES_OF_COURSE)
        problems.append(Problem(FILES_FOLDER, None, message))
    return problems


def flaws_of_names(
    kind: ActivityKind, settings: Mapping[str, Any], known: Collection[str]
) -> list[Flaw]:
    """Return a flaw for each file that a kind's own keys name and that is not there."""
    if not isinstance(kind, NamesFiles):
        return []
    return [
        Flaw(_("There is no %(target)s.", target=target), field=key)
        for key, target in kind.named_files(settings).items()
        if target not in known
    ]


def looked_at(name: str, file: IO[bytes]) -> tuple[str, int]:
    """Return the SHA-256 (hexadecimal) and the bytes of the file ``name`` of a folder.

    Raises Unusable (``kernel.files.sorts``) for what does not belong into a course.
    """
    sort_of(file, name)
    file.seek(0)
    return digest_of(file)
