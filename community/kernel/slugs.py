"""Parts of addresses made of what people call things."""

import re
import unicodedata
from collections.abc import Container

LONGEST = 60  # leaves room in a column of 80 for a number that tells two equal names apart


def slug_of(name: str) -> str:
    """Return ``name`` as a part of an address: ASCII letters and digits joined by hyphens.

    Cut between two words where it is too long. Empty for a name that has none of these letters; the
    caller then takes another word.
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    if len(slug) <= LONGEST:
        return slug
    return slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]


def free_slug(wanted: str, taken: Container[str]) -> str:
    """Return ``wanted``, with the first free number behind it if somebody has it."""
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
