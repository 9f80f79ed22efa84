"""What somebody wrote of their own in an answer by mail, without what they quote and their foot.

``mail-parser-reply`` knows how mail programs of many languages announce what they quote. Its
patterns take long on long lines: it is shown the beginnings of lines, and finds where to cut.
"""

import re

from mailparser_reply.constants import MAIL_LANGUAGES
from mailparser_reply.parser import EmailMessage

from community.mailing.formats.messages import text_of
from community.transfers.formats.messages import Said
from community.transfers.formats.plain import unflowed

_SHOWN = 200  # code points of a line that the library is shown
_SHOWN_LINES = 1_500
_SHOWN_IN_ALL = 30_000
_LANGUAGES = tuple(MAIL_LANGUAGES)
_SENT_FROM = "|".join(filter(None, (each.get("sent_from") for each in MAIL_LANGUAGES.values())))
_FOOT = re.compile(rf"(?:{_SENT_FROM}).{{0,80}}\Z", re.IGNORECASE)
_RULE = re.compile(r"[_-]{20,}\Z")
_CONTROL = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\u200b\\ufeff]")


def own_words(said: Said, *, sender: str) -> str:
    """Return what somebody added to the letter they answer; ``sender`` is whom that was from."""
    text = _CONTROL.sub("", text_of(said).replace("\r\n", "\n").replace("\xa0", " "))
    lines = unflowed(text, joined=said.joined) if said.flowed else text.split("\n")
    start = _first(lines)
    cut = min(_quoted_from(lines), _sent_by_us(lines, sender), _trailing(lines))
    above = lines[:cut]
    if not _without_foot(above):
        above = _between(lines[start:])
    return "\n".join(_without_foot(above)).strip("\n")


def _first(lines: list[str]) -> int:
    return next((at for at, line in enumerate(lines) if line.strip()), 0)


def _quoted_from(lines: list[str]) -> int:
    """Return the line at which the library says that a quote is announced."""
    shown = [line.strip()[:_SHOWN].rstrip() for line in lines[:_SHOWN_LINES]]
    view = "\n".join(shown)[:_SHOWN_IN_ALL]
    pattern = EmailMessage(text="", languages=list(_LANGUAGES)).HEADER_REGEX
    found = next((each for each in pattern.finditer(view) if each[0].strip()), None)
    if found is None:
        return len(lines)
    begins = found.start() + len(found[0]) - len(found[0].lstrip())
    at = view.count("\n", 0, begins)
    while at and (not lines[at - 1].strip() or _RULE.match(lines[at - 1].strip())):
        at -= 1  # a line across, as Outlook draws it
    return at


def _sent_by_us(lines: list[str], sender: str) -> int:
    """Return the line that names our letter's sender and leads over to it, in any language."""
    for at, line in enumerate(lines[:_SHOWN_LINES]):
        said = line.strip().lower()
        if sender in said and (said.endswith(":") or _leads_over(lines, at)):
            return at - 1 if at and said.startswith(sender) else at
    return len(lines)


def _leads_over(lines: list[str], at: int) -> bool:
    following = lines[at + 1].strip() if at + 1 < len(lines) else ""
    return len(following) <= 80 and following.endswith(":") and not following.startswith(">")


def _trailing(lines: list[str]) -> int:
    """Return where a quote begins that goes on to the end, with the line that announces it."""
    at = len(lines)
    while at and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith(">")):
        at -= 1
    if not any(line.lstrip().startswith(">") for line in lines[at:]):
        return len(lines)
    announces = at and lines[at - 1].rstrip().endswith(":") and len(lines[at - 1]) <= 300
    return at - 1 if announces and any(char.isdigit() for char in lines[at - 1]) else at


def _between(lines: list[str]) -> list[str]:
    """Return what was written below or between lines of a quote that are marked by ">"."""
    marked = [at for at, line in enumerate(lines) if line.lstrip().startswith(">")]
    if not marked:
        return []
    return [line for line in lines[marked[0] :] if not line.lstrip().startswith(">")]


def _without_foot(lines: list[str]) -> list[str]:
    """Return lines without a signature ("-- ", RFC 3676) and what a telephone adds."""
    for at, line in enumerate(lines):
        if line.rstrip() in {"--", "\u2014"}:
            lines = lines[:at]
            break
    while lines and (not lines[-1].strip() or _FOOT.match(lines[-1].strip())):
        lines = lines[:-1]
    while lines and not lines[0].strip():
        lines = lines[1:]
    return lines
