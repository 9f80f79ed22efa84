"""The way into an activity for whoever does something in it, and how what they did is counted.

A feature above that keeps what learners make goes in by ``enter``, writes its own rows under the
lock it got, and counts by ``count``; so what is open, who may, and the order of acts are one rule.
"""

import dataclasses
import datetime as dt
import uuid

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import gettext as _

from community.academy.queries import ActivityLine
from community.cohorts.models import Enrolment, Run
from community.cohorts.policy import find_run
from community.cohorts.rules import counts_still
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.progress.models import LearningEvent, Summary
from community.progress.operations.ledger import Given, refuse_over, settled_in, take
from community.progress.operations.locking import lock_summaries
from community.progress.policy import judge, may_learn, my_enrolment, open_line
from community.progress.policy.sessions import off_at
from community.progress.rules import cells
from community.progress.rules.states import Kind, State, Status
from community.spaces.policy import belongs_to, refuse_archived


@dataclasses.dataclass(frozen=True, slots=True)
class Headway:
    """Where a learner stands in an activity, and in the run, after an act."""

    activity_id: uuid.UUID
    status: Status
    fraction: float
    missing: str | LazyString
    done: int
    required: int
    percent: int


@dataclasses.dataclass(frozen=True, slots=True)
class Doing:
    """An open activity of the actor's, with their totals locked till the commit.

    ``off``: what nobody can do, by index in their cells.
    """

    run: Run
    line: ActivityLine
    enrolment_id: uuid.UUID
    summary: Summary
    off: tuple[int, ...]


def enter(ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID, kind: str) -> Doing:
    """Find an open activity of the actor's and lock their totals; what is open is asked after.

    Write by the id of the line that comes back: an activity may be asked for as it was before its
    run was moved to a newer version of the course.

    Raises NotFound for what is not open, Forbidden for who is not enrolled, Conflict for an
    activity of another kind. Only inside an operation.
    """
    run = find_run(ctx, run_id)
    if not may_learn(ctx, run):
        open_line(ctx, run, activity_id)  # what is hidden is not found, before it is forbidden
    enrolment_id = my_enrolment(ctx, run)
    summary = lock_summaries(ctx, run, [enrolment_id])[enrolment_id]
    ctx.keep(("progress.settled", enrolment_id), settled_in(run, summary))
    line = open_line(ctx, run, activity_id)
    if line.kind != kind:
        raise Conflict(_("This activity is not done in this way."))
    return Doing(run, line, enrolment_id, summary, off_at(ctx, run))


def refuse_former(doing: Doing, activity_id: uuid.UUID) -> None:
    """Raise Conflict where the activity was asked for as it was in an earlier version.

    For acts that mean what was shown: its questions, or who was said to read what is written.
    """
    if doing.line.id != activity_id:
        raise Conflict(
            _("The course has a newer version since this page was opened. Look at it once more.")
        )


def refuse_late(
    ctx: Context, doing: Doing, client_id: str | None = None, *, at: dt.datetime | None = None
) -> None:
    """Raise Conflict where nothing is counted any more, but for a retry of what was counted.

    What was done at ``at``, before its run closed, counts as long as closing may be taken back.
    """
    try:
        refuse_over(ctx, doing.run)
    except Conflict:
        if client_id is not None and was_told(doing, client_id):
            return
        refuse_archived(belongs_to(ctx, doing.run.space_id))
        if not counts_still(doing.run.closed_at, at, ctx.now):
            raise


def was_told(doing: Doing, client_id: str) -> bool:
    """Whether an act of this id was counted before: a retry, or a page that was sent twice."""
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    LearningEvent.enrolment_id == doing.enrolment_id,
                    LearningEvent.client_id == client_id,
                )
            )
        )
    )


def count(
    ctx: Context,
    doing: Doing,
    kind: Kind,
    value: float,
    client_id: str,
    *,
    at: dt.datetime | None = None,
) -> State:
    """Count what the actor did, once for a ``client_id``; return where they stand now.

    ``at`` is when they did it, where that was earlier: not before they were enrolled, and the
    ledger moves it behind what it has.

    Raises Conflict for an id that was used for something else.
    """
    act = Given(doing.enrolment_id, ctx.person, kind, value, client_id, done_at(ctx, doing, at))
    taken = take(ctx, doing.run, doing.line, [act], {doing.enrolment_id: doing.summary})
    return taken.states[doing.enrolment_id]


def done_at(ctx: Context, doing: Doing, at: dt.datetime | None) -> dt.datetime:
    """Return when something was done that was said to be ``at``: not before they were enrolled."""
    if at is None:
        return ctx.now
    enrolled_at: dt.datetime = db.session.scalars(
        sa.select(Enrolment.enrolled_at).where(Enrolment.id == doing.enrolment_id)
    ).one()
    return max(enrolled_at, min(at, ctx.now))


def headway(doing: Doing, state: State) -> Headway:
    """Return where the actor stands, in the activity and in the run."""
    sums = cells.totals(doing.summary.cells, doing.off)
    return Headway(
        activity_id=doing.line.id,
        status=state.status,
        fraction=state.fraction,
        missing="" if state.settled else judge(doing.line)(state.evidence).missing,
        done=sums.done,
        required=sums.required,
        percent=sums.percent,
    )
