"""How closely somebody follows a thread or a space."""

import enum


class Level(enum.StrEnum):
    """How closely somebody follows a thread, or a space; from all to nothing."""

    WATCHING = "watching"  # every post is told
    TRACKING = "tracking"  # what is new is counted
    NORMAL = "normal"  # what is new is neither told nor counted
    MUTED = "muted"  # only answers to posts of theirs are told


class Because(enum.StrEnum):
    """Why somebody follows a thread as they do."""

    CHOSEN = "chosen"  # for this thread
    SPACE = "space"  # chosen for all of its space
    WROTE = "wrote"  # they wrote in it
    USUAL = "usual"  # nobody chose anything


USUAL_LEVEL = Level.TRACKING
"""How a space is followed by who has not chosen."""

MOST_LEVELS = 1_000
"""Threads for which one person chose a level."""


def followed(
    thread: Level | None, space: Level | None, *, wrote: bool = False
) -> tuple[Level, Because]:
    """Return how somebody follows a thread, and why.

    ``thread`` and ``space`` are what they chose, None where they did not. What was chosen for the
    thread goes before all else; who ``wrote`` in a thread hears of it as by the usual level, though
    they follow its space less, unless they muted it.
    """
    if thread is not None:
        return thread, Because.CHOSEN
    if space is Level.NORMAL and wrote:
        return USUAL_LEVEL, Because.WROTE
    if space is not None:
        return space, Because.SPACE
    return USUAL_LEVEL, Because.USUAL
