"""HTML of mail as plain text: of what it shows, the words.

Links keep their addresses, quotes become lines with ">", tables rows of words. Each character is
looked at once, and no tree is made: a cleaner of trees takes long for tags in tags without end, and
``html.parser`` for comments and tags that do not close. What comes out is no HTML: it is taken for
text wherever it goes.
"""

import re
from html import unescape

_TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(script|style|title)(?=[\s/>]).*?(?:</\1(?=[\s/>])[^>]*+(?:>|\Z)|\Z)"
    r"|<(?:[!?]|/(?![a-z]))[^>]*+(?:>|\Z)"
    r"|<(?P<ends>/?)(?P<tag>[a-z][^\s/>]*+)"
    r"(?P<attributes>(?:=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|[^>=]++|=)*+)(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_HREF = re.compile(
    r"(?:\A|[\s/\"'])href\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'][^\s]*+))", re.IGNORECASE
)
_LONG_NUMBER = re.compile(r"&#\d{8,}+;?")  # Python reads none of thousands of digits
_BLOCKS = {"p", "div", "ul", "ol", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
LONGEST = 1_000_000  # characters that are read
_DEEPEST = 20


def text_of_html(html: str, *, longest: int = LONGEST) -> str:
    """Return the words of an HTML message as the plain text that it might have had."""
    read, words, at = html[:longest], _Words(), 0
    for token in _TOKEN.finditer(read):
        words.say(_characters(read[at : token.start()]))
        at = token.end()
        if token["ends"]:
            words.end(token["tag"].lower())
        elif token["tag"]:
            words.start(token["tag"].lower(), token["attributes"])
    words.say(_characters(read[at:]))
    return words.text()


def _characters(text: str) -> str:
    return unescape(_LONG_NUMBER.sub("\ufffd", text)) if "&" in text else text


class _Words:
    """Gathers lines as it reads; what is quoted stands behind ">"."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.here: list[str] = []  # of the line that goes on
        self.full = False  # whether anything can be seen in it
        self.depth = 0
        self.pre = 0
        self.href = ""
        self.linked: list[str] = []

    def start(self, tag: str, attributes: str) -> None:
        """Take the beginning of an element."""
        if tag == "br":
            self._line()
        elif tag == "blockquote":
            self._apart()
            self.depth = min(self.depth + 1, _DEEPEST)
        elif tag in _BLOCKS:
            self._apart()
            self.pre += tag == "pre"
        elif tag == "li":
            self._line()
            self._put("- ")
        elif tag == "tr":
            self._line()
        elif tag in {"td", "th"} and self.full:
            self._put(" ")
        elif tag == "a":
            self._end_link()
            found = _HREF.search(attributes)
            self.href = _characters(found[1] or found[2] or found[3] or "") if found else ""

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if tag == "blockquote":
            if self.full:
                self._line()
            self.depth = max(0, self.depth - 1)
            self._apart()
        elif tag in _BLOCKS:
            self.pre -= tag == "pre" and self.pre > 0
            self._apart()
        elif tag == "a":
            self._end_link()

    def say(self, text: str) -> None:
        """Take what stands between tags."""
        if self.href:
            self.linked.append(text.strip())
        if self.pre:
            first, *rest = text.split("\n")
            self._put(first)
            for line in rest:
                self._line()
                self._put(line)
            return
        words = re.sub(r"\s+", " ", text.replace("\xa0", " "))
        apart = not self.here or self.here[-1].endswith(" ")
        self._put(words.lstrip() if apart else words)

    def _end_link(self) -> None:
        linked = "".join(self.linked)
        if self.href.startswith("http") and self.href.rstrip("/") != linked.rstrip("/"):
            self._put(f" ({self.href})")
        self.href, self.linked = "", []

    def _put(self, text: str) -> None:
        if text:
            self.here.append(text)
            self.full = self.full or not text.isspace()

    def _line(self) -> None:
        line = "".join(self.here)
        self.lines.append(line if not self.depth else f"{'>' * self.depth} {line}".rstrip())
        self.here, self.full = [], False

    def _apart(self) -> None:
        if self.full:
            self._line()
        if self.lines and self.lines[-1].strip("> "):
            self._line()

    def text(self) -> str:
        """Return what was gathered."""
        self._line()
        return "\n".join(self.lines).strip("\n")
