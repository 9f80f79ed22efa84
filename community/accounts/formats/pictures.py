"""The picture somebody sends of themselves: looked at by content, and made anew.

What is kept is two small squares that we have drawn; see ``kernel.pictures``.
"""

import dataclasses
import hashlib
import io

from PIL import Image, ImageOps

from community.kernel.pictures import Box, flat, opened

MAX_BYTES = 5 * 1024 * 1024
SMALLEST = 32
LARGE, SMALL = 256, 64  # both sides, in pixels
MEDIA_TYPE = "image/webp"
_QUALITY = 82


@dataclasses.dataclass(frozen=True, slots=True)
class Squares:
    """A picture as we keep it: two WebP squares and the digest of the larger one."""

    large: bytes = dataclasses.field(repr=False)
    small: bytes = dataclasses.field(repr=False)
    digest: str


def squares_of(data: bytes) -> Squares:
    """Return the two squares of a JPEG, PNG or WebP picture.

    Slow and large: call it through ``kernel.threads.in_thread``, one at a time (``ONE_PICTURE`` of
    ``kernel.pictures``). Raises Invalid naming ``picture``.
    """
    image = flat(opened(data, most=MAX_BYTES, least=SMALLEST, side=LARGE * 2, part=_middle))
    large = _drawn(image, LARGE)
    return Squares(
        large=large,
        small=_drawn(image, SMALL),
        digest=hashlib.sha256(large).hexdigest()[:32],
    )


def _middle(width: int, height: int) -> Box:
    """Return the square in the middle."""
    square = min(width, height)
    left, top = (width - square) // 2, (height - square) // 2
    return left, top, left + square, top + square


def _drawn(image: Image.Image, side: int) -> bytes:
    out = io.BytesIO()
    square = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    square.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()
