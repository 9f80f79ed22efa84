"""Reading courses. What is published never changes, so a process keeps what it has read.

Functions that take no context are for callers that have found the version (or the run that pins
it) under a read rule.
"""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.formats.source import (
    ActivitySource,
    AssetSource,
    CourseSource,
    ModuleSource,
)
from community.academy.models import (
    Activity,
    Asset,
    Course,
    CourseVersion,
    Module,
    Phase,
    VersionState,
)
from community.academy.policy import course_spaces, visible_courses, visible_versions
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.spaces.models import Space, SpaceKind

KEPT_OUTLINES = 64
KEPT_ACTIVITIES = 512


@dataclasses.dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity without its text; ``settings`` are its kind's own, solutions included."""

    id: uuid.UUID
    module_id: uuid.UUID
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
    position: int
    slug: str
    title: str
    summary: str
    intro_html: str = dataclasses.field(repr=False)
    opens_later: bool
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
    """An option of a question; ``right`` and the feedback are for afterwards."""

    id: str
    html: str
    right: bool
    feedback_html: str


@dataclasses.dataclass(frozen=True, slots=True)
class QuestionText:
    """A question of a quiz with its Markdown rendered."""

    id: str
    kind: str
    prompt_html: str
    options: tuple[OptionText, ...]
    explanation_html: str


@dataclasses.dataclass(frozen=True, slots=True)
class VersionLine:
    """A version as lists show it."""

    id: uuid.UUID
    number: int
    title: str
    summary: str
    language: str
    licence: str | None
    published_at: dt.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class CourseLine:
    """A course with its versions, newest first."""

    id: uuid.UUID
    slug: str
    space_id: uuid.UUID
    space_name: str
    versions: tuple[VersionLine, ...]


_VERSION_LINE: tuple[Any, ...] = tuple(
    getattr(CourseVersion, f.name) for f in dataclasses.fields(VersionLine)
)


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
        raise _nothing_here()
    lines: dict[uuid.UUID, list[ActivityLine]] = {}
    for row in db.session.execute(
        sa.select(*(getattr(Activity, f.name) for f in dataclasses.fields(ActivityLine)))
        .where(Activity.version_id == version_id)
        .order_by(Activity.position, Activity.id)
    ):
        lines.setdefault(row.module_id, []).append(ActivityLine(**row._mapping))  # noqa: SLF001  # SQLAlchemy's public name
    modules = db.session.execute(
        sa.select(
            Module.id,
            Module.position,
            Module.slug,
            Module.title,
            Module.summary,
            Module.intro_html,
            Module.opens_later,
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
            ModuleOutline(**row._mapping, activities=tuple(lines.get(row.id, ())))  # noqa: SLF001  # as above
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
        raise _nothing_here()
    return Content(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name


@functools.lru_cache(maxsize=KEPT_ACTIVITIES)
def quiz_questions(activity_id: uuid.UUID) -> tuple[QuestionText, ...]:
    """Return the questions of a quiz, rendered once a process; none for another kind."""
    return tuple(
        QuestionText(
            id=question["id"],
            kind=question["kind"],
            prompt_html=_rendered(question["prompt"]),
            options=tuple(
                OptionText(
                    id=option["id"],
                    html=_rendered(option["text"]),
                    right=option["right"],
                    feedback_html=_rendered(option["feedback"]),
                )
                for option in question["options"]
            ),
            explanation_html=_rendered(question["explanation"]),
        )
        for question in activity_content(activity_id).settings.get("questions", ())
    )


def _rendered(text: str) -> str:
    return markdown.render(text, lowest_heading=3) if text else ""


def asset(version_id: uuid.UUID, path: str) -> Asset | None:
    """Return a picture of a version with its bytes, or None."""
    return db.session.scalar(
        sa.select(Asset).where(Asset.version_id == version_id, Asset.path == path)
    )


def asset_paths(version_id: uuid.UUID) -> list[str]:
    """Return the names of a version's pictures, without their bytes."""
    return list(
        db.session.scalars(
            sa.select(Asset.path).where(Asset.version_id == version_id).order_by(Asset.path)
        )
    )


def courses(ctx: Context, space_id: uuid.UUID | None = None) -> Sequence[CourseLine]:
    """Return the courses the actor may read as an author, each with its versions; one statement.

    ``space_id`` leaves only those of one space. A network has dozens of courses with a handful of
    versions; the newest 500 versions are shown.
    """
    statement = (
        sa.select(
            Course.id.label("course_id"),
            Course.slug,
            Course.space_id,
            Space.name.label("space_name"),
            *_VERSION_LINE,
        )
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Space, Space.id == Course.space_id)
        .where(Course.id.in_(visible_courses(ctx).with_only_columns(Course.id)))
        .order_by(CourseVersion.created_at.desc(), CourseVersion.id.desc())
        .limit(500)
    )
    if space_id is not None:
        statement = statement.where(Course.space_id == space_id)
    found: dict[uuid.UUID, CourseLine] = {}
    for row in db.session.execute(statement):
        line = VersionLine(*(getattr(row, f.name) for f in dataclasses.fields(VersionLine)))
        former = found.get(row.course_id)
        found[row.course_id] = CourseLine(
            id=row.course_id,
            slug=row.slug,
            space_id=row.space_id,
            space_name=row.space_name,
            versions=(*(former.versions if former else ()), line),
        )
    return list(found.values())


def course_lines(ctx: Context) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of the courses one reads as an author, each with its newest version."""
    newest = (
        sa.select(sa.func.max(CourseVersion.number))
        .where(CourseVersion.course_id == Course.id)
        .correlate(Course)
        .scalar_subquery()
    )
    return (
        sa.select(
            Course.id,
            Course.slug,
            Course.space_id,
            Course.created_at,
            CourseVersion.id.label("version_id"),
            CourseVersion.number,
            CourseVersion.title,
            CourseVersion.summary,
            CourseVersion.language,
            CourseVersion.licence,
        )
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(
            CourseVersion.number == newest,
            Course.id.in_(visible_courses(ctx).with_only_columns(Course.id)),
        )
        .order_by(Course.created_at.desc(), Course.id.desc())
    )


def version_lines(ctx: Context, course_id: uuid.UUID) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of a course's versions, the newest first."""
    visible = visible_versions(ctx).with_only_columns(CourseVersion.id)
    return (
        sa.select(*_VERSION_LINE)
        .where(CourseVersion.course_id == course_id, CourseVersion.id.in_(visible))
        .order_by(CourseVersion.number.desc(), CourseVersion.id.desc())
    )


def content_in(version_id: uuid.UUID, activity_id: uuid.UUID) -> Content:
    """Return an activity that belongs to a version; raises NotFound for one of another."""
    content = activity_content(activity_id)
    if content.version_id != version_id:
        raise _nothing_here()
    return content


def newest_version(ctx: Context, slug: str, space_slug: str | None = None) -> CourseVersion:
    """Return the newest version of the course ``slug``; raises NotFound.

    ``space_slug`` says in which space, where several have a course of this name.
    """
    statement = (
        visible_versions(ctx)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.slug == slug)
        .order_by(CourseVersion.created_at.desc(), CourseVersion.number.desc())
        .limit(1)
    )
    if space_slug is not None:
        statement = statement.join(Space, Space.id == Course.space_id).where(
            Space.slug == space_slug
        )
    version = db.session.scalar(statement)
    if version is None:
        raise NotFound(_("There is no course of this name."))
    return version


def space_for_courses(ctx: Context, slug: str | None) -> Space:
    """Return the space ``slug``, without one the only network there is.

    Raises NotFound for an unknown slug, Conflict where it must be said.
    """
    statement = course_spaces(ctx)
    if slug is not None:
        space = db.session.scalar(statement.where(Space.slug == slug))
        if space is None:
            raise NotFound(_("There is no space %(slug)s.", slug=slug))
        return space
    networks = db.session.scalars(
        statement.where(Space.kind == SpaceKind.NETWORK).order_by(Space.created_at).limit(20)
    ).all()
    if len(networks) != 1:
        slugs = ", ".join(network.slug for network in networks)
        raise Conflict(_("Say which space is to keep the course. Networks: %(slugs)s", slugs=slugs))
    return networks[0]


def _nothing_here() -> NotFound:
    return NotFound("There is nothing here, or it is not open to you.")


def as_source(version: CourseVersion) -> CourseSource:
    """Return a version as the plain values it was imported from; four statements."""
    activities: dict[uuid.UUID, list[ActivitySource]] = {}
    for row in db.session.scalars(
        sa.select(Activity).where(Activity.version_id == version.id).order_by(Activity.position)
    ):
        activities.setdefault(row.module_id, []).append(
            ActivitySource(
                slug=row.slug,
                kind=row.kind,
                title=row.title,
                minutes=row.minutes,
                required=row.required,
                phase=row.phase.value if row.phase else None,
                settings=row.settings,
                body=row.body,
            )
        )
    modules = db.session.scalars(
        sa.select(Module).where(Module.version_id == version.id).order_by(Module.position)
    )
    assets = db.session.scalars(
        sa.select(Asset).where(Asset.version_id == version.id).order_by(Asset.path)
    )
    return CourseSource(
        title=version.title,
        language=version.language,
        licence=version.licence or "",
        summary=version.summary,
        body=version.description,
        modules=tuple(
            ModuleSource(
                slug=module.slug,
                title=module.title,
                summary=module.summary,
                body=module.intro,
                opens_later=module.opens_later,
                activities=tuple(activities.get(module.id, ())),
            )
            for module in modules
        ),
        assets=tuple(AssetSource(a.path, a.media_type, a.content) for a in assets),
    )
