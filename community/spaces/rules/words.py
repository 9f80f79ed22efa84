"""Words that are not said in a space: compared whole, without case and accents, in linear time."""

import functools
import unicodedata
from collections.abc import Iterable

MOST_WORDS = 200  # entries of a list
WORD_LONGEST = 60  # code points of an entry
_JOINING = frozenset("'\u2019\u00b7")  # inside a word, as in "don't": a part of it


def words_in(text: str) -> list[str]:
    """Return the words of a text in order, folded; letters, marks and digits make one.

    A sign of a script that is written without blanks is a word by itself. Signs that are not seen,
    such as soft hyphens, part no word.
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    parts = "".join(map(_as_part, unicodedata.normalize("NFKD", folded)))
    return [word for part in parts.split() if (word := part.strip("'"))]


@functools.lru_cache(maxsize=8_192)
def _as_part(sign: str) -> str:
    if sign in _JOINING:
        return "'"
    category = unicodedata.category(sign)
    if unicodedata.combining(sign) or category == "Cf":
        return ""
    if category[0] not in "LMN":
        return " "
    alone = "\u3040" <= sign <= "\u30ff" or "\u3400" <= sign <= "\u9fff" or sign >= "\U00020000"
    return f" {sign} " if alone else sign


def as_list(lines: Iterable[str]) -> list[str]:
    """Return entries in order, each once, blank ones left out."""
    found: dict[str, str] = {}
    for line in lines:
        entry = " ".join(line.split())
        if entry:
            found.setdefault(_compared(entry), entry)
    return list(found.values())


def has_words(entry: str) -> bool:
    """Whether there is anything in an entry that a text can be compared with."""
    return bool(words_in(entry))


def blocked_in(entries: str, text: str) -> str | None:
    """Return the first entry, one a line, that a text says; None where it says none of them."""
    said = f" {_compared(text)} "
    return next((entry for entry, words in _of_list(entries) if f" {words} " in said), None)


@functools.lru_cache(maxsize=64)
def _of_list(entries: str) -> tuple[tuple[str, str], ...]:
    return tuple((entry, _compared(entry)) for entry in entries.split("\n"))


def _compared(text: str) -> str:
    return " ".join(words_in(text))
