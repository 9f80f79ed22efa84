"""Bytes into text, with the lines that are not text."""

import re

from flask_babel import gettext as _

from community.academy.kinds.protocol import Flaw

MAX_TEXT = 1_000_000
"""Bytes of one text file."""

_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
"""Control characters (tab, line feed and carriage return excepted), surrogates, noncharacters."""


def decode(data: bytes) -> tuple[str, list[Flaw]]:
    """Return text with LF line ends, without a byte order mark, and what is no text in it."""
    if len(data) > MAX_TEXT:
        return "", [Flaw(_("The file is larger than %(limit)d kB.", limit=MAX_TEXT // 1000))]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", [Flaw(_("This is not UTF-8."), line=line)]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    flaws = []
    for number, line_text in enumerate(text.split("\n"), 1):
        found = _NO_TEXT.search(line_text)
        if found:
            code = f"U+{ord(found[0]):04X}"
            message = _("The character %(code)s is not text; please take it out.", code=code)
            flaws.append(Flaw(message, line=number))
    return text, flaws


def without_controls(text: str) -> str:
    """Return a text without what is none in it."""
    return _NO_TEXT.sub("", text)
