"""Files of posts: how long and how many, and how a text names them."""

import re
import uuid
from collections.abc import Iterator
from urllib.parse import quote

from community.discussions.rules.drafts import DRAFTS_KEPT_FOR
from community.discussions.rules.quoting import plain_words

LOOSE_FOR = DRAFTS_KEPT_FOR
"""How long a file stays that belongs to no post: a draft may wait as long."""

MOST_LOOSE = 30
"""Files that somebody may have in a space which belong to no post: nobody fills it with them."""

MOST_ATTACHED = 20
"""Files that one post carries."""

ATTACHMENT_ROUTE = "/attachments/<uuid:attachment_id>/<name>"

_ADDRESS = re.compile(r"/attachments/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/[^\s()<>]+")


def attachment_path(attachment_id: uuid.UUID, name: str) -> str:
    """Return where an attachment is loaded, below the site's address; the same for ever."""
    return f"/attachments/{attachment_id}/{quote(name, safe='')}"


def attachment_of(address: str) -> uuid.UUID | None:
    """Return the id of the attachment an address is of, None for any other address."""
    found = _ADDRESS.fullmatch(address)
    return uuid.UUID(found[1]) if found else None


def attachments_named(body: str) -> Iterator[uuid.UUID]:
    """Yield the ids of attachments whose addresses stand in Markdown, each once."""
    seen = set()
    for found in _ADDRESS.finditer(body):
        if found[1] not in seen:
            seen.add(found[1])
            yield uuid.UUID(found[1])


def as_markdown(name: str, address: str, *, picture: bool, alt: str = "") -> str:
    """Return how a post names an attachment; ``alt`` says what a picture shows."""
    words = plain_words(alt if picture else name)
    return f"{'!' if picture else ''}[{words}]({address})"
