"""An activity of a draft as its learner would read it, as far as it can be read."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from community.academy.kinds.builtin import KINDS
from community.academy.kinds.protocol import ActivityKind, Flaw, SourceRefused
from community.academy.queries.asks import AskText, ask_texts
from community.academy.queries.outlines import QuestionText, question_texts
from community.academy.queries.rubrics import CriterionText, rubric_texts
from community.kernel import markdown


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPreview:
    """What the learner's page shows; ``broken``: its own part cannot be read yet, so it is text.

    ``flaws`` are what is wrong with questions, by their number from 1: the others are shown.
    """

    kind: ActivityKind
    title: str
    minutes: int | None
    required: bool
    language: str
    module: int
    number: int
    total: int
    text: Markup
    settings: Mapping[str, Any]
    questions: Sequence[QuestionText]
    items: Sequence[str]
    asks: Sequence[AskText]
    rubric: Sequence[CriterionText]
    broken: bool
    flaws: Mapping[int, Sequence[Flaw]]


def activity_preview(
    typed: Mapping[str, Any],
    *,
    kind: str,
    language: str,
    place: tuple[int, int, int],
    render: Callable[[str], str],
) -> ActivityPreview:
    """Return what ``typed`` (title, minutes, required, front, body) looks like to a learner.

    ``place`` is the number of the module, of the activity in it, and of all its activities;
    ``render`` makes HTML of the draft's Markdown.
    """
    found = KINDS[kind]
    broken, flaws = False, {}
    settings: Mapping[str, Any] = {}
    body = typed["body"]
    try:
        parsed = found.read(typed["front"], body, 1)
    except SourceRefused as refused:
        if refused.partly:
            flaws = refused.partly.flaws_of(refused.flaws)
            settings, body = refused.partly.parsed.settings, refused.partly.parsed.body
        else:
            broken = bool(body.strip())
    else:
        settings, body = parsed.settings, parsed.body
    return ActivityPreview(
        kind=found,
        title=typed["title"],
        minutes=typed["minutes"] if isinstance(typed["minutes"], int) else None,
        required=typed["required"],
        language=language,
        module=place[0],
        number=place[1],
        total=place[2],
        text=with_lead(render(body)),
        settings=settings,
        questions=question_texts(settings),
        asks=ask_texts(settings),
        rubric=rubric_texts(settings.get("rubric", ())),
        items=[markdown.render(item["text"]) for item in settings.get("items", ())],
        broken=broken,
        flaws=flaws,
    )


def with_lead(html: str) -> Markup:
    """Set the first paragraph of a sanitised text larger."""
    if html.startswith("<p>"):
        html = html.replace("<p>", '<p class="first">', 1)
    return Markup(html)  # noqa: S704  # rendered and sanitised
