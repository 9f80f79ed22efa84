"""Who is new in a space, and what a post of theirs holds."""

import re
from urllib.parse import urlsplit

FIRST_POSTS = 3
"""Whoever has fewer posts that stand in a space is new there."""

_LINK = re.compile(r'<a(?:\s[\w-]+="[^"]*")*?\shref="([^"]*)"')


MOST_WAITING = 5
"""Posts of one person that wait for approval in a space at once."""


def is_newcomer(standing: int, first: int = FIRST_POSTS) -> bool:
    """Return whether somebody with so many posts that stand in a space is new there.

    ``first`` is how many make them known, at most ``FIRST_POSTS``.
    """
    return standing < first


def links_away(html: str, own: str) -> int:
    """Return how many links of sanitised HTML lead away from the site whose host is ``own``.

    Mentions, attachments and places of the site itself do not count; addresses of mail do.
    """
    return sum(_leads_away(address, own) for address in _LINK.findall(html))


def _leads_away(address: str, own: str) -> bool:
    if address.startswith("//"):  # browsers take any number of slashes there for two
        address = "//" + address.lstrip("/")
    try:
        parts = urlsplit(address)
    except ValueError:  # whatever a browser makes of it
        return True
    if not parts.scheme and not parts.netloc:
        return False
    return parts.scheme not in {"http", "https"} or parts.netloc.casefold() != own.casefold()
