"""Markdown to safe HTML, once, when it is written; stored with the renderer's version.

CommonMark with tables, strikethrough and footnotes (markdown-it-py), bare web addresses as links,
tasks, emoji and calls (``markdown_rules``), code coloured by class (Pygments), then sanitised
(nh3): what people wrote never reaches a page unsanitised. Nothing is fetched from elsewhere: a
picture that is not ours becomes a titled link.
"""

import dataclasses
import functools
import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote

import nh3
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape
from mdit_py_plugins.anchors.index import slugify
from mdit_py_plugins.footnote import footnote_plugin
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from community.kernel.markdown_rules import Calls, add_rules

# Raise it when the same source would come out differently. What is stored stays as it was rendered,
# under its own number; posts are rendered again, see discussions. 2: bare web addresses are links.
# 3: tasks, emoji by name, people called with "@".
RENDERER = 3

_TAGS = {
    *("p", "br", "hr", "em", "strong", "del", "s", "code", "pre", "span", "div", "a", "sup"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "section"),
    *("table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "img"),
}
_ATTRIBUTES = {
    "a": {"href", "title", "id", "class"},
    "img": {"src", "alt", "class", "loading", "width", "height"},
    "ol": {"start", "class"},
    "th": {"class"},
    "td": {"class"},
    "section": {"class"},
    "figure": {"class"},
    "*": set(),
}
_CLASSES = {
    "table": {"plain"},
    "div": {"scroll", "highlight"},
    "figure": {"fig"},
    "img": {"figure"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
    "li": {"footnote-item", "task", "done"},
    "a": {"footnote-backref", "file", "mention"},
    "span": {"file-note", "sign", "visually-hidden", "mention"},
}
_PYGMENTS = re.compile(r"\A[a-z]{1,2}[a-z0-9]?\Z")
# Of Pygments' six hundred languages some take minutes over a few lines made for it. These are what
# people here show one another, and none of them was found slow.
_LANGUAGES = frozenset(
    """bash console css diff html http ini javascript js json latex markdown pycon python py r shell
    sh sparql sql tex toml turtle xml yaml yml""".split()  # noqa: SIM905  # reads better
)
COLOURED = 4_000  # characters of code in one text; what follows is shown in one colour
# A text beyond these is shown as it was typed: the time to render one grows with their square.
MOST_BRACKETS = 1_000
MOST_CELLS = 10_000
_DELIMITERS = re.compile(r"[\s>|:-]*")  # the line below the head of a table
_BARE = re.compile(
    r"(?<![^\W_])(?<![/@.-])(?:https?://|www\.(?=[\w-]+\.\w))\w[^\s<>\"`]*", re.IGNORECASE
)
_AFTER_ADDRESS = frozenset("?!.,:;*_~'|]}")  # at its end they belong to the sentence
_LINK = Markup('<a href="{}" rel="nofollow noopener noreferrer">{}</a>')
_ID = re.compile(r"\A[a-z0-9][\w-]{0,80}\Z")
_FORMATTER = HtmlFormatter(nowrap=True)

AssetUrl = Callable[[str], str | None]


@dataclasses.dataclass(frozen=True, slots=True)
class FileShown:
    """A file of ours that a text shows: of what sort it is and how large; a picture has pixels."""

    note: str
    width: int | None = None
    height: int | None = None


ShownFile = Callable[[str], FileShown | None]


def render(
    source: str,
    *,
    asset_url: AssetUrl | None = None,
    lowest_heading: int = 2,
    id_prefix: str = "",
    file_shown: ShownFile | None = None,
    calls: Calls | None = None,
) -> str:
    """Return ``source`` (Markdown) as sanitised HTML.

    ``asset_url`` maps a picture's path to its address, None for a picture that is not ours; without
    it no picture is shown. No heading is above ``lowest_heading``: the page has its own.
    ``file_shown`` says what is known of the file at an address; None: it is no file of ours, or not
    to be shown here. ``id_prefix`` goes before every id and every link to one, where several texts
    share a page. ``calls`` says who is called at an "@"; without it nobody is, and names stay text.
    A text that would take long to render (``MOST_BRACKETS``, ``MOST_CELLS``) is shown as typed.
    """
    if _is_too_much(source):
        return f"<pre><code>{escape(source)}</code></pre>"
    env: dict[str, Any] = {
        "asset_url": asset_url,
        "file_shown": file_shown,
        "lowest": lowest_heading,
        "calls": calls,
    }
    html = _MARKDOWN.render(source, env)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={tag: set(names) for tag, names in _ALLOWED.items()},
        attribute_filter=functools.partial(_filter_attribute, id_prefix),
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )


def inline(html: str) -> Markup:
    """Return rendered Markdown for a place inside a line: one paragraph loses its tags."""
    head, tail = parted(html)
    return head if not tail else Markup(html)  # noqa: S704  # sanitised when it was rendered


def parted(html: str) -> tuple[Markup, Markup]:
    """Return the inside of the first paragraph of rendered Markdown, and what follows it."""
    if not html.startswith("<p>"):
        return Markup(), Markup(html)  # noqa: S704  # sanitised when it was rendered
    head, _end, tail = html.removeprefix("<p>").partition("</p>")
    return Markup(head), Markup(tail.strip())  # noqa: S704  # as above


def headings(html: str) -> list[tuple[str, str]]:
    """Return the ``(id, text)`` of the second-level headings of rendered HTML, for an outline."""
    return [
        (found["id"], re.sub(r"<[^>]+>", "", found["text"]))
        for found in re.finditer(r'<h2 id="(?P<id>[^"]+)">(?P<text>.*?)</h2>', html, re.DOTALL)
    ]


def _is_too_much(source: str) -> bool:
    """Whether a text holds more brackets or cells than anything people mean to write."""
    if source.count("[") > MOST_BRACKETS:
        return True
    cells = columns = 0
    for line in source.split("\n"):
        if not line.strip(" \t>"):
            columns = 0  # a blank line ends a table
        elif "|" in line and _DELIMITERS.fullmatch(line):
            columns = max(columns, line.count("|") + 1)  # short rows are filled up to this
        cells += columns
    return cells > MOST_CELLS


def _filter_attribute(id_prefix: str, tag: str, name: str, value: str) -> str | None:
    if name == "class":
        allowed = _CLASSES.get(tag, set())
        kept = [c for c in value.split() if c in allowed or (tag == "span" and _PYGMENTS.match(c))]
        return " ".join(kept) or None
    if name == "id":
        return f"{id_prefix}{value}" if _ID.match(value) else None
    if name == "href" and value.startswith("#"):
        return f"#{id_prefix}{value[1:]}"
    if tag == "img" and name == "src":
        return value if value.startswith("/") and not value.startswith("//") else None
    return value


_ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in _TAGS},
    **{tag: {"id"} for tag in ("h2", "h3", "h4", "h5", "h6", "li")},
    "sup": {"class"},
    "span": {"class", "aria-hidden"},
    "div": {"class"},
    "table": {"class"},
    **{tag: names for tag, names in _ATTRIBUTES.items() if tag != "*"},
}
_ALLOWED["li"] = {"id", "class"}


class _Renderer(RendererHTML):
    """Our own words for pictures, tables and code."""

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        self._lower(tokens[idx], env)
        return self.renderToken(tokens, idx, options, env)

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        self._lower(tokens[idx], env)
        return self.renderToken(tokens, idx, options, env)

    def _lower(self, token: Token, env: EnvType) -> None:
        token.tag = f"h{max(int(token.tag[1]), env['lowest'])}"

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return '<div class="scroll"><table class="plain">\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</table></div>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        env["code"] = env.get("code", 0) + len(token.content)
        if env["code"] > COLOURED:
            token.info = ""
        return super().fence(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        source = str(token.attrs.get("src", ""))
        words = self.renderInlineAsText(token.children or [], options, env)
        caption = str(token.attrs.get("title", ""))
        file = _file_of(source, env)
        if file is not None and file.width is None:
            return _file_line(source, words or caption or source, file)
        ours = source if file else env["asset_url"](source) if env["asset_url"] else None
        if ours is None:
            title = words or caption or unquote(source.rsplit("/", 1)[-1]) or source
            return f'<a href="{escape(source)}">{escape(_("Picture: %(title)s", title=title))}</a>'
        sides = f' width="{file.width}" height="{file.height}"' if file else ""
        said = f'alt="{escape(words)}"{sides} loading="lazy"'
        picture = f'<img class="figure" src="{escape(ours)}" {said}>'
        if not caption:
            return picture
        return f'<figure class="fig">{picture}<figcaption>{escape(caption)}</figcaption></figure>'

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        file = _file_of(str(token.attrs.get("href", "")), env)
        if file is not None:
            token.attrSet("class", "file")
        env.setdefault("links", []).append(file)
        return self.renderToken(tokens, idx, options, env)

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        file = env["links"].pop()
        return "</a>" + (_file_note(file) if file else "")

    def paragraph_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "" if _is_figure(tokens, idx + 1, env) else "<p>"

    def paragraph_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        if _is_figure(tokens, idx - 1, env):
            return "\n"
        return "" if tokens[idx].hidden else "</p>\n"


def _file_of(address: str, env: EnvType) -> FileShown | None:
    """Return what is known of the file at an address, None where it is not to be shown."""
    found: FileShown | None = env["file_shown"](address) if env["file_shown"] else None
    return found


def _file_line(address: str, words: str, file: FileShown) -> str:
    link = f'<a class="file" href="{escape(address)}">{escape(words)}</a>'
    return link + _file_note(file)


def _file_note(file: FileShown) -> str:
    return f' <span class="file-note">({escape(file.note)})</span>'


def _is_figure(tokens: Sequence[Token], idx: int, env: EnvType) -> bool:
    """Whether a paragraph holds one captioned picture of ours and nothing else."""
    children = tokens[idx].children or []
    if len(children) != 1 or children[0].type != "image" or not children[0].attrs.get("title"):
        return False
    source = str(children[0].attrs.get("src"))
    file = _file_of(source, env)
    if file is not None:
        return file.width is not None
    return bool(env["asset_url"] and env["asset_url"](source))


def _code(text: str, language: str, _attributes: str) -> str:
    if language.lower() not in _LANGUAGES:
        return ""
    return highlight(text, get_lexer_by_name(language), _FORMATTER)


def _name_headings(state: StateCore) -> None:
    """Give headings of the first three levels ids of their own, made of their words.

    The plugin for it tries one number after the other, which takes seconds for a text that is
    nothing but headings of one name.
    """
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for token, inline in itertools.pairwise(state.tokens):
        if token.type != "heading_open" or int(token.tag[1]) > 3:
            continue
        words = (t.content for t in inline.children or () if t.type in {"text", "code_inline"})
        name = found = slugify("".join(words))
        while found in taken:
            numbers[name] = numbers.get(name, 0) + 1
            found = f"{name}-{numbers[name]}"
        taken.add(found)
        token.attrSet("id", found)


def _link_bare_address(state: StateInline, silent: bool) -> bool:
    """Make a link of an address that somebody pasted as it is: https://..., www. ...

    The rule runs where the parser stops: at a "w", and at a colon, before which the scheme has been
    passed already. Ours and not the library's: that one reads all that went before at each colon.
    """
    if silent or state.linkLevel:
        return False
    passed = next((s for s in ("https", "http") if state.pending[-5:].lower().endswith(s)), "")
    start = state.pos - len(passed) if state.src[state.pos] == ":" else state.pos
    found = _BARE.match(state.src, start, state.posMax)
    if found is None:
        return False
    address = _without_tail(found[0])
    url = state.md.normalizeLink(_with_scheme(address))
    if not state.md.validateLink(url):
        return False
    state.pending = state.pending[: len(state.pending) - (state.pos - start)]
    state.push("link_open", "a", 1).attrs = {"href": url}
    state.push("text", "", 0).content = state.md.normalizeLinkText(address)
    state.push("link_close", "a", -1)
    state.pos = start + len(address)
    return True


def linked(text: str) -> Markup:
    """Return plain text as HTML: escaped, and bare web addresses as links."""
    parts, end = [], 0
    for found in _BARE.finditer(text):
        address = _without_tail(found[0])
        parts += [escape(text[end : found.start()]), _LINK.format(_with_scheme(address), address)]
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(text[end:])])


def _with_scheme(address: str) -> str:
    return f"https://{address}" if address[:4].lower() == "www." else address


def _without_tail(address: str) -> str:
    """Return an address without what closes the sentence, or the bracket, in which it stands."""
    end, unopened = len(address), address.count(")") - address.count("(")
    while end:
        last = address[end - 1]
        if last == ")" and unopened > 0:
            unopened -= 1
        elif last not in _AFTER_ADDRESS:
            break
        end -= 1
    return address[:end]


_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "highlight": _code}, renderer_cls=_Renderer)
    .enable(["table", "strikethrough"])
    .use(footnote_plugin)
)
_MARKDOWN.core.ruler.push("headings", _name_headings)
_MARKDOWN.inline.add_terminator_char("w")
_MARKDOWN.inline.add_terminator_char("W")
_MARKDOWN.inline.ruler.push("bare_address", _link_bare_address)
add_rules(_MARKDOWN)
