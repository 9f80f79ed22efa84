"""Primary keys: UUID version 7 (RFC 9562), so that new rows lie at the end of an index."""

import uuid

from uuid_utils.compat import uuid7


def new_key() -> uuid.UUID:
    """Return a fresh time-ordered key."""
    return uuid7()
