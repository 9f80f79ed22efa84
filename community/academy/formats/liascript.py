"""A course in LiaScript-flavoured Markdown: a folder of files, each of which becomes a module.

A small reader for what such courses mostly hold: headings (also underlined ones), text, tables,
pictures and films elsewhere, single and multiple choice. Nothing is fetched: media of others become
titled links that keep their credits. The report says what was kept, changed and dropped.
"""

import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from flask_babel import gettext as _

from community.academy.formats.files import MAX_MODULES, Kinds, write_files
from community.academy.formats.liascript_quiz import take_out_quizzes
from community.academy.formats.liascript_sections import read_sections
from community.academy.formats.liascript_text import Cleaner, Header, take_out_blocks
from community.academy.formats.paging import as_module, unique
from community.academy.formats.pictures import MAX_PICTURE, flaws_of_picture, media_type
from community.academy.formats.references import broken_references
from community.academy.formats.report import FileReport, Note, Report
from community.academy.formats.source import (
    AssetSource,
    CourseRefused,
    CourseSource,
    ModuleSource,
    Problem,
)
from community.academy.formats.unicode import MAX_TEXT, decode
from community.kernel.slugs import slug_of

_NUMBER = re.compile(r"^[0-9]+[\s_.-]*")
_DEFINITION = re.compile(r" {0,3}\[[^\[\]]+\]:\s*<?([^\s>]*)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}")


def read_liascript(
    path: Path, kinds: Kinds, *, title: str | None = None, licence: str = "", summary: str = ""
) -> tuple[CourseSource, Report]:
    """Read the ``.md`` files of a folder (or one file) in order of their names.

    The sources name neither course nor licence: ``title`` (default: the folder's name), ``licence``
    (SPDX identifier) and ``summary`` do. Raises CourseRefused where a file is no text or too large,
    or where there is none.
    """
    files = _files(path)
    reader = _Reader(path if path.is_dir() else path.parent)
    modules = [reader.module(file) for file in files]
    if reader.problems:
        raise CourseRefused(reader.problems)
    languages = (_LANGUAGE.fullmatch(header.first("language").lower()) for header in reader.headers)
    authors = list(dict.fromkeys(name for header in reader.headers for name in _names(header)))
    course = CourseSource(
        title=title or slug_of(path.stem).replace("-", " ").capitalize() or _("Course"),
        language=next((found[0] for found in languages if found), "en"),
        licence=licence,
        summary=summary,
        body=_("Authors: %(names)s", names=", ".join(authors)) if authors else "",
        modules=tuple(modules),
        assets=tuple(sorted(reader.pictures.assets.values(), key=lambda asset: asset.path)),
    )
    write_files(course, kinds)  # proves that it is a course of ours: it can be written and read
    return course, Report(tuple(reader.reports))


def _files(path: Path) -> list[Path]:
    problem = _("There is no Markdown file (.md).")
    if path.is_symlink():
        found = []
    elif path.is_dir():
        found = sorted(
            file
            for file in path.iterdir()
            if file.suffix.lower() == ".md" and file.is_file() and not file.is_symlink()
        )
    else:
        found = [path] if path.is_file() else []
    if len(found) > MAX_MODULES:
        problem = _("There are more than %(most)d modules.", most=MAX_MODULES)
        found = []
    if not found:
        raise CourseRefused([Problem(path.name, None, problem)])
    return found


def _names(header: Header) -> list[str]:
    names = header.first("authors", "author").split(",")
    return [name.strip() for name in names if name.strip()]


class _Reader:
    """Reads file after file; gathers headers, pictures, reports and problems."""

    def __init__(self, root: Path) -> None:
        self.pictures = _Pictures(root)
        self.headers: list[Header] = []
        self.reports: list[FileReport] = []
        self.problems: list[Problem] = []
        self._slugs: set[str] = set()

    def module(self, file: Path) -> ModuleSource:
        slug = unique(slug_of(_NUMBER.sub("", file.stem)) or "module", self._slugs)
        report = FileReport(file.name)
        with file.open("rb") as opened:
            text, flaws = decode(opened.read(MAX_TEXT + 1))
        if flaws:
            self.problems += [Problem(file.name, flaw.line, flaw.message) for flaw in flaws]
            return ModuleSource(slug, slug)
        lines, header = take_out_blocks(text.split("\n"), report)
        lines, quizzes = take_out_quizzes(lines, report)
        cleaner = Cleaner(report, self.pictures.take)
        lines = self._without_broken(cleaner.lines(lines), report)
        for quiz in quizzes:
            for option in quiz.options:
                option.text = cleaner.text(option.line, option.text).strip()
            quiz.after = [
                "\n".join(cleaner.text(quiz.line, line) for line in text.split("\n"))
                for text in quiz.after
            ]
        title, items = read_sections(lines, quizzes, report)
        self.headers.append(header)
        module = as_module(slug, title, items, ", ".join(_names(header)), report)
        report.changed.sort(key=lambda note: note.line)
        report.dropped.sort(key=lambda note: note.line)
        self.reports.append(report)
        return module

    def _without_broken(self, lines: list[str], report: FileReport) -> list[str]:
        """Undo what is still a reference to nowhere (say, a picture over several lines)."""
        for footnotes in (True, False):  # what follows a note may not belong to it once it is moved
            for target, offset in broken_references(
                "\n".join(lines), self.pictures.assets, footnotes=footnotes
            ):
                lines[offset] = lines[offset].replace(f"]({target}", f"]\\({target}")
                what = _("target of the link to %(target)s", target=target)
                report.dropped.append(Note(offset + 1, what))
        broken = {
            target
            for footnotes in (True, False)
            for target, _at in broken_references(
                "\n".join(lines), self.pictures.assets, footnotes=footnotes
            )
        }
        for index, line in enumerate(lines):
            definition = _DEFINITION.match(line)
            if definition and definition[1] in broken:
                report.dropped.append(Note(index + 1, _("definition: %(line)s", line=line[:60])))
                lines[index] = ""
        return lines


class _Pictures:
    """Pictures in the course's own folder, taken over as assets."""

    def __init__(self, root: Path) -> None:
        self.assets: dict[str, AssetSource] = {}
        self._root = root
        self._taken: dict[str, str] = {}
        self._names: set[str] = set()

    def take(self, target: str) -> str | None:
        """Return the asset path of the picture that a text calls ``target``; None if it is none."""
        if target not in self._taken:
            found = self._read(PurePosixPath(unquote(target)))
            if found is None:
                return None
            self._taken[target] = found.path
            self.assets[found.path] = found
        return self._taken[target]

    def _read(self, relative: PurePosixPath) -> AssetSource | None:
        file = self._root / relative
        inside = not relative.is_absolute() and ".." not in relative.parts
        try:
            if (
                not inside
                or file.resolve() != self._root.resolve() / relative
                or not file.is_file()
            ):
                return None
            with file.open("rb") as opened:
                data = opened.read(MAX_PICTURE + 1)
        except (OSError, ValueError):
            return None
        suffix = file.suffix.lower().replace(".jpeg", ".jpg")
        stem = slug_of(file.stem) or "picture"
        if flaws_of_picture(f"{stem}{suffix}", data):
            return None
        path = f"assets/{unique(stem, self._names)}{suffix}"
        return AssetSource(path, media_type(path), data)
