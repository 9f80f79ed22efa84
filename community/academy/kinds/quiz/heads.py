"""What stands in braces after a question: ``## What? {points=2 pool=basics exact=case}``."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from community.academy.kinds.quiz.values import EXACT

MOST_POINTS = 100
POOL = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
KNOWN = ("points", "pool", "exact")
_BRACES = re.compile(r"(?P<title>.*?)[ \t]*\{(?P<inside>[^{}]*)\}")
_PAIR = re.compile(r"([a-z_]+)=([^\s{}=]+)")


def split_head(text: str) -> tuple[str, dict[str, Any], list[str]]:
    """Return a question's title, what its braces say (defaults left out) and what is wrong.

    Braces in which none of our words stands are part of the title.
    """
    found = _BRACES.fullmatch(text)
    if not found:
        return text, {}, []
    words = found["inside"].split()
    pairs = [_PAIR.fullmatch(word) for word in words]
    if not any(pair and pair[1] in KNOWN for pair in pairs):
        return text, {}, []
    said: dict[str, Any] = {}
    flaws: list[str] = []
    for word, pair in zip(words, pairs, strict=True):
        if not pair or pair[1] not in KNOWN:
            flaws.append(
                _("Braces hold points=2, pool=name or exact=case, not %(word)s.", word=word)
            )
        elif pair[1] in said:
            flaws.append(_("%(word)s stands there twice.", word=pair[1]))
        else:
            said[pair[1]] = _value(pair[1], pair[2], flaws)
    if split_head(found["title"])[1]:
        flaws.append(_("A question has one pair of braces."))
    if said.get("points") == 1:
        del said["points"]
    return found["title"].strip(" "), said, flaws


def _value(key: str, text: str, flaws: list[str]) -> Any:
    if key == "points":
        plain = text.isascii() and text.isdigit() and len(text) < 4
        if plain and 1 <= int(text) <= MOST_POINTS:
            return int(text)
        flaws.append(_("Points are a whole number from 1 to %(most)d.", most=MOST_POINTS))
        return 1
    if key == "pool":
        if not POOL.fullmatch(text):
            flaws.append(
                _("The name of a pool has small letters a to z, digits and hyphens, at most 40.")
            )
        return text
    named = text.split(",")
    if not set(named) <= set(EXACT):
        flaws.append(_("exact= names case, spaces or accents, with commas between them."))
    return [each for each in EXACT if each in named]


def write_head(question: Mapping[str, Any]) -> str:
    """Return the braces of a question, with a space before them; nothing where all is usual."""
    said = []
    if question.get("points", 1) != 1:
        said.append(f"points={question['points']}")
    if question.get("pool"):
        said.append(f"pool={question['pool']}")
    if question.get("exact"):
        said.append(f"exact={','.join(question['exact'])}")
    return f" {{{' '.join(said)}}}" if said else ""
