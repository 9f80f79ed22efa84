"""A learner's own work in an assignment: what they write, what they handed in, what was said."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.assignment.rubric import most_points, points_of
from community.academy.queries import CriterionText, rubric_texts
from community.accounts.models import User
from community.cohorts.models import Enrolment
from community.coursework.models import (
    AssignmentWork,
    Extension,
    Marking,
    Stage,
    Submission,
    WorkFile,
)
from community.kernel.db import db
from community.kernel.files.models import StoredFile
from community.kernel.files.sorts import SORTS, Sort

VERSIONS_SHOWN = 50  # as many as there can be


@dataclasses.dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a learner's, as it is listed; ``digest`` says what it holds."""

    id: uuid.UUID
    submission_id: uuid.UUID | None
    name: str
    size: int
    digest: str
    added_at: dt.datetime

    @property
    def sort(self) -> Sort:
        return sort_of_name(self.name)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version that was handed in, with what was said to it; ``marker`` is who said it.

    ``began`` is true once somebody who marks has kept something: then it is not taken back. What
    was said is for its learner once there is an ``outcome``.
    """

    id: uuid.UUID
    number: int
    text: str
    html: str
    handed_in_at: dt.datetime
    due_at: dt.datetime | None
    late: bool
    taken_back_at: dt.datetime | None
    edition: int
    rubric: Sequence[dict[str, Any]]
    levels: dict[str, str]
    comment: str
    comment_html: str
    outcome: Marking | None
    marked_at: dt.datetime | None
    marker: str | None
    files: tuple[FileLine, ...] = ()

    @property
    def began(self) -> bool:
        return self.edition > 0

    @property
    def criteria(self) -> tuple[CriterionText, ...]:
        return rubric_texts(self.rubric)

    @property
    def points(self) -> int:
        """The points of what was chosen; what is left open gives none."""
        return points_of(self.rubric, self.levels)

    @property
    def most(self) -> int:
        """The points there are."""
        return most_points(self.rubric)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """More time for a learner, and whoever gave it."""

    until: dt.datetime
    reason: str
    by: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """All of a learner's work in an assignment; the newest version first."""

    stage: Stage = Stage.OPEN
    draft: str = ""
    revision: int = 0
    saved_at: dt.datetime | None = None
    files: tuple[FileLine, ...] = ()
    versions: tuple[Version, ...] = ()
    extension: Given | None = None

    @property
    def latest(self) -> Version | None:
        """The newest version that was not taken back."""
        return next((each for each in self.versions if each.taken_back_at is None), None)


def sort_of_name(name: str) -> Sort:
    """Return what a file is by its name: it ends as its content is."""
    return SORTS[name[name.rindex(".") :]]


COLUMNS: tuple[Any, ...] = (
    Submission.id,
    Submission.number,
    Submission.text,
    Submission.html,
    Submission.handed_in_at,
    Submission.due_at,
    Submission.late,
    Submission.taken_back_at,
    Submission.edition,
    Submission.rubric,
    Submission.levels,
    Submission.comment,
    Submission.comment_html,
    Submission.outcome,
    Submission.marked_at,
    User.name.label("marker"),
)


_GIVER = sa.orm.aliased(User)
_ACTIVITY = sa.bindparam("activity", type_=sa.Uuid())
_NEWEST = sa.or_(Submission.id.is_(None), Submission.number == AssignmentWork.versions)
_MINE = (
    sa.select(
        AssignmentWork.id.label("work_id"),
        AssignmentWork.stage,
        # the text stands in one of the rows: it may be long, and there is a row a version
        sa.case((_NEWEST, AssignmentWork.draft), else_="").label("draft"),
        AssignmentWork.revision,
        AssignmentWork.saved_at,
        Extension.until,
        Extension.reason,
        _GIVER.name.label("giver"),
        *COLUMNS,
    )
    .select_from(Enrolment)
    .outerjoin(
        AssignmentWork,
        sa.and_(
            AssignmentWork.enrolment_id == Enrolment.id, AssignmentWork.activity_id == _ACTIVITY
        ),
    )
    .outerjoin(
        Extension,
        sa.and_(Extension.enrolment_id == Enrolment.id, Extension.activity_id == _ACTIVITY),
    )
    .outerjoin(_GIVER, _GIVER.id == Extension.given_by)
    .outerjoin(Submission, Submission.work_id == AssignmentWork.id)
    .outerjoin(User, User.id == Submission.marked_by)
    .where(Enrolment.id == sa.bindparam("enrolment", type_=sa.Uuid()))
    .order_by(Submission.number.desc())
    .limit(VERSIONS_SHOWN)
)


def my_work(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> WorkView:
    """Return a learner's own work in an assignment; two statements."""
    given = {"enrolment": enrolment_id, "activity": activity_id}
    rows = db.session.execute(_MINE, given).mappings().all()
    first = rows[0]
    extension = None
    if first["until"] is not None:
        extension = Given(until=first["until"], reason=first["reason"], by=first["giver"])
    if first["work_id"] is None:
        return WorkView(extension=extension)
    files = files_of(first["work_id"])
    return WorkView(
        stage=first["stage"],
        draft=first["draft"],
        revision=first["revision"],
        saved_at=first["saved_at"],
        files=tuple(file for file in files if file.submission_id is None),
        versions=_versions([row for row in rows if row["id"] is not None], files),
        extension=extension,
    )


def versions_of(work_id: uuid.UUID, files: Sequence[FileLine]) -> tuple[Version, ...]:
    """Return the versions of a piece of work, the newest first, with those of ``files``."""
    found = db.session.execute(
        sa.select(*COLUMNS)
        .outerjoin(User, User.id == Submission.marked_by)
        .where(Submission.work_id == work_id)
        .order_by(Submission.number.desc())
        .limit(VERSIONS_SHOWN)
    )
    return _versions(found.mappings().all(), files)


def _versions(rows: Sequence[Any], files: Sequence[FileLine]) -> tuple[Version, ...]:
    """Return rows with ``COLUMNS`` as versions, each with its files."""
    names = [column.key for column in COLUMNS]
    return tuple(
        Version(
            **{name: row[name] for name in names},
            files=tuple(file for file in files if file.submission_id == row["id"]),
        )
        for row in rows
    )


def files_of(work_id: uuid.UUID) -> list[FileLine]:
    """Return the files of a piece of work, those of its versions too, as they came."""
    rows = db.session.execute(
        sa.select(
            WorkFile.id,
            WorkFile.submission_id,
            WorkFile.name,
            StoredFile.size,
            StoredFile.digest,
            WorkFile.added_at,
        )
        .join(StoredFile, StoredFile.id == WorkFile.stored_id)
        .where(WorkFile.work_id == work_id)
        .order_by(WorkFile.added_at, WorkFile.id)
    )
    return [FileLine(*row) for row in rows]
