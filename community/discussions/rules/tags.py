"""How tags are written, and how many there are."""

import unicodedata

MOST_TAGS = 5
"""Tags that one thread has."""

MOST_TAGS_OF_SPACE = 500

TAG_LENGTH = 30
"""Characters of a tag."""


def tag_named(text: str) -> str:
    """Return a tag as it is kept: in small letters, NFC, its blanks single, no "#" before it."""
    small = unicodedata.normalize("NFC", text.lower())
    return " ".join(small.lstrip("# ").split())
