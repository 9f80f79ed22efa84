"""The answers of a question, by the sign in their brackets: how each sort is read and written.

``- ( )`` one is right, ``- [ ]`` any number are, ``- (1)`` is put in order, ``- (=)`` is matched,
``- (#)`` is a number, ``- (~)`` a short text, ``- (_)`` an essay that a person marks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from community.academy.kinds.protocol import Flaw
from community.academy.kinds.quiz.values import (
    canonical_number,
    canonical_tolerance,
    comparable,
    number_of,
)

MIN_OPTIONS, MAX_OPTIONS = 2, 12
OPTION_LIMIT, FORM_LIMIT = 500, 200
"""Characters of an option, and of a short text that is accepted."""

SINGLE, MULTIPLE, ORDERING, MATCHING, NUMERIC, TEXT, ESSAY = (
    *("single", "multiple", "ordering"),
    *("matching", "numeric", "text", "essay"),
)
CHOICES = frozenset({SINGLE, MULTIPLE})
TYPED = frozenset({NUMERIC, TEXT, ESSAY})
PLACED = frozenset({ORDERING, MATCHING})

OPTION = re.compile(
    r"- (?:\((?P<round>[ xX=#~_]|[1-9][0-9]?)\)|\[(?P<square>[ xX])\])(?:[ \t]+(?P<text>.*))?"
)
_SIGNS = {"=": MATCHING, "#": NUMERIC, "~": TEXT, "_": ESSAY}
USUAL_WORDS, MOST_WORDS = 500, 2_000
"""Words of an essay at most: unless said, and what may be said."""
_APART = " = "


@dataclass(slots=True)
class Option:
    """An answer as it was read; ``sign`` is what stands in its brackets."""

    line: int
    sort: str
    sign: str
    text: list[str]
    feedback: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        return self.sign in "xX"

    @property
    def words(self) -> str:
        return "\n".join(self.text)


def option_at(number: int, line: str) -> Option | None:
    """Return the answer that begins in a line, or None."""
    found = OPTION.fullmatch(line)
    if not found:
        return None
    text = [(found["text"] or "").strip(" \t")]
    if found["square"]:
        return Option(number, MULTIPLE, found["square"], text)
    sign = found["round"]
    sort = ORDERING if sign.isdigit() else _SIGNS.get(sign, SINGLE)
    return Option(number, sort, sign, text)


def options_of(index: int, kind: str, options: Sequence[Option], feedback: Any) -> list[Any]:
    """Return answers as settings have them; ``feedback`` makes one text of its lines."""
    made = []
    for number, option in enumerate(options, 1):
        values: dict[str, Any] = {"id": f"q{index}o{number}"}
        values.update(_values(kind, option))
        values["feedback"] = feedback(option.feedback)
        made.append(values)
    return made


def _values(kind: str, option: Option) -> dict[str, Any]:
    words = option.words
    if kind in CHOICES:
        return {"text": words, "right": option.right}
    if kind == MATCHING:
        left, right = _halves(words) or ("", words)
        return {"text": left, "match": right}
    if kind == NUMERIC:
        value, tolerance = _numbers(words) or (words, "")
        return {"text": value, "tolerance": tolerance}
    if kind == ESSAY:
        return {"text": words.lstrip("0")}
    return {"text": words}


def _halves(words: str) -> tuple[str, str] | None:
    """Return both halves of a pair; the left one may be empty, for what matches nothing."""
    if words.startswith(_APART[1:]):
        right = words.removeprefix(_APART[1:]).strip(" \t")
        return ("", right) if right else None
    left, sign, right = words.partition(_APART)
    left, right = left.strip(" \t"), right.strip(" \t")
    return (left, right) if sign and left and right else None


def _numbers(words: str) -> tuple[str, str] | None:
    """Return the number and its tolerance as files have them."""
    value, sign, more = words.replace("\u00b1", "+-").partition("+-")
    if number_of(value) is None:
        return None
    tolerance = canonical_tolerance(more) if sign else ""
    return None if tolerance is None else (canonical_number(value), tolerance)


def written(question: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return each answer of a question as it is written: its brackets, and its text."""
    kind = question["kind"]
    lines = []
    for number, option in enumerate(question["options"], 1):
        text = option["text"]
        if kind in CHOICES:
            opening, closing = "()" if kind == SINGLE else "[]"
            lines.append((f"- {opening}{'x' if option['right'] else ' '}{closing}", text))
        elif kind == ORDERING:
            lines.append((f"- ({number})", text))
        elif kind == MATCHING:
            lines.append(("- (=)", f"{text}{_APART}{option['match']}".lstrip(" ")))
        elif kind == NUMERIC:
            tolerance = option["tolerance"]
            lines.append(("- (#)", f"{text} +- {tolerance}" if tolerance else text))
        elif kind == ESSAY:
            lines.append(("- (_)", text))
        else:
            lines.append(("- (~)", text))
    return lines


def flaws_of_options(line: int, options: Sequence[Option], exact: Sequence[str]) -> list[Flaw]:
    """Return what is wrong with the answers of a question that begins in ``line``."""
    kind = options[0].sort if options else SINGLE
    least = 1 if kind in TYPED else MIN_OPTIONS
    flaws = []
    if not least <= len(options) <= MAX_OPTIONS:
        message = _(
            "A question has %(least)d to %(most)d options, each on a line that begins with - ( )"
            " or - [ ].",
            least=MIN_OPTIONS,
            most=MAX_OPTIONS,
        )
        flaws.append(Flaw(message, line=line))
    if kind != ESSAY:
        flaws.extend(_flaws_of_texts(kind, options))
    strays = [option for option in options if option.sort != kind]
    if strays:
        message = (
            _("A question has either round or square brackets, not both.")
            if {kind, strays[0].sort} == CHOICES
            else _("All answers of a question are of one sort: the same sign in the brackets.")
        )
        return [*flaws, Flaw(message, line=strays[0].line)]
    if options:
        flaws.extend(_OF_A_SORT[kind](line, options, exact))
    if exact and kind != TEXT:
        flaws.append(Flaw(_("exact= is for short texts: - (~)."), line=line))
    return flaws


def _flaws_of_texts(kind: str, options: Iterable[Option]) -> list[Flaw]:
    flaws = []
    seen: set[str] = set()
    for option in options:
        words = option.words
        if not words.strip():
            flaws.append(Flaw(_("This option has no text."), line=option.line))
        elif words in seen:
            flaws.append(Flaw(_("The question has this option already."), line=option.line))
        elif len(option.text) > 1 and kind not in CHOICES:
            flaws.append(Flaw(_("This answer stands on one line."), line=option.line))
        seen.add(words)
        limit = FORM_LIMIT if kind in TYPED else OPTION_LIMIT
        if len(words) > limit:
            message = _("This is longer than %(limit)d characters.", limit=limit)
            flaws.append(Flaw(message, line=option.line))
    return flaws


def _flaws_of_single(line: int, options: Sequence[Option], _exact: Sequence[str]) -> list[Flaw]:
    right = [option for option in options if option.right]
    if not right:
        return [Flaw(_("No option is marked as right with an x."), line=line)]
    if len(right) > 1:
        message = _("With round brackets one option is right; use [x] where several are.")
        return [Flaw(message, line=right[1].line)]
    return []


def _flaws_of_multiple(line: int, options: Sequence[Option], _exact: Sequence[str]) -> list[Flaw]:
    if any(option.right for option in options):
        return []
    return [Flaw(_("No option is marked as right with an x."), line=line)]


def _flaws_of_order(_line: int, options: Sequence[Option], _exact: Sequence[str]) -> list[Flaw]:
    return [
        Flaw(_("The places count up from 1: here stands (%(place)d).", place=place), line=each.line)
        for place, each in enumerate(options, 1)
        if each.sign != str(place)
    ]


def _flaws_of_pairs(line: int, options: Sequence[Option], _exact: Sequence[str]) -> list[Flaw]:
    flaws = []
    lefts: set[str] = set()
    rights: set[str] = set()
    for option in options:
        halves = _halves(option.words)
        if halves is None:
            message = _("A pair is written as left = right, with spaces around the sign.")
            flaws.append(Flaw(message, line=option.line))
        elif halves[0] in lefts:
            flaws.append(Flaw(_("The left half stands there already."), line=option.line))
        elif not halves[0] and halves[1] in rights:
            flaws.append(Flaw(_("What matches nothing is matched elsewhere."), line=option.line))
        if halves:
            rights.add(halves[1])
            lefts |= {halves[0]} - {""}
    nothing = {halves[1] for each in options if (halves := _halves(each.words)) and not halves[0]}
    paired = {halves[1] for each in options if (halves := _halves(each.words)) and halves[0]}
    if not flaws and (nothing & paired):
        flaws.append(Flaw(_("What matches nothing is matched elsewhere."), line=line))
    if not flaws and (not lefts or len(rights) < MIN_OPTIONS):
        flaws.append(Flaw(_("There must be two right halves to choose from."), line=line))
    return flaws


def _flaws_of_numbers(_line: int, options: Sequence[Option], _exact: Sequence[str]) -> list[Flaw]:
    forms = "12.5, 12.5 +- 0.5, 12.5 +- 2%"
    message = _("This is no number; it is written in one of these ways: %(forms)s", forms=forms)
    return [Flaw(message, line=each.line) for each in options if _numbers(each.words) is None]


def _flaws_of_forms(_line: int, options: Sequence[Option], exact: Sequence[str]) -> list[Flaw]:
    flaws = []
    seen: set[str] = set()
    for option in options:
        said = comparable(option.words, tuple(exact))
        if said in seen and option.words.strip():
            message = _("This is accepted already: what differs is not looked at.")
            flaws.append(Flaw(message, line=option.line))
        seen.add(said)
    return flaws


def _flaws_of_essay(_line: int, options: Sequence[Option], _exact: Sequence[str]) -> list[Flaw]:
    flaws = []
    if len(options) > 1:
        flaws.append(Flaw(_("An essay has one such line."), line=options[1].line))
    for option in options:
        plain = option.words.isascii() and option.words.isdigit() and len(option.words) < 6
        if option.words and not (plain and 1 <= int(option.words) <= MOST_WORDS):
            message = _("Here stand the words at most, 1 to %(most)d, or nothing.", most=MOST_WORDS)
            flaws.append(Flaw(message, line=option.line))
        if option.feedback:
            message = _("A person answers an essay: it has no feedback of its own.")
            flaws.append(Flaw(message, line=option.line))
    return flaws


_OF_A_SORT = {
    SINGLE: _flaws_of_single,
    MULTIPLE: _flaws_of_multiple,
    ORDERING: _flaws_of_order,
    MATCHING: _flaws_of_pairs,
    NUMERIC: _flaws_of_numbers,
    TEXT: _flaws_of_forms,
    ESSAY: _flaws_of_essay,
}
