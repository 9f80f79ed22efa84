"""What our Markdown knows beyond CommonMark: tasks, emoji by name, people called with "@".

Each rule costs what it reads, and reads so much only: a text of nothing but colons or "@" is as
cheap as any.
"""

import dataclasses
import re
from collections.abc import Callable

from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from community.kernel.emoji import EMOJI

MOST_EMOJI = 200  # in one text; further names stay as they were typed
_SHORTCODE = re.compile(r":([a-z0-9_+-]{1,30}):(?![^\W_])")
_TASK = re.compile(r"\[([ xX])\](?=\s|\Z)")
CHOSEN = re.compile(
    r"@\[(?P<name>[^\[\]\n]{1,120})\]\((?P<kind>[a-z]{1,10}):(?P<key>[\w-]{1,40})\)"
)
"""Somebody chosen from a list as one writes: ``@[Ada Lovelace](person:...)``."""


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """Who is called at an "@": ``end`` is where that ends in the text, ``words`` what is shown.

    Without ``href`` it is no link.
    """

    end: int
    words: str
    href: str | None = None


Calls = Callable[[str, int, int], Call | None]
"""Says who is called in a text at an "@" (its position), reading up to an end; None: nobody."""


def add_rules(markdown: MarkdownIt) -> None:
    """Teach a parser our rules; ``env["calls"]`` is one of ``Calls``, or None."""
    markdown.core.ruler.push("tasks", _mark_tasks)
    markdown.inline.add_terminator_char("@")
    markdown.inline.ruler.push("emoji", _write_emoji)
    markdown.inline.ruler.before("link", "call", _call)


def _mark_tasks(state: StateCore) -> None:
    """Give the items of a list that begin with [ ] or [x] a sign, and a word for who hears it."""
    tokens = state.tokens
    for at in range(len(tokens) - 2):
        if tokens[at].type != "list_item_open" or tokens[at + 1].type != "paragraph_open":
            continue
        children = tokens[at + 2].children
        if not children or children[0].type != "text":
            continue
        found = _TASK.match(children[0].content)
        if found is None:
            continue
        done = found[1] != " "
        tokens[at].attrSet("class", "task done" if done else "task")
        children[0].content = children[0].content[found.end() :]
        children[:0] = _sign(done=done)


def _sign(*, done: bool) -> list[Token]:
    def text(content: str) -> Token:
        return Token("text", "", 0, content=content)

    def span(**attrs: str | float) -> Token:
        return Token("span_open", "span", 1, attrs=attrs)

    end = Token("span_close", "span", -1)
    return [
        span(**{"class": "sign", "aria-hidden": "true"}),
        text("☑" if done else "☐"),
        end,
        span(**{"class": "visually-hidden"}),
        text(_("Done:") if done else _("To do:")),
        end,
    ]


def _stands_free(state: StateInline, attached: str = "") -> bool:
    """Whether what begins here is no part of a word, or of what a sign in ``attached`` began."""
    if state.pos == 0:
        return True
    before = state.src[state.pos - 1]
    return not (before.isalnum() or before == "_" or before in attached)


def _write_emoji(state: StateInline, silent: bool) -> bool:
    """Write the character in the place of its name."""
    if silent or state.src[state.pos] != ":" or not _stands_free(state):
        return False
    found = _SHORTCODE.match(state.src, state.pos, state.posMax)
    if found is None or found[1] not in EMOJI:
        return False
    state.env["emoji"] = state.env.get("emoji", 0) + 1
    if state.env["emoji"] > MOST_EMOJI:
        return False
    state.push("text", "", 0).content = EMOJI[found[1]]
    state.pos = found.end()
    return True


def _call(state: StateInline, silent: bool) -> bool:
    """Make a quiet link of a name that is called; one that was chosen is never shown as typed."""
    if silent or state.src[state.pos] != "@" or not _stands_free(state, "@.-/:"):
        return False
    calls: Calls | None = None if state.linkLevel else state.env.get("calls")
    call = calls(state.src, state.pos, state.posMax) if calls else None
    if call is None:
        chosen = CHOSEN.match(state.src, state.pos, state.posMax)
        if chosen is None:
            return False
        state.push("text", "", 0).content = f"@{chosen['name']}"
        state.pos = chosen.end()
        return True
    if call.href is None:
        state.push("span_open", "span", 1).attrs = {"class": "mention"}
    else:
        state.push("link_open", "a", 1).attrs = {"class": "mention", "href": call.href}
    state.push("text", "", 0).content = f"@{call.words}"
    if call.href is None:
        state.push("span_close", "span", -1)
    else:
        state.push("link_close", "a", -1)
    state.pos = call.end
    return True
