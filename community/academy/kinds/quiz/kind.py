"""A quiz is done when its best attempt reached the pass mark."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext

from community.academy.kinds.fields import FrontMatter, WholeNumber, from_to, load_front
from community.academy.kinds.protocol import Evidence, Parsed, SourceRefused, Verdict
from community.academy.kinds.quiz.scoring import Result, score
from community.academy.kinds.quiz.source import read_questions, write_questions

DEFAULT_PASS = 60
"""Per cent."""


class QuizFront(FrontMatter):
    """How often one may try, and what counts as passed."""

    attempts = WholeNumber(load_default=None, validate=from_to(1, 20))
    pass_mark = WholeNumber(data_key="pass", load_default=DEFAULT_PASS, validate=from_to(1, 100))


class QuizKind:
    """Questions with choices.

    Settings: ``attempts`` (int, None: as often as one likes), ``pass`` (per cent), ``questions``:
    ``[{id, prompt, kind: single|multiple, options: [{id, text, right, feedback}], explanation}]``.
    A prompt is Markdown: its first line asks the question, more may follow after a blank line.
    """

    name = "quiz"
    label = lazy_gettext("Quiz")
    front_schema = QuizFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        loaded, flaws = load_front(QuizFront, front)
        intro, questions, body_flaws = read_questions(body, line)
        flaws.extend(body_flaws)
        if flaws:
            raise SourceRefused(flaws)
        settings = {
            "attempts": loaded["attempts"],
            "pass": loaded["pass_mark"],
            "questions": questions,
        }
        return Parsed(settings, intro)

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        front: dict[str, Any] = {}
        if settings["attempts"] is not None:
            front["attempts"] = settings["attempts"]
        if settings["pass"] != DEFAULT_PASS:
            front["pass"] = settings["pass"]
        return front, write_questions(body, settings["questions"])

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the questions without what is right, feedback and explanations."""
        questions = [
            {
                "id": question["id"],
                "prompt": question["prompt"],
                "kind": question["kind"],
                "options": [{"id": o["id"], "text": o["text"]} for o in question["options"]],
            }
            for question in settings["questions"]
        ]
        return {
            "attempts": settings["attempts"],
            "pass": settings["pass"],
            "questions": questions,
        }

    def score(self, settings: Mapping[str, Any], answers: Mapping[str, Sequence[str]]) -> Result:
        """Score one attempt: see ``scoring.score``."""
        return score(settings, answers)

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        needed: int = settings["pass"]
        best = evidence.best_score
        if best is not None and best >= needed:
            return Verdict(done=True, fraction=1.0)
        if best is None:
            return Verdict(False, 0.0, lazy_gettext("Score %(needed)d%% or more", needed=needed))
        facts = {"needed": needed, "best": best}
        if settings["attempts"] is not None and evidence.attempts >= settings["attempts"]:
            missing = lazy_gettext(
                "Score %(needed)d%% or more: your best is %(best)d%%, and no attempt is left. Ask"
                " your facilitator",
                **facts,
            )
        else:
            missing = lazy_gettext("Score %(needed)d%% or more: your best is %(best)d%%", **facts)
        return Verdict(False, max(0, best) / needed, missing)
