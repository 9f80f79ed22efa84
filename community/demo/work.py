"""How people do what a course asks of one alone: they read, answer, open, tick off and write."""

import dataclasses
import random
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from community.academy.kinds.quiz.answers import MATCHING, ORDERING, TYPED
from community.academy.kinds.quiz.settings import begins_first
from community.academy.queries import ActivityLine
from community.coursework.operations import (
    answer_survey,
    begin_quiz,
    hand_in_reflection,
    hand_in_work,
    open_file,
    submit_quiz,
    tick,
)
from community.coursework.queries.attempts import sheet_of
from community.demo.story import Act
from community.kernel.context import Context
from community.kernel.keys import new_key
from community.progress.operations import report_reading

ON_PAPER = (
    "I have written this by hand, in the notebook that lies beside my bed, where nobody reads it."
    " This line is only here so that I find the page again when the eight weeks are over."
)
Question = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """What people wrote: reflections and work by activity and person, surveys by question."""

    reflections: Mapping[tuple[str, str], str]
    hand_ins: Mapping[tuple[str, str], str]
    survey_texts: Mapping[str, Sequence[str]]


def work(
    run: uuid.UUID, line: ActivityLine, learner: str, written: Written, chance: random.Random
) -> Act | None:
    """Return how somebody does an activity; None for one they do not do in writing."""
    key = new_key().hex
    match line.kind:
        case "page":
            return lambda ctx: report_reading(ctx, run, line.id, fraction=1.0, client_id=key)
        case "quiz":
            return _quiz(run, line, good=chance.random() < 0.8)
        case "file":
            return (lambda ctx: open_file(ctx, run, line.id)) if chance.random() < 0.5 else None
        case "checklist":
            items = [item["id"] for item in line.settings["items"]]
            return lambda ctx: tick(ctx, run, line.id, items=items, client_id=key)
        case "survey":
            answers = {
                ask["id"]: _opinion(ask, written, chance, glad=line.settings["anonymous"])
                for ask in line.settings["asks"]
            }
            return lambda ctx: answer_survey(ctx, run, line.id, answers=answers, client_id=key)
        case "reflection":
            text = written.reflections.get((line.slug, learner))
            if text is None and line.settings["readers"] == "private":
                text = ON_PAPER
            return _reflection(run, line, text, key) if text else None
        case "assignment":
            text = written.hand_ins.get((line.slug, learner))
            return _work(run, line, text, key) if text else None
    return None


def _reflection(run: uuid.UUID, line: ActivityLine, text: str, key: str) -> Act:
    return lambda ctx: hand_in_reflection(ctx, run, line.id, text=text, revision=0, client_id=key)


def _work(run: uuid.UUID, line: ActivityLine, text: str, key: str) -> Act:
    return lambda ctx: hand_in_work(ctx, run, line.id, text=text, revision=0, client_id=key)


def _quiz(run: uuid.UUID, line: ActivityLine, *, good: bool) -> Act:
    """Return how a quiz goes well, or at first not."""

    def answer(ctx: Context) -> None:
        for mistakes in (0,) if good else (3, 0):
            questions = line.settings["questions"]
            if begins_first(line.settings):
                attempt = begin_quiz(ctx, run, line.id, client_id=new_key().hex)
                questions = sheet_of(attempt)["questions"]
            answers = {
                question["id"]: _wrong(question) if place < mistakes else _right(question)
                for place, question in enumerate(questions)
            }
            submit_quiz(ctx, run, line.id, answers=answers, client_id=new_key().hex)

    return answer


def _right(question: Question) -> list[str]:
    options = question["options"]
    if question["kind"] == ORDERING:
        return [f"{option['id']}={option['place']}" for option in options]
    if question["kind"] == MATCHING:
        return [f"{option['id']}={option['match']}" for option in options]
    if question["kind"] in TYPED:
        return [options[0]["text"]]
    return [option["id"] for option in options if option["right"]]


def _wrong(question: Question) -> list[str]:
    options = question["options"]
    if question["kind"] == ORDERING:
        return [f"{option['id']}={len(options) + 1 - option['place']}" for option in options]
    if question["kind"] == MATCHING:
        same = question["choices"][0]["id"]
        return [f"{option['id']}={same}" for option in options]
    if question["kind"] in TYPED:
        return ["0"]
    return [option["id"] for option in options if not option["right"]][:1]


def _opinion(
    ask: Mapping[str, Any], written: Written, chance: random.Random, *, glad: bool
) -> list[str]:
    """Return what somebody thinks: at the end of a course most are glad, at its start modest."""
    if ask["kind"] == "scale":
        most = ask["most"]
        return [str(round(chance.triangular(1, most, most if glad else 2)))]
    if ask["kind"] == "text":
        texts = written.survey_texts.get(ask["prompt"].splitlines()[0], ())
        return [chance.choice(texts)] if texts and chance.random() < 0.4 else []
    options = [option["id"] for option in ask["options"]]
    if ask["kind"] == "single":
        return chance.choices(options, range(len(options), 0, -1))
    return [option for option in options if chance.random() < 0.35]
