"""What an author might want to look at again: hints, which keep nobody from publishing.

Pure: from Markdown to lines and words. What breaks a course is a problem and is told by its reader.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import lazy_gettext as _l
from markdown_it import MarkdownIt
from markdown_it.token import Token

LONG_PARAGRAPH = 160
"""Words."""
FILMS = (".mp4", ".webm", ".mov", ".m4v")
FILM_PLACES = ("youtube.com", "youtu.be", "vimeo.com", "peertube.", "media.ccc.de")
_CAPTIONS = re.compile(r"captions?|subtitles?|transcript", re.IGNORECASE)
SAYS_NOTHING = frozenset(
    (
        *("here", "click here", "see here", "this", "link", "this link", "more", "read more"),
        *("page", "this page", "website", "this website"),
    )
)

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_WORD = re.compile(r"\w+")
_TEXTS = {
    "heading-skipped": _l("A heading leaves out a level: readers who listen lose the thread."),
    "heading-first": _l("The text begins with a smaller heading than its others: use ## first."),
    "heading-top": _l("The title of the activity is the top heading; begin with ##."),
    "heading-empty": _l("This heading says nothing."),
    "alt-missing": _l("This picture has no words for those who do not see it."),
    "alt-file-name": _l("The words for this picture are the name of a file: say what it shows."),
    "link-words": _l("These words do not say where the link leads: “%(words)s”."),
    "link-address": _l("A bare address is read out letter by letter: give the link a name."),
    "link-empty": _l("This link leads nowhere."),
    "long-paragraph": _l("This paragraph has %(words)d words: two would be easier to read."),
    "table-head": _l("This table has no head: say above each column what it holds."),
    "film-captions": _l("Say whether this film has captions, or add what is said in it as text."),
}


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to look at: ``code`` names its sort, ``line`` counts from 1 in the text."""

    code: str
    line: int
    message: str


def hints(body: str) -> tuple[Hint, ...]:
    """Return hints on a Markdown text, in the order of its lines."""
    tokens = _MARKDOWN.parse(body)
    found = [*_headings(tokens), *_tables(tokens), *_in_lines(tokens, bool(_CAPTIONS.search(body)))]
    return tuple(sorted(found, key=lambda hint: (hint.line, hint.code)))


def _hint(code: str, line: int, **facts: object) -> Hint:
    return Hint(code, line, str(_TEXTS[code]) % facts if facts else str(_TEXTS[code]))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _headings(tokens: Sequence[Token]) -> Iterator[Hint]:
    former = 0
    for token, inside in pairwise(tokens):
        if token.type != "heading_open":
            continue
        level, line = int(token.tag[1]), _line(token)
        if not inside.content.strip():
            yield _hint("heading-empty", line)
        if level == 1:
            yield _hint("heading-top", line)
        elif not former and level > 2:  # the activity's title is the first
            yield _hint("heading-first", line)
        elif former and level > former + 1:
            yield _hint("heading-skipped", line)
        former = max(level, 2)


def _tables(tokens: Sequence[Token]) -> Iterator[Hint]:
    """A Markdown table always has a head row; one of empty cells is no head."""
    start, inside, words = 1, False, ""
    for token in tokens:
        if token.type == "thead_open":
            start, inside, words = _line(token), True, ""
        elif token.type == "thead_close":
            inside = False
            if not words.strip():
                yield _hint("table-head", start)
        elif inside and token.type == "inline":
            words += token.content


def _in_lines(tokens: Sequence[Token], has_captions: bool) -> Iterator[Hint]:
    for former, token in pairwise(tokens):
        if token.type != "inline" or not token.children:
            continue
        words = len(_WORD.findall(_words(token.children)))
        if former.type == "paragraph_open" and words > LONG_PARAGRAPH:
            yield _hint("long-paragraph", _line(token), words=words)
        yield from _references(token.children, _line(token), has_captions)


def _references(children: Sequence[Token], line: int, has_captions: bool) -> Iterator[Hint]:
    opened: tuple[str, int, int] | None = None
    for place, child in enumerate(children):
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
        elif child.type == "image":
            yield from _picture(child, line)
        elif child.type == "link_open":
            opened = (str(child.attrGet("href") or ""), place, line)
        elif child.type == "link_close" and opened:
            target, begun, at = opened
            yield from _link(target, _words(children[begun:place]), at, has_captions)
            opened = None


def _picture(token: Token, line: int) -> Iterator[Hint]:
    words = _words(token.children or []).strip()
    source = str(token.attrGet("src") or "")
    if not words:
        yield _hint("alt-missing", line)
    elif words == source.rpartition("/")[2] or re.search(r"\.(png|jpe?g|webp|svg)\Z", words):
        yield _hint("alt-file-name", line)


def _link(target: str, words: str, line: int, has_captions: bool) -> Iterator[Hint]:
    plain = " ".join(words.split()).strip(" .:!?").lower()
    if not target.strip() or target.strip() == "#":
        yield _hint("link-empty", line)
    if plain in SAYS_NOTHING or not plain:
        yield _hint("link-words", line, words=words)
    elif re.match(r"(https?://|www\.)\S+\Z", plain):
        yield _hint("link-address", line)
    address = target.lower().partition("?")[0]
    if not has_captions and (
        address.endswith(FILMS) or any(place in address for place in FILM_PLACES)
    ):
        yield _hint("film-captions", line)


def _words(tokens: Sequence[Token]) -> str:
    """Return what tokens of a line say, without marks; a picture says its words."""
    return "".join(
        _words(token.children or [])
        if token.type == "image"
        else token.content or (" " if token.type in {"softbreak", "hardbreak"} else "")
        for token in tokens
    )
