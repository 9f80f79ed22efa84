"""The questions of a survey with their Markdown rendered."""

import dataclasses
import functools
import uuid
from collections.abc import Mapping
from typing import Any

from community.academy.kinds.survey.answers import choices_of
from community.academy.queries.outlines import activity_content
from community.kernel import markdown
from community.kernel.markdown import inline, parted

KEPT = 256


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen: its key, its words without marks, and its Markdown rendered.

    The words of a number of a scale are empty but at its two ends.
    """

    key: str
    words: str
    html: str


@dataclasses.dataclass(frozen=True, slots=True)
class AskText:
    """A question with its Markdown rendered; ``words`` is its first line without marks."""

    id: str
    kind: str
    required: bool
    words: str
    prompt_html: str
    choices: tuple[Choice, ...]


@functools.lru_cache(maxsize=KEPT)
def asks_of(activity_id: uuid.UUID) -> tuple[AskText, ...]:
    """Return the questions of a published survey, rendered once a process."""
    return ask_texts(activity_content(activity_id).settings)


def ask_texts(settings: Mapping[str, Any]) -> tuple[AskText, ...]:
    """Return the questions in a survey's settings, rendered; none for another kind."""
    return tuple(_ask_text(ask) for ask in settings.get("asks", ()))


def _ask_text(ask: Mapping[str, Any]) -> AskText:
    html = markdown.render(ask["prompt"], lowest_heading=3)
    return AskText(
        id=ask["id"],
        kind=ask["kind"],
        required=ask["required"],
        words=str(parted(html)[0].striptags()),
        prompt_html=html,
        choices=_choices(ask),
    )


def _choices(ask: Mapping[str, Any]) -> tuple[Choice, ...]:
    if ask["kind"] != "scale":
        return tuple(_choice(each["id"], each["text"]) for each in ask["options"])
    ends = {"1": ask["low"], str(ask["most"]): ask["high"]}
    return tuple(_choice(key, ends.get(key, "")) for key in choices_of(ask))


def _choice(key: str, text: str) -> Choice:
    html = markdown.render(text) if text else ""
    return Choice(key, str(inline(html).striptags()), html)
