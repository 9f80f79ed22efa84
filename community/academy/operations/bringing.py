"""Bringing the files of a course folder to where they are kept."""

import contextlib
from collections.abc import Iterator

from flask_babel import gettext as _

from community.academy.formats.source import CourseRefused, FileSource, Problem
from community.kernel.files.keeping import coming
from community.kernel.files.store import Coming, TooLarge
from community.kernel.installed import installed


@contextlib.contextmanager
def bring(file: FileSource) -> Iterator[Coming]:
    """Bring a file of a folder; raises CourseRefused for one too large, or that has changed."""
    most = installed().settings.file_limit
    try:
        source = open(file.at or "", "rb")  # noqa: PTH123, SIM115  # "" is away; closed below
    except FileNotFoundError as error:
        raise _changed(file) from error
    try:
        with source, coming(source, most=most) as came:
            if came.digest != file.digest:
                raise _changed(file)
            yield came
    except TooLarge as error:
        large = _("This file is larger than %(most)d MB.", most=most // 1_000_000)
        raise CourseRefused([Problem(file.path, None, large)]) from error


def _changed(file: FileSource) -> CourseRefused:
    return CourseRefused([Problem(file.path, None, _("This file changed while it was read."))])
