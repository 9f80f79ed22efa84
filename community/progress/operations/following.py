"""What learners did follows their run to a newer version of its course, in one transaction.

Nothing is made anew here: rows of the same things are pointed to the newer version by statements
for all learners at once, under the lock of all their totals. Only rules that ask for something else
are judged afterwards, as work for later (``rebuilding.settle_version``). What was done stays done:
where the rule changed, an act of its own says so, so that a rebuild comes to the same. What was
done in parts that are gone keeps its rows, and is shown as part of the version it belongs to.
"""

import dataclasses
import datetime as dt
import functools
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.builtin import QUIZ
from community.academy.kinds.quiz.settings import may_fall
from community.academy.queries import ActivityLine, outline, successors
from community.cohorts.models import Enrolment, Run
from community.cohorts.queries.versions import earlier_versions, versions_left
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation
from community.progress.models import ActivityState, Decision, LearningEvent, Summary
from community.progress.operations.locking import lock_all_summaries
from community.progress.policy import Plan, judge, plan
from community.progress.rules import cells
from community.progress.rules.states import SETTLED, Act, Kind, Status, derive

SETTLE = "progress.settle_version"
AT_ONCE = 200  # learners of whom it is written down together that they keep what they have done


@dataclasses.dataclass(frozen=True, slots=True)
class Former:
    """An activity as it was in an earlier version, that version's number, and what it is now."""

    line: ActivityLine
    number: int
    now: ActivityLine

    @property
    def judged_alike(self) -> bool:
        """Whether the same is asked for: what completes an activity hangs on nothing else."""
        return (self.line.settings, self.line.minutes) == (self.now.settings, self.now.minutes)

    def same(self, setting: str) -> bool:
        """Whether a setting of its kind is as it was."""
        return bool(self.line.settings.get(setting) == self.now.settings.get(setting))


@operation
def follow_version(ctx: Context, run_id: uuid.UUID, former_id: uuid.UUID) -> None:
    """Let what was done in a run follow it from the version ``former_id`` to the one it has now."""
    run = db.session.get_one(Run, run_id)
    lock_all_summaries(run_id)
    formers = former_lines(run)
    otherwise = {key: each for key, each in formers.items() if not each.judged_alike}
    everybody = db.session.scalars(_enrolments(run_id).order_by(Enrolment.id)).all()
    for start in range(0, len(everybody) if otherwise else 0, AT_ONCE):
        _keep_what_is_done(everybody[start : start + AT_ONCE], otherwise)
    for model in (LearningEvent, Decision, ActivityState):
        repoint(run_id, model, formers)
    _total_anew(run_id, plan(former_id), plan(run.version_id), formers)
    enqueue(ctx, SETTLE, {"run_id": str(run_id)})


def former_lines(run: Run) -> dict[uuid.UUID, Former]:
    """Return the activities of a run's earlier versions that are still there, by their ids."""
    new = outline(run.version_id)
    found: dict[uuid.UUID, Former] = {}
    for version_id in earlier_versions(run.id):
        old = outline(version_id)
        lines = {line.id: line for line in old.activities}
        for key, line in successors(old, new).items():
            found[key] = Former(lines[key], old.number, line)
    return found


def ruled_since(run: Run) -> dict[uuid.UUID, dt.datetime]:
    """Return from when the rule of an activity holds that asked for something else before.

    Of those only whose score that counts may fall: elsewhere what was done before comes to the same
    by itself.
    """
    if not any(_may_fall(line) for line in plan(run.version_id).lines.values()):
        return {}
    formers = former_lines(run)
    found: dict[uuid.UUID, dt.datetime] = {}
    for version_id, left_at in versions_left(run.id):
        for line in outline(version_id).activities:
            former = formers.get(line.id)
            if former and not former.judged_alike and _may_fall(former.now):
                found[former.now.id] = left_at
    return found


def _may_fall(line: ActivityLine) -> bool:
    return line.kind == QUIZ.name and may_fall(line.settings)


def repoint(run_id: uuid.UUID, model: Any, formers: Mapping[uuid.UUID, Former]) -> None:
    """Point rows of a model that names an enrolment and an activity to what activities are now.

    Of the versions a run has had, at most one holds rows of the same thing: no two of them meet.
    """
    if not formers:
        return
    execute(
        sa.update(model)
        .where(model.enrolment_id.in_(_enrolments(run_id)), model.activity_id.in_(list(formers)))
        .values(activity_id=_now(model.activity_id, formers))
    )


def _enrolments(run_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    return sa.select(Enrolment.id).where(Enrolment.run_id == run_id)


def _now(column: Any, formers: Mapping[uuid.UUID, Former]) -> sa.ColumnElement[uuid.UUID]:
    keys = {key: sa.literal(each.now.id, sa.Uuid()) for key, each in formers.items()}
    return sa.case(keys, value=column, else_=column)


def _keep_what_is_done(
    enrolment_ids: Sequence[uuid.UUID], formers: Mapping[uuid.UUID, Former]
) -> None:
    """Write down that something is done, for who has done it by a rule that is another now."""
    done = execute(
        sa.select(ActivityState.enrolment_id, ActivityState.activity_id, ActivityState.done_at)
        .where(
            ActivityState.enrolment_id.in_(enrolment_ids),
            ActivityState.activity_id.in_(list(formers)),
            ActivityState.status == Status.DONE,
        )
        .order_by(ActivityState.id)
    )
    kept = {(row.enrolment_id, row.activity_id): row.done_at for row in done}
    for key, done_at in _under_decisions(enrolment_ids, formers):
        kept.pop(key, None)  # the word of a facilitator may be taken back
        if done_at is not None:
            kept[key] = done_at
    rows = [
        {
            "id": new_key(),
            "enrolment_id": enrolment_id,
            "activity_id": activity_id,
            "client_id": f"kept:{formers[activity_id].now.id.hex}",
            "kind": Kind.KEPT.value,
            "value": formers[activity_id].number,
            "happened_at": done_at,
        }
        for (enrolment_id, activity_id), done_at in kept.items()
    ]
    if rows:
        execute(sa.insert(LearningEvent.__table__), rows)  # type: ignore[arg-type]


def _under_decisions(
    enrolment_ids: Sequence[uuid.UUID], formers: Mapping[uuid.UUID, Former]
) -> Iterator[Any]:
    """Yield the activities somebody decided on, with when the learner had done them, if at all."""
    decided = {
        (row.enrolment_id, row.activity_id)
        for row in execute(
            sa.select(Decision.enrolment_id, Decision.activity_id).where(
                Decision.enrolment_id.in_(enrolment_ids),
                Decision.activity_id.in_(list(formers)),
            )
        )
    }
    if not decided:
        return
    acts: dict[tuple[uuid.UUID, uuid.UUID], list[Act]] = defaultdict(list)
    for row in execute(
        sa.select(
            LearningEvent.enrolment_id,
            LearningEvent.activity_id,
            LearningEvent.kind,
            LearningEvent.value,
            LearningEvent.happened_at,
        ).where(
            LearningEvent.enrolment_id.in_({enrolment_id for enrolment_id, _ in decided}),
            LearningEvent.activity_id.in_({activity_id for _, activity_id in decided}),
        )
    ):
        act = Act(Kind(row.kind), row.value, row.happened_at)
        acts[row.enrolment_id, row.activity_id].append(act)
    for key in sorted(decided):
        state = derive(acts.get(key, ()), None, judge(formers[key[1]].line))
        yield key, state.done_at if state and state.status in SETTLED else None


def _total_anew(
    run_id: uuid.UUID, old: Plan, new: Plan, formers: Mapping[uuid.UUID, Former]
) -> None:
    """Let what is stored be of the newer version; what it counts was all counted before."""
    former = {formers[key].now.id: key for key in old.order if key in formers}
    made_of = cells.pieces(
        old.at,
        old.required,
        (cells.Place(former.get(key), key in new.required) for key in new.order),
    )
    mine = Summary.enrolment_id.in_(_enrolments(run_id))
    last = Summary.last_activity_id
    values = {
        "cells": _cells(made_of),
        "last_activity_id": _now(last, formers) if formers else last,
    }
    execute(sa.update(Summary).where(mine).values(values))
    text = Summary.cells
    unsettled: sa.ColumnElement[str] = sa.func.replace(text, "d", "")
    for sign in "ew":
        unsettled = sa.func.replace(unsettled, sign, "")
    done = sa.func.length(text) - sa.func.length(unsettled)
    execute(sa.update(Summary).where(mine).values(done=done))


def _cells(made_of: list[cells.Piece]) -> sa.ColumnElement[str]:
    """Return the text of cells, put together from what it was."""
    texts = [_piece(each) for each in made_of] or [sa.literal("", sa.Text())]
    while len(texts) > 1:  # in pairs: SQLite takes no expression that is a thousand deep
        pairs = (texts[at : at + 2] for at in range(0, len(texts), 2))
        texts = [functools.reduce(lambda one, other: one + other, pair) for pair in pairs]
    return texts[0]


def _piece(piece: cells.Piece) -> sa.ColumnElement[str]:
    if piece.text:
        return sa.literal(piece.text, sa.Text())
    taken = sa.func.substr(Summary.cells, piece.at + 1, piece.length, type_=sa.Text())
    need, free = cells.NOTHING, cells.NOTHING_IF_YOU_LIKE
    if piece.turn is None:
        return taken
    if piece.turn:
        return sa.func.replace(sa.func.lower(taken), free, need, type_=sa.Text())
    return sa.func.replace(sa.func.upper(taken), need, free, type_=sa.Text())
