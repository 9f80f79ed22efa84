"""HTML that others wrote into Markdown of ours: its text, and of its form what Markdown can say.

markdownify walks the tree; here is what makes the result safe to read back: text that only looks
like Markdown is escaped, links lead to whole addresses, films become links, pictures are those of
the course or are told.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.exceptions import ParserRejectedMarkup
from flask_babel import gettext as _
from markdownify import MarkdownConverter

from community.academy.formats.references import broken_references, is_address
from community.academy.formats.unicode import without_controls
from community.academy.kinds.text import canonical_text, one_line

MAX_HTML = 60_000
"""Characters of one text."""
MAX_DEPTH = 40
MAX_TAGS = 4_000

_LOOKS_INLINE = re.compile(
    r"\\|[*`\[\]]|~(?=~)|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)"
)
_LOOKS_BLOCK = re.compile(r"(\s*)(#{1,6}(?=\s|$)|[>+=-]|~(?=~)|\||[0-9]{1,9}(?=[.)](?:\s|$)))")
_GONE = ("script", "style", "template", "noscript", "svg", "math", "object", "head", "title")
_PLAYED = ("iframe", "video", "audio", "embed")
_SAID = frozenset(
    (
        *("a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5"),
        *("h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td"),
        *("tfoot", "th", "thead", "tr", "ul"),
    )
)
"""Tags that Markdown has something for; of all others the text stays."""
_HEADING = re.compile("^h[1-6]$")
_UNSAFE = re.compile(r"[\s()<>\\\[\]`*|]")

TakePicture = Callable[[str, str], str | None]
"""Takes the picture at an address and its alternative text; returns its path among ours."""
Told = Callable[[str, str], None]
"""Told what was found, and what became of it (empty: it is gone)."""


class HtmlRefused(Exception):
    """A text that is not read; the message says why."""


class _Writer(MarkdownConverter):
    """markdownify with our escapes and links."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        plain = _LOOKS_INLINE.sub(r"\\\g<0>", text)
        if "_inline" in parent_tags:  # in a cell it would begin the next
            plain = plain.replace("|", r"\|")
        block = _LOOKS_BLOCK.match(plain)
        if not block:
            return plain
        at = block.end() if block[2][0].isdigit() else block.end(1)
        return f"{plain[:at]}\\{plain[at:]}"

    def convert_a(self, element: Tag, text: str, parent_tags: set[str]) -> str:
        target = str(element.get("href") or "")
        words = one_line(text)
        if not words or not target or "_noformat" in parent_tags:
            return text
        return f"[{words}]({target})"

    def convert_img(self, element: Tag, text: str, parent_tags: object) -> str:
        return f"![{_escaped(str(element.get('alt') or ''))}]({element.get('src')})"


def _markdown(soup: BeautifulSoup) -> str:
    # White space is one space ("wrap"): a line begins where a tag says so.
    writer = _Writer(
        heading_style="atx",
        bullets="-",
        newline_style="backslash",
        table_infer_header=True,
        wrap=True,
        wrap_width=None,
    )
    return canonical_text(writer.convert_soup(soup))


def _escaped(words: str) -> str:
    """Return plain words as Markdown that means just them."""
    return _Writer().escape(one_line(words), set())


def film_link(title: str, address: str, *, sound: bool = False) -> str:
    """Return a link to a film that plays elsewhere."""
    label = _("Sound") if sound else _("Film")
    name = _escaped(title) or urlsplit(address).netloc
    return f"[{label}: {name} {_('(opens elsewhere)')}]({safe_address(address)})"


def safe_address(address: str) -> str:
    """Return an address so that Markdown does not end a link in its middle."""
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), address)


class Html:
    """Turns texts into Markdown; ``told`` hears of links, films and pictures on the way."""

    def __init__(self, take_picture: TakePicture, told: Told) -> None:
        self._take_picture = take_picture
        self._told = told

    def text(self, html: str, *, headings: bool = True) -> str:
        """Return a text of any length, with its paragraphs, lists, tables and headings.

        Without ``headings`` these are strong words: in a question they would begin another.
        """
        soup = self._soup(html)
        for element in () if headings else soup.find_all(_HEADING):
            element.name = "strong"
            element.wrap(soup.new_tag("p"))
        markdown = _markdown(soup)
        return self._without_broken(markdown)

    def line(self, html: str) -> str:
        """Return a text on one line, as an option or the words of a question are."""
        soup = self._soup(html)
        for element in soup.find_all("br"):
            element.replace_with(" ")
        for element in soup.find_all(re.compile("^(?:h[1-6]|p|div|li|tr)$")):
            element.insert_after(" ")
            element.unwrap()
        for element in soup.find_all(["ul", "ol", "table", "tbody", "thead", "pre", "blockquote"]):
            element.unwrap()
        markdown = one_line(_markdown(soup))
        return self._without_broken(markdown)

    def picture(self, address: str, alt: str) -> str:
        """Return a picture of the course, or nothing where it is not there."""
        taken = self._take_picture(address, alt)
        return f"![{_escaped(alt)}]({taken})" if taken else ""

    def plain(self, html: str) -> str:
        """Return a title: its words alone."""
        soup = _parsed(html)
        for element in soup.find_all(_GONE):
            element.decompose()
        return one_line(soup.get_text(" "))

    def _without_broken(self, markdown: str) -> str:
        """Undo what is a reference to nowhere all the same."""
        for target, _line in broken_references(markdown, self._ours(markdown)):
            self._told(_("link to %(target)s", target=target[:80]), "")
            markdown = markdown.replace(f"]({target}", f"]\\({target}")
        return markdown

    def _ours(self, markdown: str) -> set[str]:
        return set(re.findall(r"\]\((assets/[a-z0-9._-]+)\)", markdown))

    def _soup(self, html: str) -> BeautifulSoup:
        """Return a text's tree with only what Markdown has something for."""
        soup = _parsed(html)
        for names, change in (
            (_GONE, self._gone),
            (_PLAYED, self._played),
            (("img",), self._picture),
            (("a",), self._link),
        ):
            for element in soup.find_all(names):
                if not element.decomposed:
                    change(element)
        for element in soup.find_all(lambda tag: tag.name not in _SAID):
            element.unwrap()
        return soup

    def _gone(self, element: Tag) -> None:
        self._told(f"<{element.name}>", "")
        element.decompose()

    def _played(self, element: Tag) -> None:
        source = element.find("source")
        inside = source.get("src") if isinstance(source, Tag) else None
        address = str(element.get("src") or inside or "").strip()
        if address.startswith("//"):
            address = f"https:{address}"
        name = _("film %(address)s", address=address[:80])
        if not is_address(address):
            self._told(name, "")
            element.decompose()
            return
        title = str(element.get("title") or "")
        sound = element.name == "audio"
        words = f"{_('Sound') if sound else _('Film')}: {title or urlsplit(address).netloc}"
        self._told(name, _("link “%(words)s”", words=words))
        element.name = "a"
        element.attrs = {"href": address}
        element.string = f"{words} {_('(opens elsewhere)')}"

    def _picture(self, element: Tag) -> None:
        address, alt = (str(element.get(name) or "").strip() for name in ("src", "alt"))
        taken = self._take_picture(address, alt)
        if taken is None:
            element.decompose()
        else:
            element["src"] = taken

    def _link(self, element: Tag) -> None:
        target = str(element.get("href") or "").strip()
        if is_address(target):
            element["href"] = safe_address(target)
            if str(element.previous_sibling or "").endswith("!"):
                element.insert_before(" ")  # or it would be a picture
        else:
            if target:
                self._told(_("target of the link to %(target)s", target=target[:80]), "")
            element.unwrap()


def _parsed(html: str) -> BeautifulSoup:
    """Return the tree of a text that keeps the limits."""
    if len(html) > MAX_HTML:
        raise HtmlRefused(_("A text has more than %(most)d characters.", most=MAX_HTML))
    if html.count("<") > MAX_TAGS:
        raise HtmlRefused(_("A text has more than %(most)d tags.", most=MAX_TAGS))
    # No section of SGML, which the parser gives up on; and inside a tag, since a text that is a
    # file's name or an address is no mistake here.
    text = without_controls(html).replace("<![", "&lt;![")
    try:
        soup = BeautifulSoup(f"<div>{text}</div>", "html.parser")
    except ParserRejectedMarkup as error:
        raise HtmlRefused(_("A text is no HTML that can be read.")) from error
    if _depth(soup) > MAX_DEPTH:
        raise HtmlRefused(_("Tags stand in one another more than %(most)d deep.", most=MAX_DEPTH))
    return soup


def _depth(soup: BeautifulSoup) -> int:
    """Return how deep tags stand in one another, without going down into them by calls."""
    deepest = 0
    waiting: list[tuple[Any, int]] = [(soup, 0)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in node.children if isinstance(child, Tag))
    return deepest
