"""A picture that an author drops into a draft, as the course will keep it.

What it is, is told by its content, and its name made of the one it came with. Photographs and
screenshots are drawn anew, not larger than a page shows them; a drawing (SVG) is looked through and
kept as it is.
"""

import dataclasses
import io
from pathlib import PurePosixPath

from flask_babel import gettext as _
from PIL import Image

from community.academy.formats.pictures import MAX_PICTURE, MEDIA_TYPES, flaws_of_picture
from community.kernel.pictures import flat, kind_of_picture, opened, refused
from community.kernel.slugs import slug_of

MAX_SENT = 10 * 1024 * 1024
"""Bytes of a file that is sent; what is kept of it has MAX_PICTURE at most."""
SIDES = (1_600, 1_200, 800)
"""Pixels of the longer side: the first that fits into MAX_PICTURE is kept."""
SMALLEST = 8

_SUFFIX = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_SAVED: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 85, "method": 4},
}


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as a course keeps it; ``name`` is its file's without the ending."""

    name: str
    suffix: str
    data: bytes = dataclasses.field(repr=False)

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.suffix]


def drawn(name: str, data: bytes) -> Drawn:
    """Return the picture in a file that was sent under ``name``.

    Slow and large: call it through ``kernel.threads.in_thread``, one at a time (``ONE_PICTURE`` of
    ``kernel.pictures``). Raises Invalid naming ``picture``.
    """
    stem = slug_of(PurePosixPath(name.replace("\\", "/")).stem) or "picture"
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<") and kind_of_picture(data) is None:
        flaws = flaws_of_picture(f"{stem}.svg", data)
        if flaws:
            raise refused(flaws[0].message)
        return Drawn(stem, ".svg", data)
    image = opened(data, most=MAX_SENT, least=SMALLEST, side=SIDES[0])
    return _anew(stem, kind_of_picture(data) or "WEBP", image)


def _anew(stem: str, kind: str, image: Image.Image) -> Drawn:
    """Draw a picture in its own format; where that stays too large, as WebP and smaller."""
    for form in dict.fromkeys((kind, "WEBP")):
        for side in SIDES if form == "WEBP" or kind == "JPEG" else SIDES[:1]:
            data = _saved(image, form, side)
            if len(data) <= MAX_PICTURE:
                return Drawn(stem, _SUFFIX[form], data)
    limit = MAX_PICTURE // 1024
    raise refused(
        _("This picture stays larger than %(limit)d kB however it is drawn.", limit=limit)
    )


def _saved(image: Image.Image, form: str, side: int) -> bytes:
    smaller = flat(image) if form == "JPEG" else image.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    smaller.info.clear()  # nothing that came with it is written again
    out = io.BytesIO()
    smaller.save(out, form, **_SAVED[form])
    return out.getvalue()
