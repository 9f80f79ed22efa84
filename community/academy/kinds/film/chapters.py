"""The chapters of a film: lines with a time, before the text under it."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from community.academy.kinds.protocol import Flaw
from community.academy.kinds.text import canonical_text, one_line

MAX_CHAPTERS = 60
TITLE_LIMIT = 120
"""Characters."""

_CHAPTER = re.compile(r"- (?:(\d{1,2}):)?(\d{1,2}):(\d{2})[ \t]+([^ \t].*)")


def read_chapters(body: str, first: int) -> tuple[list[dict[str, Any]], str, list[Flaw]]:
    """Return the chapters, the text after them, all flaws; ``first``: the number of line one."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = next((n for n, line in enumerate(lines) if line.strip(" \t")), len(lines))
    chapters: list[dict[str, Any]] = []
    flaws: list[Flaw] = []
    while at < len(lines) and (found := _CHAPTER.fullmatch(lines[at])):
        hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3])
        time = hours * 3600 + minutes * 60 + seconds
        title = one_line(found[4])
        odd = seconds > 59 or (found[1] is not None and minutes > 59)
        messages = _messages(time, title, chapters, odd=odd)
        flaws.extend(Flaw(message, line=first + at) for message in messages)
        chapters.append({"at": time, "title": title})
        at += 1
    if chapters and at < len(lines) and lines[at].strip(" \t"):
        words = _("A chapter is a line such as - 3:15 Who holds it. After the last one comes an"
                  " empty line.")  # fmt: skip
        flaws.append(Flaw(words, line=first + at))
    return chapters, canonical_text("\n".join(lines[at:])), flaws


def _messages(time: int, title: str, before: Sequence[dict[str, Any]], *, odd: bool) -> list[str]:
    messages = []
    if odd:
        messages.append(_("This is no time: write minutes and seconds, as in 3:15."))
    elif not before and time:
        messages.append(_("The first chapter begins at 0:00."))
    elif before and time <= before[-1]["at"]:
        messages.append(_("A chapter begins after the one before it."))
    if len(title) > TITLE_LIMIT:
        messages.append(_("This is longer than %(limit)d characters.", limit=TITLE_LIMIT))
    if len(before) == MAX_CHAPTERS:
        messages.append(_("A film has at most %(most)d chapters.", most=MAX_CHAPTERS))
    return [str(message) for message in messages]


def write_chapters(chapters: Sequence[dict[str, Any]], body: str) -> str:
    """Return chapters and text as ``read_chapters`` reads them."""
    lines = "\n".join(f"- {clock(each['at'])} {each['title']}" for each in chapters)
    return "\n\n".join(part for part in (lines, body) if part)


def clock(seconds: int) -> str:
    """Return a time in a film: "3:15", "1:02:09"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
