"""The rules of a run by number, and what other rules would do to those who work by them."""

import dataclasses
import datetime as dt
import hashlib
import json
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


@dataclasses.dataclass(frozen=True, slots=True)
class Learner:
    """Somebody whose verdicts may change: what stands, and what the other rules say."""

    enrolment_id: uuid.UUID
    name: str
    seated: bool
    standing: frozenset[Outcome]
    outcome: Outcome | None
    judgement: Judged | None
    at: dt.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class Effect:
    """What a change of the rules does at once: who gains, who loses, who keeps what they have.

    ``seen`` is a print of it: what is done must be what was shown.
    """

    change: Change
    gains: tuple[tuple[Learner, Outcome], ...]
    losses: tuple[tuple[Learner, Outcome], ...]
    keeps: tuple[tuple[Learner, Outcome], ...]
    seen: str


def effects_of(ctx: Context, run: Run, terms: Terms) -> list[Effect]:
    """Return what other rules do at once, by what may become of those who worked by the old ones.

    In a closed run nobody does anything that could be judged from now on, so that is not offered.
    """
    learners = list(judged_anew(ctx, run, terms))
    ways = [Change.GRANT, Change.RECOMPUTE]
    if run.state is not RunState.CLOSED:
        ways.insert(0, Change.KEEP)
    return [effect_of(ctx, run, terms, each, learners) for each in ways]


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


def effect_of(
    ctx: Context, run: Run, terms: Terms, change: Change, learners: Sequence[Learner]
) -> Effect:
    """Return what a change of the rules does at once to ``learners``, as ``judged_anew`` has them.

    *Participated* is judged once the run is over; in an open run it stays where it stands.
    """
    gains: list[tuple[Learner, Outcome]] = []
    losses: list[tuple[Learner, Outcome]] = []
    keeps: list[tuple[Learner, Outcome]] = []
    for each in learners:
        found = each.outcome
        better = found is not None and not any(
            one in each.standing for one in (Outcome.COMPLETED, found)
        )
        if change is not Change.KEEP and better and each.seated and found is not None:
            gains.append((each, found))
        for outcome in sorted(each.standing):
            lost = change is Change.RECOMPUTE and _lost(run, outcome, found)
            (losses if lost else keeps).append((each, outcome))
    told = [
        run.id.hex,
        change.value,
        terms.as_json(),
        [(each.enrolment_id.hex, outcome) for each, outcome in gains],
        [(each.enrolment_id.hex, outcome) for each, outcome in losses],
    ]
    seen = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    return Effect(change, tuple(gains), tuple(losses), tuple(keeps), seen)


def _lost(run: Run, outcome: Outcome, found: Outcome | None) -> bool:
    if outcome is Outcome.COMPLETED:
        return found is not Outcome.COMPLETED
    return found is None and run.state is RunState.CLOSED
