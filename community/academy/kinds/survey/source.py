"""Questions of a survey as Markdown: read with exact line numbers, and written back the same.

A question is a ``##`` heading, optional text, and what it is answered with: ``- ( )`` options (one
is chosen) or ``- [ ]`` (any are), the two ends of a scale (``- 1: hardly``, ``- 5: very much``), or
``- ___`` for a text. A heading that ends in `` *`` must be answered.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from community.academy.kinds.protocol import Flaw, Parsed, Partly
from community.academy.kinds.text import Fences, canonical_text, one_line

MAX_ASKS = 30
MIN_OPTIONS, MAX_OPTIONS = 2, 12
MIN_SCALE, MAX_SCALE = 2, 10
LIMITS = {"title": 300, "text": 5_000, "option": 300, "end": 100}
"""Characters."""

_HEADING = re.compile(r"##(?:[ \t]+(.*))?")
_OPTION = re.compile(r"- (?:\(([ xX])\)|\[([ xX])\])(?:[ \t]+(.*))?")
_END = re.compile(r"- ([0-9]{1,2}):(?:[ \t]+(.*))?")
_BLANK = re.compile(r"- _{3,}[ \t]*")
_REQUIRED = " *"


@dataclass(slots=True)
class _Option:
    line: int
    text: str
    ticked: bool = False


@dataclass(slots=True)
class _Ask:
    line: int
    title: str
    required: bool
    text: list[str] = field(default_factory=list)
    single: list[_Option] = field(default_factory=list)
    multiple: list[_Option] = field(default_factory=list)
    ends: list[tuple[int, _Option]] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)

    @property
    def sorts(self) -> list[str]:
        """The sorts of answers that stand under it: exactly one is right."""
        found = {
            "single": self.single,
            "multiple": self.multiple,
            "scale": self.ends,
            "text": self.blanks,
        }
        return [name for name, lines in found.items() if lines]


def read_asks(body: str, line: int) -> tuple[Partly, list[Flaw]]:
    """Return what could be read and all flaws; ``line`` is the body's first line."""
    intro: list[str] = []
    asks: list[_Ask] = []
    flaws: list[Flaw] = []
    fences = Fences()
    for number, text in enumerate(body.replace("\r\n", "\n").replace("\r", "\n").split("\n"), line):
        ask = asks[-1] if asks else None
        in_text = ask is None or not ask.sorts
        if in_text and fences.holds(text):
            (intro if ask is None else ask.text).append(text)
        elif heading := _HEADING.fullmatch(text):
            title = one_line(heading[1] or "")
            required = title.endswith(_REQUIRED)
            asks.append(_Ask(number, title.removesuffix(_REQUIRED).rstrip(" "), required))
        elif ask is None:
            intro.append(text)
        elif not _answer(ask, number, text):
            if in_text:
                ask.text.append(text)
            elif text.strip(" \t"):
                message = _("Text of a question goes before its answers, each on one line.")
                flaws.append(Flaw(message, line=number))
    flaws.extend(_flaws_of_number(asks, line))
    for ask in asks:
        flaws.extend(_flaws_of(ask))
    found = [_as_settings(number, ask) for number, ask in enumerate(asks, 1)]
    parsed = Parsed({"asks": found}, canonical_text("\n".join(intro)))
    return Partly(parsed, tuple(ask.line for ask in asks)), flaws


def _answer(ask: _Ask, number: int, text: str) -> bool:
    """Take a line that says how a question is answered; return whether it is one."""
    if option := _OPTION.fullmatch(text):
        mark = option[1] or option[2]
        found = _Option(number, (option[3] or "").strip(" \t"), ticked=mark != " ")
        (ask.multiple if option[1] is None else ask.single).append(found)
    elif end := _END.fullmatch(text):
        ask.ends.append((int(end[1]), _Option(number, (end[2] or "").strip(" \t"))))
    elif _BLANK.fullmatch(text):
        ask.blanks.append(number)
    else:
        return False
    return True


def _as_settings(number: int, ask: _Ask) -> dict[str, Any]:
    text = canonical_text("\n".join(ask.text))
    kind = ask.sorts[0] if ask.sorts else "text"
    low, high = (ask.ends[0][1].text, ask.ends[-1][1].text) if ask.ends else ("", "")
    return {
        "id": f"q{number}",
        "prompt": f"{ask.title}\n\n{text}" if text else ask.title,
        "required": ask.required,
        "kind": kind,
        "options": [
            {"id": f"q{number}o{place}", "text": option.text}
            for place, option in enumerate(ask.single or ask.multiple, 1)
        ],
        "most": ask.ends[-1][0] if ask.ends else None,
        "low": low,
        "high": high,
    }


def _flaws_of_number(asks: list[_Ask], line: int) -> list[Flaw]:
    if not asks:
        message = _("There is no question yet: a line that begins with ## asks the first one.")
        return [Flaw(message, line=line)]
    if len(asks) > MAX_ASKS:
        message = _("A survey has at most %(most)d questions.", most=MAX_ASKS)
        return [Flaw(message, line=asks[MAX_ASKS].line)]
    return []


def _flaws_of(ask: _Ask) -> list[Flaw]:
    flaws: list[Flaw] = []
    if not ask.title.strip():
        flaws.append(Flaw(_("A question needs its words after the ##."), line=ask.line))
    for part, text in (("title", ask.title), ("text", "\n".join(ask.text))):
        flaws.extend(_too_long(ask.line, part, text))
    if len(ask.sorts) != 1:
        message = _(
            "A question is answered in one way: by options (- ( ) or - [ ]), by the two ends of a"
            " scale (- 1: and - 5:), or by a text (- ___)."
        )
        return [*flaws, Flaw(message, line=ask.line)]
    options = ask.single or ask.multiple
    if options and not MIN_OPTIONS <= len(options) <= MAX_OPTIONS:
        message = _(
            "A question has %(least)d to %(most)d options.", least=MIN_OPTIONS, most=MAX_OPTIONS
        )
        flaws.append(Flaw(message, line=ask.line))
    if len(ask.blanks) > 1:
        flaws.append(Flaw(_("A question asks for one text."), line=ask.blanks[1]))
    if ask.ends and (
        len(ask.ends) != 2 or ask.ends[0][0] != 1 or not MIN_SCALE <= ask.ends[1][0] <= MAX_SCALE
    ):
        message = _(
            "A scale has two lines: one that begins with - 1: and one for its last number, from"
            " %(least)d to %(most)d.",
            least=MIN_SCALE,
            most=MAX_SCALE,
        )
        flaws.append(Flaw(message, line=ask.ends[0][1].line))
    return [*flaws, *_flaws_of_options(options), *_flaws_of_ends([each for _n, each in ask.ends])]


def _flaws_of_options(options: list[_Option]) -> list[Flaw]:
    flaws: list[Flaw] = []
    seen: set[str] = set()
    for option in options:
        if option.ticked:
            message = _("An option begins without an x: nothing is right or wrong in a survey.")
            flaws.append(Flaw(message, line=option.line))
        if not option.text:
            flaws.append(Flaw(_("This option has no text."), line=option.line))
        elif option.text in seen:
            flaws.append(Flaw(_("The question has this option already."), line=option.line))
        seen.add(option.text)
        flaws.extend(_too_long(option.line, "option", option.text))
    return flaws


def _flaws_of_ends(ends: list[_Option]) -> list[Flaw]:
    flaws: list[Flaw] = []
    for end in ends:
        if not end.text:
            flaws.append(Flaw(_("Say what this end of the scale means."), line=end.line))
        flaws.extend(_too_long(end.line, "end", end.text))
    return flaws


def _too_long(line: int, part: str, text: str) -> list[Flaw]:
    if len(text) <= LIMITS[part]:
        return []
    return [Flaw(_("This is longer than %(limit)d characters.", limit=LIMITS[part]), line=line)]


def write_asks(intro: str, asks: Iterable[Mapping[str, Any]]) -> str:
    """Return the Markdown that ``read_asks`` reads as these; ids are given by position."""
    return "\n\n".join([*([intro] if intro else []), *(_as_markdown(each) for each in asks)])


def _as_markdown(ask: Mapping[str, Any]) -> str:
    title, _gap, text = ask["prompt"].partition("\n\n")
    head = f"## {title}{_REQUIRED if ask['required'] else ''}"
    match ask["kind"]:
        case "scale":
            answers = [f"- 1: {ask['low']}", f"- {ask['most']}: {ask['high']}"]
        case "text":
            answers = ["- ___"]
        case kind:
            box = "( )" if kind == "single" else "[ ]"
            answers = [f"- {box} {option['text']}" for option in ask["options"]]
    return "\n\n".join(part for part in (head, text, "\n".join(answers)) if part)
