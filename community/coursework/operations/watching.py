"""Watching a film: what was played is told as one goes, and counted once."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from community.academy.kinds.builtin import FILM
from community.coursework.models import FilmWatching
from community.coursework.queries import digest_of_film, film_of
from community.coursework.rules import Span, merged, reached
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import operation
from community.progress.operations import (
    Doing,
    Headway,
    count,
    done_at,
    enter,
    headway,
    refuse_former,
    refuse_late,
)
from community.progress.rules.states import Kind


@operation
def watch_film(
    ctx: Context,
    run_id: uuid.UUID,
    activity_id: uuid.UUID,
    *,
    played: Sequence[Span],
    position: float,
    at: dt.datetime | None = None,
) -> Headway:
    """Add spans of a film that the actor has played, and keep where they are.

    Spans that overlap, come twice or late count once, from ``at`` on, if that was earlier; where
    they were later, and told before, stays. Raises NotFound for what is not open, Forbidden for who
    is not enrolled, Conflict for what was done in a closed run, for an activity that is no film and
    for the film of an earlier version that is another now.
    """
    doing = enter(ctx, run_id, activity_id, FILM.name)
    _refuse_other_film(doing, activity_id)
    refuse_late(ctx, doing, at=at)
    film, then = film_of(doing.line.id), done_at(ctx, doing, at)
    row = db.session.scalar(
        sa.select(FilmWatching).where(
            FilmWatching.enrolment_id == doing.enrolment_id,
            FilmWatching.activity_id == doing.line.id,
        )
    )
    if row is None:
        row = FilmWatching(
            enrolment_id=doing.enrolment_id,
            activity_id=doing.line.id,
            played=[],
            position=0.0,
            changed_at=then,
        )
        db.session.add(row)
    before = [(start, end) for start, end in row.played]
    spans = merged([*before, *played], film.seconds)
    row.played = [list(span) for span in spans]
    if row.changed_at <= then:
        row.position = round(min(max(0.0, position), film.seconds), 1)
        row.changed_at = then
    share = reached(spans, film.seconds, film.needed)
    client_id = f"watched:{doing.line.id}:{round(share * 1000)}"  # no client's own id is like it
    return headway(doing, count(ctx, doing, Kind.WATCHED, share, client_id, at=at))


@operation
def say_watched(ctx: Context, run_id: uuid.UUID, activity_id: uuid.UUID) -> Headway:
    """Take the actor's word that they watched a film elsewhere, or read what is said in it.

    Raises as ``watch_film`` does.
    """
    doing = enter(ctx, run_id, activity_id, FILM.name)
    _refuse_other_film(doing, activity_id)
    client_id = f"watched:{doing.line.id}:said"
    refuse_late(ctx, doing, client_id)
    return headway(doing, count(ctx, doing, Kind.WATCHED, 1.0, client_id))


def _refuse_other_film(doing: Doing, activity_id: uuid.UUID) -> None:
    """Raise Conflict where the film was another one: nothing of this one was played."""
    if doing.line.id != activity_id and digest_of_film(activity_id) != digest_of_film(
        doing.line.id
    ):
        refuse_former(doing, activity_id)
