"""The JSON of an Adapt course: which folders hold one, its parts, and their order.

A folder with ``components.json`` is one language of one course; ``course.json``,
``contentObjects.json``, ``articles.json`` and ``blocks.json`` beside it may be missing. Parents are
followed downwards only, each part is given once: what leads in a circle or nowhere is kept too.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import orjson
from flask_babel import gettext as _

from community.academy.formats.source import CourseRefused, Problem
from community.academy.formats.unicode import without_controls
from community.academy.kinds.text import one_line

MAX_JSON = 5_000_000
"""Bytes of one file."""
MAX_PARTS = 3_000
"""In one file."""
MAX_ITEMS = 100
"""In one list of a part: more answers or folds than any page has."""
LEVELS = ("contentObjects", "articles", "blocks", "components")

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_UNKNOWN_LANGUAGE = "und"


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a file; ``id`` names it in the report."""

    file: str
    level: str
    id: str
    values: Mapping[str, Any] = field(repr=False)

    @property
    def component(self) -> str:
        return one_line(self.text("_component"))[:40] or "?"

    def text(self, *names: str) -> str:
        """Return the first text of these names that says something."""
        return next((found for name in names if (found := self._text(name))), "")

    def _text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(_("%(name)s is no text.", name=name))
        return without_controls(value).strip()

    def number(self, name: str) -> str:
        """Return a number as it is written; empty where there is none."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return ""
        return str(value).strip()

    def inside(self, name: str) -> "Part":
        """Return the object under a name; an empty one where it is missing."""
        value = self.values.get(name)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            self.refuse(_("%(name)s is no object.", name=name))
        return Part(self.file, self.level, self.id, value)

    def items(self, name: str = "_items") -> list["Part"]:
        """Return the objects of a list."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.refuse(_("%(name)s is no list of objects.", name=name))
        if len(value) > MAX_ITEMS:
            message = _("%(name)s holds more than %(most)d.", name=name, most=MAX_ITEMS)
            self.refuse(message)
        return [Part(self.file, self.level, self.id, each) for each in value]

    def refuse(self, message: str) -> None:
        """Raise CourseRefused, naming this part."""
        raise CourseRefused(
            [Problem(self.file, None, f"{self.id}: {message}" if self.id else message)]
        )


@dataclass(frozen=True, slots=True)
class Group:
    """What becomes one module: a page of the menu, or all of a course that has none."""

    title: str
    page: Part | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """One language of one course of an archive."""

    root: str
    """The folder around those of the languages."""
    language: str
    course: Part
    groups: tuple[Group, ...]
    missing: tuple[tuple[str, str], ...]
    """(id, what it names and is not there), once for each that is named."""
    menus: tuple[Part, ...]


def language_of(name: str) -> str:
    """Return the language a folder is named after."""
    first, hyphen, rest = name.replace("_", "-").partition("-")
    tag = f"{first.lower()}{hyphen}{rest}"
    return tag if _LANGUAGE.fullmatch(tag) else _UNKNOWN_LANGUAGE


def units_in(files: Mapping[str, bytes]) -> dict[str, list[Unit]]:
    """Return the courses of an archive by their language, the default one's first.

    Raises CourseRefused where a file cannot be used, or none is there.
    """
    folders = sorted(
        {str(PurePosixPath(name).parent) for name in files if _is_components(name)}, key=_natural
    )
    if not folders:
        message = _("There is no components.json: this is no course of the Adapt framework.")
        raise CourseRefused([Problem("components.json", None, message)])
    found: dict[str, list[Unit]] = defaultdict(list)
    defaults = {_default(files, str(PurePosixPath(folder).parent)) for folder in folders}
    for folder in folders:
        unit = _Reader(files, folder).unit()
        found[unit.language].append(unit)
    return {key: found[key] for key in sorted(found, key=lambda key: (key not in defaults, key))}


def _is_components(name: str) -> bool:
    return PurePosixPath(name).name == "components.json"


def _natural(folder: str) -> list[tuple[int, str]]:
    """Sort module2 before module10."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part)
        for part in re.split(r"([0-9]{1,9})", folder)
    ]


def _default(files: Mapping[str, bytes], root: str) -> str:
    name = str(PurePosixPath(root) / "config.json")
    if name not in files:
        return ""
    value = _json(files, name)
    default = value.get("_defaultLanguage") if isinstance(value, dict) else None
    return language_of(default) if isinstance(default, str) else ""


def _json(files: Mapping[str, bytes], name: str) -> Any:
    try:
        return orjson.loads(files[name].removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        message = _("This is not JSON: %(problem)s.", problem=error.msg)
        raise CourseRefused([Problem(name, error.lineno, message)]) from error


class _Reader:
    """Reads the files of one language."""

    def __init__(self, files: Mapping[str, bytes], folder: str) -> None:
        self._files = files
        self._folder = PurePosixPath(folder)
        self._missing: dict[str, tuple[str, str]] = {}
        self._under: dict[str, dict[str, list[Part]]] = {}

    def unit(self) -> Unit:
        course = self._course()
        levels = {level: self._parts(level) for level in LEVELS}
        pages = [part for part in levels["contentObjects"] if part.text("_type") != "menu"]
        menus = [part for part in levels["contentObjects"] if part.text("_type") == "menu"]
        for level in LEVELS[1:]:
            under: dict[str, list[Part]] = defaultdict(list)
            for part in levels[level]:
                under[part.text("_parentId")].append(part)
            self._under[level] = under
        title = course.text("displayTitle", "title")
        groups = [
            Group(page.text("displayTitle", "title"), page, tuple(self._below("articles", page.id)))
            for page in pages
        ]
        rest = tuple(self._rest())
        if groups and rest:
            last = groups.pop()
            groups.append(Group(last.title, last.page, last.parts + rest))
        elif not groups:
            groups = [Group(title, None, rest)]
        return Unit(
            root=str(self._folder.parent),
            language=language_of(self._folder.name),
            course=course,
            groups=tuple(groups),
            missing=tuple(self._missing.values()),
            menus=tuple(menus),
        )

    def _course(self) -> Part:
        name = str(self._folder / "course.json")
        value = _json(self._files, name) if name in self._files else {}
        if not isinstance(value, dict):
            raise CourseRefused([Problem(name, None, _("This is no object."))])
        return Part(name, "course", "", value)

    def _parts(self, level: str) -> list[Part]:
        name = str(self._folder / f"{level}.json")
        value = _json(self._files, name) if name in self._files else []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise CourseRefused([Problem(name, None, _("This is no list of objects."))])
        if len(value) > MAX_PARTS:
            message = _("There are more than %(most)d parts.", most=MAX_PARTS)
            raise CourseRefused([Problem(name, None, message)])
        parts = []
        for number, each in enumerate(value, 1):
            unnamed = Part(name, level, f"#{number}", each)
            parts.append(Part(name, level, one_line(unnamed.text("_id"))[:80] or unnamed.id, each))
        return parts

    def _below(self, level: str, parent: str) -> Iterator[Part]:
        below = LEVELS[LEVELS.index(level) + 1 :]
        for part in self._under[level].pop(parent, ()):
            yield part
            if below:
                yield from self._below(below[0], part.id)

    def _rest(self) -> Iterator[Part]:
        """Yield what hangs on nothing that is there, in the order of its files."""
        for above, level in itertools.pairwise(LEVELS):
            for parent in list(self._under[level]):
                if parent or level != "articles":
                    self._missing[f"{level} {parent}"] = (parent or "?", above)
                yield from self._below(level, parent)
