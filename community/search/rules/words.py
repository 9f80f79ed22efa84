"""Texts as they are indexed and asked for: words, folded, alike on every database.

What is a word is decided here and nowhere else. Both databases are given words that are apart and
folded already, so that neither has an opinion of its own. Words are not brought to a stem: people
here write in many languages.
"""

import datetime as dt
import functools
import html as markup
import re
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from typing import NamedTuple

VERSION = 2  # of what is said here and in ``queries.subjects``: raise it, and all is read anew
LONGEST_WORD = 60  # code points; of a longer one the beginning counts
MOST_WORDS = 8_000  # of one text that are indexed
FACT = "§"  # begins what is no word of a text; no word holds it
PART = "¶"  # likewise begins the beginning of a word, for PostgreSQL
PARTS = (2, 3)  # so many letters of a word are such a beginning; FTS5 has the same of its own

_LETTERS = str.maketrans(  # what Unicode takes for a letter of its own
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
_PLAIN_WORD = re.compile(r"[a-z0-9]+")
_CHUNK = re.compile(r"\S+")  # no word goes over a blank
_TAG = re.compile(r"<(/?[a-z0-9]+)(?:[^>\"]|\"[^\"]*\")*>", re.IGNORECASE)
_APART = frozenset(
    """br p /p li /li ul /ul ol /ol h1 h2 h3 h4 h5 h6 /h1 /h2 /h3 /h4 /h5 /h6 tr td th pre /pre hr
    blockquote /blockquote div /div section dt dd figure figcaption summary""".split()  # noqa: SIM905  # reads better
)
_BLANKS = re.compile(r"[ \t\r\f\v]+")
_LINES = re.compile(r"\s*\n\s*")


class Word(NamedTuple):
    """A word of a text: folded, and where it stands in it."""

    folded: str
    start: int
    end: int

    def moved(self, by: int) -> "Word":
        """Return it as it stands in a text of which this one is a part."""
        return Word(self.folded, self.start + by, self.end + by)


def plain(html: str) -> str:
    """Return what sanitised HTML says: its text, a line for each of its parts."""

    def instead(tag: re.Match[str]) -> str:
        return "\n" if tag[1].lower() in _APART else ""

    text = _BLANKS.sub(" ", markup.unescape(_TAG.sub(instead, html)))
    return unicodedata.normalize("NFC", _LINES.sub("\n", text).strip())


def words(text: str) -> list[str]:
    """Return the words of a text, folded, in order."""
    if text.isascii():
        found = _PLAIN_WORD.findall(text.lower())
    else:
        found = [word.folded for word in placed(text)]
    return [word[:LONGEST_WORD] for word in found]


def placed(text: str) -> Iterator[Word]:
    """Yield the words of a text with where they stand.

    A sign of a script that is written without blanks is a word by itself.
    """
    if text.isascii():
        yield from _placed_plain(text, 0)
        return
    for chunk in _CHUNK.finditer(text):  # most of a text is plain in any language
        read = _placed_plain if chunk[0].isascii() else _placed
        yield from read(chunk[0], chunk.start())


def _placed_plain(text: str, begins: int) -> Iterator[Word]:
    for word in _PLAIN_WORD.finditer(text.lower()):
        yield Word(word[0][:LONGEST_WORD], begins + word.start(), begins + word.end())


def _placed(text: str, begins: int) -> Iterator[Word]:
    letters: list[str] = []
    start = begins
    for at, sign in enumerate(text, begins):
        said = _folded(sign)
        alone = said and _stands_alone(sign)
        if letters and (said is None or alone):
            if word := "".join(letters):
                yield Word(word[:LONGEST_WORD], start, at)
            letters = []
        if alone:
            yield Word(said or "", at, at + 1)
        elif said is not None:
            if not letters:
                start = at
            letters.append(said)
    if word := "".join(letters):
        yield Word(word[:LONGEST_WORD], start, begins + len(text))


@functools.lru_cache(maxsize=8_192)
def _folded(sign: str) -> str | None:
    """Return a letter, digit or mark as it is compared; None for what stands between words."""
    apart = unicodedata.normalize("NFKD", sign.casefold()).casefold().translate(_LETTERS)
    kept = "".join(c for c in apart if not unicodedata.combining(c) and _is_of_words(c))
    return kept if kept or unicodedata.combining(sign) else None


def _is_of_words(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign).startswith("M")


@functools.lru_cache(maxsize=8_192)
def _stands_alone(sign: str) -> bool:
    return "\u3040" <= sign <= "\u30ff" or "\u3400" <= sign <= "\u9fff" or sign >= "\U00020000"


def place_fact(space_id: uuid.UUID) -> str:
    """Return the word that says in which space something stands, or somebody is."""
    return f"{FACT}in{space_id.hex}"


def author_fact(user_id: uuid.UUID) -> str:
    """Return the word that says who wrote something."""
    return f"{FACT}by{user_id.hex}"


def course_fact(part_id: uuid.UUID) -> str:
    """Return the word that says to which module, or to which version, a course page belongs."""
    return f"{FACT}of{part_id.hex}"


def day_facts(at: dt.datetime) -> list[str]:
    """Return the words that say when something was: its year, and its month, in UTC."""
    day = _within(at.date())
    return [f"{FACT}on{day.year}", f"{FACT}on{day.year}{day.month:02}"]


def period_facts(first: dt.date | None, end: dt.date | None) -> list[str]:
    """Return words one of which is of each day from ``first`` up to ``end``, in any zone.

    A whole year is one word. Some days around the period have one of them, too.
    """
    begin = _within(first or OLDEST) - dt.timedelta(days=1)
    until = _within(end or NEWEST) + dt.timedelta(days=1)
    found, year, month = [], begin.year, begin.month
    while (year, month) <= (until.year, until.month):
        if month == 1 and year < until.year:
            found.append(f"{FACT}on{year}")
            year += 1
        else:
            found.append(f"{FACT}on{year}{month:02}")
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


OLDEST, NEWEST = dt.date(1970, 1, 2), dt.date(2100, 12, 30)
"""What is older, or further ahead, counts as being of these days where days narrow."""


def _within(day: dt.date) -> dt.date:
    return min(max(day, OLDEST), NEWEST)


def vector(title: Sequence[str], body: Sequence[str], facts: Sequence[str]) -> str:
    """Return words as PostgreSQL reads a ``tsvector``: those of the title weigh most."""
    places: dict[str, list[str]] = {}
    for number, word in enumerate(title, 1):
        places.setdefault(word, []).append(f"{number}A")
    for number, word in enumerate(body, len(title) + 2):  # a phrase does not reach over the gap
        places.setdefault(word, []).append(f"{number}")
    told = [f"'{word}':{','.join(at[:_MOST_PLACES])}" for word, at in places.items()]
    parts = {f"{PART}{word[:size]}" for word in places for size in PARTS if len(word) >= size}
    return " ".join([*told, *(f"'{fact}'" for fact in (*sorted(parts), *facts))])


_MOST_PLACES = 200  # of one word that PostgreSQL keeps: 255
