"""Texts of a course in one canonical shape, so that reading what was written changes nothing."""

import re

_LINE_ENDS = re.compile(r"\r\n?")
_BLANK = re.compile(r"^[ \t]+$", re.MULTILINE)
_SPACES = re.compile("[ \t\r\n\v\f\x85\u2028\u2029]+")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


def canonical_text(text: str) -> str:
    """Return Markdown with LF line ends, empty blank lines and no blank line at either end.

    Spaces at the end of a line of text stay: Markdown reads two of them as a line break.
    """
    return _BLANK.sub("", _LINE_ENDS.sub("\n", text)).strip("\n")


def one_line(text: str) -> str:
    """Return a title's text on one line; spaces that do not break (French, units) are kept."""
    return _SPACES.sub(" ", text).strip(" ")


class Fences:
    """Tells, line after line, whether one is inside a fenced code block (CommonMark 4.5)."""

    def __init__(self) -> None:
        self._open = ""

    @property
    def is_open(self) -> bool:
        return bool(self._open)

    def holds(self, line: str) -> bool:
        """Whether ``line`` belongs to a code block, its opening and closing fences included."""
        found = _FENCE.fullmatch(line)
        if self._open:
            if found and found[1].startswith(self._open) and not found[2].strip(" \t"):
                self._open = ""
            return True
        if found and not (found[1][0] == "`" and "`" in found[2]):
            self._open = found[1]
            return True
        return False
