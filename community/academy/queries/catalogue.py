"""The catalogue: which courses there are, and their versions."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.models import (
    Course,
    CourseVersion,
)
from community.academy.policy import course_spaces, visible_courses, visible_versions
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.spaces.models import Space, SpaceKind


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
    if not networks:
        raise Conflict(_("There is no network yet. Make one first: community admin create"))
    if len(networks) != 1:
        slugs = ", ".join(network.slug for network in networks)
        raise Conflict(_("Say which space is to keep the course. Networks: %(slugs)s", slugs=slugs))
    return networks[0]
