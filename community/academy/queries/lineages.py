"""What stays the same from one version of a course to another."""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from community.academy.models import (
    Activity,
    CourseVersion,
    DraftActivity,
    DraftModule,
    Module,
    VersionState,
)
from community.academy.queries.outlines import ActivityLine, Outline
from community.academy.rules import Lineage
from community.kernel.db import db


def successors(old: Outline, new: Outline) -> dict[uuid.UUID, ActivityLine]:
    """Return the lines in ``new`` of those activities of ``old`` that are the same things there.

    One that has become another kind is another thing: what was done in it does not fit.
    """
    known = {(line.lineage, line.kind): line for line in new.activities}
    found = {line.id: known.get((line.lineage, line.kind)) for line in old.activities}
    return {key: line for key, line in found.items() if line is not None}


def texts_of(version_id: uuid.UUID) -> Mapping[uuid.UUID, str]:
    """Return what the modules and activities of a version say, as Markdown, by their ids."""
    modules = db.session.execute(
        sa.select(Module.id, Module.intro).where(Module.version_id == version_id)
    )
    activities = db.session.execute(
        sa.select(Activity.id, Activity.body).where(Activity.version_id == version_id)
    )
    return {row.id: row[1] for rows in (modules, activities) for row in rows}


def lineage_of_version(version_id: uuid.UUID) -> Lineage:
    """Return which keys the parts of a version have, by their slugs; two statements."""
    return _lineage(Module, Activity, Module.version_id == version_id)


def lineage_of_draft(draft_id: uuid.UUID) -> Lineage:
    """Return which keys the parts of a draft take along, by their slugs; two statements."""
    return _lineage(DraftModule, DraftActivity, DraftModule.draft_id == draft_id)


def _lineage(module: Any, activity: Any, within: sa.ColumnElement[bool]) -> Lineage:
    modules = db.session.execute(sa.select(module.slug, module.lineage).where(within))
    activities = db.session.execute(
        sa.select(module.slug, activity.slug, activity.lineage)
        .join(module, module.id == activity.module_id)
        .where(within)
    )
    return Lineage(
        modules={row.slug: row.lineage for row in modules},
        activities={(folder, slug): key for folder, slug, key in activities},
    )


def published_versions(course_id: uuid.UUID) -> sa.Select[CourseVersion]:
    """Return the statement of a course's published versions, the newest first."""
    return (
        sa.select(CourseVersion)
        .where(CourseVersion.course_id == course_id, CourseVersion.state == VersionState.PUBLISHED)
        .order_by(CourseVersion.number.desc())
    )
