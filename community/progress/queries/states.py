"""Where a learner stands in a course, read: the letters beside their totals, and few rows.

What is settled has no more to tell on the pages of a course than that it is, and the letters say
so; a row is read of what is begun. So a page costs no more in a course of thousands.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.db import execute
from community.progress.models import ActivityState
from community.progress.policy import Standing, plan
from community.progress.policy.access import (
    COUNTED_SCORE,
    LET_OFF,
    asks_for_scores,
    openings_for,
    scores_in,
)
from community.progress.policy.sessions import passed_over
from community.progress.queries.views import Place
from community.progress.rules import cells
from community.progress.rules.dues import Due
from community.progress.rules.states import SETTLED, Status

MOST_BEGUN = 100
"""Of so many activities rows are read by their names; of whoever began more, all rows are."""


class Told(NamedTuple):
    """What a letter tells of a state: all there is to say of one that is settled."""

    status: Status
    fraction: float
    evidence: Mapping[str, Any] | None = None
    done_at: dt.datetime | None = None


TOLD = {status: Told(status, 1.0 if status in SETTLED else 0.0) for status in Status}


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """What was read of a learner and a run, by activity.

    ``letters`` say where they stand in what is not among ``states`` (see ``rules.cells``); None:
    the states are all there are. ``passed_over`` is asked of nobody; ``dues`` are those of what is
    due by itself.
    """

    states: Mapping[uuid.UUID, Any]
    settled: frozenset[uuid.UUID] = frozenset()
    places: Mapping[uuid.UUID, Place] = dataclasses.field(default_factory=dict)
    passed_over: frozenset[uuid.UUID] = frozenset()
    dues: Mapping[uuid.UUID, Due | None] = dataclasses.field(default_factory=dict)
    letters: str | None = None


_COLUMNS = (
    ActivityState.activity_id,
    ActivityState.status,
    ActivityState.fraction,
    ActivityState.evidence,
    ActivityState.done_at,
)
_COUNTED = (COUNTED_SCORE.label("score"), LET_OFF.label("let_off"))
_MINE = sa.select(*_COLUMNS, *_COUNTED).where(
    ActivityState.enrolment_id == sa.bindparam("enrolment", type_=sa.Uuid())
)
_OF_ALL = ActivityState.enrolment_id.in_(
    sa.bindparam("enrolments", type_=sa.Uuid(), expanding=True)
)
_STATES = sa.select(ActivityState.enrolment_id, *_COLUMNS, *_COUNTED).where(_OF_ALL)
_SOME = sa.select(ActivityState.enrolment_id, *_COLUMNS).where(
    _OF_ALL,
    ActivityState.activity_id.in_(sa.bindparam("activities", type_=sa.Uuid(), expanding=True)),
)


def states_of(ctx: Context, enrolment_id: uuid.UUID) -> Mapping[uuid.UUID, Any]:
    """Return where a learner stands, by activity: rows of status, fraction and evidence."""

    def read() -> Mapping[uuid.UUID, Any]:
        return {row.activity_id: row for row in execute(_MINE, {"enrolment": enrolment_id}).all()}

    return ctx.memo(("progress.states", enrolment_id), read)


def read_states(ctx: Context, runs: Sequence[Run], mine: Sequence[Standing]) -> None:
    """Keep what ``read`` will ask of the learner's states in several runs; one statement at most.

    How the modules of the runs open was read before.
    """
    learning = [(run, who) for run, who in zip(runs, mine, strict=True) if who.enrolment_id]
    texts = [_letters(ctx, run, who) for run, who in learning]
    keys = [who.enrolment_id for _run, who in learning if who.enrolment_id]
    begun: list[uuid.UUID] = []
    for (run, _who), text in zip(learning, texts, strict=True):
        begun += _begun(run, text) if text is not None else ()
    if None in texts or len(begun) > MOST_BEGUN:
        for key, states in _by_enrolment(_STATES, {"enrolments": keys}).items():
            ctx.keep(("progress.states", key), states)
        ctx.keep(_WHOLE, frozenset(keys))
    elif begun:
        found = _by_enrolment(_SOME, {"enrolments": keys, "activities": begun})
        for key, states in found.items():
            ctx.keep(("progress.begun", key), states)


def _by_enrolment(
    statement: sa.Executable, given: Mapping[str, Sequence[uuid.UUID]]
) -> dict[uuid.UUID, dict[uuid.UUID, Any]]:
    found: dict[uuid.UUID, dict[uuid.UUID, Any]] = {key: {} for key in given["enrolments"]}
    for row in execute(statement, given).all():
        found[row.enrolment_id][row.activity_id] = row
    return found


_WHOLE = "progress.read_whole"  # the enrolments of which all rows were read


def read(
    ctx: Context,
    run: Run,
    mine: Standing,
    places: Mapping[uuid.UUID, Place],
    *,
    about: uuid.UUID | None = None,
    whole: bool = False,
) -> Read:
    """Return where a learner stands in a run, and keep what is settled for who asks what is open.

    Of what is settled only that it is, but for the activity ``about``; ``whole``: of everything
    all there is.
    """
    key, off = mine.enrolment_id, passed_over(ctx, run)
    if key is None:
        return Read({}, places=places, passed_over=off)
    none: frozenset[uuid.UUID] = frozenset()
    text = None if whole or key in ctx.memo(_WHOLE, lambda: none) else _letters(ctx, run, mine)
    if text is None:
        states = states_of(ctx, key)
        settled = ctx.keep(("progress.settled", key), settled_among(states))
        ctx.keep(("progress.scores", key), scores_in(states.values()))
        return Read(states, settled, places, off)
    course = plan(run.version_id)
    settled = ctx.keep(("progress.settled", key), course.settled(text))
    # what is drawn by itself for its place or its own due
    told = {
        each: TOLD[status]
        for each in settled.intersection((*places, *off, *course.deadlines))
        if (status := cells.status_of(text[course.at[each]]))
    }
    few = _few(ctx, run, key, text, about)
    return Read(told | few, settled, places, off, letters=text)


def settled_among(states: Mapping[uuid.UUID, Any]) -> frozenset[uuid.UUID]:
    """Return those of some activities that are settled by their rows."""
    return frozenset(key for key, row in states.items() if row.status in SETTLED)


def _few(
    ctx: Context, run: Run, key: uuid.UUID, text: str, about: uuid.UUID | None
) -> dict[uuid.UUID, Any]:
    """Return the rows of what is begun, and of the activity ``about``; no statement for none."""
    asked = _begun(run, text)
    at = plan(run.version_id).at.get(about) if about else None
    if about and at is not None and cells.status_of(text[at]) in SETTLED:
        asked.append(about)

    def found() -> dict[uuid.UUID, Any]:
        given = {"enrolments": [key], "activities": asked}
        return _by_enrolment(_SOME, given)[key] if asked else {}

    return ctx.memo(("progress.begun", key, about) if about else ("progress.begun", key), found)


def _letters(ctx: Context, run: Run, mine: Standing) -> str | None:
    """Return a learner's letters; None where all of their rows are to be read.

    So where rules ask how well they answered, and of whoever began very many activities.
    """
    text = mine.cells
    if text is None or len(text) != len(plan(run.version_id).order):
        return None
    if cells.count_begun(text) > MOST_BEGUN:
        return None
    return None if asks_for_scores(openings_for(ctx, run, mine.enrolment_id)) else text


def _begun(run: Run, text: str) -> list[uuid.UUID]:
    order = plan(run.version_id).order
    return [order[at] for at in cells.begun_in(text)]
