"""Bringing the files of a course folder to where they are kept."""

import contextlib
from collections.abc import Iterator

from flask_babel import gettext as _

from community.academy.formats.source import CourseRefused, FileSource, Problem
from community.kernel.files.keeping import coming
from community.kernel.files.store import Coming, TooLarge
from community.kernel.installed import installed


def _refuse_other(file: FileSource, came: Coming) -> None:
    if came.digest != file.digest:
        raise FileNotFoundError


@contextlib.contextmanager
def bring(file: FileSource) -> Iterator[Coming]:
    """Bring a file of a folder; raises CourseRefused for one too large, or that has changed."""
    most = installed().settings.file_limit
    words = _("This file changed while it was read.")
    try:
        with open(file.at or "", "rb") as source, coming(source, most=most) as came:  # noqa: PTH123  # "" is away
            _refuse_other(file, came)
            yield came
    except TooLarge as error:
        large = _("This file is larger than %(most)d MB.", most=most // 1_000_000)
        raise CourseRefused([Problem(file.path, None, large)]) from error
    except FileNotFoundError as error:
        raise CourseRefused([Problem(file.path, None, words)]) from error
