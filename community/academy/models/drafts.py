"""Drafts: what the next version of a course is to be, as far as its authors have come.

A draft is a course folder in the database. Its texts are kept as they were typed; whether they can
be read is asked when somebody looks, and when it is published.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.academy.models.courses import Phase
from community.kernel.db import Keyed, choice


class CourseDraft(Keyed):
    """The one draft of a course; whoever changes anything in it holds this row.

    ``revision`` counts the changes of the course's own texts, ``edits`` those of anything in the
    draft. ``based_on`` is the version it was made from, None for a course without one.
    """

    __tablename__ = "course_draft"

    course_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course.id"), unique=True)
    based_on: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("course_version.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(35))  # BCP 47
    licence: Mapped[str] = mapped_column(sa.String(64), default="")  # SPDX identifier
    summary: Mapped[str] = mapped_column(sa.String(300), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    revision: Mapped[int] = mapped_column(default=1)
    edits: Mapped[int] = mapped_column(default=0)
    changed_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    changed_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]


class DraftModule(Keyed):
    """A module of a draft; ``lineage`` is what it keeps from version to version."""

    __tablename__ = "draft_module"
    __table_args__ = (
        sa.UniqueConstraint("draft_id", "slug"),
        sa.UniqueConstraint("draft_id", "lineage"),
    )

    draft_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_draft.id"))
    position: Mapped[int]  # from 1, without gaps: renumbered by whoever holds the draft
    slug: Mapped[str] = mapped_column(sa.String(80))
    lineage: Mapped[uuid.UUID]
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.String(300), default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    opens_later: Mapped[bool] = mapped_column(default=False)
    release: Mapped[str] = mapped_column(sa.Text, default="", server_default="")  # as typed
    revision: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    changed_at: Mapped[dt.datetime]


class DraftActivity(Keyed):
    """An activity of a draft, its text with questions and items in it, as in its file."""

    __tablename__ = "draft_activity"
    __table_args__ = (
        sa.UniqueConstraint("module_id", "slug"),
        sa.UniqueConstraint("draft_id", "lineage"),
    )

    draft_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_draft.id"))
    module_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("draft_module.id"))
    position: Mapped[int]  # from 1 in its module
    slug: Mapped[str] = mapped_column(sa.String(80))
    lineage: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(sa.String(32))
    title: Mapped[str] = mapped_column(sa.String(200))
    minutes: Mapped[int | None]
    required: Mapped[bool] = mapped_column(default=True)
    phase: Mapped[Phase | None] = mapped_column(choice(Phase))
    front: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # the kind's own keys, as typed
    body: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    revision: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    changed_at: Mapped[dt.datetime]


class DraftAsset(Keyed):
    """A picture of a draft, looked at when it came."""

    __tablename__ = "draft_asset"
    __table_args__ = (sa.UniqueConstraint("draft_id", "path"),)

    draft_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_draft.id"))
    path: Mapped[str] = mapped_column(sa.String(200))  # as texts refer to it: assets/waves.svg
    media_type: Mapped[str] = mapped_column(sa.String(80))
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256, hexadecimal
    size: Mapped[int]  # bytes
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class DraftFile(Keyed):
    """A file of a draft, looked at when it came, and kept as it came."""

    __tablename__ = "draft_file"
    __table_args__ = (sa.UniqueConstraint("draft_id", "path"),)

    draft_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course_draft.id"))
    path: Mapped[str] = mapped_column(sa.String(200))  # as texts refer to it: files/slides.pdf
    stored_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("stored_file.id"), index=True)
