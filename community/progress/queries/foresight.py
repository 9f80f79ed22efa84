"""Who sees what when: the modules of a run as its learners have them at an instant."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.queries import ActivityLine, ModuleOutline
from community.accounts.models import User
from community.cohorts.models import SEATED, Enrolment, Run
from community.cohorts.queries import own_openings
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.paging import page_of
from community.kernel.policy import require
from community.progress.models import ActivityState
from community.progress.policy import may_see_everybody, plan
from community.progress.policy.access import COUNTED_SCORE, openings, scores_in
from community.progress.policy.sessions import over, passed_over
from community.progress.queries.needs import needs_of
from community.progress.rules.states import SETTLED
from community.progress.rules.unlocking import Access, Learned, unlock

WINDOW = 30  # learners on a page

_STATES = sa.select(
    ActivityState.enrolment_id,
    ActivityState.activity_id,
    ActivityState.status,
    COUNTED_SCORE.label("score"),
).where(ActivityState.enrolment_id.in_(sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True)))


@dataclasses.dataclass(frozen=True, slots=True)
class Foreseen:
    """A module as a learner has it: open, or when and after what it opens."""

    module: ModuleOutline
    access: Access
    finish: ActivityLine | None
    needs: str


@dataclasses.dataclass(frozen=True, slots=True)
class Seer:
    """A learner with what they see."""

    enrolment_id: uuid.UUID
    name: str
    shift_days: int
    modules: tuple[Foreseen, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Foresight:
    """What the learners of a page see."""

    modules: Sequence[ModuleOutline]
    learners: Sequence[Seer]
    next: str | None
    previous: str | None


def foresight(
    ctx: Context,
    run: Run,
    at: dt.datetime,
    *,
    enrolment_id: uuid.UUID | None = None,
    page: str | None = None,
) -> Foresight:
    """Return what learners of a run see at an instant, if by then they have done no more.

    By name, a page of them, or one alone. The run is taken to be open. At most five statements.
    Raises Forbidden for who does not facilitate the run.
    """
    require(may_see_everybody, ctx, run)
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(Enrolment.id, User.name.label("name"), Enrolment.shift_days)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.run_id == run.id, Enrolment.state.in_(SEATED))
        .order_by(User.name, Enrolment.id)
    )
    if enrolment_id is not None:
        statement = statement.where(Enrolment.id == enrolment_id)
    found = page_of(statement, limit=WINDOW, page=page)
    keys = [row.id for row in found.items]
    own = own_openings(keys) if run.individual and keys else {}
    learned = _learned(ctx, run, keys)
    course = plan(run.version_id)
    group = openings(ctx, run)
    learners = []
    for row in found.items:
        access = unlock(
            course.parts, {**group, **own.get(row.id, {})}, learned[row.id], now=at, run_open=True
        )
        learners.append(Seer(row.id, row.name, row.shift_days, _seen(run, access)))
    return Foresight(course.outline.modules, learners, found.next, found.previous)


def _learned(ctx: Context, run: Run, keys: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Learned]:
    states: dict[uuid.UUID, list[Any]] = {key: [] for key in keys}
    if keys:
        for row in execute(_STATES, {"enrolments": list(keys)}):
            states[row.enrolment_id].append(row)
    passed, missed = passed_over(ctx, run), over(ctx, run)
    return {
        key: Learned(
            passed.union(row.activity_id for row in rows if row.status in SETTLED),
            scores_in(rows),
            missed,
        )
        for key, rows in states.items()
    }


def _seen(run: Run, access: Mapping[uuid.UUID, Access]) -> tuple[Foreseen, ...]:
    course = plan(run.version_id)
    return tuple(
        Foreseen(
            module,
            found,
            course.lines[found.finish] if found.finish else None,
            needs_of(course.outline.modules, found),
        )
        for module in course.outline.modules
        for found in [access[module.id]]
    )
