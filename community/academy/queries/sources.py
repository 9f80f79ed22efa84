"""A version as a course folder and its pictures hold it.

Callers have found the version under a read rule.
"""

import uuid

import sqlalchemy as sa

from community.academy.formats.source import (
    ActivitySource,
    AssetSource,
    CourseSource,
    FileSource,
    ModuleSource,
)
from community.academy.models import (
    Activity,
    Asset,
    CourseFile,
    CourseVersion,
    Module,
)
from community.kernel.db import db
from community.kernel.files.models import StoredFile
from community.kernel.files.store import store


def as_source(version: CourseVersion) -> CourseSource:
    """Return a version as the plain values it was imported from; five statements."""
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
    there = store()
    files = db.session.execute(
        sa.select(CourseFile.path, StoredFile.digest, StoredFile.size)
        .join(StoredFile, StoredFile.id == CourseFile.stored_id)
        .where(CourseFile.version_id == version.id)
        .order_by(CourseFile.path)
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
                release=module.release,
                activities=tuple(activities.get(module.id, ())),
            )
            for module in modules
        ),
        assets=tuple(AssetSource(a.path, a.media_type, a.content) for a in assets),
        files=tuple(FileSource(f.path, f.digest, f.size, there.path(f.digest)) for f in files),
    )
