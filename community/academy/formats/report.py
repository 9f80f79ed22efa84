"""What became of a foreign course: kept, changed and dropped, file by file and line by line."""

from collections import Counter
from dataclasses import dataclass, field

from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class Note:
    """One thing changed or dropped at a line of its file; ``became`` is empty for what is gone."""

    line: int
    what: str
    became: str = ""

    def __str__(self) -> str:
        where = _("line %(line)d: %(what)s", line=self.line, what=self.what)
        return f"{where} -> {self.became}" if self.became else str(where)


@dataclass(slots=True)
class FileReport:
    """One source file, which became one module.

    ``kept`` counts: headings, paragraphs, lists, tables, links, words (of pages and introductions),
    pages, quizzes, questions, options.
    """

    file: str
    module: str = ""
    opens_later: bool = False
    kept: Counter[str] = field(default_factory=Counter)
    changed: list[Note] = field(default_factory=list)
    dropped: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole import."""

    files: tuple[FileReport, ...]

    def count(self, what: str) -> int:
        """How many of ``what`` (see FileReport) were kept in all files."""
        return sum(file.kept[what] for file in self.files)

    @property
    def modules(self) -> int:
        return len(self.files)

    @property
    def opens_later(self) -> int:
        return sum(file.opens_later for file in self.files)

    @property
    def pages(self) -> int:
        return self.count("pages")

    @property
    def quizzes(self) -> int:
        return self.count("quizzes")

    @property
    def questions(self) -> int:
        return self.count("questions")

    def as_text(self) -> str:
        """Return the report for a terminal or a <pre>."""
        lines = [
            _(
                "%(modules)d modules (%(later)d open later), %(pages)d pages, %(quizzes)d quizzes,"
                " %(questions)d questions",
                modules=self.modules,
                later=self.opens_later,
                pages=self.pages,
                quizzes=self.quizzes,
                questions=self.questions,
            )
        ]
        for file in self.files:
            later = _(" (opens later: there is hardly any text yet)") if file.opens_later else ""
            lines += ["", f"{file.file}: {file.module}{later}"]
            kept = ", ".join(f"{what} {number}" for what, number in file.kept.items() if number)
            if kept:
                lines.append("  " + _("kept: %(kept)s", kept=kept))
            lines += ["  " + _("changed: %(note)s", note=note) for note in file.changed]
            lines += ["  " + _("dropped: %(note)s", note=note) for note in file.dropped]
        return "\n".join(lines)
