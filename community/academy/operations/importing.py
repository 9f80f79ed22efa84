"""Adding courses: a version is written once, published at once, and never changed."""

import contextlib
import dataclasses
import hashlib
import re
import uuid
from collections.abc import Mapping

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
    CourseFile,
    CourseVersion,
    Module,
    Phase,
    VersionState,
)
from community.academy.operations.bringing import bring
from community.academy.policy import course_spaces, may_import_course
from community.academy.queries import lineage_of_version, newest_of
from community.academy.rules import (
    Lineage,
    digest_of_files,
    file_address,
    with_file_addresses,
)
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.kernel.files.keeping import keep
from community.kernel.files.store import Coming
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
from community.kernel.slugs import slug_of
from community.spaces.policy import refuse_archived

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclasses.dataclass(frozen=True, slots=True)
class Edition:
    """A course as it will be stored: under the key of its version, with its texts rendered.

    Made before its act begins: rendering a course takes long, and a unit of work keeps others
    waiting.
    """

    key: uuid.UUID
    source: CourseSource
    digest: str
    html: Mapping[str, str]

    @classmethod
    def of(cls, source: CourseSource, key: uuid.UUID) -> "Edition":
        """Prepare a course; raises CourseRefused where it cannot be written as a course folder."""
        files = {file.path: f"{file.digest} {file.size}".encode() for file in source.files}
        digest = digest_of_files({**write_files(source, KINDS), **files})
        paths = {asset.path for asset in source.assets}

        def address(path: str) -> str:
            return file_address(key, path)

        def rendered(text: str) -> str:
            html = markdown.render(
                text, asset_url=lambda path: address(path) if path in paths else None
            )
            return with_file_addresses(html, address)

        texts = {source.body}
        for module in source.modules:
            texts |= {module.body, *(activity.body for activity in module.activities)}
        return cls(key, source, digest, {text: rendered(text) for text in texts})


def import_course(
    ctx: Context,
    space_id: uuid.UUID,
    source: CourseSource,
    *,
    slug: str | None = None,
    lineage: Lineage | None = None,
) -> CourseVersion:
    """Add ``source`` to a space as the next version of the course ``slug``, published at once.

    Without ``slug`` the title makes it. The first version of an unknown slug begins a course.
    ``lineage`` says which of its parts are the same things as parts of earlier versions; without
    it those are that have the same slugs in the newest.
    Raises CourseRefused where the source cannot be written as a course folder, Invalid for a slug
    that is none, Conflict in an archived space or where the newest version has the same content.
    """
    slug = (slug_of(source.title) or "course") if slug is None else _checked(slug)
    require(may_import_course, ctx, find(course_spaces(ctx), space_id))
    edition = Edition.of(source, new_key())
    with contextlib.ExitStack() as stack:
        came = {file.path: stack.enter_context(bring(file)) for file in source.files}
        return _import_course(ctx, space_id, edition, slug, lineage=lineage, came=came)


@operation
def _import_course(
    ctx: Context,
    space_id: uuid.UUID,
    edition: Edition,
    slug: str,
    *,
    lineage: Lineage | None,
    came: Mapping[str, Coming],
) -> CourseVersion:
    """Do what ``import_course`` says, with texts that are rendered and files that are here."""
    space = find(course_spaces(ctx), space_id)
    require(may_import_course, ctx, space)
    refuse_archived(space)
    course = _locked_course(ctx, space_id, slug)
    order = sorted(came, key=lambda path: came[path].digest)  # each holds its row till the commit
    files = {path: keep(ctx, came[path]).id for path in order}
    return add_version(ctx, course, edition, lineage, files)


@operation
def add_version(
    ctx: Context,
    course: Course,
    edition: Edition,
    lineage: Lineage | None,
    files: Mapping[str, uuid.UUID],
) -> CourseVersion:
    """Write and publish the next version of a course whose row is held.

    ``files`` leads from the paths of its files to the ids of those that are kept.
    Raises Conflict where the newest version has the same content.
    """
    newest = newest_of(course.id)
    if newest is not None and newest.digest == edition.digest:
        raise Conflict(
            _("Nothing changed: this is version %(number)d already.", number=newest.number)
        )
    if lineage is None:
        lineage = lineage_of_version(newest.id) if newest else Lineage()
    version = _Writer(ctx, edition, lineage, files).write(
        course, newest.number + 1 if newest else 1
    )
    published = VersionPublished(
        course_id=course.id, version_id=version.id, space_id=course.space_id
    )
    record(published)
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
    """Writes one edition as the rows of one version."""

    ctx: Context
    edition: Edition
    lineage: Lineage
    files: Mapping[str, uuid.UUID]

    def write(self, course: Course, number: int) -> CourseVersion:
        source, html = self.edition.source, self.edition.html
        version = CourseVersion(
            id=self.edition.key,
            course_id=course.id,
            number=number,
            state=VersionState.DRAFT,
            title=source.title,
            language=source.language,
            licence=source.licence or None,
            summary=source.summary,
            description=source.body,
            description_html=html[source.body],
            renderer=markdown.RENDERER,
            digest=self.edition.digest,
            created_at=self.ctx.now,
        )
        db.session.add(version)
        db.session.flush()
        for position, module in enumerate(source.modules, 1):
            self._module(position, module)
        for asset in source.assets:
            db.session.add(
                Asset(
                    version_id=self.edition.key,
                    path=asset.path,
                    media_type=asset.media_type,
                    digest=hashlib.sha256(asset.data).hexdigest(),
                    content=asset.data,
                )
            )
        for path, stored_id in self.files.items():
            row = CourseFile(version_id=self.edition.key, path=path, stored_id=stored_id)
            db.session.add(row)
        db.session.flush()
        # Only now: the database takes nothing more into a version that is published.
        version.state = VersionState.PUBLISHED
        version.published_at = self.ctx.now
        db.session.flush()
        return version

    def _module(self, position: int, source: ModuleSource) -> None:
        key = new_key()
        module = Module(
            id=key,
            version_id=self.edition.key,
            lineage=self.lineage.modules.get(source.slug, key),
            position=position,
            slug=source.slug,
            title=source.title,
            summary=source.summary,
            intro=source.body,
            intro_html=self.edition.html[source.body],
            opens_later=source.opens_later,
            release=source.release,
        )
        db.session.add(module)
        db.session.flush()  # before the activities that refer to it
        for number, activity in enumerate(source.activities, 1):
            own = new_key()
            db.session.add(
                Activity(
                    id=own,
                    module_id=key,
                    version_id=self.edition.key,
                    lineage=self.lineage.activities.get((source.slug, activity.slug), own),
                    position=number,
                    slug=activity.slug,
                    kind=activity.kind,
                    title=activity.title,
                    minutes=activity.minutes,
                    required=activity.required,
                    phase=Phase(activity.phase) if activity.phase else None,
                    settings=activity.settings,
                    body=activity.body,
                    html=self.edition.html[activity.body],
                )
            )
