"""What was handed in in a run, for those who mark: the queue, and one version of it."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.academy.queries import ActivityLine
from community.accounts.models import User
from community.accounts.queries import called
from community.accounts.rules import search_terms
from community.cohorts.models import SEATED, Enrolment, Run
from community.coursework.models import (
    AssignmentWork,
    Extension,
    Stage,
    Submission,
)
from community.coursework.policy import (
    visible_extensions,
    visible_submissions,
    visible_work_files,
)
from community.coursework.queries.works import Version, files_of, versions_of
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.files.models import StoredFile
from community.kernel.frame import Person
from community.kernel.paging import Page, page_of
from community.kernel.policy import find
from community.progress.policy import line_now
from community.spaces.queries import face_in

MOST_LEARNERS = 500


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HandInView:
    """A version with what stands around it: whose it is, what came before, what follows."""

    version: Version
    former: Version | None
    newest: bool
    stage: Stage
    author: Person
    enrolment_id: uuid.UUID
    line: ActivityLine | None
    activity_id: uuid.UUID
    others: tuple[Version, ...]


def hand_in(ctx: Context, run: Run, submission_id: uuid.UUID) -> HandInView:
    """Return a version the actor reads, in this run; four statements. Raises NotFound."""
    row = db.session.execute(
        visible_submissions(ctx)
        .where(Submission.id == submission_id, Enrolment.run_id == run.id)
        .join(User, User.id == Enrolment.user_id)
        .with_only_columns(
            Submission.work_id,
            AssignmentWork.stage,
            AssignmentWork.activity_id,
            Enrolment.id.label("enrolment_id"),
            Enrolment.user_id,
            User.name,
            face_in(Run.space_id),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    versions = versions_of(row.work_id, files_of(row.work_id))
    mine = next(each for each in versions if each.id == submission_id)
    seen = [each for each in versions if each.taken_back_at is None]
    earlier = [each for each in seen if each.number < mine.number]
    return HandInView(
        version=mine,
        former=earlier[0] if earlier else None,
        newest=all(each.number <= mine.number for each in seen),
        stage=row.stage,
        author=Person(row.user_id, row.name, row.face),
        enrolment_id=row.enrolment_id,
        line=line_now(run, row.activity_id),
        activity_id=row.activity_id,
        others=tuple(each for each in seen if each.id != mine.id),
    )


# ------------------------------------------------------------------ files, and more time


class KeptFile(NamedTuple):
    """A file to be sent, by the name its learner gave it."""

    name: str
    digest: str


def work_file(ctx: Context, file_id: uuid.UUID) -> KeptFile:
    """Return a file of a learner's that the actor may load; raises NotFound."""
    row = find(visible_work_files(ctx), file_id)
    digest = db.session.scalars(
        sa.select(StoredFile.digest).where(StoredFile.id == row.stored_id)
    ).one()
    return KeptFile(row.name, digest)


class MoreTime(NamedTuple):
    """An extension, as it is listed."""

    enrolment_id: uuid.UUID
    name: str
    until: dt.datetime
    reason: str
    by: str


def extensions(ctx: Context, run: Run, activity_id: uuid.UUID, *, page: str | None = None) -> Page:
    """Return a page of who has more time in an assignment (``MoreTime``), by name."""
    giver = sa.orm.aliased(User)
    listed: Any = (
        visible_extensions(ctx)
        .where(Enrolment.run_id == run.id, Extension.activity_id == activity_id)
        .join(User, User.id == Enrolment.user_id)
        .join(giver, giver.id == Extension.given_by)
        .with_only_columns(
            Enrolment.id, User.name, Extension.until, Extension.reason, giver.name.label("by")
        )
        .order_by(User.name, Enrolment.id)
    )
    found = page_of(listed, page=page)
    return Page([MoreTime(*row) for row in found.items], found.next, found.previous)


class Learners(NamedTuple):
    """Enrolments and names to choose from; ``more``: there are others, to be found by name."""

    choices: Sequence[tuple[uuid.UUID, str]]
    more: bool


def learners_of(
    run_id: uuid.UUID, search: str = "", *, chosen: uuid.UUID | None = None
) -> Learners:
    """Return who learns in a run that the caller leads, by name, and whoever is ``chosen`` first.

    ``search``: words of a name.
    """
    learning = (
        sa.select(Enrolment.id, User.name)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.run_id == run_id, Enrolment.state.in_(SEATED))
        .limit(MOST_LEARNERS + 1)
    )
    first = Enrolment.id == chosen if chosen else sa.false()
    if search_terms(search):
        learning = learning.where(sa.or_(called(search), first))
    order = (sa.case((first, 0), else_=1), User.name, Enrolment.id)
    rows = db.session.execute(learning.order_by(*order)).all()
    return Learners([(row.id, row.name) for row in rows[:MOST_LEARNERS]], len(rows) > MOST_LEARNERS)
