"""A quiz is done when the attempt that counts reached the pass mark."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import LazyString, lazy_gettext

from community.academy.kinds.fields import load_front
from community.academy.kinds.protocol import Evidence, Parsed, Partly, SourceRefused, Verdict
from community.academy.kinds.quiz.answers import CHOICES
from community.academy.kinds.quiz.scoring import Result, mark
from community.academy.kinds.quiz.settings import (
    FIRST,
    LAST,
    QuizFront,
    Rules,
    begins_first,
    read_rules,
    rules_as_settings,
    write_rules,
)
from community.academy.kinds.quiz.sheets import make_sheet
from community.academy.kinds.quiz.source import read_questions, write_questions


class QuizKind:
    """Questions of several sorts, asked in attempts.

    Settings: ``attempts`` (int, None: as often as one likes), ``pass`` (per cent), those of
    ``settings.Rules`` that are not as usual, and ``questions``: ``[{id, prompt, kind, options,
    explanation}]`` with ``points``, ``pool`` and ``exact`` where these are said. ``kind`` is one of
    ``answers``; options are ``{id, text, feedback}`` with ``right`` (choices), ``match`` (matching)
    or ``tolerance`` (numeric). A prompt is Markdown: its first line asks the question, more may
    follow after a blank line.
    """

    name = "quiz"
    label = lazy_gettext("Quiz")
    front_schema = QuizFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        loaded, flaws = load_front(QuizFront, front)
        found, body_flaws = read_questions(body, line)
        flaws.extend(body_flaws)
        rules, questions = Rules(), found.parsed.settings["questions"]
        if not flaws:
            rules, flaws = read_rules(loaded, questions)
        parsed = Parsed({**rules_as_settings(rules), "questions": questions}, found.parsed.body)
        if flaws:
            raise SourceRefused(flaws, Partly(parsed, found.starts))
        return parsed

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        return write_rules(settings), write_questions(body, settings["questions"])

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the questions without what is right, feedback and explanations.

        None where an attempt is begun first: which are asked, and how, is its own.
        """
        begins = begins_first(settings)
        rules = {key: value for key, value in settings.items() if key not in ("questions", "draw")}
        questions = [
            {
                "id": question["id"],
                "prompt": question["prompt"],
                "kind": question["kind"],
                "options": [{"id": o["id"], "text": o["text"]} for o in question["options"]]
                if question["kind"] in CHOICES
                else [],
            }
            for question in settings["questions"]
            if not begins
        ]
        return {**rules, "questions": questions}

    def score(self, settings: Mapping[str, Any], answers: Mapping[str, Sequence[str]]) -> Result:
        """Mark answers to all questions of a quiz as they stand in it: see ``scoring.mark``."""
        return mark(make_sheet({**settings, "draw": {}}, seed=0), answers)

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        needed: int = settings["pass"]
        score = evidence.best_score
        if settings.get("counts") == LAST and evidence.last_score is not None:
            score = evidence.last_score  # rows of before do not hold it
        if score is None:
            return Verdict(False, 0.0, lazy_gettext("Score %(needed)d%% or more", needed=needed))
        if score >= needed:
            return Verdict(done=True, fraction=1.0)
        missing = _missing(settings, evidence.attempts, {"needed": needed, "best": score})
        return Verdict(False, max(0, score) / needed, missing)


def _missing(settings: Mapping[str, Any], attempts: int, facts: Mapping[str, int]) -> LazyString:
    """Return what is missing after so many attempts; ``facts``: what is ``needed``, and ``best``.

    ``best`` is the score that counts, whichever that is.
    """
    counts = settings.get("counts")
    if counts == FIRST:
        return lazy_gettext(
            "Score %(needed)d%% or more: your first attempt counts, with %(best)d%%. Ask your"
            " facilitator",
            **facts,
        )
    none_left = settings["attempts"] is not None and attempts >= settings["attempts"]
    if counts == LAST and none_left:
        return lazy_gettext(
            "Score %(needed)d%% or more: your last attempt counts, with %(best)d%%, and none is"
            " left. Ask your facilitator",
            **facts,
        )
    if counts == LAST:
        return lazy_gettext(
            "Score %(needed)d%% or more: your last attempt counts, with %(best)d%%", **facts
        )
    if none_left:
        return lazy_gettext(
            "Score %(needed)d%% or more: your best is %(best)d%%, and no attempt is left. Ask your"
            " facilitator",
            **facts,
        )
    return lazy_gettext("Score %(needed)d%% or more: your best is %(best)d%%", **facts)
