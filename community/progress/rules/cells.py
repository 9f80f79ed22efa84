"""A learner's row of the matrix as one text: a letter for each activity, as the course goes.

"." nothing yet, "b" begun, "d" done, "e" excused, "w" waived; for what is not required ":" and
capitals. It stands beside the totals, so that everybody's progress is read as one row a learner.
"""

import dataclasses
import enum
import itertools
import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from community.progress.rules.counting import Totals
from community.progress.rules.states import Status

NOTHING, NOTHING_IF_YOU_LIKE = ".", ":"
NEVER_LATE = "dewDEWB:"  # all but what is required and not settled
SETTLED = "dew"
MISSING = ".b"  # required, and not settled


class ModuleTime(enum.Enum):
    """Where the time of a module stands: by it what is not settled is shown."""

    OPEN = "open"
    OVER = "over"  # what is required is late, also what was begun
    SHUT = "shut"


def letter(status: Status | None, *, required: bool) -> str:
    """Return the letter of a state."""
    if status is None:
        return NOTHING if required else NOTHING_IF_YOU_LIKE
    return status.value[0] if required else status.value[0].upper()


_STATUS: Mapping[str, Status | None] = {
    letter(each, required=needed): each for each in (None, *Status) for needed in (True, False)
}
_SETTLED_SPAN, _BEGUN = re.compile("[dewDEW]+"), re.compile("[bB]")


def status_of(sign: str) -> Status | None:
    """Return the state that a letter stands for."""
    return _STATUS[sign]


def settled_in(cells: str) -> Iterator[tuple[int, int]]:
    """Yield from and to (exclusive) which index everything is settled, required or not."""
    return (found.span() for found in _SETTLED_SPAN.finditer(cells))


def is_settled(cells: str) -> bool:
    """Whether everything is settled, required or not."""
    return _SETTLED_SPAN.fullmatch(cells) is not None or not cells


def begun_in(cells: str) -> Iterator[int]:
    """Yield the indices of what is begun and not settled."""
    return (found.start() for found in _BEGUN.finditer(cells))


def count_begun(cells: str) -> int:
    """Return how many activities are begun and not settled."""
    return cells.count("b") + cells.count("B")


def blank(required: Iterable[bool]) -> str:
    """Return the cells of somebody who has done nothing; ``required`` of each activity."""
    return "".join(letter(None, required=needed) for needed in required)


def put(cells: str, at: int, sign: str) -> str:
    """Return ``cells`` with another letter at the index ``at``."""
    return cells[:at] + sign + cells[at + 1 :]


def not_asked(cells: str, at: Iterable[int]) -> str:
    """Return ``cells`` with what nobody can do, by index, as if it were not required.

    What is settled of it stays as it is: what is left is what counts, see ``rules.counting``.
    """
    for index in at:
        sign = cells[index]
        if sign not in SETTLED:
            cells = put(cells, index, NOTHING_IF_YOU_LIKE if sign == NOTHING else sign.upper())
    return cells


def totals(cells: str, off: Iterable[int] = ()) -> Totals:
    """Return a learner's totals by their cells; ``off``: what nobody can do, by index."""
    asked = not_asked(cells, off)
    done = sum(map(asked.count, SETTLED))
    return Totals(done, done + sum(map(asked.count, MISSING)))


def row(nothing: str, states: Mapping[int, str]) -> str:
    """Return ``nothing`` (see ``blank``) with the letters of ``states``, by index."""
    return "".join(states.get(at, sign) for at, sign in enumerate(nothing))


_SETTLED = {sign: sign.lower() for sign in "dewDEW"}
_SIGNS = {
    ModuleTime.OPEN: str.maketrans(_SETTLED | {".": "o", ":": "o", "b": "b", "B": "b"}),
    ModuleTime.OVER: str.maketrans(_SETTLED | {".": "l", ":": "o", "b": "l", "B": "b"}),
    ModuleTime.SHUT: str.maketrans(_SETTLED | {".": "x", ":": "x", "b": "b", "B": "b"}),
}


def shown(cells: str, seen: ModuleTime) -> str:
    """Return stored cells as the matrix shows them: d b l e w, "o" open and "x" locked."""
    return cells.translate(_SIGNS[seen])


Span = tuple[int, int, ModuleTime]
"""Activities for which something holds: from which index, up to which."""
_MISSING = re.compile(f"[{MISSING}]")


def spans(seen: Iterable[ModuleTime]) -> tuple[Span, ...]:
    """Return what is the same for neighbours as spans."""
    found: list[Span] = []
    start = 0
    for how, group in itertools.groupby(seen):
        end = start + len(list(group))
        found.append((start, end, how))
        start = end
    return tuple(found)


def seen_by_time(stored: str, locking: str, times: Sequence[Span], starts: Sequence[int]) -> str:
    """Return what is stored with what the calendar says of it, and what is locked by it.

    ``locking`` is what is stored without what locks nothing, though it may be missing. ``starts``:
    the index of the first activity after each activity's module.
    """
    missing = _MISSING.search(locking)
    # everything after the module of the first thing that is missing is locked
    locked = starts[missing.start()] if missing else len(stored)
    parts = [
        shown(stored[start : min(end, locked)], seen)
        for start, end, seen in times
        if start < locked
    ]
    parts.append(shown(stored[locked:], ModuleTime.SHUT))
    return "".join(parts)


# ------------------------------------------------------------------ in a newer version


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """An activity of the newer version, and which one it was before, if any."""

    former: uuid.UUID | None
    required: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """So many letters of a row from the index ``at`` on, or ``text`` that stands for itself.

    ``turn`` says what becomes of taken letters: True required, False not required, None the same.
    """

    at: int = 0
    length: int = 0
    turn: bool | None = None
    text: str = ""


def pieces(
    before: Mapping[uuid.UUID, int], needed: Collection[uuid.UUID], now: Iterable[Place]
) -> list[Piece]:
    """Return what a row is made of when its activities are others.

    ``before`` are the indices of the former ones, ``needed`` those of them that were required.
    """
    found: list[Piece] = []
    for place in now:
        at = before.get(place.former) if place.former else None
        if at is None:
            piece = Piece(text=letter(None, required=place.required))
        else:
            same = (place.former in needed) == place.required
            piece = Piece(at, 1, None if same else place.required)
        last = found[-1] if found else None
        if last and last.text and piece.text:
            found[-1] = Piece(text=last.text + piece.text)
        elif (
            last
            and not (last.text or piece.text)
            and last.turn is piece.turn
            and last.at + last.length == piece.at
        ):
            found[-1] = dataclasses.replace(last, length=last.length + 1)
        else:
            found.append(piece)
    return found
