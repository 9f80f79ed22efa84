"""A learner's row of the matrix as one text: a letter for each activity, as the course goes.

"." nothing yet, "b" begun, "d" done, "e" excused, "w" waived; for what is not required ":" and
capitals. It stands beside the totals, so that everybody's progress is read as one row a learner.
"""

import enum
from collections.abc import Iterable, Mapping

from community.progress.rules.states import Status

NOTHING, NOTHING_IF_YOU_LIKE = ".", ":"
NEVER_LATE = "dewDEWB:"  # all but what is required and not settled


class Seen(enum.Enum):
    """How what is not settled is seen, by the time of its module."""

    OPEN = "open"
    OVER = "over"  # what is required is late, also what was begun
    SHUT = "shut"


def letter(status: Status | None, *, required: bool) -> str:
    """Return the letter of a state."""
    if status is None:
        return NOTHING if required else NOTHING_IF_YOU_LIKE
    return status.value[0] if required else status.value[0].upper()


def blank(required: Iterable[bool]) -> str:
    """Return the cells of somebody who has done nothing; ``required`` of each activity."""
    return "".join(letter(None, required=needed) for needed in required)


def put(cells: str, at: int, sign: str) -> str:
    """Return ``cells`` with another letter at the index ``at``."""
    return cells[:at] + sign + cells[at + 1 :]


def row(nothing: str, states: Mapping[int, str]) -> str:
    """Return ``nothing`` (see ``blank``) with the letters of ``states``, by index."""
    return "".join(states.get(at, sign) for at, sign in enumerate(nothing))


_SETTLED = {sign: sign.lower() for sign in "dewDEW"}
_SIGNS = {
    Seen.OPEN: str.maketrans(_SETTLED | {".": "o", ":": "o", "b": "b", "B": "b"}),
    Seen.OVER: str.maketrans(_SETTLED | {".": "l", ":": "o", "b": "l", "B": "b"}),
    Seen.SHUT: str.maketrans(_SETTLED | {".": "x", ":": "x", "b": "b", "B": "b"}),
}


def shown(cells: str, seen: Seen) -> str:
    """Return stored cells as the matrix shows them: d b l e w, "o" open and "x" locked."""
    return cells.translate(_SIGNS[seen])
