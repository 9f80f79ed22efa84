"""Letters that may wait, be told in a digest, or not leave at all.

A feature writes a letter of such a kind as ``Posting``: a job whose ``write`` looks again and
composes, and may be asked again later. What becomes of it is for the ``PostOffice`` to decide,
which the feature with the ledger gives; so each letter has one line there, sent or not.
"""

import dataclasses
import enum
import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from community.kernel.context import Context
from community.kernel.installed import installed
from community.kernel.mail import Letter, Outcome, Place


class Why(enum.StrEnum):
    """Why a letter was not sent, or not sent by itself."""

    READ = "read"  # it was read on a page before
    REMOVED = "removed"  # what it was about was taken away
    LOST = "lost"  # its reader may not go there any more
    MUTED = "muted"
    BLOCKED = "blocked"
    STOPPED = "stopped"  # its reader stopped letters of the kind
    PAUSED = "paused"
    OVER = "over"  # it changed again, or its time has passed
    QUIET = "quiet"  # it waits for the end of quiet hours
    DIGEST = "digest"  # it waits for a digest, or is in one
    WAITING = "waiting"  # the mail server does not take it today
    UNREACHABLE = "unreachable"  # no letter reaches the address
    NO_SERVER = "no_server"  # it was kept as a file
    REFUSED = "refused"  # by the mail server, for good
    # Why an answer by mail was not posted, or not as it came.
    SENDER = "sender"  # it came from another address
    FORGED = "forged"  # it is not from whom it says
    AUTOMATIC = "automatic"  # a machine wrote it
    EXPIRED = "expired"  # its address has ended
    EMPTY = "empty"
    LONG = "long"
    LARGE = "large"
    OFTEN = "often"
    CLOSED = "closed"  # who wrote it may not write there any more
    UNFIT = "unfit"  # the thread does not take such a text
    FILES = "files"  # it was posted without them
    # Why a letter that was sent did not arrive, or the next ones are not sent.
    DELAYED = "delayed"  # the server of the mailbox does not take it yet
    NO_MAILBOX = "no_mailbox"
    FULL = "full"
    TURNED_AWAY = "turned_away"  # the server of the mailbox does not want it
    RETURNED = "returned"
    BOUNCING = "bouncing"  # too many came back: the address is left alone


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """A letter that was owed to ``reader`` and is not to be sent, and why."""

    key: str
    reader: uuid.UUID
    kind: str
    why: Why
    place: Place | None = None
    subject: str = ""


Written = Letter | Unsent | None
"""A letter as it would leave now; None: it is nobody's, for who it was for is gone."""


class PostOffice(Protocol):
    """Decides what becomes of letters, and remembers it for their readers."""

    def post(
        self, ctx: Context, posting: "Posting", payload: Mapping[str, Any], written: Written
    ) -> None:
        """Send a letter now, put it off by ``outbox.NotYet``, or keep it for a digest."""

    def addressed(self, letter: Letter) -> Letter:
        """Return a letter that is about to leave with the addresses for what comes back."""

    def noted(self, letter: Letter, outcome: Outcome) -> None:
        """Remember what became of a letter that was to leave."""


@dataclasses.dataclass(frozen=True, slots=True)
class Posting:
    """The job ``name`` that posts what ``write(ctx, **payload)`` composes.

    ``push`` composes what devices tell of the same; None: they never do.
    """

    name: str
    write: Callable[..., Written]
    push: Callable[..., Written] | None = None

    def __call__(self, ctx: Context, **payload: Any) -> None:
        """Look again, compose, and leave the rest to the post office."""
        installed().office.post(ctx, self, payload, self.write(ctx, **payload))


def postings(
    writers: Mapping[str, Callable[..., Written]],
    pushed: Mapping[str, Callable[..., Written]] = MappingProxyType({}),
) -> dict[str, Posting]:
    """Return the jobs, each by its name, that post what ``writers`` compose, for devices too."""
    return {name: Posting(name, write, pushed.get(name)) for name, write in writers.items()}
