"""What is open: the only way a learner, the API or a search reads the pages of a course."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import LIVE_SESSION
from community.academy.models import Activity
from community.academy.queries import ActivityLine
from community.academy.rules.releases import Score, facts
from community.cohorts.models import EarlierVersion, Run, RunState
from community.cohorts.queries import openings_of, own_openings
from community.cohorts.rules import Opening
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import Forbidden, NotFound
from community.kernel.policy import rule
from community.progress.models import ActivityState, Decision
from community.progress.policy.plans import plan
from community.progress.policy.sessions import over, passed_over
from community.progress.policy.standing import Seat, standing
from community.progress.rules.states import SETTLED, Status
from community.progress.rules.unlocking import Access, Learned, Lock, unlock

ALL = 100
"""Per cent."""

_SETTLED = sa.select(ActivityState.activity_id).where(
    ActivityState.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()),
    ActivityState.status.in_(sorted(SETTLED)),
)

_BEST = ActivityState.evidence["best_score"].as_integer()
_WORD = (
    sa.select(Decision.status)
    .where(
        Decision.enrolment_id == ActivityState.enrolment_id,
        Decision.activity_id == ActivityState.activity_id,
    )
    .order_by(Decision.decided_at.desc(), Decision.id.desc())
    .limit(1)
    .correlate(ActivityState)
    .scalar_subquery()
)
LET_OFF = sa.or_(
    ActivityState.status.in_([Status.EXCUSED, Status.WAIVED]),
    sa.and_(ActivityState.status == Status.DONE, sa.or_(_BEST.is_(None), _WORD == Status.DONE)),
)
"""Whether no score is asked in a state: by the word of somebody who leads, and not by answers.

It is the one answer for all rules: what opens a module, and what completes a run.
"""

COUNTED_SCORE = sa.case((LET_OFF, ALL), else_=_BEST)
"""The score of a state that rules count, in per cent: who is let off has all of it."""

SCORES = sa.select(ActivityState.activity_id, COUNTED_SCORE.label("score"))
_SCORES = SCORES.where(ActivityState.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid()))

_EARLIER = (
    sa.select(Activity.lineage, Activity.kind)
    .join(EarlierVersion, EarlierVersion.version_id == Activity.version_id)
    .where(
        Activity.id == sa.bindparam("activity", type_=sa.Uuid()),
        EarlierVersion.run_id == sa.bindparam("run", type_=sa.Uuid()),
    )
)


def settled_ids(ctx: Context, enrolment_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the activities of which nothing more is asked; read once a context."""
    return ctx.memo(
        ("progress.settled", enrolment_id),
        lambda: frozenset(execute(_SETTLED, {"enrolment": enrolment_id}).scalars()),
    )


def best_scores(ctx: Context, enrolment_id: uuid.UUID) -> Mapping[uuid.UUID, int]:
    """Return a learner's scores as rules count them; asked only where a rule asks for one."""
    return ctx.memo(
        ("progress.scores", enrolment_id),
        lambda: scores_in(execute(_SCORES, {"enrolment": enrolment_id})),
    )


def scores_in(states: Iterable[Any]) -> Mapping[uuid.UUID, int]:
    """Return the scores in states of activities: rows of activity_id and ``COUNTED_SCORE``."""
    return {row.activity_id: int(row.score) for row in states if row.score is not None}


Openings = Mapping[uuid.UUID, Opening]


def openings(ctx: Context, run: Run) -> Openings:
    """Return how each module of the run opens to the group; read once a context."""
    return ctx.memo(("progress.openings", run.id), lambda: openings_of([run.id])[run.id])


def openings_for(ctx: Context, run: Run, enrolment_id: uuid.UUID | None) -> Openings:
    """Return how each module opens to a learner; nothing is read where nobody is an exception."""
    group = openings(ctx, run)
    if enrolment_id is None or not run.individual:
        return group
    key = ("progress.own_openings", enrolment_id)
    own = ctx.memo(key, lambda: own_openings([enrolment_id]).get(enrolment_id, {}))
    return {**group, **{module: found for module, found in own.items() if module in group}}


def read_openings(ctx: Context, runs: Sequence[Run]) -> None:
    """Keep for ``openings`` how the modules of several runs open; one statement."""
    for run_id, found in openings_of([run.id for run in runs]).items():
        ctx.keep(("progress.openings", run_id), found)


def read_own_openings(ctx: Context, enrolments: Sequence[tuple[Run, uuid.UUID]]) -> None:
    """Keep for ``openings_for`` what is a learner's own in several runs; one statement or none."""
    keys = [key for run, key in enrolments if run.individual]
    found = own_openings(keys) if keys else {}
    for key in keys:
        ctx.keep(("progress.own_openings", key), found.get(key, {}))


def clock_of(ctx: Context, run: Run) -> dt.datetime:
    """Return the instant by which releases are judged: a closed run stands still at its close."""
    return min(ctx.now, run.closed_at) if run.closed_at else ctx.now


def accesses(ctx: Context, run: Run) -> Mapping[uuid.UUID, Access]:
    """Return whether each module of the run is open to the actor, and why not."""
    found = standing(ctx, run)
    if found.sees_everything:
        when = openings(ctx, run)
        return {
            part.id: Access(
                Lock.LATER if part.opens_later else None,
                _opens_at(when[part.id], ctx.now) if part.id in when else None,
            )
            for part in plan(run.version_id).parts
        }
    if found.seat is Seat.NOBODY or found.enrolment_id is None:
        return {}
    return learner_accesses(ctx, run, settled_ids(ctx, found.enrolment_id), found.enrolment_id)


def _opens_at(opening: Opening, now: dt.datetime) -> dt.datetime:
    return min(opening.opens_at, now) if opening.opened else opening.opens_at


def learner_accesses(
    ctx: Context,
    run: Run,
    settled: Collection[uuid.UUID],
    enrolment_id: uuid.UUID,
    *,
    scores: Mapping[uuid.UUID, int] | None = None,
    awaited: Collection[uuid.UUID] = frozenset(),
) -> dict[uuid.UUID, Access]:
    """Return what is open to a learner of the run who has settled so much.

    A session that does not take place holds nobody back, nor one that is over. Sessions are read
    only where one does, and ``scores`` only where a rule asks for one. ``awaited``: these hold back
    also when they are over.
    """
    when = openings_for(ctx, run, enrolment_id)
    if scores is None:
        scores = best_scores(ctx, enrolment_id) if asks_for_scores(when) else {}

    def opened(
        passed: Collection[uuid.UUID], missed: Collection[uuid.UUID] = frozenset()
    ) -> dict[uuid.UUID, Access]:
        return unlock(
            course.parts,
            when,
            Learned(passed, scores, missed),
            now=clock_of(ctx, run),
            run_open=run.state is not RunState.PLANNED,
        )

    course = plan(run.version_id)
    found = opened(settled)
    held_back = (course.lines[access.finish] for access in found.values() if access.finish)
    if not has_rules(when) and not any(line.kind == LIVE_SESSION.name for line in held_back):
        return found
    missed = over(ctx, run)
    if not missed:
        return found
    return opened(passed_over(ctx, run).union(settled), missed.difference(awaited))


def has_rules(when: Openings) -> bool:
    """Whether a module opens otherwise than by the usual rule."""
    return any(opening.rule is not None for opening in when.values())


def asks_for_scores(when: Openings) -> bool:
    """Whether a rule asks how well somebody answered."""
    return any(
        isinstance(fact, Score)
        for opening in when.values()
        if opening.rule is not None
        for fact in facts(opening.rule)
    )


@rule
def may_read_activity(ctx: Context, run: Run, activity_id: uuid.UUID) -> bool:
    """Activities of the run's modules that are open to the actor; ``run`` is one they see."""
    line = plan(run.version_id).lines.get(activity_id)
    access = accesses(ctx, run).get(line.module_id) if line else None
    return access is not None and access.open


def open_line(ctx: Context, run: Run, activity_id: uuid.UUID) -> ActivityLine:
    """Return an activity that the actor may read; nothing is asked of the database for it.

    Asked for as it was in an earlier version of the run, it is found as it is now. Raises NotFound
    for one that is absent, of another course or locked.
    """
    line = line_now(run, activity_id)
    if line is None or not may_read_activity(ctx, run, line.id):
        raise NotFound
    return line


def line_now(run: Run, activity_id: uuid.UUID) -> ActivityLine | None:
    """Return an activity of the run, also by its id in an earlier version; None: it is gone."""
    course = plan(run.version_id)
    line = course.lines.get(activity_id)
    if line is not None:
        return line
    row = execute(_EARLIER, {"run": run.id, "activity": activity_id}).one_or_none()
    if row is None:
        return None
    lines = course.lines.values()
    return next((each for each in lines if (each.lineage, each.kind) == tuple(row)), None)


def my_enrolment(ctx: Context, run: Run) -> uuid.UUID:
    """Return the enrolment of an actor who may learn in the run; raises Forbidden."""
    found = standing(ctx, run).enrolment_id
    if found is None:
        raise Forbidden(_("Only those who are enrolled can do this."), rule="may_learn")
    return found


@rule
def may_learn(ctx: Context, run: Run) -> bool:
    """Whether what the actor does in the run is counted: whoever is enrolled."""
    return standing(ctx, run).seat is Seat.LEARNER
