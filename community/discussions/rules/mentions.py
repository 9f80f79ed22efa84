"""Who is called in a text: "@" and a name, or a group; pure, and as cheap as the text is long."""

import base64
import binascii
import dataclasses
import enum
import itertools
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterator, Mapping

from community.accounts.rules import folded
from community.kernel.markdown_rules import CHOSEN, Call

MOST_MENTIONED = 20
"""People one post mentions; whoever is named after them stays text."""

MOST_CALLS = 60
"""How often a text is looked at for a name, at its first "@" signs."""

LONGEST_NAME = 120  # code points, as of an account
MOST_PARTS = 12  # words and signs of a name


class MentionedGroup(enum.StrEnum):
    """Several people at once, as they are written after the "@" in every language."""

    ORGANISERS = "organisers"
    FACILITATORS = "facilitators"
    EVERYONE = "everyone"  # with leave, see policy.may_mention_everyone


_AT = re.compile(r"(?<![\w@.\-/:])@(?=\S)")
_GROUP = re.compile(rf"@({'|'.join(MentionedGroup)})(?![^\W_])", re.IGNORECASE)


def short_key(user_id: uuid.UUID) -> str:
    """Return somebody's id as it stands in a text: 22 letters, digits, "-" and "_"."""
    return base64.urlsafe_b64encode(user_id.bytes).decode().rstrip("=")


def key_of(short: str) -> uuid.UUID | None:
    """Return the id behind ``short_key``; None for what is none."""
    try:
        return uuid.UUID(bytes=base64.urlsafe_b64decode(f"{short}=="))
    except (ValueError, binascii.Error):
        return None


def chosen_form(name: str, user_id: uuid.UUID) -> str:
    """Return how one writes somebody whose name alone would not tell who is meant."""
    plain = re.sub(r"[\[\]\n]", " ", name)
    return f"@[{plain}](person:{short_key(user_id)})"


def form_of(name: str, user_id: uuid.UUID, *, shared: bool) -> str:
    """Return how one writes somebody: by their name, where it tells who is meant.

    Not where others bear it (``shared``), a group does, or it is too long to be read as one.
    """
    word = folded(name)
    plain = not shared and word not in set(MentionedGroup) and word in called_in(f"@{name}")[0]
    return f"@{name}" if plain else chosen_form(name, user_id)


def name_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Return where a name that begins at ``start`` may end, the shortest first.

    A name stands in one line, and never ends within a word.
    """
    parts, stop = 0, min(end, start + LONGEST_NAME)
    if text[start:stop][:1].isspace():
        return
    for at in range(start, stop):
        if text[at] == "\n" or parts == MOST_PARTS:
            return
        if text[at].isspace():
            continue
        following = text[at + 1] if at + 1 < len(text) else " "
        if _in_word(following) and (_in_word(text[at]) or _is_mark(following)):
            continue
        parts += 1
        yield at + 1


def _in_word(sign: str) -> bool:
    return sign.isalnum() or _is_mark(sign)


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M"


def called_in(text: str) -> tuple[set[str], set[uuid.UUID]]:
    """Return the folded names that a text may call, and the ids of those chosen in it."""
    names: set[str] = set()
    chosen: set[uuid.UUID] = set()
    for found in itertools.islice(_AT.finditer(text), MOST_CALLS):
        if (choice := CHOSEN.match(text, found.start())) is not None:
            if (key := key_of(choice["key"])) is not None:
                chosen.add(key)
        else:
            start = found.end()
            names |= {folded(text[start:end]) for end in name_ends(text, start, len(text))}
    return names, chosen


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """Somebody who may be called; ``called``: how a text did, folded; empty: by choice."""

    id: uuid.UUID
    name: str
    called: str = ""


@dataclasses.dataclass(slots=True)
class Roll:
    """Who may be called in a text, and who was, once it is rendered.

    ``names`` are folded, each of one person. ``beyond``: more people were named than one post
    mentions. ``refused``: a group was that the writer may not mention.
    """

    names: Mapping[str, Named]
    keys: Mapping[uuid.UUID, Named]
    may_call: Callable[[MentionedGroup], bool]
    people: dict[uuid.UUID, Named] = dataclasses.field(default_factory=dict)
    groups: set[MentionedGroup] = dataclasses.field(default_factory=set)
    beyond: bool = False
    refused: bool = False
    _calls: int = 0

    def __call__(self, text: str, at: int, end: int) -> Call | None:
        """Say who is called at the "@" at ``at``; see ``kernel.markdown_rules.Calls``."""
        self._calls += 1
        if self._calls > MOST_CALLS:
            return None
        if (choice := CHOSEN.match(text, at, end)) is not None:
            key = key_of(choice["key"])
            who = self.keys.get(key) if key else None
            return self._person(who, choice.end()) if who else None
        found = self._longest(text, at + 1, end) if self.names else None
        group = _GROUP.match(text, at, end)
        if group is not None and (found is None or found[1] <= group.end()):
            return self._group(MentionedGroup(group[1].lower()), group)
        return self._person(*found) if found else None

    def _longest(self, text: str, start: int, end: int) -> tuple[Named, int] | None:
        found = None
        for stop in name_ends(text, start, end):
            who = self.names.get(folded(text[start:stop]))
            if who is not None:
                found = who, stop
        return found

    def _person(self, who: Named, end: int) -> Call | None:
        if who.id not in self.people and len(self.people) >= MOST_MENTIONED:
            self.beyond = True
            return None
        self.people.setdefault(who.id, who)
        return Call(end, who.name, f"/people/{who.id}")

    def _group(self, group: MentionedGroup, found: re.Match[str]) -> Call | None:
        if not self.may_call(group):
            self.refused = True
            return None
        self.groups.add(group)
        return Call(found.end(), found[1])
