"""The head of a Markdown file: strict, flat YAML with the line of every key.

Every value is one scalar. That is all a course needs, and it leaves no room for YAML's traps:
anchors that multiply, tags that build objects, keys given twice. Of plain words only ``true``,
``false``, ``null`` and whole numbers are not text, so that ``title: No`` and ``time: 15:00`` mean
what they say.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from flask_babel import gettext as _

from community.academy.kinds.protocol import Flaw

MAX_FRONT = 16_000
"""Characters."""

_FENCE = "---"
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_NUMBER_LIKE = re.compile(r"[-+.:_0-9]+")
"""Quoted when written, whatever YAML's versions make of it: all times of day look the same."""
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")


@dataclass(slots=True)
class Document:
    """A file taken apart; ``lines`` says where each front matter key stands.

    ``broken``: the head could not be read, so what is missing in it means nothing.
    """

    front: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1
    broken: bool = False


class _Refused(Exception):
    def __init__(self, message: str, index: int) -> None:
        super().__init__(message)
        self.message = message
        self.index = index


def read_document(text: str) -> tuple[Document, list[Flaw]]:
    """Take a file's text (LF line ends) apart; return it and everything wrong with its head."""
    lines = text.split("\n")
    if lines[0].rstrip(" \t") != _FENCE:
        return Document(body=text, broken=True), [
            Flaw(_("The file must begin with a line ---."), line=1)
        ]
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip(" \t") == _FENCE), None)
    if end is None:
        return Document(broken=True), [
            Flaw(_("The front matter is not closed by a line ---."), line=1)
        ]
    document = Document(body="\n".join(lines[end + 1 :]), body_line=end + 2)
    head = "\n".join(lines[1:end])
    if len(head) > MAX_FRONT:
        document.broken = True
        message = _("The front matter is longer than %(limit)d characters.", limit=MAX_FRONT)
        return document, [Flaw(message, line=1)]
    return document, _read_head(head, document)


def _read_head(head: str, document: Document) -> list[Flaw]:
    def line_at(index: int) -> int:
        return head.count("\n", 0, index) + 2

    flaws: list[Flaw] = []
    try:
        for key, value, index in _pairs(head):
            line = line_at(index)
            if key in document.front:
                flaws.append(Flaw(_("%(key)s: This key is given twice.", key=key), line=line))
                continue
            document.front[key] = value
            document.lines[key] = line
    except _Refused as refused:
        document.broken = True
        flaws.append(Flaw(refused.message, line=line_at(refused.index)))
    except yaml.MarkedYAMLError as error:
        document.broken = True
        mark = error.problem_mark or error.context_mark
        message = _("This is not YAML: %(problem)s.", problem=error.problem or error.context)
        flaws.append(Flaw(message, line=line_at(mark.index if mark else 0)))
    except yaml.YAMLError:
        document.broken = True
        flaws.append(Flaw(_("The front matter is not YAML."), line=1))
    return flaws


def _pairs(head: str) -> Iterator[tuple[str, Any, int]]:
    """Yield (key, value, index of the key in ``head``)."""
    key: tuple[str, int] | None = None
    inside = False
    for event in yaml.parse(head, Loader=yaml.SafeLoader):
        index = event.start_mark.index if event.start_mark else 0
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise _Refused(_("Anchors, aliases and tags are not used here."), index)
        if isinstance(event, yaml.MappingStartEvent) and not inside:
            inside = True
        elif isinstance(event, yaml.ScalarEvent) and inside:
            if key is None:
                key = (event.value, index)
            else:
                yield key[0], _value(event), key[1]
                key = None
        elif isinstance(event, yaml.NodeEvent):
            raise _Refused(_("Front matter is lines of the form key: value."), index)
        elif isinstance(event, yaml.DocumentEndEvent) and event.explicit:
            raise _Refused(_("Front matter is one document."), index)


def _value(event: yaml.ScalarEvent) -> Any:
    text: str = event.value
    if not event.implicit[0]:
        return text  # in quotes, or a block: always text
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    return int(text) if _WHOLE.fullmatch(text) else text


def write_document(front: Mapping[str, Any], body: str) -> str:
    """Return a file's text: front matter in the order given, one blank line, the body."""
    head = "".join(f"{key}: {_scalar(value)}\n" for key, value in front.items())
    return f"{_FENCE}\n{head}{_FENCE}\n" + (f"\n{body}\n" if body else "")


def _scalar(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    plain = yaml.safe_dump({"k": value}, width=math.inf, allow_unicode=True)[3:].rstrip("\n")
    if not plain.startswith(("'", '"', "|", ">")) and not _NUMBER_LIKE.fullmatch(value):
        return plain
    quoted: str = yaml.safe_dump(value, default_style='"', width=math.inf, allow_unicode=True)
    return quoted.rstrip("\n")
