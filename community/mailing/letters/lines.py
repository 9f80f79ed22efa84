"""What the ledger keeps of a letter, and how it is wanted."""

import uuid
from typing import Any

from community.correspondence.queries import chosen_by
from community.correspondence.rules import Channel, Choice, Topic
from community.kernel.mail import Letter, Place
from community.kernel.posting import Unsent

DIGEST = "digest"


def how_wanted(letter: Letter, channel: Channel = Channel.MAIL) -> Choice:
    """Return how a letter is wanted: of several things it tells of, as that which waits least."""
    if letter.reader is None or not letter.topics:
        return Choice.ON
    chosen = chosen_by(letter.reader, [Topic(topic) for topic in letter.topics], channel)
    return next(choice for choice in Choice if choice in chosen)


def kept_of(told: Letter | Unsent) -> dict[str, Any]:
    """Return what the ledger keeps of a letter: never its words, nor a thread's title."""
    place: Place | None = told.place
    about_thread = place is not None and place.thread_id is not None
    return {
        "kind": str(told.kind),
        "subject": "" if about_thread else told.subject[:200],
        "space_id": place.space_id if place else None,
        "thread_id": place.thread_id if place else None,
        "post_id": place.post_id if place else None,
    }


def written_of(letter: Letter) -> dict[str, Any]:
    """Return what a letter's line keeps; that of a digest has the id that others name."""
    if letter.kind != DIGEST:
        return kept_of(letter)
    return {**kept_of(letter), "id": digest_of(letter)}


def key_of(digest_id: uuid.UUID) -> str:
    """Return the key by which a digest leaves once."""
    return f"{DIGEST}:{digest_id}"


def digest_of(letter: Letter) -> uuid.UUID:
    """Return the id of the digest that a letter is."""
    return uuid.UUID(letter.key.partition(":")[2])
