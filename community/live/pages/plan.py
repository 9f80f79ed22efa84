"""The plan of a session as its room shows it: what stands around the time table, and its steps."""

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from community.kernel import markdown
from community.live import rules

KEPT = 128  # plans whose markup a process remembers: a plan never changes

_STEP_TITLE = re.compile(r"\A(?P<title>\*\*[^*]+\*\*|[^.*_`\[]{1,60}\.)\s+(?P<rest>.+)\Z")


class ShownStep(NamedTuple):
    """A step of the plan: minutes after the start, its title, and what else it says, as HTML."""

    start: int
    end: int
    title: str
    rest: str


class ShownPlan(NamedTuple):
    """A plan taken apart, as HTML."""

    before: str
    steps: Sequence[ShownStep]
    after: str


@functools.lru_cache(maxsize=KEPT)
def shown_plan(plan: str, minutes: int) -> ShownPlan:
    """Return the markup of a plan; a long one takes up to a quarter of a second to make."""
    agenda = rules.agenda(plan, minutes)
    return ShownPlan(
        before=markdown.render(agenda.before, lowest_heading=3),
        steps=[ShownStep(step.start, step.end, *_words(step.text)) for step in agenda.steps],
        after=markdown.render(agenda.after, lowest_heading=3),
    )


def _words(text: str) -> tuple[str, str]:
    """Return the title of a step and what else it says, as HTML.

    The title is what the line begins with in bold, else its first sentence.
    """
    found = _STEP_TITLE.match(text)
    if found is None:
        return _line(text), ""
    return _line(found["title"].strip("*").removesuffix(".")), _line(found["rest"])


def _line(text: str) -> str:
    return markdown.inline(markdown.render(text))
