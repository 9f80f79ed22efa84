"""A text of a draft as its readers will see it, with what its author might look at again.

Callers have found the draft under a read rule. What is shown need not be saved.
"""

import dataclasses
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from community.academy.formats.drafts import DraftProblem, TypedActivity, problems_of_activity
from community.academy.kinds.builtin import KINDS
from community.academy.kinds.fields import as_typed
from community.academy.kinds.protocol import SourceRefused
from community.academy.queries.draft_outlines import estimate_of
from community.academy.queries.drafts import paths_of
from community.academy.queries.outlines import QuestionText, question_texts
from community.academy.rules import draft_file_address, with_file_addresses
from community.academy.rules.hints import Hint, hints
from community.kernel import markdown


@dataclasses.dataclass(frozen=True, slots=True)
class Preview:
    """An activity as it would be; ``settings`` are None where its kind cannot read it yet.

    ``html`` is then the text as it was typed, all of it. ``estimate`` is in minutes.
    """

    html: str = dataclasses.field(repr=False)
    settings: Mapping[str, Any] | None = dataclasses.field(repr=False)
    questions: tuple[QuestionText, ...] = dataclasses.field(repr=False)
    problems: tuple[DraftProblem, ...]
    hints: tuple[Hint, ...]
    estimate: int


def preview_html(draft_id: uuid.UUID, body: str, paths: Collection[str] | None = None) -> str:
    """Return Markdown of a draft as HTML that shows the draft's pictures; one statement.

    ``paths`` are those of its pictures and files where they are known already.
    """
    known = paths_of(draft_id) if paths is None else paths

    def address(path: str) -> str:
        return draft_file_address(draft_id, path)

    html = markdown.render(body, asset_url=lambda path: address(path) if path in known else None)
    return with_file_addresses(html, address)


def preview(
    draft_id: uuid.UUID,
    *,
    kind: str,
    front: Mapping[str, Any],
    body: str,
    title: str = "",
    minutes: int | None = None,
    key: uuid.UUID | None = None,
) -> Preview:
    """Return an activity as it would be with this text, whatever is saved; one statement.

    ``key`` is the activity's id, for the problems to name.
    """
    paths = paths_of(draft_id)
    own, _flaws = as_typed(KINDS[kind].front_schema, front)
    typed = TypedActivity(
        key or uuid.UUID(int=0), "any", kind, title, minutes, True, None, own, body
    )
    settings, text = None, body
    try:
        parsed = KINDS[kind].read(own, body, 1)
        settings, text = parsed.settings, parsed.body
    except SourceRefused:
        pass  # it is told as problems
    return Preview(
        html=preview_html(draft_id, text, paths),
        settings=settings,
        questions=question_texts(settings or {}),
        problems=problems_of_activity(typed, paths, KINDS),
        hints=hints(body),
        estimate=estimate_of(kind, body),
    )
