"""Drafts: which there are, what they hold, and what keeps them from being published.

Callers have found the draft under a read rule.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from community.academy.formats.attachments import sort_of_path
from community.academy.formats.drafts import (
    DraftProblem,
    Folder,
    TypedActivity,
    TypedCourse,
    TypedModule,
    problems_of_activity,
    problems_of_module,
)
from community.academy.formats.source import FileSource
from community.academy.kinds.builtin import KINDS
from community.academy.models import (
    Course,
    CourseDraft,
    CourseVersion,
    DraftActivity,
    DraftAsset,
    DraftFile,
    DraftModule,
)
from community.academy.policy import visible_drafts
from community.academy.rules import ASSETS, FILES
from community.kernel.context import Context
from community.kernel.db import db, snapshot
from community.kernel.errors import NotFound
from community.kernel.files.models import StoredFile
from community.kernel.files.sorts import Sort
from community.kernel.files.store import store
from community.spaces.models import Space

Part = TypeVar("Part", DraftModule, DraftActivity)

MOST_SHOWN = 200


@dataclasses.dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft as lists show it; ``number`` is the version it was made from, None: the first."""

    id: uuid.UUID
    course_id: uuid.UUID
    slug: str
    space_id: uuid.UUID
    space_name: str
    title: str
    number: int | None
    created_at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class PictureLine:
    """A picture of a draft without its bytes; ``size`` is in bytes."""

    id: uuid.UUID
    path: str
    media_type: str
    size: int
    digest: str


@dataclasses.dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a draft; ``size`` is in bytes."""

    id: uuid.UUID
    path: str
    size: int
    digest: str

    @property
    def sort(self) -> Sort:
        """What it is."""
        return sort_of_path(self.path)

    @property
    def media_type(self) -> str:
        return self.sort.media_type


def drafts(ctx: Context, space_id: uuid.UUID | None = None) -> Sequence[DraftLine]:
    """Return the drafts the actor may edit, the newest first, at most 200; one statement.

    ``space_id`` leaves only those of one space.
    """
    statement = draft_lines(ctx).limit(MOST_SHOWN)
    if space_id is not None:
        statement = statement.where(Course.space_id == space_id)
    return [DraftLine(*row) for row in db.session.execute(statement)]


def draft_lines(ctx: Context) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of the drafts the actor may edit, the newest first.

    Its columns are those of ``DraftLine``.
    """
    visible = visible_drafts(ctx).with_only_columns(CourseDraft.id)
    return (
        sa.select(
            CourseDraft.id,
            CourseDraft.course_id,
            Course.slug,
            Course.space_id,
            Space.name.label("space_name"),
            CourseDraft.title,
            CourseVersion.number,
            CourseDraft.created_at,
        )
        .join(Course, Course.id == CourseDraft.course_id)
        .join(Space, Space.id == Course.space_id)
        .outerjoin(CourseVersion, CourseVersion.id == CourseDraft.based_on)
        .where(CourseDraft.id.in_(visible))
        .order_by(CourseDraft.created_at.desc(), CourseDraft.id.desc())
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a draft at one moment; no bytes of pictures."""

    draft: CourseDraft
    modules: Sequence[DraftModule]
    activities: Mapping[uuid.UUID, Sequence[DraftActivity]]
    pictures: tuple[PictureLine, ...]
    files: tuple[FileLine, ...]

    @property
    def no_bytes(self) -> dict[str, bytes]:
        """The paths of pictures and files, without what they hold."""
        paths = [picture.path for picture in self.pictures] + [file.path for file in self.files]
        return dict.fromkeys(paths, b"")


def rows_of(draft_id: uuid.UUID) -> Rows:
    """Read a draft; four statements. Raises NotFound."""
    fresh = {"populate_existing": True}
    draft = db.session.scalar(
        sa.select(CourseDraft).where(CourseDraft.id == draft_id).execution_options(**fresh)
    )
    if draft is None:
        raise NotFound
    modules = db.session.scalars(
        sa.select(DraftModule)
        .where(DraftModule.draft_id == draft_id)
        .order_by(DraftModule.position)
        .execution_options(**fresh)
    ).all()
    activities: dict[uuid.UUID, list[DraftActivity]] = {}
    for row in db.session.scalars(
        sa.select(DraftActivity)
        .where(DraftActivity.draft_id == draft_id)
        .order_by(DraftActivity.position)
        .execution_options(**fresh)
    ):
        activities.setdefault(row.module_id, []).append(row)
    pictures, files = _attached(draft_id)
    return Rows(draft, modules, activities, pictures, files)


def _attached(draft_id: uuid.UUID) -> tuple[tuple[PictureLine, ...], tuple[FileLine, ...]]:
    """Return the pictures and the files of a draft by their paths; one statement for both."""
    asset, file = DraftAsset, DraftFile
    both = sa.union_all(
        sa.select(asset.id, asset.path, asset.media_type, asset.size, asset.digest).where(
            asset.draft_id == draft_id
        ),
        sa.select(file.id, file.path, sa.literal(""), StoredFile.size, StoredFile.digest)
        .join(StoredFile, StoredFile.id == file.stored_id)
        .where(file.draft_id == draft_id),
    )
    rows = sorted(db.session.execute(both), key=lambda row: row.path)
    return (
        tuple(PictureLine(*row) for row in rows if row.path.startswith(ASSETS)),
        tuple(
            FileLine(row.id, row.path, row.size, row.digest)
            for row in rows
            if row.path.startswith(FILES)
        ),
    )


def _files() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(DraftFile.id, DraftFile.path, StoredFile.size, StoredFile.digest)
        .join(StoredFile, StoredFile.id == DraftFile.stored_id)
        .order_by(DraftFile.path)
    )


def paths_of(draft_id: uuid.UUID) -> dict[str, bytes]:
    """Return the paths of a draft's pictures and files, for who asks whether they are there."""
    found = sa.union_all(
        sa.select(DraftAsset.path).where(DraftAsset.draft_id == draft_id),
        sa.select(DraftFile.path).where(DraftFile.draft_id == draft_id),
    )
    return dict.fromkeys(db.session.scalars(found), b"")


def draft_module(draft_id: uuid.UUID, module_id: uuid.UUID) -> DraftModule:
    """Return a module of a draft; raises NotFound for one of another."""
    return _one(sa.select(DraftModule).where(DraftModule.draft_id == draft_id), module_id)


def draft_activity(draft_id: uuid.UUID, activity_id: uuid.UUID) -> DraftActivity:
    """Return an activity of a draft; raises NotFound for one of another."""
    return _one(sa.select(DraftActivity).where(DraftActivity.draft_id == draft_id), activity_id)


def draft_picture(draft_id: uuid.UUID, path: str) -> DraftAsset:
    """Return a picture of a draft by its path (``assets/waves.svg``); raises NotFound."""
    found = db.session.scalar(
        sa.select(DraftAsset).where(DraftAsset.draft_id == draft_id, DraftAsset.path == path)
    )
    if found is None:
        raise NotFound
    return found


def draft_file(draft_id: uuid.UUID, path: str) -> FileLine:
    """Return a file of a draft by its path (``files/slides.pdf``); raises NotFound."""
    statement = _files().where(DraftFile.draft_id == draft_id, DraftFile.path == path)
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound
    return FileLine(*row)


def _one(statement: sa.Select[Part], key: uuid.UUID) -> Part:
    model: type[Part] = statement.column_descriptions[0]["entity"]
    row = db.session.scalar(
        statement.where(model.id == key).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row


def typed_activity(row: DraftActivity) -> TypedActivity:
    """Return an activity of a draft as plain values."""
    phase = row.phase.value if row.phase else None
    own = (row.title, row.minutes, row.required, phase, row.front, row.body)
    return TypedActivity(row.id, row.slug, row.kind, *own)


def typed_course(draft_id: uuid.UUID, *, with_pictures: bool = False) -> tuple[int, TypedCourse]:
    """Return the number of a draft's changes so far, and the draft as plain values.

    ``with_pictures``: with their bytes, and with the files. Five statements at most; raises
    NotFound.
    """
    with snapshot():
        read = rows_of(draft_id)
        pictures, held = read.no_bytes, tuple[FileSource, ...]()
        if with_pictures:
            there = store()
            held = tuple(
                FileSource(file.path, file.digest, file.size, there.path(file.digest))
                for file in read.files
            )
            pictures = {
                row.path: row.content
                for row in db.session.execute(
                    sa.select(DraftAsset.path, DraftAsset.content).where(
                        DraftAsset.draft_id == draft_id
                    )
                )
            }
    draft = read.draft
    modules = tuple(
        TypedModule(
            id=module.id,
            slug=module.slug,
            title=module.title,
            summary=module.summary,
            opens_later=module.opens_later,
            release=module.release,
            body=module.body,
            activities=tuple(typed_activity(a) for a in read.activities.get(module.id, ())),
        )
        for module in read.modules
    )
    own = (draft.title, draft.language, draft.licence, draft.summary, draft.body)
    return draft.edits, TypedCourse(*own, modules, pictures, held)


def problems(draft_id: uuid.UUID) -> tuple[DraftProblem, ...]:
    """Return what keeps a draft from being published, in the order of the course.

    It is what the reader of course folders says of the whole; four statements.
    """
    return Folder(typed_course(draft_id)[1], KINDS).problems()


def problems_here(
    row: DraftActivity | DraftModule, *, filled: bool = True
) -> tuple[DraftProblem, ...]:
    """Return what is wrong with one activity or module (``filled``: it has activities)."""
    pictures = paths_of(row.draft_id)
    if isinstance(row, DraftActivity):
        return problems_of_activity(typed_activity(row), pictures, KINDS)
    own = (row.title, row.summary, row.opens_later, row.release, row.body)
    return problems_of_module(TypedModule(row.id, row.slug, *own), pictures, KINDS, filled=filled)
