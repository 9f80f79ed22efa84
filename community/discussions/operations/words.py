"""What a post says, rendered before the act that says it begins.

Rendering may take a tenth of a second, and a unit of work keeps others waiting, on SQLite every
writer.
"""

import dataclasses
import uuid

from community.kernel import markdown
from community.kernel.keys import new_key


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """What a post says: Markdown as it was typed, and the HTML of it under the post's own id."""

    post_id: uuid.UUID
    body: str
    html: str


def rendered(body: str, post_id: uuid.UUID | None = None) -> Words:
    """Return the words of a post (a new one, where it has no id yet), before the act that says it.

    It may take a while.
    """
    key = post_id or new_key()
    # Posts share a page: without their own prefix two footnotes or headings would clash.
    html = markdown.render(body, lowest_heading=3, id_prefix=f"n{key.hex[-10:]}-")
    return Words(key, body, html)
