"""What a foreign course is taken apart into before it becomes pages and quizzes."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Section:
    """A heading with its own text; without a title it continues after a quiz, or opens the file."""

    line: int
    level: int
    title: str
    is_start: bool
    """Whether a page may begin here; otherwise it belongs to the section before."""
    text: str = ""
    blocks: list["Block"] = field(default_factory=list)


@dataclass(slots=True)
class Quiz:
    """Questions that stand together, as the quiz kind's settings hold them."""

    title: str
    intro: str
    questions: list[dict[str, Any]]


@dataclass(slots=True)
class Block:
    """A top-level block of Markdown: lines ``start`` to ``end``, from 0, end excluded."""

    start: int
    end: int
    kind: str
    level: int = 0
    title: str = ""
