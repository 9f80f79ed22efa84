"""How what posts name is written in an archive of ours: by numbers and digests, not by keys."""

import re
import unicodedata
import uuid
from collections.abc import Mapping
from urllib.parse import quote

Place = tuple[int, int]
"""A thread and a post in it, by their numbers in the archive."""

_POST = re.compile(r"\]\(/posts/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)")
_PLACE = re.compile(r"\]\(post:(\d{1,9})/(\d{1,9})\)")
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_CHOSEN = re.compile(r"@\[([^\[\]\n]{1,120})\]\(person:[\w-]{1,40}\)")


_JOINERS = "\u200c\u200d"
"""Signs that nobody sees and some names are not written without."""


def person_name(name: str) -> str:
    """Return the name of somebody in an archive: as it stood, without what turns lines about."""
    bad = {each for each in name if unicodedata.category(each) in _UNSEEN} - set(_JOINERS)
    if not bad:
        return name
    return " ".join("".join(" " if each in bad else each for each in name).split())


def file_address(path: str, name: str) -> str:
    """Return what stands in a body for a file of its post."""
    return f"{path}/{quote(name, safe='')}"


def portable(body: str, places: Mapping[uuid.UUID, Place], files: Mapping[str, str]) -> str:
    """Return a body as an archive holds it; ``files`` are addresses of attachments to our own.

    Who was chosen by a key is called by name alone.
    """

    def by_place(found: re.Match[str]) -> str:
        place = places.get(uuid.UUID(found[1]))
        return found[0] if place is None else f"](post:{place[0]}/{place[1]})"

    for address, own in files.items():
        body = body.replace(f"]({address})", f"]({own})")
    return _CHOSEN.sub(r"@\1", _POST.sub(by_place, body))


def local(body: str, posts: Mapping[Place, uuid.UUID], files: Mapping[str, str]) -> str:
    """Return the body of an archive as it stands here; the opposite of ``portable``."""

    def by_key(found: re.Match[str]) -> str:
        key = posts.get((int(found[1]), int(found[2])))
        return found[0] if key is None else f"](/posts/{key})"

    for own, address in files.items():
        body = body.replace(f"]({own})", f"]({address})")
    return _PLACE.sub(by_key, body)
