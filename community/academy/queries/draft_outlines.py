"""The outline of a draft, with what is still wrong in it counted.

Callers have found the draft under a read rule. A draft changes while one looks: nothing here is
kept by a process but numbers that follow from the texts alone.
"""

import dataclasses
import datetime as dt
import functools
import uuid

import sqlalchemy as sa

from community.academy.formats.drafts import (
    TypedActivity,
    TypedCourse,
    TypedModule,
    problems_of_activity,
    problems_of_course,
    problems_of_module,
)
from community.academy.kinds.builtin import KINDS, QUIZ, SURVEY
from community.academy.models import Course, CourseVersion, DraftActivity, DraftModule, Phase
from community.academy.queries.drafts import FileLine, PictureLine, Rows, rows_of
from community.academy.rules.minutes import estimated_minutes
from community.kernel.db import db, snapshot

KEPT_COUNTS = 2_048


@dataclasses.dataclass(frozen=True, slots=True)
class DraftActivityLine:
    """An activity of a draft without its text; ``flaws`` counts what keeps it from publishing."""

    id: uuid.UUID
    module_id: uuid.UUID
    position: int
    slug: str
    kind: str
    title: str
    minutes: int | None
    estimate: int
    required: bool
    phase: Phase | None
    revision: int
    flaws: int


@dataclasses.dataclass(frozen=True, slots=True)
class DraftModuleLine:
    """A module of a draft with the lines of its activities, in order."""

    id: uuid.UUID
    position: int
    slug: str
    title: str
    summary: str
    opens_later: bool
    release: str
    revision: int
    flaws: int
    activities: tuple[DraftActivityLine, ...]

    @property
    def minutes(self) -> int:
        return sum(activity.minutes or activity.estimate for activity in self.activities)


@dataclasses.dataclass(frozen=True, slots=True)
class DraftOutline:
    """A draft: what the course says of itself, its modules, pictures and files.

    ``number`` is the version it was made from, ``newest`` the newest there is (both None before
    the first). ``flaws`` are those of the course's own texts. ``edits`` counts the changes of
    anything in it.
    """

    id: uuid.UUID
    course_id: uuid.UUID
    space_id: uuid.UUID
    slug: str
    number: int | None
    newest: int | None
    title: str
    language: str
    licence: str
    summary: str
    body: str = dataclasses.field(repr=False)
    revision: int
    edits: int
    changed_at: dt.datetime
    flaws: int
    modules: tuple[DraftModuleLine, ...]
    pictures: tuple[PictureLine, ...]
    files: tuple[FileLine, ...]

    @property
    def activities(self) -> tuple[DraftActivityLine, ...]:
        """All activities in the order of the course."""
        return tuple(line for module in self.modules for line in module.activities)

    @property
    def is_behind(self) -> bool:
        """Whether a version was published that the draft knows nothing of."""
        return self.newest is not None and self.newest != self.number

    @property
    def minutes(self) -> int:
        return sum(module.minutes for module in self.modules)


def draft_outline(draft_id: uuid.UUID) -> DraftOutline:
    """Return a draft with its outline, flaws counted; six statements. Raises NotFound."""
    with snapshot():
        read = rows_of(draft_id)
        draft = read.draft
        course = db.session.get_one(Course, draft.course_id)
        numbers = {
            row.id: row.number
            for row in db.session.execute(
                sa.select(CourseVersion.id, CourseVersion.number).where(
                    CourseVersion.course_id == draft.course_id
                )
            )
        }
    paths = frozenset(read.no_bytes)
    own = (draft.title, draft.language, draft.licence, draft.summary, draft.body)
    return DraftOutline(
        id=draft.id,
        course_id=draft.course_id,
        space_id=course.space_id,
        slug=course.slug,
        number=numbers.get(draft.based_on) if draft.based_on else None,
        newest=max(numbers.values(), default=None),
        title=draft.title,
        language=draft.language,
        licence=draft.licence,
        summary=draft.summary,
        body=draft.body,
        revision=draft.revision,
        edits=draft.edits,
        changed_at=max(
            [draft.changed_at]
            + [row.changed_at for row in read.modules]
            + [row.changed_at for rows in read.activities.values() for row in rows]
        ),
        flaws=_course_flaws(own, paths, filled=bool(read.modules)),
        modules=tuple(_module_line(read, module, paths) for module in read.modules),
        pictures=read.pictures,
        files=read.files,
    )


def _module_line(read: Rows, module: DraftModule, paths: frozenset[str]) -> DraftModuleLine:
    rows = read.activities.get(module.id, ())
    own = (module.title, module.summary, module.opens_later, module.release, module.body)
    return DraftModuleLine(
        id=module.id,
        position=module.position,
        slug=module.slug,
        title=module.title,
        summary=module.summary,
        opens_later=module.opens_later,
        release=module.release,
        revision=module.revision,
        flaws=_module_flaws(own, paths, filled=bool(rows)),
        activities=tuple(_activity_line(row, paths) for row in rows),
    )


def _activity_line(row: DraftActivity, paths: frozenset[str]) -> DraftActivityLine:
    phase = row.phase.value if row.phase else None
    own = (row.title, row.minutes, row.required, phase, row.body)
    return DraftActivityLine(
        id=row.id,
        module_id=row.module_id,
        position=row.position,
        slug=row.slug,
        kind=row.kind,
        title=row.title,
        minutes=row.minutes,
        estimate=_estimate(row.kind, row.body),
        required=row.required,
        phase=row.phase,
        revision=row.revision,
        flaws=_activity_flaws(row.kind, own, tuple(row.front.items()), paths),
    )


@functools.lru_cache(maxsize=KEPT_COUNTS)
def _estimate(kind: str, body: str) -> int:
    return estimate_of(kind, body)


def estimate_of(kind: str, body: str) -> int:
    """Return how many minutes an activity of a kind may take, by its text."""
    questions = sum(line.startswith("## ") for line in body.split("\n"))
    return estimated_minutes(body, questions=questions if kind in {QUIZ.name, SURVEY.name} else 0)


# Only numbers are kept: the words of a problem are in the language of whoever looks.


@functools.lru_cache(maxsize=KEPT_COUNTS)
def _activity_flaws(
    kind: str,
    own: tuple[str, int | None, bool, str | None, str],
    front: tuple[tuple[str, str | int | bool], ...],
    paths: frozenset[str],
) -> int:
    title, minutes, required, phase, body = own
    key = uuid.UUID(int=0)
    typed = TypedActivity(key, "any", kind, title, minutes, required, phase, dict(front), body)
    return len(problems_of_activity(typed, dict.fromkeys(paths, b""), KINDS))


@functools.lru_cache(maxsize=KEPT_COUNTS)
def _module_flaws(
    own: tuple[str, str, bool, str, str], paths: frozenset[str], *, filled: bool
) -> int:
    typed = TypedModule(uuid.UUID(int=0), "any", *own)
    return len(problems_of_module(typed, dict.fromkeys(paths, b""), KINDS, filled=filled))


@functools.lru_cache(maxsize=KEPT_COUNTS)
def _course_flaws(
    own: tuple[str, str, str, str, str], paths: frozenset[str], *, filled: bool
) -> int:
    typed = TypedCourse(*own, pictures=dict.fromkeys(paths, b""))
    return len(problems_of_course(typed, KINDS, filled=filled))
