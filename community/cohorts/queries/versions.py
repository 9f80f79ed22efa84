"""What moving a run to a newer version of its course would do: the same for page and act."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.models import Course, CourseVersion, VersionState
from community.academy.queries import outline, published_versions
from community.cohorts.models import EarlierVersion, Run, RunState
from community.cohorts.policy import visible_runs
from community.cohorts.queries.comparing import Comparison, VersionChange
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.spaces.models import Space
from community.spaces.policy import ORGANISING, my_spaces_as

MOST_VERSIONS = 20  # to choose from


def newer_versions(run: Run) -> Sequence[CourseVersion]:
    """Return the versions of a run's course that are newer than the run's, the newest first."""
    old = outline(run.version_id)
    newer = published_versions(old.course_id).where(CourseVersion.number > old.number)
    return db.session.scalars(newer.limit(MOST_VERSIONS)).all()


def course_and_newest(run: Run) -> tuple[Course, int]:
    """Return a run's course and the number of its newest published version; one statement.

    Whoever keeps the course at hand does not ask for it again (``people.course_of``).
    """
    newest = (
        sa.select(sa.func.max(CourseVersion.number))
        .where(CourseVersion.course_id == Course.id, CourseVersion.state == VersionState.PUBLISHED)
        .correlate(Course)
        .scalar_subquery()
    )
    course_id = outline(run.version_id).course_id
    row = db.session.execute(sa.select(Course, newest).where(Course.id == course_id)).one()
    return row[0], row[1]


@dataclasses.dataclass(frozen=True, slots=True)
class Behind:
    """A run that goes by an earlier version."""

    name: str
    slug: str
    number: int


def runs_behind(ctx: Context, version: CourseVersion) -> Sequence[Behind]:
    """Return the runs the actor organises that could go on with a version, the latest first."""
    rows = db.session.execute(
        visible_runs(ctx)
        .join(Space, Space.id == Run.space_id)
        .join(CourseVersion, CourseVersion.id == Run.version_id)
        .where(
            CourseVersion.course_id == version.course_id,
            CourseVersion.number < version.number,
            Run.space_id.in_(my_spaces_as(ctx, ORGANISING)),
            Run.state != RunState.CLOSED,
        )
        .order_by(Run.starts_on.desc(), Run.id.desc())
        .limit(MOST_VERSIONS)
        .with_only_columns(Space.name, Space.slug, CourseVersion.number)
    )
    return [Behind(*row) for row in rows]


def earlier_versions(run_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Return the versions a run had before, the first one first."""
    return [version_id for version_id, _left_at in versions_left(run_id)]


def versions_left(run_id: uuid.UUID) -> Sequence[tuple[uuid.UUID, dt.datetime]]:
    """Return the versions a run had before and until when, the first one first."""
    rows = db.session.execute(
        sa.select(EarlierVersion.version_id, EarlierVersion.left_at)
        .where(EarlierVersion.run_id == run_id)
        .order_by(EarlierVersion.left_at, EarlierVersion.id)
    )
    return [(row.version_id, row.left_at) for row in rows]


def version_change(
    ctx: Context, run: Run, version_id: uuid.UUID, *, lock: bool = False
) -> VersionChange:
    """Return what moving a run the caller may change to another version would do.

    ``lock`` holds its sessions till the commit. Raises NotFound for what is no version of its
    course, Conflict for one that is not newer, Invalid (``weeks``) where the run is too short.
    """
    old = outline(run.version_id)
    chosen = published_versions(old.course_id).where(CourseVersion.id == version_id)
    if db.session.scalar(chosen) is None:
        raise NotFound(_("There is no such version of this course."))
    new = outline(version_id)
    if new.number <= old.number:
        raise Conflict(
            _("The run is on version %(number)d already, or a newer one.", number=new.number)
        )
    if len(new.modules) > run.weeks:
        message = _(
            "Version %(number)d has %(modules)d modules and one opens each week: give the run"
            " %(modules)d weeks or more first.",
            number=new.number,
            modules=len(new.modules),
        )
        raise Invalid(message, fields={"weeks": [message]})
    return Comparison(ctx, run, old, new).change(lock=lock)
