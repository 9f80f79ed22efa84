"""What a text refers to: its pictures must be there, and its links must lead somewhere."""

import functools
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from community.academy.kinds.protocol import Flaw

KEPT = 512
"""Texts whose references a process remembers: a draft is read anew with each change in it."""
LINK_SCHEMES = frozenset({"http", "https", "mailto"})
_PLAIN = MarkdownIt("commonmark").enable("table")
_MARKDOWN = MarkdownIt("commonmark").enable("table").use(footnote_plugin)


@functools.lru_cache(maxsize=KEPT)
def references(body: str, *, footnotes: bool = True) -> tuple[tuple[str, str, int], ...]:
    """Return ("image" | "link", target, line from 0) of every reference in Markdown.

    A note that nothing refers to is not shown, and holds none; without ``footnotes`` it is text.
    """
    return tuple(_references(body, footnotes=footnotes))


def _references(body: str, *, footnotes: bool) -> Iterator[tuple[str, str, int]]:
    lines = body.split("\n")
    for token in (_MARKDOWN if footnotes else _PLAIN).parse(body):
        if token.type == "inline" and token.map and token.children:
            first, end = token.map
            text = "\n".join(lines[first:end])
            line, position = first, 0
            for sort, target in _targets(token.children):
                # The same target may stand in a paragraph twice: look on from where we are.
                found = text.find(target, position)
                if found >= 0:
                    line += text.count("\n", position, found)
                    position = found + len(target)
                yield sort, target, line


def _targets(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """Yield in the order in which targets are written: a link's stands after its text."""
    links: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            links.append(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            yield "link", links.pop()
        elif token.type == "image":
            yield from _targets(token.children or [])
            yield "image", str(token.attrGet("src") or "")


def flaws_of_references(body: str, line: int, assets: Collection[str]) -> list[Flaw]:
    """Return a flaw for each reference that would break; the body's first line is ``line``."""
    flaws = []
    for sort, target, offset in references(body):
        message = _flaw(sort, target, assets)
        if message:
            flaws.append(Flaw(message, line=line + offset))
    return flaws


def broken_references(
    body: str, assets: Collection[str], *, footnotes: bool = True
) -> list[tuple[str, int]]:
    """Return (target, line from 0) of each reference that would break; see ``references``."""
    return [
        (target, offset)
        for sort, target, offset in references(body, footnotes=footnotes)
        if _flaw(sort, target, assets)
    ]


def _flaw(sort: str, target: str, assets: Collection[str]) -> str:
    if target.startswith("assets/") or (sort == "link" and target.startswith("files/")):
        missing = target not in assets
        return str(_("There is no %(target)s.", target=target)) if missing else ""
    if sort == "image":
        return str(
            _(
                "A picture lies in the course's assets folder (%(target)s does not): nothing is"
                " fetched from elsewhere. A link to it may be given.",
                target=target,
            )
        )
    if target.startswith("#") or is_address(target):
        return ""
    message = _(
        "A link leads to an address, a # in this text or a file in files/ or assets/, not to"
        " %(target)s.",
        target=target,
    )
    return str(message)


def is_address(target: str) -> bool:
    """Whether the target is a whole address that a link may lead to."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in LINK_SCHEMES and bool(parts.netloc)
