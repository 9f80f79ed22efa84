"""The outline of a version and the texts of its activities.

What is published never changes, so a process keeps what it has read. These functions take no
context: their callers have found the version (or the run that pins it) under a read rule.
"""

import dataclasses
import functools
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from markupsafe import escape

from community.academy.kinds.quiz.answers import MATCHING, TYPED
from community.academy.models import (
    Activity,
    CourseVersion,
    Module,
    Phase,
    VersionState,
)
from community.kernel import markdown
from community.kernel.db import db, values_of
from community.kernel.errors import NotFound

KEPT_OUTLINES = 64
KEPT_ACTIVITIES = 512


@dataclasses.dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity without its text; ``settings`` are its kind's own, solutions included."""

    id: uuid.UUID
    module_id: uuid.UUID
    lineage: uuid.UUID
    position: int
    slug: str
    kind: str
    title: str
    minutes: int
    required: bool
    phase: Phase | None
    settings: Mapping[str, Any] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class ModuleOutline:
    """A module with the lines of its activities, in order."""

    id: uuid.UUID
    lineage: uuid.UUID
    position: int
    slug: str
    title: str
    summary: str
    intro_html: str = dataclasses.field(repr=False)
    opens_later: bool
    release: str
    activities: tuple[ActivityLine, ...]

    @property
    def minutes(self) -> int:
        return sum(activity.minutes for activity in self.activities)


@dataclasses.dataclass(frozen=True, slots=True)
class Outline:
    """A published version: everything but the texts of its activities and its pictures."""

    version_id: uuid.UUID
    course_id: uuid.UUID
    number: int
    title: str
    language: str
    licence: str | None
    summary: str
    description_html: str = dataclasses.field(repr=False)
    modules: tuple[ModuleOutline, ...]

    @property
    def activities(self) -> tuple[ActivityLine, ...]:
        """All activities in the order of the course."""
        return tuple(line for module in self.modules for line in module.activities)

    @property
    def filled(self) -> tuple[ModuleOutline, ...]:
        """The modules that hold activities; the others are outlines."""
        return tuple(module for module in self.modules if module.activities)

    @property
    def minutes(self) -> int:
        return sum(module.minutes for module in self.modules)

    def module(self, position: int) -> ModuleOutline | None:
        """Return the module at ``position`` (from 1), or None."""
        return next((m for m in self.modules if m.position == position), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Content:
    """An activity with its text, rendered."""

    id: uuid.UUID
    module_id: uuid.UUID
    version_id: uuid.UUID
    kind: str
    title: str
    minutes: int
    settings: Mapping[str, Any] = dataclasses.field(repr=False)
    body: str = dataclasses.field(repr=False)
    html: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class OptionText:
    """An answer of a question; ``right`` and the feedback are for afterwards.

    ``more`` is what goes with it: its match, or how far off a number may be.
    """

    id: str
    html: str
    right: bool
    feedback_html: str
    more: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class QuestionText:
    """A question of a quiz with its Markdown rendered."""

    id: str
    kind: str
    prompt_html: str
    options: tuple[OptionText, ...]
    explanation_html: str
    points: int = 1
    pool: str = ""
    exact: tuple[str, ...] = ()


@functools.lru_cache(maxsize=KEPT_OUTLINES)
def outline(version_id: uuid.UUID) -> Outline:
    """Return the outline of a published version; three statements the first time, then none.

    Raises NotFound where there is no such version, or it is not published yet.
    """
    version = db.session.scalar(
        sa.select(CourseVersion).where(
            CourseVersion.id == version_id, CourseVersion.state == VersionState.PUBLISHED
        )
    )
    if version is None:
        raise NotFound
    lines: dict[uuid.UUID, list[ActivityLine]] = {}
    for row in db.session.execute(
        sa.select(*(getattr(Activity, f.name) for f in dataclasses.fields(ActivityLine)))
        .where(Activity.version_id == version_id)
        .order_by(Activity.position, Activity.id)
    ):
        lines.setdefault(row.module_id, []).append(ActivityLine(**values_of(row)))
    modules = db.session.execute(
        sa.select(
            Module.id,
            Module.lineage,
            Module.position,
            Module.slug,
            Module.title,
            Module.summary,
            Module.intro_html,
            Module.opens_later,
            Module.release,
        )
        .where(Module.version_id == version_id)
        .order_by(Module.position)
    )
    return Outline(
        version_id=version.id,
        course_id=version.course_id,
        number=version.number,
        title=version.title,
        language=version.language,
        licence=version.licence,
        summary=version.summary,
        description_html=version.description_html,
        modules=tuple(
            ModuleOutline(**values_of(row), activities=tuple(lines.get(row.id, ())))
            for row in modules
        ),
    )


@functools.lru_cache(maxsize=KEPT_ACTIVITIES)
def activity_content(activity_id: uuid.UUID) -> Content:
    """Return an activity of a published version with its text; raises NotFound."""
    row = db.session.execute(
        sa.select(*(getattr(Activity, f.name) for f in dataclasses.fields(Content)))
        .join(CourseVersion, CourseVersion.id == Activity.version_id)
        .where(Activity.id == activity_id, CourseVersion.state == VersionState.PUBLISHED)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Content(**values_of(row))


@functools.lru_cache(maxsize=KEPT_ACTIVITIES)
def quiz_questions(activity_id: uuid.UUID) -> tuple[QuestionText, ...]:
    """Return the questions of a quiz, rendered once a process; none for another kind."""
    return question_texts(activity_content(activity_id).settings)


def question_texts(settings: Mapping[str, Any]) -> tuple[QuestionText, ...]:
    """Return the questions in a quiz's settings, rendered; none for another kind."""
    return tuple(
        QuestionText(
            id=question["id"],
            kind=question["kind"],
            prompt_html=rendered(question["prompt"]),
            options=tuple(
                OptionText(
                    id=option["id"],
                    html=escape(option["text"])
                    if question["kind"] in TYPED
                    else rendered(option["text"]),
                    right=option.get("right", False),
                    feedback_html=rendered(option["feedback"]),
                    more=_more(question["kind"], option),
                )
                for option in question["options"]
            ),
            explanation_html=rendered(question["explanation"]),
            points=question.get("points", 1),
            pool=question.get("pool", ""),
            exact=tuple(question.get("exact", ())),
        )
        for question in settings.get("questions", ())
    )


def _more(kind: str, option: Mapping[str, Any]) -> str:
    if kind == MATCHING:
        return rendered(option["match"])
    return str(option.get("tolerance", ""))


def rendered(text: str) -> str:
    """Return a text of a question as HTML."""
    return markdown.render(text, lowest_heading=3) if text else ""


def content_in(version_id: uuid.UUID, activity_id: uuid.UUID) -> Content:
    """Return an activity that belongs to a version; raises NotFound for one of another."""
    content = activity_content(activity_id)
    if content.version_id != version_id:
        raise NotFound
    return content
