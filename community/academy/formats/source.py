"""A course as every format reads it and writes it: plain values, no database ids.

Texts are Markdown with LF line ends, without blank lines at either end. Slugs come from file names
(``01-why-share-data`` has the slug ``why-share-data``); order is the order of the tuples.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from community.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class AssetSource:
    """A picture of the course; ``path`` is as texts refer to it: ``assets/waves.svg``."""

    path: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file of the course, kept as it came; ``path`` is as texts refer to it: ``files/map.pdf``.

    It is known by its content; ``at`` is where that can be read, None where nobody needs to.
    """

    path: str
    digest: str
    """SHA-256, hexadecimal."""
    size: int
    """Bytes."""
    at: Path | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ActivitySource:
    """One activity. ``settings`` is what its kind read (JSON-able, defaults filled in)."""

    slug: str
    kind: str
    title: str
    minutes: int
    required: bool = True
    phase: str | None = None
    """before, during, after, or None."""
    settings: dict[str, Any] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """One module; with ``opens_later`` it is an outline and has no activities."""

    slug: str
    title: str
    summary: str = ""
    body: str = ""
    opens_later: bool = False
    release: str = ""
    """When it opens, see ``rules.releases``; empty for what is usual."""
    activities: tuple[ActivitySource, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseSource:
    """A whole course."""

    title: str
    language: str = "en"
    licence: str = ""
    """SPDX identifier, or empty where none is stated."""
    summary: str = ""
    body: str = ""
    modules: tuple[ModuleSource, ...] = ()
    assets: tuple[AssetSource, ...] = ()
    files: tuple[FileSource, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a course.

    ``file`` is relative to its folder; ``line`` counts from 1, None where the file as a whole (or
    its absence) is the problem.
    """

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.message}"


class CourseRefused(Invalid):
    """A course cannot be read or written; ``problems`` holds all that was found, by file and line.

    ``fields`` (for problem+json) maps each file to its messages.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        ordered = sorted(problems, key=lambda p: (p.file, p.line or 0, p.message))
        fields: dict[str, list[str]] = {}
        for problem in ordered:
            message = problem.message
            if problem.line is not None:
                message = _("line %(line)d: %(message)s", line=problem.line, message=message)
            fields.setdefault(problem.file, []).append(message)
        super().__init__(_("The course was not read: it has problems."), fields=fields)
        self.problems = tuple(ordered)

    def __str__(self) -> str:
        return "\n".join([self.message, *(str(problem) for problem in self.problems)])
