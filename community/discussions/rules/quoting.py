"""How a post is quoted in another one."""

import re
import uuid

QUOTED = 1_500
"""Characters of a post that are quoted where nothing of it was chosen."""


def plain_words(text: str) -> str:
    """Return text in Markdown that shows it as it is: no sign in it means anything."""
    return re.sub(r"([\\\[\]*_`<>!|~])", r"\\\1", text)


def quote_of(post_id: uuid.UUID, by: str, body: str) -> str:
    """Return a post as a quotation: ``by`` says who wrote it and which it is, and leads there."""
    words = body if len(body) <= QUOTED else f"{body[:QUOTED].rstrip()} …"
    lines = [f"[{plain_words(by)}](/posts/{post_id})", "", *words.split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
