"""A reflection is done when a text with as many words as it asks for was handed in."""

import enum
import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from marshmallow import validate

from community.academy.kinds.fields import FrontMatter, Line, WholeNumber, from_to, load_front
from community.academy.kinds.protocol import Evidence, Flaw, Parsed, SourceRefused, Verdict
from community.academy.kinds.text import canonical_text

DEFAULT_WORDS = 1
DEFAULT_MOST = 1_000
MOST_WORDS = 5_000
PROMPT_LIMIT = 10_000
"""Characters."""

# Scripts without spaces between words are counted by the character, as their writers do.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+(?:['’.-][^\W_]+)*")  # noqa: RUF001  # people type both


class Readers(enum.StrEnum):
    """Who reads what a learner hands in; the narrowest first."""

    PRIVATE = "private"  # the learner, and nobody else
    MENTOR = "mentor"  # also who facilitates the run
    COHORT = "cohort"  # also everybody in the run who has the activity open

    def narrower(self, other: "Readers") -> "Readers":
        """Return which of two lets fewer read."""
        order = list(Readers)
        return order[min(order.index(self), order.index(other))]


class ReflectionFront(FrontMatter):
    """Who reads it, and how long it is."""

    about = lazy_gettext("A question to think about, and room to write for oneself or for others.")
    writing = lazy_gettext(
        "The prompt: ask one thing that has no right answer. Who reads what is written stands above"
        " the box before anybody begins to write."
    )

    readers = Line(
        load_default=Readers.PRIVATE.value,
        validate=validate.OneOf(
            [each.value for each in Readers],
            labels=[
                lazy_gettext("Only its writer"),
                lazy_gettext("Facilitators"),
                lazy_gettext("The cohort"),
            ],
            error=lazy_gettext("This must be private, mentor or cohort."),
        ),
        metadata={"label": lazy_gettext("Who reads it")},
    )
    words = WholeNumber(
        load_default=DEFAULT_WORDS,
        validate=from_to(1, MOST_WORDS),
        metadata={"label": lazy_gettext("Words at least")},
    )
    most = WholeNumber(
        load_default=DEFAULT_MOST,
        validate=from_to(1, MOST_WORDS),
        metadata={"label": lazy_gettext("Words at most")},
    )


class ReflectionKind:
    """A prompt, which is the body, and a text of the learner's own.

    Settings: ``readers`` (a ``Readers``), ``words`` and ``most`` (how many it has at least and at
    most).
    """

    name = "reflection"
    label = lazy_gettext("Reflection")
    front_schema = ReflectionFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        settings, flaws = load_front(ReflectionFront, front)
        prompt = canonical_text(body)
        if not prompt:
            flaws.append(Flaw(_("A reflection needs a prompt."), line=line))
        if len(prompt) > PROMPT_LIMIT:
            message = _("The prompt is longer than %(limit)d characters.", limit=PROMPT_LIMIT)
            flaws.append(Flaw(message, line=line))
        if settings and settings["words"] > settings["most"]:
            flaws.append(Flaw(_("These are fewer words than it asks for."), field="most"))
        if flaws:
            raise SourceRefused(flaws)
        return Parsed(settings, prompt)

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        usual = {"readers": Readers.PRIVATE.value, "words": DEFAULT_WORDS, "most": DEFAULT_MOST}
        return {key: settings[key] for key in usual if settings[key] != usual[key]}, body

    def readers_of(self, settings: Mapping[str, Any]) -> Readers:
        """Return who reads what is handed in."""
        return Readers(settings["readers"])

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return dict(settings)

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        asked: int = settings["words"]
        written = max(0, evidence.written)
        if written >= asked:
            return Verdict(done=True, fraction=1.0)
        if asked == 1:
            missing = lazy_gettext("Write your reflection")
        else:
            missing = lazy_gettext(
                "Write your reflection, with %(asked)d words or more", asked=asked
            )
        return Verdict(False, written / asked, missing)


def words_in(text: str) -> int:
    """Return how many words a Markdown text has."""
    return len(_WORD.findall(text))
