"""The catalogue: a course has versions, a version modules, a module activities."""

import datetime as dt
import enum
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice


class VersionState(enum.StrEnum):
    """Whether a version may still be written."""

    DRAFT = "draft"
    PUBLISHED = "published"  # from here on nothing in it changes


class Phase(enum.StrEnum):
    """When in a teaching week an activity belongs: before, during or after the live session."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Course(Keyed):
    """A course, kept by the space whose organisers wrote or imported it."""

    __tablename__ = "course"
    __table_args__ = (sa.UniqueConstraint("space_id", "slug"),)

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"))
    slug: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[dt.datetime]


class CourseVersion(Keyed):
    """One edition of a course; ``digest`` (SHA-256, hexadecimal) names its content."""

    __tablename__ = "course_version"
    __table_args__ = (sa.UniqueConstraint("course_id", "number"),)

    course_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course.id"))
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(choice(VersionState))
    title: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(35))  # BCP 47
    licence: Mapped[str | None] = mapped_column(sa.String(40))  # SPDX identifier
    summary: Mapped[str] = mapped_column(sa.String(300), default="")
    description: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    description_html: Mapped[str] = mapped_column(sa.Text, default="")
    renderer: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[dt.datetime]
    published_at: Mapped[dt.datetime | None]


class Module(Keyed):
    """A part of a version, released as one; ``opens_later`` marks an outline without activities.

    ``lineage`` says which modules of the course's versions are the same thing.
    """

    __tablename__ = "module"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "position"),
        sa.Index("uq_module_lineage", "version_id", "lineage", unique=True),
    )

    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_version.id"))
    lineage: Mapped[uuid.UUID]
    position: Mapped[int]  # from 1
    slug: Mapped[str] = mapped_column(sa.String(80))
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.String(300), default="")
    intro: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    intro_html: Mapped[str] = mapped_column(sa.Text, default="")
    opens_later: Mapped[bool] = mapped_column(default=False)
    # when it opens, see ``rules.releases``; empty for what is usual
    release: Mapped[str] = mapped_column(sa.Text, default="", server_default="")


class Activity(Keyed):
    """One thing to do; ``kind`` names the package of ``academy.kinds`` that knows what it means.

    ``lineage`` says which activities of the course's versions are the same thing.
    """

    __tablename__ = "activity"
    __table_args__ = (
        sa.UniqueConstraint("module_id", "position"),
        sa.Index("uq_activity_lineage", "version_id", "lineage", unique=True),
    )

    module_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("module.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_version.id"), index=True)
    lineage: Mapped[uuid.UUID]
    position: Mapped[int]  # from 1
    slug: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(32))
    title: Mapped[str] = mapped_column(sa.String(200))
    minutes: Mapped[int]
    required: Mapped[bool] = mapped_column(default=True)
    phase: Mapped[Phase | None] = mapped_column(choice(Phase))
    settings: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # as the kind's schema shapes them
    body: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    html: Mapped[str] = mapped_column(sa.Text, default="")


class Asset(Keyed):
    """A picture that belongs to a version, small enough to live and travel with it."""

    __tablename__ = "course_asset"
    __table_args__ = (sa.UniqueConstraint("version_id", "path"),)

    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_version.id"))
    path: Mapped[str] = mapped_column(sa.String(200))  # relative to the course folder
    media_type: Mapped[str] = mapped_column(sa.String(80))
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256, hexadecimal
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class CourseFile(Keyed):
    """A file that belongs to a version, kept as it came; its path says of what kind it is."""

    __tablename__ = "course_file"
    __table_args__ = (sa.UniqueConstraint("version_id", "path"),)

    version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_version.id"))
    path: Mapped[str] = mapped_column(sa.String(200))  # relative to the course folder
    stored_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("stored_file.id"), index=True)
