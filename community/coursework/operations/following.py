"""What learners made follows their run to a newer version of its course."""

import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from community.academy.kinds.builtin import FILM, REFLECTION
from community.academy.kinds.reflection.kind import Readers
from community.cohorts.models import Enrolment, Run
from community.coursework.models import (
    AssignmentWork,
    Checklist,
    Extension,
    FilmWatching,
    QuizAttempt,
    Reflection,
)
from community.coursework.operations.following_surveys import surveys_follow
from community.coursework.queries import digest_of_film
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.operation import operation
from community.progress.operations import former_lines, repoint
from community.progress.operations.following import Former


@operation
def follow_version(ctx: Context, run_id: uuid.UUID) -> None:
    """Point what was made in a run to the version it has now.

    Items of a list that is another now stay ticked by what they say; of a film that is another now
    nothing was played. What was written for few is never read by more: where a reflection is for
    fewer now, those handed in before are too. An attempt at a quiz says which questions it
    answered, where they are others now. What was handed in keeps the rubric it is marked by.
    """
    formers = former_lines(db.session.get_one(Run, run_id))
    _tick_anew(run_id, {key: each for key, each in formers.items() if not each.same("items")})
    _forget_other_films(run_id, formers)
    _let_fewer_read(
        run_id, {key: each for key, each in formers.items() if not each.same("readers")}
    )
    _say_where_answered(
        run_id, [key for key, each in formers.items() if not each.same("questions")]
    )
    for model in (Checklist, FilmWatching, QuizAttempt, Reflection, AssignmentWork, Extension):
        repoint(run_id, model, formers)
    surveys_follow(run_id, formers)


def _forget_other_films(run_id: uuid.UUID, formers: Mapping[uuid.UUID, Former]) -> None:
    others = [
        key
        for key, each in formers.items()
        if each.line.kind == FILM.name
        and (each.now.kind != FILM.name or digest_of_film(key) != digest_of_film(each.now.id))
    ]
    mine = sa.select(Enrolment.id).where(Enrolment.run_id == run_id)
    execute(
        sa.delete(FilmWatching).where(
            FilmWatching.activity_id.in_(others), FilmWatching.enrolment_id.in_(mine)
        )
    )


def _tick_anew(run_id: uuid.UUID, formers: Mapping[uuid.UUID, Former]) -> None:
    rows = db.session.scalars(
        sa.select(Checklist)
        .join(Enrolment, Enrolment.id == Checklist.enrolment_id)
        .where(Enrolment.run_id == run_id, Checklist.activity_id.in_(list(formers)))
    )
    for row in rows.all():
        former = formers[row.activity_id]
        said = {item["text"] for item in former.line.settings["items"] if item["id"] in row.ticked}
        row.ticked = [item["id"] for item in former.now.settings["items"] if item["text"] in said]
    db.session.flush()


def _let_fewer_read(run_id: uuid.UUID, formers: Mapping[uuid.UUID, Former]) -> None:
    rows = db.session.scalars(
        sa.select(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(
            Enrolment.run_id == run_id,
            Reflection.activity_id.in_(list(formers)),
            Reflection.readers.is_not(None),
        )
    )
    for row in rows.all():
        now = REFLECTION.readers_of(formers[row.activity_id].now.settings)
        row.readers = Readers(row.readers).narrower(now) if row.readers else None
    db.session.flush()


def _say_where_answered(run_id: uuid.UUID, formers: Sequence[uuid.UUID]) -> None:
    if not formers:
        return
    execute(
        sa.update(QuizAttempt)
        .where(
            QuizAttempt.activity_id.in_(formers),
            QuizAttempt.enrolment_id.in_(sa.select(Enrolment.id).where(Enrolment.run_id == run_id)),
            QuizAttempt.answered_in.is_(None),
        )
        .values(answered_in=QuizAttempt.activity_id)
    )
