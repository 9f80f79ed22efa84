"""A long course in windows: so many of its modules on a page that none is endless."""

from collections.abc import Sequence

MOST = 150
"""Activities on a page; a module is never cut, so it may be one of more."""


def window(sizes: Sequence[int], at: int, most: int = MOST) -> tuple[int, int]:
    """Return from and to (exclusive) which module the page goes that holds the one ``at``.

    ``sizes`` are the modules' numbers of activities; pages lie edge to edge whatever ``at`` is.
    """
    start = held = 0
    for index, size in enumerate(sizes):
        if index > start and held + size > most:
            if index > at:
                return start, index
            start, held = index, 0
        held += size
    return start, len(sizes)
