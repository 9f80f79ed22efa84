"""Acts that waited on a device, over JSON: each through the operation of its own."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import request
from marshmallow import Schema

from community.coursework.api.blueprint import api
from community.coursework.operations import (
    keep_answers,
    save_draft,
    save_work,
    submit_quiz,
    tick,
    watch_film,
)
from community.coursework.queries import counted_before
from community.coursework.rules import happened
from community.coursework.schemas import (
    ActsIn,
    ActsOut,
    AnswersIn,
    KeptIn,
    ReflectionDraftIn,
    TicksIn,
    WatchedIn,
    WorkIn,
)
from community.coursework.schemas.acts import COUNTED, KNOWN, LATER, MOST_ACTS, REFUSED
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from community.kernel.http import limiter
from community.kernel.schemas import load
from community.progress.operations import Headway, report_reading
from community.progress.schemas import ReadingIn

REFUSALS = (NotFound, Forbidden, Conflict, Invalid)
"""What is said of one act for good; anything else is said of all, and they are told again."""

AWAY = 60  # seconds: what is away for longer is a thing of its activity, not too much work for us

Place = tuple[uuid.UUID, uuid.UUID]
"""A run, and an activity of it."""


OFTEN = "240 per minute"
"""Acts of a person, however many are told at once: as often as they change anything else.

They have a count of their own: what waited on a device does not hold up what is done meanwhile.
"""


class Way(NamedTuple):
    """How acts of a kind are taken."""

    schema: Schema
    act: Callable[..., Any]
    timed: bool = False
    """Whether it counts from when it was done, not from when it arrived."""


WAYS: Mapping[str, Way] = {
    "read": Way(ReadingIn(), report_reading, timed=True),
    "watched": Way(WatchedIn(), watch_film, timed=True),
    "ticked": Way(TicksIn(), tick, timed=True),
    # A quiz may be timed: its clock is ours.
    "kept": Way(KeptIn(), keep_answers),
    "handed_in": Way(AnswersIn(), submit_quiz),
    "written": Way(ReflectionDraftIn(), save_draft),
    "worked": Way(WorkIn(), save_work),
}


def _how_many() -> int:
    """Return how many acts the running request tells; 1 where that is not to be read."""
    told = request.get_json(silent=True) if current_context().actor_id else None
    acts = told.get("acts") if isinstance(told, dict) else None
    return min(max(1, len(acts)), MOST_ACTS) if isinstance(acts, list) else 1


@api.route("/acts", methods=["POST"])
@signed_in
@limiter.limit(OFTEN, cost=_how_many)
@api.arguments(ActsIn)
@api.response(200, ActsOut)
def tell_acts(given: dict[str, Any]) -> dict[str, Any]:
    """Tell what you did while the line was down; each counts once, and is answered by itself.

    They are taken in the order in which they come, one after the other; what is refused holds none
    of the others up. What cannot be taken just now (the file of a film is away) is answered
    ``later``, with what follows in the same activity: tell it again. An act counts from when it was
    done, at most two weeks ago, and never before what was counted already; a quiz counts from when
    it arrives.
    """
    ctx, told_at = current_context(), given["told_at"]
    known = counted_before(ctx, [act["client_id"] for act in given["acts"]])
    away: dict[Place, Unavailable] = {}
    return {"acts": [_take(ctx, act, told_at, known, away) for act in given["acts"]]}


def _take(
    ctx: Context,
    act: Mapping[str, Any],
    told_at: dt.datetime,
    known: set[Any],
    away: dict[Place, Unavailable],
) -> dict[str, Any]:
    key, place = (act["run_id"], act["client_id"]), (act["run_id"], act["activity_id"])
    try:
        if place in away:  # what was done in one activity keeps its order
            raise away[place]
        made = _done(ctx, act, told_at)
    except Unavailable as trouble:
        if trouble.details["retry_after"] < AWAY:
            raise
        away[place] = trouble
        return _taken(act, LATER, status=trouble.status, title=str(trouble.message))
    except REFUSALS as refusal:
        return _taken(act, REFUSED, status=refusal.status, title=str(refusal.message))
    result = KNOWN if key in known else COUNTED
    known.add(key)
    return _taken(act, result, outcome=made if isinstance(made, Headway) else None)


def _done(ctx: Context, act: Mapping[str, Any], told_at: dt.datetime) -> Any:
    """Do what an act tells; a repeat changes nothing."""
    way = WAYS[act["kind"]]
    named = {"client_id": act["client_id"]} if "client_id" in way.schema.fields else {}
    told = load(way.schema, {**act["told"], **named})
    if way.timed:
        told["at"] = happened(ctx.now, told_at, act["at"])
    return way.act(ctx, act["run_id"], act["activity_id"], **told)


def _taken(
    act: Mapping[str, Any],
    result: str,
    *,
    status: int = 200,
    title: str = "",
    outcome: Headway | None = None,
) -> dict[str, Any]:
    return {
        "client_id": act["client_id"],
        "result": result,
        "status": status,
        "title": title,
        "outcome": outcome,
    }
