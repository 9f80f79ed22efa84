"""Learners in runs and what they have done: states, the acts behind them, totals."""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from bench.data.bulk import insert
from bench.data.courses import Begun
from bench.data.people import members
from community.academy.kinds.protocol import Evidence
from community.academy.queries import ActivityLine
from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.progress.events import ProgressMade
from community.progress.models import ActivityState, LearningEvent, Summary
from community.progress.rules import cells
from community.progress.rules.states import Status
from community.spaces.models import Membership

Row = dict[str, Any]
Choose = Callable[[random.Random], Sequence[ActivityLine]]

ACTS = {"page": "read", "quiz": "scored", "discussion": "posted", "live_session": "attended"}
EVIDENCE = {
    "page": Evidence(read=1.0),
    "quiz": Evidence(best_score=75, attempts=1),
    "discussion": Evidence(posts=1),
    "live_session": Evidence(seconds=3_000),
}


def load(
    connection: sa.Connection,
    run: Begun,
    *,
    learners: Sequence[uuid.UUID],
    lines: Sequence[ActivityLine],
    choose: Choose,
    now: dt.datetime,
    acts: bool = True,
) -> None:
    """Enrol ``learners``, who have done what ``choose`` says of ``lines``, all the activities.

    ``acts`` also loads the learning events and the log behind the states; the two large matrices
    do without, since nothing that is measured on them reads those.
    """
    rng = random.Random(4)
    joined = now - dt.timedelta(days=60)
    insert(connection, Membership, members({run.space_id: list(learners)}, joined))
    enrolments = [(new_key(), user_id) for user_id in learners]
    insert(connection, Enrolment, (_enrolment(run, *pair, joined) for pair in enrolments))
    connection.execute(sa.update(Run).where(Run.id == run.id).values(enrolled=len(enrolments)))
    for start in range(0, len(enrolments), 100):
        done = [(key, user, choose(rng)) for key, user in enrolments[start : start + 100]]
        insert(connection, Summary, (_summary(key, did, lines, now) for key, _, did in done))
        insert(
            connection, ActivityState, (s for key, _, did in done for s in _states(key, did, now))
        )
        if acts:
            insert(connection, LearningEvent, (e for k, _, did in done for e in _acts(k, did, now)))
            insert(connection, EventRow, (e for one in done for e in _log(run, *one, now)))


def in_order(lines: Sequence[ActivityLine], *, released: int) -> Choose:
    """Choose the first so many of ``lines``: few have done little, few all, most something."""
    return lambda rng: lines[: int(released * rng.betavariate(2, 1.5))]


def all_but_pages(lines: Sequence[ActivityLine]) -> Choose:
    """Choose what cannot be done by reading, so that reading alone opens the next module."""
    return lambda _rng: [line for line in lines if line.kind != "page"]


def _enrolment(run: Begun, key: uuid.UUID, user_id: uuid.UUID, at: dt.datetime) -> Row:
    return {
        "id": key,
        "run_id": run.id,
        "user_id": user_id,
        "state": EnrolmentState.ACTIVE,
        "enrolled_at": at,
        "ended_at": None,
    }


def _summary(
    key: uuid.UUID, did: Sequence[ActivityLine], lines: Sequence[ActivityLine], now: dt.datetime
) -> Row:
    done = sum(line.required for line in did)
    ids = {line.id for line in did}
    signs = (
        cells.letter(Status.DONE if line.id in ids else None, required=line.required)
        for line in lines
    )
    return {
        "id": new_key(),
        "enrolment_id": key,
        "done": done,
        "last_activity_id": did[-1].id if did else None,
        "last_active_at": now - dt.timedelta(hours=done % 300 + 1) if did else None,
        "cells": "".join(signs),
    }


def _when(number: int, count: int, now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(hours=count % 300 + 1 + 6 * (count - number))


def _states(key: uuid.UUID, did: Sequence[ActivityLine], now: dt.datetime) -> Iterator[Row]:
    for number, line in enumerate(did, start=1):
        at = _when(number, len(did), now)
        yield {
            "id": new_key(),
            "enrolment_id": key,
            "activity_id": line.id,
            "status": Status.DONE,
            "fraction": 1.0,
            "evidence": EVIDENCE[line.kind].as_json(),
            "begun_at": at,
            "done_at": at,
        }


def _acts(key: uuid.UUID, did: Sequence[ActivityLine], now: dt.datetime) -> Iterator[Row]:
    for number, line in enumerate(did, start=1):
        yield {
            "id": new_key(),
            "enrolment_id": key,
            "activity_id": line.id,
            "client_id": f"loaded-{line.id.hex}",
            "kind": ACTS[line.kind],
            "value": 1.0,
            "happened_at": _when(number, len(did), now),
        }


def _log(
    run: Begun, key: uuid.UUID, user_id: uuid.UUID, did: Sequence[ActivityLine], now: dt.datetime
) -> Iterator[Row]:
    for number, line in enumerate(did, start=1):
        event = ProgressMade(
            run_id=run.id,
            enrolment_id=key,
            user_id=user_id,
            activity_id=line.id,
            status=Status.DONE.value,
            percent=100 * number // 50,
        )
        yield {
            "id": new_key(),
            "name": event.name,
            "actor_id": user_id,
            "happened_at": _when(number, len(did), now),
            "stream_id": None,
            "seq": None,
            "client_id": None,
            "payload": event.payload(),
        }
