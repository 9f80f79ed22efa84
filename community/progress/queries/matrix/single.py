"""One learner of a run as the matrix has them, and what is late next: one statement each."""

import uuid
from typing import Any

from community.academy.queries import ActivityLine
from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.policy import require
from community.progress.policy import may_see_everybody
from community.progress.queries.calendar import NEVER, Calendar, calendar_of
from community.progress.queries.matrix.ruled import Learner, Ruled, ruled_by_name, signs_of
from community.progress.queries.matrix.statements import statements
from community.progress.queries.matrix.windows import LATE, Row, rows_of
from community.progress.rules.cells import not_asked, totals


def row_of(ctx: Context, run: Run, enrolment_id: uuid.UUID) -> Row | None:
    """Return one learner's row; None for who has no seat in the run.

    Raises Forbidden for who does not facilitate the run.
    """
    require(may_see_everybody, ctx, run)
    calendar = calendar_of(ctx, run)
    if calendar.judged:
        rules = ruled_by_name(ctx, calendar, enrolment_id)
        learner = rules.learners.get(enrolment_id)
        if learner is None:
            return None
        _keep_own(ctx, run, learner)
        return _judged(calendar, rules, learner)
    given = {**calendar.given(), "enrolment": enrolment_id}
    rows = rows_of(ctx, calendar, execute(statements(calendar.shape).one, given))
    return rows[0] if rows else None


def next_late(
    ctx: Context, run: Run, enrolment_id: uuid.UUID, name: str, activity_id: uuid.UUID
) -> tuple[Row, ActivityLine] | None:
    """Return what is late after an activity of a learner: of theirs, or of the next by name.

    Raises Forbidden for who does not facilitate the run.
    """
    require(may_see_everybody, ctx, run)
    calendar = calendar_of(ctx, run)
    course = calendar.plan
    for row in _from(ctx, calendar, enrolment_id, name):
        after = course.at[activity_id] + 1 if row.enrolment_id == enrolment_id else 0
        at = row.cells.find(LATE, after)
        if at >= 0:
            return row, course.lines[course.order[at]]
    return None


def _from(ctx: Context, calendar: Calendar, enrolment_id: uuid.UUID, name: str) -> Any:
    """Return rows of who may have something late, from one learner on by name."""
    if not calendar.judged:
        given = {**calendar.given(), "name": name, "enrolment": enrolment_id}
        return rows_of(ctx, calendar, execute(statements(calendar.shape).late_from, given))
    rules = ruled_by_name(ctx, calendar)
    if enrolment_id not in rules.learners:
        return ()
    _keep_own(ctx, calendar.run, rules.learners[enrolment_id])
    order = list(rules.learners)
    theirs = (rules.learners[key] for key in order[order.index(enrolment_id) :])
    return (_judged(calendar, rules, each) for each in theirs if not each.row.paused)


def _keep_own(ctx: Context, run: Run, learner: Learner) -> None:
    """Keep for ``openings_for`` what was read of a learner's own modules."""
    if run.individual:
        ctx.keep(("progress.own_openings", learner.row.id), learner.own)


def _judged(calendar: Calendar, rules: Ruled, learner: Learner) -> Row:
    row = learner.row
    stored = not_asked(row.cells or calendar.plan.nothing, calendar.off)
    pace = NEVER if row.paused else row.pace
    seen = rules.seen(row.id, stored, pace, paused=bool(row.paused))
    fading = not row.paused and rules.standing(row.id, row).fading
    return Row(
        enrolment_id=row.id,
        user_id=row.user_id,
        name=row.name,
        percent=totals(stored).percent,
        cells=seen,
        signs=signs_of(calendar, stored, seen, row.latest, row.enrolled_at) if fading else None,
        paused=row.paused,
        taken_by=row.taken_by,
        taker=row.taker,
        nudged_at=row.nudged_at,
        nudger=row.nudger,
        outcome=row.outcome,
    )
