"""A survey is done when it was answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext

from community.academy.kinds.fields import FrontMatter, YesNo, load_front
from community.academy.kinds.protocol import Evidence, Parsed, Partly, SourceRefused, Verdict
from community.academy.kinds.survey.answers import fitting
from community.academy.kinds.survey.examples import EXAMPLES
from community.academy.kinds.survey.source import read_asks, write_asks


class SurveyFront(FrontMatter):
    """Whether names stand beside answers, and whether learners see the counts."""

    about = lazy_gettext("Questions about what people think and need, with or without names.")
    writing = lazy_gettext(
        "A question begins with ##; one that must be answered ends with a space and a *. Below it"
        " stands how it is answered. Without names, answers are shown five at a time, and nobody"
        " learns whose they are."
    )
    piece_label = lazy_gettext("Question")
    pieces = tuple(EXAMPLES.values())

    anonymous = YesNo(load_default=False, metadata={"label": lazy_gettext("Without names")})
    counts = YesNo(
        load_default=False, metadata={"label": lazy_gettext("Learners see the counts afterwards")}
    )


class SurveyKind:
    """Questions without right answers.

    Settings: ``anonymous``, ``counts`` (whether learners see them after answering), ``asks``:
    ``[{id, prompt, required, kind: single|multiple|scale|text, options: [{id, text}], most, low,
    high}]``; the last three are those of a scale from 1 to ``most``. A prompt is Markdown: its
    first line asks the question, more may follow after a blank line.
    """

    name = "survey"
    label = lazy_gettext("Survey")
    front_schema = SurveyFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        loaded, flaws = load_front(SurveyFront, front)
        found, body_flaws = read_asks(body, line)
        flaws.extend(body_flaws)
        rules = loaded or {"anonymous": False, "counts": False}
        parsed = Parsed({**rules, **found.parsed.settings}, found.parsed.body)
        if flaws:
            raise SourceRefused(flaws, Partly(parsed, found.starts))
        return parsed

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        front = {key: True for key in ("anonymous", "counts") if settings[key]}
        return front, write_asks(body, settings["asks"])

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return dict(settings)

    def fitting(
        self, settings: Mapping[str, Any], answers: Mapping[str, Sequence[str]]
    ) -> dict[str, list[str]]:
        """Return answers as they are kept: see ``answers.fitting``."""
        return fitting(settings["asks"], answers)

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        if evidence.answered > 0:
            return Verdict(done=True, fraction=1.0)
        return Verdict(False, 0.0, lazy_gettext("Answer the questions"))
