"""The rules of a run by number, and what other rules would do to those who work by them."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from community.accounts.models import User
from community.cohorts.models import SEATED, Enrolment, Run, RunState
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.progress.models import CompletionPolicy, CompletionVerdict, Summary
from community.progress.policy import plan
from community.progress.queries.judging import deeds_of, is_whole
from community.progress.rules.changing import Effect, Learner, effect_of
from community.progress.rules.completion import Change, Judged, Outcome, Terms, judged, reached

AT_ONCE = 200  # learners whose deeds are in memory together
HISTORY_SHOWN = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Numbered:
    """A number of a run's policy, with who made it."""

    id: uuid.UUID
    number: int
    terms: Terms
    change: Change
    note: str
    made_at: dt.datetime
    by: str


def effects_of(ctx: Context, run: Run, terms: Terms) -> list[Effect]:
    """Return what other rules do at once, by what may become of those who worked by the old ones.

    In a closed run nobody does anything that could be judged from now on, so that is not offered.
    """
    learners = list(judged_anew(ctx, run, terms))
    over = run.state is RunState.CLOSED
    ways = [Change.GRANT, Change.RECOMPUTE]
    if not over:
        ways.insert(0, Change.KEEP)
    return [effect_of(run.id, terms, each, learners, over=over) for each in ways]


def policies_of(run_id: uuid.UUID, *, most: int = HISTORY_SHOWN) -> Sequence[Numbered]:
    """Return the rules a run has had, the newest first; the caller has found the run."""
    rows = db.session.execute(
        sa.select(CompletionPolicy, User.name)
        .join(User, User.id == CompletionPolicy.made_by)
        .where(CompletionPolicy.run_id == run_id)
        .order_by(CompletionPolicy.number.desc())
        .limit(most)
    )
    return [
        Numbered(
            row.id,
            row.number,
            Terms.from_json(row.criteria),
            row.change,
            row.note,
            row.made_at,
            name,
        )
        for row, name in rows
    ]


def judged_anew(ctx: Context, run: Run, terms: Terms) -> Iterator[Learner]:
    """Yield the learners of a run, and those who left with a verdict, as other rules have them."""
    rows = execute(
        sa.select(Enrolment.id, Enrolment.state, User.name, Summary.outcome)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Summary, Summary.enrolment_id == Enrolment.id)
        .where(
            Enrolment.run_id == run.id,
            sa.or_(Enrolment.state.in_(SEATED), Summary.outcome.is_not(None)),
        )
        .order_by(User.name_folded, Enrolment.id)
    ).all()
    standing: dict[uuid.UUID, set[Outcome]] = defaultdict(set)
    for row in execute(
        sa.select(CompletionVerdict.enrolment_id, CompletionVerdict.outcome)
        .join(Enrolment, Enrolment.id == CompletionVerdict.enrolment_id)
        .where(Enrolment.run_id == run.id, CompletionVerdict.withdrawn_at.is_(None))
    ):
        standing[row.enrolment_id].add(row.outcome)
    lines = plan(run.version_id).outline.activities
    criteria = [*terms.completed, *terms.participated]
    over = run.state is RunState.CLOSED
    outcomes = tuple(Outcome) if over else (Outcome.COMPLETED,)
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        behind = deeds_of(ctx, run, criteria, [row.id for row in some])
        for row in some:
            found: tuple[Outcome | None, Judged | None, dt.datetime | None] = (None, None, None)
            for outcome in outcomes:
                whole = is_whole(run, outcome)
                judgement = judged(terms.of(outcome), lines, behind[row.id], whole=whole)
                at = reached(judgement, Change.RECOMPUTE, ctx.now, touched=None, closed=over)
                if at is not None:
                    found = (outcome, judgement, at)
                    break
            seated = row.state in SEATED
            yield Learner(row.id, row.name, seated, frozenset(standing[row.id]), *found)
