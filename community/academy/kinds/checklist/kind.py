"""A checklist is done when as many of its items were ticked at once as it asks for."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from community.academy.kinds.fields import FrontMatter, Piece, WholeNumber, from_to, load_front
from community.academy.kinds.protocol import Evidence, Flaw, Parsed, SourceRefused, Verdict
from community.academy.kinds.text import Fences, canonical_text

MAX_ITEMS = 50
ITEM_LIMIT = 500
"""Characters."""

_ITEM = re.compile(r"- \[([ xX])\](?:[ \t]+(.*))?")


class ChecklistFront(FrontMatter):
    """How many of the items complete it."""

    about = lazy_gettext("Things to do away from the screen, ticked off one by one.")
    writing = lazy_gettext(
        "An introduction if you like; then the items, each on a line that begins with - [ ]."
    )
    piece_label = lazy_gettext("Item")
    pieces = (Piece(lazy_gettext("Item"), lazy_gettext("- [ ] Something to do")),)

    ticks = WholeNumber(
        load_default=None,
        validate=from_to(1, MAX_ITEMS),
        metadata={
            "label": lazy_gettext("Ticks needed"),
            "description": lazy_gettext("Empty: all of them."),
        },
    )


class ChecklistKind:
    """Things to do, each with a box; the text before them introduces them.

    Settings: ``ticks`` (int, None: all), ``items``: ``[{id, text}]``, a text being Markdown of one
    line.
    """

    name = "checklist"
    label = lazy_gettext("Checklist")
    front_schema = ChecklistFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        loaded, flaws = load_front(ChecklistFront, front)
        intro, items, body_flaws = _read_items(canonical_lines(body), line)
        flaws.extend(body_flaws)
        needed = loaded.get("ticks")
        if needed is not None and items and needed > len(items):
            flaws.append(Flaw(_("The list has fewer items than that."), field="ticks"))
        if flaws:
            raise SourceRefused(flaws)
        return Parsed({"ticks": needed if needed != len(items) else None, "items": items}, intro)

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        front = {} if settings["ticks"] is None else {"ticks": settings["ticks"]}
        items = "\n".join(f"- [ ] {item['text']}" for item in settings["items"])
        return front, "\n\n".join(part for part in (body, items) if part)

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return dict(settings)

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        needed: int = settings["ticks"] or len(settings["items"])
        ticked = max(0, evidence.ticked)
        if ticked >= needed:
            return Verdict(done=True, fraction=1.0)
        missing = lazy_gettext(
            "Tick %(needed)d: you have ticked %(ticked)d", needed=needed, ticked=ticked
        )
        return Verdict(False, ticked / needed, missing)


def canonical_lines(body: str) -> list[str]:
    """Return a body's lines; line ends of other systems do not count."""
    return body.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _read_items(lines: list[str], first: int) -> tuple[str, list[dict[str, str]], list[Flaw]]:
    """Return the introduction, the items and all flaws; ``first`` is the first line's number."""
    intro: list[str] = []
    items: list[dict[str, str]] = []
    flaws: list[Flaw] = []
    fences = Fences()
    for number, line in enumerate(lines, first):
        found = None if not items and fences.holds(line) else _ITEM.fullmatch(line)
        if found:
            text = (found[2] or "").strip(" \t")
            flaws.extend(_flaws_of_item(number, found[1], text, items))
            items.append({"id": f"i{len(items) + 1}", "text": text})
        elif not items:
            intro.append(line)
        elif line.strip(" \t"):
            flaws.append(Flaw(_("The items come last, each on one line."), line=number))
    if not 1 <= len(items) <= MAX_ITEMS:
        message = _(
            "A checklist has 1 to %(most)d items: lines that begin with - [ ].", most=MAX_ITEMS
        )
        flaws.append(Flaw(message, line=first))
    return canonical_text("\n".join(intro)), items, flaws


def _flaws_of_item(number: int, mark: str, text: str, before: list[dict[str, str]]) -> list[Flaw]:
    messages = []
    if mark != " ":
        messages.append(_("An item begins without an x: its reader ticks it."))
    if not text:
        messages.append(_("This item has no text."))
    elif any(item["text"] == text for item in before):
        messages.append(_("The list has this item already."))
    if len(text) > ITEM_LIMIT:
        messages.append(_("This is longer than %(limit)d characters.", limit=ITEM_LIMIT))
    return [Flaw(message, line=number) for message in messages]
