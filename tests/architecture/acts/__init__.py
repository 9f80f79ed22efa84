"""Every act that HTTP takes: a whole one, who may do it, and on what.

``ACTS`` holds each unsafe route by its endpoint, ``SOCKET_ACTS`` each socket event by its name; one
that is in neither fails a test by name. What is given is accepted of ``who``; the tests spoil it.
"""

from collections.abc import Mapping

from architecture.acts import (
    certificates,
    coursework,
    live,
    moderation,
    people,
    runs,
    spaces,
    studio,
)
from architecture.acts.parts import CLIENT, SEES_SESSION, SEES_THREAD, Act, Given, merged, on_thread

__all__ = [
    "ACTS",
    "CLIENT",
    "SEES_SESSION",
    "SEES_THREAD",
    "Act",
    "Given",
    "merged",
    "on_thread",
]

ACTS: Mapping[str, Act] = {
    **people.ACTS,
    **spaces.ACTS,
    **live.ACTS,
    **moderation.ACTS,
    **runs.ACTS,
    **coursework.ACTS,
    **certificates.ACTS,
    **studio.ACTS,
}
