"""LiaScript-flavoured lines into plain Markdown, line for line, so that line numbers hold.

What plain Markdown cannot say is turned into what it can (a film into a link to it) or taken out,
and each time noted. Code, fenced or between backticks, is left alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask_babel import gettext as _

from community.academy.formats.references import is_address
from community.academy.formats.report import FileReport, Note
from community.academy.kinds.text import Fences

_BLOCK = re.compile(r"<!--|<(script|style)\b[^>]*>", re.IGNORECASE)
_HEADER_KEY = re.compile(r"\s*([A-Za-z_-]+):\s*(.*?)\s*")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_HELD = re.compile("\ue000([0-9]+)\ue001")
_TARGET = r"\(\s*(?P<target><[^<>]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"
_TITLE = r"\[(?P<title>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
_MEDIA = re.compile(
    r"(?P<sort>!\?|\?\?|(?<!\w)\?|!)" + _TITLE + _TARGET + r'(?:\s+"(?P<caption>.{0,1000}?)")?\s*\)'
)
_LINK = re.compile(r"(?<!!)" + _TITLE + _TARGET + r"(?:\s+\"[^\"]*\")?\s*\)")
_FOOTNOTE = re.compile(r"\[\^[^\[\]]+\]\(([^()]*)\)")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)/?>")
_ATTRIBUTE = re.compile(r"([A-Za-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_EFFECT = re.compile(r"(?:--)?\{\{[^{}]*\}\}(?:--)?")
_INLINE_EFFECT = re.compile(r"\{[0-9]+(?:-[0-9]+)?\}\{([^{}]*)\}")
_MACRO = re.compile(r"\s*@[A-Za-z_][\w.]*(?:\(.*\))?\s*")
_SUPERSCRIPT = re.compile(r"\^([0-9]+)\^")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_EMPHASIS = {"u": "**", "b": "**", "strong": "**", "i": "*", "em": "*"}
_PLAYED = frozenset({"img", "iframe", "video", "audio", "embed", "source"})

TakePicture = Callable[[str], str | None]
"""Takes a picture of the course's own folder over; returns its asset path, None if it cannot."""


@dataclass(slots=True)
class Header:
    """What the comment at a LiaScript file's beginning says about it."""

    values: dict[str, str] = field(default_factory=dict)

    def first(self, *names: str) -> str:
        return next((self.values[name] for name in names if self.values.get(name)), "")


def take_out_blocks(lines: list[str], report: FileReport) -> tuple[list[str], Header]:
    """Blank out comments, scripts and styles; return the lines and what the header says."""
    header = Header()
    result: list[str] = []
    fences = Fences()
    inside: list[str] = []
    closing = ""
    start = 0
    for number, line in enumerate(lines, 1):
        rest, kept = line, ""
        while True:
            if closing:
                text, found, rest = rest.partition(closing)
                inside.append(text)
                if not found:
                    break
                _note_block(closing, start, inside, header, report, is_first=not any(result))
                closing, inside = "", []
            opened = None if not kept and fences.holds(rest) else _BLOCK.search(rest)
            if opened is None:
                kept += rest
                break
            kept += rest[: opened.start()]
            rest, start = rest[opened.end() :], number
            closing = f"</{opened[1].lower()}>" if opened[1] else "-->"
        result.append(kept.rstrip() if kept != line else kept)
    if closing:
        _note_block(closing, start, inside, header, report, is_first=False)
    return result, header


def _note_block(
    closing: str,
    line: int,
    inside: list[str],
    header: Header,
    report: FileReport,
    *,
    is_first: bool,
) -> None:
    if closing != "-->":
        report.dropped.append(Note(line, _("<%(name)s> block", name=closing[2:-1])))
        return
    found = [match for text in inside if (match := _HEADER_KEY.fullmatch(text))]
    if not (is_first and found):
        words = " ".join(" ".join(inside).split())
        report.dropped.append(Note(line, _("comment: %(words)s", words=words[:60])))
        return
    header.values = {match[1].lower(): match[2] for match in found}
    keys = ", ".join(header.values)
    report.changed.append(
        Note(line, _("header (%(keys)s)", keys=keys), _("language and authors; the rest is gone"))
    )


class Cleaner:
    """Cleans lines of one file, noting what it did; ``fences`` must see every line in order."""

    def __init__(self, report: FileReport, take_picture: TakePicture) -> None:
        self._report = report
        self._take_picture = take_picture
        self._fences = Fences()
        self._line = 0

    def lines(self, lines: list[str]) -> list[str]:
        return [
            line if self._fences.holds(line) else self.text(number, line)
            for number, line in enumerate(lines, 1)
        ]

    def text(self, number: int, line: str) -> str:
        """Clean one line (or an option's text) that stands at line ``number``."""
        self._line = number
        if _MACRO.fullmatch(line):
            self._dropped(_("macro %(name)s", name=line.strip()[:60]))
            return ""
        codes: list[str] = []

        def hold(match: re.Match[str]) -> str:
            codes.append(match[0])
            return f"\ue000{len(codes) - 1}\ue001"

        line = _CODE.sub(hold, line.replace("\ue000", "").replace("\ue001", ""))
        line = _MEDIA.sub(self._media, line)
        line = _TAG.sub(self._tag, line)
        line = _EFFECT.sub(self._effect, line)
        line = _INLINE_EFFECT.sub(self._inline_effect, line)
        line = _SUPERSCRIPT.sub(self._superscript, line)
        line = _FOOTNOTE.sub(self._footnote, line)
        line = _LINK.sub(self._link, line)
        return _HELD.sub(lambda match: codes[int(match[1])], line)

    def _changed(self, what: str, became: str) -> None:
        self._report.changed.append(Note(self._line, what, became))

    def _dropped(self, what: str) -> None:
        self._report.dropped.append(Note(self._line, what))

    def _media(self, match: re.Match[str]) -> str:
        sort, target = match["sort"], match["target"].strip("<>")
        title, caption = match["title"].strip(), (match["caption"] or "").strip()
        if sort == "!" and not is_address(target):
            asset = self._take_picture(target)
            if asset:
                self._changed(_("picture %(target)s", target=target), asset)
                return f"![{title}]({asset})" + (f" {caption}" if caption else "")
        return self._elsewhere(_label(sort), title, target, caption)

    def _elsewhere(self, label: str, title: str, target: str, caption: str = "") -> str:
        """A link to what is not fetched; its caption often holds the credit, so it stays."""
        credit = f" — {caption}" if caption else ""
        if not is_address(target):
            self._dropped(_("%(label)s %(target)s: it is not there", label=label, target=target))
            return f"{label}: {title}{credit}" if title else credit
        words = f"{label}: {title or urlsplit(target).netloc} " + _("(opens elsewhere)")
        self._changed(f"{label} {target}", _("link “%(words)s”", words=words))
        return f"[{words}]({target}){credit}"

    def _tag(self, match: re.Match[str]) -> str:
        closing, name = match[1], match[2].lower()
        attributes = {m[1].lower(): m[2] or m[3] or "" for m in _ATTRIBUTE.finditer(match[3])}
        if name in _EMPHASIS:
            if not closing:
                self._changed(f"<{name}>", _("emphasis"))
            return _EMPHASIS[name]
        if name in _PLAYED and not closing and attributes.get("src"):
            label = _label("!" if name == "img" else "?" if name == "audio" else "!?")
            title = attributes.get("alt") or attributes.get("title") or ""
            return self._elsewhere(label, title, attributes["src"])
        if name == "br":
            self._changed("<br>", _("space"))
            return " "
        if not closing:
            self._dropped(_("<%(name)s> (its text stays)", name=name))
        return ""

    def _effect(self, match: re.Match[str]) -> str:
        self._dropped(_("effect %(what)s", what=match[0]))
        return ""

    def _inline_effect(self, match: re.Match[str]) -> str:
        self._changed(_("effect %(what)s", what=match[0][:60]), match[1])
        return match[1]

    def _superscript(self, match: re.Match[str]) -> str:
        raised = match[1].translate(_RAISED)
        self._changed(match[0], raised)
        return raised

    def _footnote(self, match: re.Match[str]) -> str:
        self._changed(match[0][:60], _("footnote"))
        return f"^[{match[1]}]"

    def _link(self, match: re.Match[str]) -> str:
        target = match["target"].strip("<>")
        if is_address(target) or target.startswith("assets/"):
            return match[0]
        self._dropped(_("target of the link to %(target)s", target=target or "()"))
        return match["title"]


def _label(sort: str) -> str:
    labels = {
        "!?": _("Film"),
        "?": _("Sound"),
        "??": _("Page"),
        "!": _("Picture"),
    }
    return str(labels[sort])
