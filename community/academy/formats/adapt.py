"""Courses of the Adapt framework: an archive or a folder of JSON, in one language or several.

Each page of a course becomes a module; a course without pages (and each of several that lie side by
side) becomes one. Nothing is fetched. The report counts every component, question, answer, film and
picture once, as kept, turned into something else or dropped, and says why.
"""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from flask_babel import gettext as _

from community.academy.formats.adapt_components import Builder
from community.academy.formats.adapt_parts import MAX_JSON, Group, Part, Unit, units_in
from community.academy.formats.adapt_pictures import SUFFIXES, Pictures
from community.academy.formats.archives import read_archive
from community.academy.formats.drawing import MAX_SENT
from community.academy.formats.files import MAX_MODULES, Kinds, write_files
from community.academy.formats.heads import MAX_TITLE
from community.academy.formats.html_text import HtmlRefused, safe_address
from community.academy.formats.paging import as_module, unique
from community.academy.formats.references import is_address
from community.academy.formats.report import FileReport, Note, Report
from community.academy.formats.sections import Quiz, Section
from community.academy.formats.source import CourseRefused, CourseSource, ModuleSource, Problem
from community.kernel.slugs import slug_of


def read_adapt(
    path: Path,
    kinds: Kinds,
    *,
    language: str | None = None,
    title: str | None = None,
    licence: str = "",
    summary: str = "",
) -> list[tuple[CourseSource, Report]]:
    """Read the courses in an archive (ZIP, tar, tar.gz) or folder: one for each language.

    ``language`` takes that one alone. ``title`` is by default that of the course, or the archive's
    name where several courses lie in it. Raises CourseRefused where something cannot be used.
    """
    unpacked = read_archive(path, _wanted)
    by_language = units_in(unpacked.files)
    if language is not None and language not in by_language:
        there = ", ".join(by_language)
        message = _("There is no %(one)s in it; there are: %(all)s.", one=language, all=there)
        raise CourseRefused([Problem(path.name, None, message)])
    wanted = [language] if language is not None else list(by_language)
    name = path.name.partition(".")[0] if path.is_file() else path.name
    courses = []
    for each in wanted:
        units = by_language[each]
        pictures = Pictures(unpacked.files)
        modules, reports = _modules(units, pictures, kinds)
        _tell_others(unpacked.others, reports[0])
        own = _title_of(units, name)
        course = CourseSource(
            title=(title or own)[:MAX_TITLE].strip(),
            language=each,
            licence=licence,
            summary=summary,
            modules=tuple(modules),
            assets=tuple(sorted(pictures.assets.values(), key=lambda asset: asset.path)),
        )
        write_files(course, kinds)  # proves that it is a course of ours: written and read again
        courses.append((course, Report(tuple(reports))))
    return courses


def _wanted(name: str) -> int:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".json":
        return MAX_JSON
    return MAX_SENT if suffix in SUFFIXES else 0


def _title_of(units: Sequence[Unit], name: str) -> str:
    """Return what a course is called: by its own title, or by the archive's name."""
    own = units[0].course.text("displayTitle", "title") if len(units) == 1 else ""
    return own or slug_of(name).replace("-", " ").capitalize() or _("Course")


def _modules(
    units: Sequence[Unit], pictures: Pictures, kinds: Kinds
) -> tuple[list[ModuleSource], list[FileReport]]:
    taken: set[str] = set()
    modules, reports = [], []
    if sum(len(unit.groups) for unit in units) > MAX_MODULES:
        message = _("There are more than %(most)d modules.", most=MAX_MODULES)
        raise CourseRefused([Problem(units[0].root, None, message)])
    for unit in units:
        for number, group in enumerate(unit.groups):
            report = FileReport(str(PurePosixPath(unit.root) / unit.language))
            builder = Builder(unit.root, pictures, kinds["quiz"], report)
            try:
                modules.append(_module(builder, unit, group, taken, is_first=number == 0))
            except HtmlRefused as refused:
                where = unit.course.file
                raise CourseRefused([Problem(where, None, builder.at(str(refused)))]) from refused
            report.changed = _placed(report.changed, builder)
            report.dropped = _placed(report.dropped, builder)
            reports.append(report)
    return modules, reports


def _placed(notes: Sequence[Note], builder: Builder) -> list[Note]:
    """Give notes that have a line alone the name of its part; all in order, the same ones once."""
    named = [
        note if note.at else dataclasses.replace(note, at=builder.places.get(note.line, "?"))
        for note in notes
    ]
    counted = Counter(named)
    return [
        note
        if number == 1
        else dataclasses.replace(
            note, what=_("%(what)s (%(number)d)", what=note.what, number=number)
        )
        for note, number in sorted(counted.items(), key=lambda pair: pair[0].line)
    ]


def _module(
    builder: Builder, unit: Unit, group: Group, taken: set[str], *, is_first: bool
) -> ModuleSource:
    title = builder.html.plain(group.title)
    if group.page is not None:
        builder.open_with(group.page.text("body"))
    if is_first:
        builder.open_with(unit.course.text("body", "description"))
        _outcomes(builder, unit.course)
        for key, above in unit.missing:
            builder.note(
                _("%(key)s: not in %(file)s.json; what is below it stays", key=key, file=above)
            )
        for menu in unit.menus:
            name = builder.html.plain(menu.text("displayTitle", "title")) or menu.id
            builder.note(_("menu “%(name)s”: its pages stay", name=name[:80]))
    for part in group.parts:
        builder.add(part)
    builder.close()
    if is_first:
        _resources(builder, unit.course)
    for item in builder.items:
        if isinstance(item, Quiz):
            item.title = (_("Quiz: %(title)s", title=title) if title else _("Quiz"))[:MAX_TITLE]
    title = title[:MAX_TITLE].strip()
    slug = unique(slug_of(title) or "module", taken)
    return as_module(slug, title, builder.items, "", builder.report)


def _outcomes(builder: Builder, course: Part) -> None:
    """Say what one learns, before the first section."""
    outcomes = course.items("_learningOutcomes")
    lines = [builder.html.line(each.text("outcome", "title", "text")) for each in outcomes]
    tally = builder.report.tally(_("outcomes"))
    tally.found += len(lines)
    tally.kept += sum(map(bool, lines))
    tally.dropped += len(lines) - sum(map(bool, lines))
    said = "\n".join(f"- {line}" for line in lines if line)
    first = builder.items[0]
    if said and isinstance(first, Section):
        said = f"{_('What you will be able to do:')}\n\n{said}"
        first.text = "\n\n".join(each for each in (first.text, said) if each)
    for each in outcomes:
        more = [key for key in ("credits", "badge") if key in each.values]
        if more:
            builder.note(_("%(what)s of an outcome", what=", ".join(more)))


def _resources(builder: Builder, course: Part) -> None:
    """Add the lists of links that Adapt keeps in a drawer: sources and credits are among them."""
    found = course.values.get("_resources")
    drawers = (
        course.items("_resources") if isinstance(found, list) else [course.inside("_resources")]
    )
    for drawer in drawers:
        items = drawer.items("_resourcesItems")
        if not items:
            continue
        tally = builder.report.tally(_("resources"))
        tally.found += len(items)
        lines = []
        for item in items:
            line = _resource(builder, item)
            tally.kept += bool(line)
            tally.dropped += not line
            lines += [f"- {line}"] if line else []
        title = builder.html.plain(drawer.text("title")) or _("Resources")
        builder.section(drawer, title, "\n".join(lines))


def _resource(builder: Builder, item: Part) -> str:
    title, more = (builder.html.line(item.text(name)) for name in ("title", "description"))
    address = item.text("_link")
    if is_address(address):
        words = f"[{title or address}]({safe_address(address)})"
    else:
        words = title
        if address:
            builder.note(_("target of the link to %(target)s", target=address[:80]))
    return " — ".join(each for each in (words, more if more != title else "") if each)


def _tell_others(others: set[str], report: FileReport) -> None:
    """Count the files that are neither texts nor pictures."""
    by_suffix = Counter(PurePosixPath(name).suffix.lower() or "?" for name in others)
    for suffix, number in sorted(by_suffix.items()):
        what = _("%(number)d files %(suffix)s: not looked at", number=number, suffix=suffix)
        report.dropped.append(Note(0, what, at=_("archive")))
