"""Results that another system kept, brought into the records of a run.

Each result is an act or a word of its own, under the time it had there and an id that makes a
repeat count once. States and totals are then made from the whole history, so that the order in
which results are brought in does not matter, and nothing is told to learners one by one: the past
is no news.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import QUIZ
from community.academy.queries import ActivityLine
from community.cohorts.models import Enrolment, Run
from community.cohorts.policy import find_run
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.progress.events import ResultsBroughtIn
from community.progress.models import Decision, LearningEvent
from community.progress.operations.decisions import REASON_LONGEST, REASON_SHORTEST
from community.progress.operations.ledger import refuse_over
from community.progress.operations.locking import lock_summaries
from community.progress.operations.rebuilding import made_anew
from community.progress.policy import line_now, may_bring_in
from community.progress.rules.states import Kind, Status

MOST_RESULTS, MOST_LEARNERS = 2_000, 200  # of one act: learners are rows to lock
CLIENT_ID_LONGEST = 60
_PREFIX = "in:"  # ids of ours hold a colon, which those of clients cannot

_KNOWN = sa.select(
    LearningEvent.enrolment_id,
    LearningEvent.client_id,
    LearningEvent.activity_id,
    LearningEvent.value,
).where(
    LearningEvent.enrolment_id.in_(sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True)),
    LearningEvent.client_id.startswith(_PREFIX),
)
_DECIDED = sa.select(Decision.enrolment_id, Decision.activity_id, Decision.decided_at).where(
    Decision.enrolment_id.in_(sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True))
)
_ADD_EVENTS: Any = sa.insert(LearningEvent.__table__)  # type: ignore[arg-type]
_ADD_DECISIONS: Any = sa.insert(Decision.__table__)  # type: ignore[arg-type]


EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
"""Systems that know no time send the first there is."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What another system says of one activity of one learner, by its own id of it.

    ``score`` is per cent, of a quiz; None: the activity is done, by its word alone. A word is known
    again by its time.
    """

    enrolment_id: uuid.UUID
    activity_id: uuid.UUID
    client_id: str
    at: dt.datetime
    score: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Brought:
    """How many results were new, and how many were there already."""

    new: int
    known: int


@operation
def bring_in_results(
    ctx: Context, run_id: uuid.UUID, *, results: Sequence[Result], reason: str
) -> Brought:
    """Write down what learners of a run did in another system; all of it or none.

    Scores are attempts at quizzes, of which the best counts. What is done by the other system's
    word is a decision of the actor's with ``reason``, which the learner reads; a later decision
    stays above it. Whoever has left the run keeps a record, and it is added to. What was brought in
    before changes nothing, in whatever order.
    Raises NotFound for a run, an activity or a learner that is not there, Forbidden for who does
    not organise it, Invalid for too much at once, a score or a time that cannot be or a reason that
    is too short or too long, Conflict in a closed run, for the actor's own results, for a score of
    what is no quiz, and for an id that was another result's.
    """
    run = find_run(ctx, run_id)
    require(may_bring_in, ctx, run)
    _refuse(ctx, results, reason)
    chosen = {result.enrolment_id for result in results}
    of_run = sa.select(Enrolment.user_id).where(
        Enrolment.run_id == run.id, Enrolment.id.in_(chosen)
    )
    learners = db.session.scalars(of_run).all()
    if len(learners) != len(chosen):
        raise NotFound
    if ctx.actor_id in learners:
        raise Conflict(_("These are results of your own: somebody else has to bring them in."))
    lock_summaries(ctx, run, chosen)
    refuse_over(ctx, run)  # under the lock: it may have been closed meanwhile
    lines = _lines(run, results)
    scores = [result for result in results if result.score is not None]
    words = [result for result in results if result.score is None]
    touched = _add_scores(scores, lines, chosen) + _add_words(ctx, words, lines, chosen, reason)
    if touched:
        made_anew(ctx, run.id, sorted(set(touched)))
        ctx.forget()  # what is open may have changed for whoever asks next
        record(ResultsBroughtIn(run_id=run.id, learners=len(set(touched)), results=len(touched)))
    return Brought(len(touched), len(results) - len(touched))


def _refuse(ctx: Context, results: Sequence[Result], reason: str) -> None:
    flaws: list[str] = []
    if not 1 <= len(results) <= MOST_RESULTS:
        flaws.append(_("Send one to %(most)d results at once.", most=MOST_RESULTS))
    if len({result.enrolment_id for result in results}) > MOST_LEARNERS:
        flaws.append(_("Send results of %(most)d learners at most.", most=MOST_LEARNERS))
    if len({(result.enrolment_id, result.client_id) for result in results}) < len(results):
        flaws.append(_("An id stands there twice for one learner."))
    if any(not 1 <= len(result.client_id) <= CLIENT_ID_LONGEST for result in results):
        flaws.append(_("An id has 1 to %(most)d characters.", most=CLIENT_ID_LONGEST))
    if any(result.score is not None and not 0 <= result.score <= 100 for result in results):
        flaws.append(_("A score is from 0 to 100."))
    if any(result.at > ctx.now for result in results):
        flaws.append(_("A result is of the past."))
    if any(result.at < EARLIEST for result in results):
        flaws.append(_("A result has a time: none is older than %(year)d.", year=EARLIEST.year))
    wrong = {"results": flaws} if flaws else {}
    by_word = any(result.score is None for result in results)
    if by_word and not REASON_SHORTEST <= len(reason.strip()) <= REASON_LONGEST:
        wrong["reason"] = [
            _(
                "Give a reason of %(least)d to %(most)d characters; the learner reads it.",
                least=REASON_SHORTEST,
                most=REASON_LONGEST,
            )
        ]
    if wrong:
        raise Invalid(_("Some of this cannot be used."), fields=wrong)


def _lines(run: Run, results: Sequence[Result]) -> Mapping[uuid.UUID, ActivityLine]:
    """Return the activities by the ids they were named by, also those of earlier versions."""
    lines: dict[uuid.UUID, ActivityLine] = {}
    for key in {result.activity_id for result in results}:
        line = line_now(run, key)
        if line is None:
            raise NotFound
        lines[key] = line
    scored = {result.activity_id for result in results if result.score is not None}
    if any(lines[key].kind != QUIZ.name for key in scored):
        raise Conflict(_("Only quizzes have scores."))
    return lines


def _add_scores(
    results: Sequence[Result],
    lines: Mapping[uuid.UUID, ActivityLine],
    chosen: Collection[uuid.UUID],
) -> list[uuid.UUID]:
    """Add the acts that are new; return whose they are, once for each."""
    known = {
        (row.enrolment_id, row.client_id): (row.activity_id, row.value)
        for row in execute(_KNOWN, {"enrolments": list(chosen)})
    }
    rows: list[dict[str, Any]] = []
    for result in sorted(results, key=lambda each: each.at):
        said = (lines[result.activity_id].id, result.score)
        client_id = _PREFIX + result.client_id
        before = known.get((result.enrolment_id, client_id))
        if before is None:
            rows.append(
                {
                    "id": new_key(),
                    "enrolment_id": result.enrolment_id,
                    "activity_id": said[0],
                    "client_id": client_id,
                    "kind": Kind.SCORED.value,
                    "value": result.score,
                    "happened_at": result.at,
                }
            )
        elif before != said:
            raise Conflict(_("This id was used for something else already."))
    if rows:
        execute(_ADD_EVENTS, rows)
    return [row["enrolment_id"] for row in rows]


def _add_words(
    ctx: Context,
    results: Sequence[Result],
    lines: Mapping[uuid.UUID, ActivityLine],
    chosen: Collection[uuid.UUID],
    reason: str,
) -> list[uuid.UUID]:
    """Add the decisions that are new; return whose they are, once for each."""
    if not results:
        return []
    known = {tuple(row) for row in execute(_DECIDED, {"enrolments": list(chosen)})}
    rows = {}
    for result in results:
        key = (result.enrolment_id, lines[result.activity_id].id, result.at)
        if key not in known:
            rows[key] = {
                "id": new_key(),
                "enrolment_id": key[0],
                "activity_id": key[1],
                "status": Status.DONE,
                "reason": reason,
                "decided_by": ctx.person,
                "decided_at": result.at,
                "batch_id": None,
            }
    if rows:
        execute(_ADD_DECISIONS, list(rows.values()))
    return [key[0] for key in rows]
