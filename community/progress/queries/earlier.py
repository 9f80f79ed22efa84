"""What a learner did in parts of the course that are gone from the version their run has now."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import LazyString

from community.academy.kinds.builtin import KINDS
from community.academy.models import Activity, CourseVersion
from community.cohorts.models import EarlierVersion, Run
from community.kernel.db import execute, values_of
from community.progress.models import ActivityState
from community.progress.rules.states import Status

SHOWN = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Earlier:
    """An activity that is gone, where the learner stood in it, and the version it was part of."""

    activity_id: uuid.UUID
    title: str
    kind: str
    number: int
    status: Status
    fraction: float
    begun_at: dt.datetime
    done_at: dt.datetime | None

    @property
    def kind_label(self) -> LazyString:
        return KINDS[self.kind].label


_EARLIER = (
    sa.select(
        Activity.id.label("activity_id"),
        Activity.title,
        Activity.kind,
        CourseVersion.number,
        ActivityState.status,
        ActivityState.fraction,
        ActivityState.begun_at,
        ActivityState.done_at,
    )
    .join(Activity, Activity.id == ActivityState.activity_id)
    .join(EarlierVersion, EarlierVersion.version_id == Activity.version_id)
    .join(CourseVersion, CourseVersion.id == Activity.version_id)
    .where(
        ActivityState.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
        EarlierVersion.run_id == sa.bindparam("run", type_=sa.Uuid()),
    )
    .order_by(ActivityState.begun_at, ActivityState.id)
    .limit(SHOWN)
)


def earlier_work(run: Run, enrolment_id: uuid.UUID) -> Sequence[Earlier]:
    """Return what is kept of a learner that the run's course has no more, the oldest first.

    The caller has found the enrolment by ``visible_records``.
    """
    found = execute(_EARLIER, {"run": run.id, "enrolment": enrolment_id})
    return [Earlier(**values_of(row)) for row in found]
