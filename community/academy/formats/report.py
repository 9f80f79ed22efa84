"""What became of a foreign course: kept, changed and dropped, file by file and line by line."""

from collections import Counter
from dataclasses import dataclass, field

from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class Note:
    """One thing changed or dropped at a line of its file; ``became`` is empty for what is gone.

    ``at`` is the name of its part, in sources whose parts have names and no lines.
    """

    line: int
    what: str
    became: str = ""
    at: str = ""

    def __str__(self) -> str:
        where = (
            f"{self.at}: {self.what}"
            if self.at
            else _("line %(line)d: %(what)s", line=self.line, what=self.what)
        )
        return f"{where} -> {self.became}" if self.became else str(where)


@dataclass(slots=True)
class Tally:
    """How much of one sort a source holds, and what became of each: kept, turned or dropped."""

    found: int = 0
    kept: int = 0
    turned: int = 0
    dropped: int = 0

    def __str__(self) -> str:
        parts = [
            _("found %(number)d", number=self.found),
            *([_("kept %(number)d", number=self.kept)] if self.kept else ()),
            *([_("turned %(number)d", number=self.turned)] if self.turned else ()),
            *([_("dropped %(number)d", number=self.dropped)] if self.dropped else ()),
        ]
        return ", ".join(parts)


@dataclass(slots=True)
class FileReport:
    """One source file, which became one module.

    ``kept`` counts: headings, paragraphs, lists, tables, links, words (of pages and introductions),
    pages, quizzes, questions, options. ``sorts`` count the parts of a source that has such, each
    once: what was found is what was kept, turned and dropped.
    """

    file: str
    module: str = ""
    opens_later: bool = False
    kept: Counter[str] = field(default_factory=Counter)
    changed: list[Note] = field(default_factory=list)
    dropped: list[Note] = field(default_factory=list)
    sorts: dict[str, Tally] = field(default_factory=dict)

    def tally(self, sort: str) -> Tally:
        """Return the counts of a sort, to be added to."""
        return self.sorts.setdefault(sort, Tally())


@dataclass(frozen=True, slots=True)
class Report:
    """The whole import."""

    files: tuple[FileReport, ...]

    def count(self, what: str) -> int:
        """How many of ``what`` (see FileReport) were kept in all files."""
        return sum(file.kept[what] for file in self.files)

    def total(self, sort: str) -> Tally:
        """Return the counts of a sort in all files."""
        total = Tally()
        for tally in (file.sorts[sort] for file in self.files if sort in file.sorts):
            total.found += tally.found
            total.kept += tally.kept
            total.turned += tally.turned
            total.dropped += tally.dropped
        return total

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
            lines += [f"  {sort}: {tally}" for sort, tally in sorted(file.sorts.items())]
            lines += ["  " + _("changed: %(note)s", note=note) for note in file.changed]
            lines += ["  " + _("dropped: %(note)s", note=note) for note in file.dropped]
        return "\n".join(lines)
