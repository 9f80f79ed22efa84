"""The questions of a survey, a learner's own answers, and what all of them come to."""

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.survey.answers import Answers, Counts, added, counted, texts_in
from community.academy.queries import ActivityLine, AskText, Choice, asks_of
from community.accounts.models import User
from community.cohorts.models import SEATED, Enrolment, Run
from community.coursework.models import SurveyAnswer, SurveyBox, SurveyGone, SurveyText
from community.coursework.policy import visible_answers
from community.coursework.rules import in_steps, share
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.frame import Person
from community.kernel.paging import Page, page_of
from community.spaces.queries import face_in

MOST_TEXTS = 5_000
"""Texts of one question that are shown: the seats of the largest run."""


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What came to one question: each choice with its number and per cent, or the texts."""

    ask: AskText
    lines: tuple[tuple[Choice, int, int], ...]
    texts: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Results:
    """What came to a survey; of so many ``answered`` the first ``shown`` are in it."""

    answered: int
    shown: int
    results: tuple[Result, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """Who answered what, in words: one text for each question, empty where there is no answer."""

    id: uuid.UUID
    person: Person
    answers: Mapping[str, Sequence[str]]
    words: tuple[str, ...]


def my_answers(enrolment_id: uuid.UUID, activity_id: uuid.UUID) -> SurveyAnswer | None:
    """Return that a learner has answered a survey, and what, where it has names."""
    found: SurveyAnswer | None = db.session.scalar(
        sa.select(SurveyAnswer).where(
            SurveyAnswer.enrolment_id == enrolment_id, SurveyAnswer.activity_id == activity_id
        )
    )
    return found


def results(run: Run, line: ActivityLine) -> Results:
    """Return what came to a survey, for those who facilitate its run.

    Of an anonymous one what was counted by fives, with its texts in no order.
    """
    if line.settings["anonymous"]:
        return _of_box(run, line)
    found = _all_named(run, line)
    texts: dict[str, list[str]] = {}
    for key, text in texts_in(line.settings["asks"], found):
        texts.setdefault(key, []).append(text)
    return _results(line, len(found), len(found), counted(line.settings["asks"], found), texts)


def counts_for_learners(run: Run, line: ActivityLine) -> Results:
    """Return what learners see of a survey: counts by fives, whether it has names or not."""
    if line.settings["anonymous"]:
        found = _of_box(run, line)
        return dataclasses.replace(
            found, results=tuple(dataclasses.replace(each, texts=()) for each in found.results)
        )
    named = _all_named(run, line, also_left=True)  # else who leaves would shift the fives
    gone = db.session.scalar(sa.select(SurveyGone).filter_by(run_id=run.id, activity_id=line.id))
    taken_out, counts = (gone.answered, gone.counts) if gone else (0, {})
    answered = len(named) + taken_out
    shown = in_steps(answered)
    first = named[: max(0, shown - taken_out)]
    counts = added(counts, counted(line.settings["asks"], first)) if shown else {}
    return _results(line, answered, shown, counts, {})


def answers_in(run_id: uuid.UUID, activity_id: uuid.UUID) -> sa.Select[SurveyAnswer]:
    """Select the named answers to a survey of who has a place in a run, or had one, in order."""
    return (
        sa.select(SurveyAnswer)
        .join(Enrolment, Enrolment.id == SurveyAnswer.enrolment_id)
        .where(
            Enrolment.run_id == run_id,
            SurveyAnswer.activity_id == activity_id,
            SurveyAnswer.answers.is_not(None),
        )
        .order_by(SurveyAnswer.answered_at, SurveyAnswer.id)
    )


def _of_box(run: Run, line: ActivityLine) -> Results:
    of_survey = {"run_id": run.id, "activity_id": line.id}
    box = db.session.scalar(sa.select(SurveyBox).filter_by(**of_survey))
    if box is None:
        return _results(line, 0, 0, {}, {})
    texts: dict[str, list[str]] = {}
    # by their random ids: in no order, and in the same one each time
    rows = db.session.execute(
        sa.select(SurveyText.question, SurveyText.text)
        .filter_by(**of_survey)
        .order_by(SurveyText.id)
    )
    for key, text in rows:
        texts.setdefault(key, []).append(text)
    return _results(line, box.answered, box.answered - len(box.waiting), box.counts, texts)


def _all_named(run: Run, line: ActivityLine, *, also_left: bool = False) -> list[Answers]:
    """Return the named answers of who has a place in a run, or had one; the first ones first."""
    found = answers_in(run.id, line.id).with_only_columns(SurveyAnswer.answers)
    if not also_left:
        found = found.where(Enrolment.state.in_(SEATED))
    return list(db.session.scalars(found))


def _results(
    line: ActivityLine,
    answered: int,
    shown: int,
    counts: Counts,
    texts: Mapping[str, Sequence[str]],
) -> Results:
    def of(ask: AskText) -> Result:
        found = counts.get(ask.id, {})
        numbers = [(choice, found.get(choice.key, 0)) for choice in ask.choices]
        return Result(
            ask,
            tuple((choice, number, share(number, shown)) for choice, number in numbers),
            tuple(texts.get(ask.id, ())[:MOST_TEXTS]),
        )

    return Results(answered, shown, tuple(of(ask) for ask in asks_of(line.id)))


# ------------------------------------------------------------------ by name


def named_answers(
    ctx: Context, run: Run, line: ActivityLine, *, limit: int, page: str | None = None
) -> Page:
    """Return a page of who answered what, by name, as far as the actor sees it.

    Raises Invalid when ``page`` is no bookmark of the list.
    """
    found = page_of(_by_name(ctx, run, line), limit=limit, page=page)
    return Page([_named(line, row) for row in found.items], found.next, found.previous)


def all_named_answers(ctx: Context, run: Run, line: ActivityLine, *, most: int) -> list[Named]:
    """Return who answered what, by name, at most so many: for a file."""
    rows = db.session.execute(_by_name(ctx, run, line).limit(most))
    return [_named(line, row) for row in rows]


_NAMED: tuple[Any, ...] = (
    SurveyAnswer.id,
    SurveyAnswer.answers,
    User.id.label("user_id"),
    User.name,
)


def _by_name(ctx: Context, run: Run, line: ActivityLine) -> sa.Select[Any]:
    found: sa.Select[Any] = visible_answers(ctx).where(
        Enrolment.run_id == run.id, SurveyAnswer.activity_id == line.id
    )
    return (
        found.join(User, User.id == Enrolment.user_id)
        .with_only_columns(*_NAMED, face_in(Run.space_id))
        .order_by(User.name, SurveyAnswer.id)
    )


def _named(line: ActivityLine, row: Any) -> Named:
    words = tuple(_in_words(ask, row.answers.get(ask.id, ())) for ask in asks_of(line.id))
    return Named(row.id, Person(row.user_id, row.name, row.face), row.answers, words)


def _in_words(ask: AskText, given: Sequence[str]) -> str:
    if ask.kind in {"text", "scale"}:
        return " ".join(given)
    return "; ".join(choice.words for choice in ask.choices if choice.key in given)
