"""Texts that are saved as they are written, from several windows: nobody writes over another.

A row that is written so has a ``revision``, which grows with every change. Whoever saves says the
one they began from; where another was saved meanwhile they hear what is there, and choose. The row
must be locked by then, in itself or by a lock that all its writers take.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from flask_babel import gettext as _

from community.kernel.errors import Conflict


class Written(Protocol):
    """A row that is saved as it is written."""

    revision: Any


W = TypeVar("W", bound=Written)
Kept = Callable[[W], Mapping[str, Any]]


def save_over(
    row: W, wanted: Mapping[str, Any], revision: int, kept: Kept[W], *, words: Any = ""
) -> bool:
    """Let a row hold what is ``wanted``; return whether that changed it: the same again does not.

    Raises what ``refuse_other`` does.
    """
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    refuse_other(row, revision, kept, words=words)
    for name, value in wanted.items():
        setattr(row, name, value)
    row.revision += 1
    return True


def refuse_other(row: W, revision: int, kept: Kept[W], *, words: Any = "") -> None:
    """Raise Conflict, with what is ``kept``, unless ``revision`` is that of the row.

    ``words`` say it where "another window" would not be true.
    """
    if row.revision != revision:
        words = words or _("This was saved in another window while you wrote.")
        raise Conflict(str(words), kept=dict(kept(row)))
