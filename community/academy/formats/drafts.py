"""A draft laid out as a course folder, and what its reader says led back to the thing it is about.

A draft is read by the one reader of course folders (``files.read_files``): what it refuses has a
file and a line, and an author sees neither, but the course, a module or an activity with its text.
"""

import functools
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from community.academy.formats.files import Kinds, read_files
from community.academy.formats.heads import ActivityFront, CourseFront, ModuleFront
from community.academy.formats.source import CourseRefused, CourseSource, FileSource, Problem
from community.academy.formats.texts import (
    ASSETS_FOLDER,
    COURSE_FILE,
    FILES_FOLDER,
    MODULE_FILE,
    activity_text,
    course_text,
    module_folder,
    module_text,
)

Sort = Literal["course", "module", "activity", "picture", "file"]

_FILES = f"{FILES_FOLDER}/"
_OF_FOLDER: Mapping[str, Sort] = {ASSETS_FOLDER: "picture", FILES_FOLDER: "file"}
_KEY = re.compile(r"([a-z_]+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TypedActivity:
    """An activity as it stands in a draft; ``front`` are its kind's own keys."""

    id: uuid.UUID
    slug: str
    kind: str
    title: str
    minutes: int | None
    required: bool
    phase: str | None
    front: Mapping[str, Any] = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TypedModule:
    """A module as it stands in a draft, with its activities in order."""

    id: uuid.UUID
    slug: str
    title: str
    summary: str
    opens_later: bool
    release: str
    body: str = field(repr=False)
    activities: Sequence[TypedActivity] = ()


@dataclass(frozen=True, slots=True)
class TypedCourse:
    """A draft as it stands; ``pictures`` are bytes by path, empty where paths suffice.

    Where paths suffice, those of files stand among them; else ``held`` are the files.
    """

    title: str
    language: str
    licence: str
    summary: str
    body: str = field(repr=False)
    modules: Sequence[TypedModule] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    held: Sequence[FileSource] = ()


@dataclass(frozen=True, slots=True)
class DraftProblem:
    """One thing that keeps a draft from being published.

    ``id`` is the module's or activity's, None for the course and for pictures. ``field`` is the
    part of its head that is wrong; ``line`` counts from 1 in its text. Both are None where the
    thing as a whole is the problem.
    """

    sort: Sort
    id: uuid.UUID | None
    field: str | None
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one file of the folder holds, and where in it the typed text begins."""

    sort: Sort
    id: uuid.UUID | None
    text: str
    first: int
    keys: frozenset[str]


def _sheet(sort: Sort, key: uuid.UUID | None, text: str, body: str, keys: Sequence[str]) -> _Sheet:
    head = text[: len(text) - len(body) - 1] if body else text
    return _Sheet(sort, key, text, head.count("\n") + 1, frozenset(keys))


class Folder:
    """A draft as the files of a course folder."""

    def __init__(self, course: TypedCourse, kinds: Kinds, *, whole: bool = True) -> None:
        self._kinds = kinds
        self._whole = whole
        self._held = course.held or [
            FileSource(path, "", 0) for path in course.pictures if path.startswith(_FILES)
        ]
        self._pictures = {
            path: data for path, data in course.pictures.items() if not path.startswith(_FILES)
        }
        text = course_text(
            title=course.title,
            language=course.language,
            licence=course.licence,
            summary=course.summary,
            body=course.body,
        )
        keys = list(CourseFront().fields)
        self._sheets = {COURSE_FILE: _sheet("course", None, text, course.body, keys)}
        for number, module in enumerate(course.modules, 1):
            self._module(module_folder(number, module.slug), module)

    def _module(self, folder: str, module: TypedModule) -> None:
        text = module_text(
            title=module.title,
            summary=module.summary,
            opens_later=module.opens_later,
            release=module.release,
            body=module.body,
        )
        keys = list(ModuleFront().fields)
        self._sheets[f"{folder}/{MODULE_FILE}"] = _sheet(
            "module", module.id, text, module.body, keys
        )
        for position, activity in enumerate(module.activities, 1):
            kind = self._kinds.get(activity.kind)
            text = activity_text(
                kind=activity.kind,
                title=activity.title,
                minutes=activity.minutes,
                required=activity.required,
                phase=activity.phase,
                own=activity.front,
                body=activity.body,
            )
            own = keys_of_kind(kind.front_schema) if kind else ()
            self._sheets[f"{folder}/{module_folder(position, activity.slug)}.md"] = _sheet(
                "activity", activity.id, text, activity.body, [*ActivityFront().fields, *own]
            )

    @property
    def files(self) -> dict[str, bytes]:
        """The folder's files by their paths."""
        texts = {
            path: sheet.text.encode("utf-8", "surrogatepass")
            for path, sheet in self._sheets.items()
        }
        return {**texts, **self._pictures}

    def read(self) -> CourseSource:
        """Return the draft as a course; raises CourseRefused with every problem."""
        return read_files(
            self.files,
            self._kinds,
            seen=self._pictures,
            held=self._held,
            whole=self._whole,
        )

    def problems(self) -> tuple[DraftProblem, ...]:
        """Return what keeps the draft from being read, in the order of the course."""
        try:
            self.read()
        except CourseRefused as refused:
            found = sorted(refused.problems, key=self._place)
            return tuple(self.located(problem) for problem in found)
        return ()

    def _place(self, problem: Problem) -> tuple[int, int]:
        """Where in the course a problem stands: what is of no text comes last."""
        order = list(self._sheets)
        path = self._path(problem)
        return (order.index(path) if path else len(order), problem.line or 0)

    def _path(self, problem: Problem) -> str | None:
        """Return the file a problem is of, of a folder that which says what the folder is."""
        paths = (problem.file, f"{problem.file}/{MODULE_FILE}")
        return next((path for path in paths if path in self._sheets), None)

    def located(self, problem: Problem) -> DraftProblem:
        """Return what the reader said of a file, of the thing whose text that file holds."""
        path = self._path(problem)
        if path is None:
            folder = problem.file.partition("/")[0]
            sort = _OF_FOLDER.get(folder, "course")
            name = f"{problem.file}: " if sort != "course" else ""
            return DraftProblem(sort, None, None, None, name + problem.message)
        sheet = self._sheets[path]
        if problem.line is None or problem.line >= sheet.first:
            line = problem.line and problem.line - sheet.first + 1
            return DraftProblem(sheet.sort, sheet.id, None, line, problem.message)
        found = _KEY.fullmatch(problem.message)
        if found and found[1] in sheet.keys:
            return DraftProblem(sheet.sort, sheet.id, found[1], None, found[2])
        return DraftProblem(sheet.sort, sheet.id, None, None, problem.message)


@functools.lru_cache(maxsize=64)
def keys_of_kind(schema: Any) -> tuple[str, ...]:
    """Return the names of a kind's own keys as files have them, in its order."""
    return tuple(each.data_key or name for name, each in schema().fields.items())


_NOBODY = uuid.UUID(int=0)
_PAGE = TypedActivity(_NOBODY, "a-page", "page", "A page", 1, True, None, {}, "A text.")
_MODULE = TypedModule(_NOBODY, "a-module", "A module", "", False, "", "", (_PAGE,))


def problems_of_activity(
    activity: TypedActivity, pictures: Mapping[str, bytes], kinds: Kinds
) -> tuple[DraftProblem, ...]:
    """Return what is wrong with one activity, whatever is around it."""
    module = TypedModule(_NOBODY, "a-module", "A module", "", False, "", "", (activity,))
    course = TypedCourse("A course", "en", "", "", "", (module,), pictures)
    return _of("activity", Folder(course, kinds))


def problems_of_module(
    module: TypedModule, pictures: Mapping[str, bytes], kinds: Kinds, *, filled: bool
) -> tuple[DraftProblem, ...]:
    """Return what is wrong with one module itself; ``filled``: it has activities."""
    alone = TypedModule(
        module.id,
        module.slug,
        module.title,
        module.summary,
        module.opens_later,
        module.release,
        module.body,
        (_PAGE,) if filled else (),
    )
    course = TypedCourse("A course", "en", "", "", "", (alone,), pictures)
    return _of("module", Folder(course, kinds, whole=False))


def problems_of_course(
    course: TypedCourse, kinds: Kinds, *, filled: bool
) -> tuple[DraftProblem, ...]:
    """Return what is wrong with the course's own texts; ``filled``: it has modules."""
    alone = TypedCourse(
        course.title,
        course.language,
        course.licence,
        course.summary,
        course.body,
        (_MODULE,) if filled else (),
        course.pictures,
    )
    return _of("course", Folder(alone, kinds))


def _of(sort: Sort, folder: Folder) -> tuple[DraftProblem, ...]:
    return tuple(problem for problem in folder.problems() if problem.sort == sort)
