"""Films over JSON."""

import dataclasses
import uuid
from typing import Any

from community.academy.kinds.builtin import FILM
from community.cohorts.policy import find_run
from community.coursework.api.blueprint import api
from community.coursework.operations import say_watched, watch_film
from community.coursework.queries import film_of, watching
from community.coursework.schemas import FilmOut, WatchedIn
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.progress.operations import Headway
from community.progress.policy import open_line, standing
from community.progress.schemas import OutcomeOut

WHERE = "/runs/<uuid:run_id>/activities/<uuid:activity_id>/film"


@api.route(WHERE)
@signed_in
@api.response(200, FilmOut)
def film(run_id: uuid.UUID, activity_id: uuid.UUID) -> dict[str, Any]:
    """Read a film: where it lies, how long it is, and where you are in it."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    line = open_line(ctx, run, activity_id)
    if line.kind != FILM.name:
        raise NotFound
    mine = watching(standing(ctx, run).enrolment_id, line.id)
    return {**dataclasses.asdict(film_of(line.id)), **dataclasses.asdict(mine)}


@api.route(WHERE, methods=["PUT"])
@signed_in
@api.arguments(WatchedIn)
@api.response(200, OutcomeOut)
def watched(given: dict[str, Any], run_id: uuid.UUID, activity_id: uuid.UUID) -> Headway:
    """Tell what you have played; told twice, late or in another order it counts once."""
    return watch_film(current_context(), run_id, activity_id, **given)


@api.route(f"{WHERE}/done", methods=["POST"])
@signed_in
@api.response(200, OutcomeOut)
def watched_elsewhere(run_id: uuid.UUID, activity_id: uuid.UUID) -> Headway:
    """Say that you watched it elsewhere, or read what is said in it."""
    return say_watched(current_context(), run_id, activity_id)
