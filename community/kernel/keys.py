"""Primary keys: UUID version 7 (RFC 9562), so that new rows lie at the end of an index.

And the keys of acts that may arrive twice: a form sent by a double click, a client that retries.
"""

import hashlib
import uuid

from uuid_utils.compat import uuid7


def new_key() -> uuid.UUID:
    """Return a fresh time-ordered key."""
    return uuid7()


def form_id(nonce: str, *typed: str) -> str:
    """Return the client id of a form's act: the same text from the same page is the same act.

    ``nonce`` is what the page was given when it was made.
    """
    return hashlib.sha256("\0".join((nonce, *typed)).encode()).hexdigest()


def key_of_act(within: uuid.UUID, person: uuid.UUID, client_id: str | None) -> uuid.UUID:
    """Return the key of what an act makes in ``within``: a repeat of the act gets the same key.

    For what has no stream yet that could be asked for an earlier act. Without ``client_id`` each
    act is another.
    """
    return new_key() if client_id is None else uuid.uuid5(within, f"{person}:{client_id}")
