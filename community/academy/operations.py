"""Adding courses: a version is written once, published at once, and never changed."""

import dataclasses
import hashlib
import re
import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.events import VersionPublished
from community.academy.formats.files import write_files
from community.academy.formats.source import CourseSource, ModuleSource
from community.academy.kinds.builtin import KINDS
from community.academy.models import (
    Activity,
    Asset,
    Course,
    CourseVersion,
    Module,
    Phase,
    VersionState,
)
from community.academy.policy import course_spaces, may_import_course
from community.academy.rules import digest_of_files, file_address, with_file_addresses
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
from community.kernel.slugs import slug_of

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@operation
def import_course(
    ctx: Context, space_id: uuid.UUID, source: CourseSource, *, slug: str | None = None
) -> CourseVersion:
    """Add ``source`` to a space as the next version of the course ``slug``, published at once.

    Without ``slug`` the title makes it. The first version of an unknown slug begins a course.
    Raises CourseRefused where the source cannot be written as a course folder, Invalid for a slug
    that is none, Conflict where the newest version has the same content.
    """
    space = find(course_spaces(ctx), space_id)
    require(may_import_course, ctx, space)
    slug = (slug_of(source.title) or "course") if slug is None else _checked(slug)
    digest = digest_of_files(write_files(source, KINDS))
    course = _locked_course(ctx, space_id, slug)
    newest = db.session.scalar(
        sa.select(CourseVersion)
        .where(CourseVersion.course_id == course.id)
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )
    if newest is not None and newest.digest == digest:
        raise Conflict(
            _("Nothing changed: this is version %(number)d already.", number=newest.number)
        )
    version = _Writer(ctx, source).write(course, newest.number + 1 if newest else 1, digest)
    record(VersionPublished(course_id=course.id, version_id=version.id, space_id=space_id))
    return version


def _checked(slug: str) -> str:
    if len(slug) > 80 or not _SLUG.fullmatch(slug):
        message = _("A slug is up to 80 letters a-z, digits and single hyphens.")
        raise Invalid(message, fields={"slug": [message]})
    return slug


def _locked_course(ctx: Context, space_id: uuid.UUID, slug: str) -> Course:
    """Return the course, held until the commit so that two imports number in turn."""
    course = db.session.scalar(
        sa.select(Course).where(Course.space_id == space_id, Course.slug == slug).with_for_update()
    )
    if course is None:
        course = Course(id=new_key(), space_id=space_id, slug=slug, created_at=ctx.now)
        db.session.add(course)
        db.session.flush()
    return course


@dataclasses.dataclass(slots=True)
class _Writer:
    """Writes one source as the rows of one version, its texts rendered once."""

    ctx: Context
    source: CourseSource
    key: uuid.UUID = dataclasses.field(default_factory=new_key)

    def write(self, course: Course, number: int, digest: str) -> CourseVersion:
        source = self.source
        version = CourseVersion(
            id=self.key,
            course_id=course.id,
            number=number,
            state=VersionState.DRAFT,
            title=source.title,
            language=source.language,
            licence=source.licence or None,
            summary=source.summary,
            description=source.body,
            description_html=self.rendered(source.body),
            renderer=markdown.RENDERER,
            digest=digest,
            created_at=self.ctx.now,
        )
        db.session.add(version)
        db.session.flush()
        for position, module in enumerate(source.modules, 1):
            self._module(position, module)
        for asset in source.assets:
            db.session.add(
                Asset(
                    version_id=self.key,
                    path=asset.path,
                    media_type=asset.media_type,
                    digest=hashlib.sha256(asset.data).hexdigest(),
                    content=asset.data,
                )
            )
        db.session.flush()
        # Only now: the database takes nothing more into a version that is published.
        version.state = VersionState.PUBLISHED
        version.published_at = self.ctx.now
        db.session.flush()
        return version

    def _module(self, position: int, source: ModuleSource) -> None:
        module = Module(
            id=new_key(),
            version_id=self.key,
            position=position,
            slug=source.slug,
            title=source.title,
            summary=source.summary,
            intro=source.body,
            intro_html=self.rendered(source.body),
            opens_later=source.opens_later,
        )
        db.session.add(module)
        db.session.flush()  # before the activities that refer to it
        for number, activity in enumerate(source.activities, 1):
            db.session.add(
                Activity(
                    module_id=module.id,
                    version_id=self.key,
                    position=number,
                    slug=activity.slug,
                    kind=activity.kind,
                    title=activity.title,
                    minutes=activity.minutes,
                    required=activity.required,
                    phase=Phase(activity.phase) if activity.phase else None,
                    settings=activity.settings,
                    body=activity.body,
                    html=self.rendered(activity.body),
                )
            )

    def rendered(self, text: str) -> str:
        """Return a text as HTML whose pictures and links find the files of this version."""
        paths = {asset.path for asset in self.source.assets}
        html = markdown.render(
            text, asset_url=lambda path: file_address(self.key, path) if path in paths else None
        )
        return with_file_addresses(html, self.key)
