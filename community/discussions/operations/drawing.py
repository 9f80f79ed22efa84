"""Pictures that people attach, drawn anew: nothing of the file but its colours stays."""

import dataclasses
import io

from PIL import Image

from community.kernel.pictures import flat, kind_of_picture, opened

SIDE = 2_000
"""Pixels of the longer side of what is kept."""
SMALLEST = 4
HEAVY = 1_500_000  # bytes from which a picture without loss is kept with some

_SUFFIX = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_SAVED: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 85, "method": 4},
}


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as it is kept; sides in pixels."""

    suffix: str
    data: bytes = dataclasses.field(repr=False)
    width: int
    height: int


def drawn(data: bytes, *, most: int) -> Drawn:
    """Return a JPEG, PNG or WebP picture of at most ``most`` bytes, drawn anew and not too large.

    Slow and large: call it through ``kernel.threads.in_thread``, one at a time (``ONE_PICTURE`` of
    ``kernel.pictures``). Raises Invalid naming ``picture``.
    """
    image = opened(data, most=most, least=SMALLEST, side=SIDE)
    kind = kind_of_picture(data) or "WEBP"
    made = _saved(image, kind)
    if kind == "PNG" and len(made) > HEAVY:
        kind, made = "WEBP", _saved(image, "WEBP")
    return Drawn(_SUFFIX[kind], made, *image.size)


def _saved(image: Image.Image, kind: str) -> bytes:
    seen = flat(image) if kind == "JPEG" else image.copy()
    seen.info.clear()  # nothing that came with it is written again
    out = io.BytesIO()
    seen.save(out, kind, **_SAVED[kind])
    return out.getvalue()
