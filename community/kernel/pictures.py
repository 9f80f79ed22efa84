"""Pictures that people send: told by their content, measured before anything is unpacked.

What is returned is a picture in memory that we have unpacked; whoever keeps it draws it anew, so
that nothing of the file but its colours stays: no position, no camera, no second file behind it.

A file of some kilobytes may unpack to hundreds of megabytes. So the bounds are of what is unpacked,
a picture is made small before it is copied, and a process draws one at a time.
"""

import io
import warnings
from collections.abc import Callable

import puremagic
from flask_babel import gettext as _
from PIL import Image, ImageOps

from community.kernel.errors import Invalid
from community.kernel.threads import OneAtATime

MAX_SIDE = 12_000
# Pixels, by what Pillow calls the format. A JPEG is shrunk while it is read; a PNG takes 4 bytes a
# pixel and as many again to be made small; what reads WebP keeps three of its own beside that.
KINDS = {"JPEG": 40_000_000, "PNG": 8_000_000, "WEBP": 6_000_000}
MAX_IN_PASSES = 16_000_000  # pixels of a JPEG that is kept whole until its last pass
MAX_SCANS = 50  # passes over a JPEG: each costs as much as the whole picture, and ten are usual
_MIMES = {"image/jpeg": "JPEG", "image/jpg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_SCAN = b"\xff\xda"
_ONE_PASS = frozenset({0xC0, 0xC1, 0xC9})  # the kinds of JPEG that need not be kept whole
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ORIENTATION = 0x0112
_PLAIN = {"L", "LA", "RGB", "RGBA", "CMYK"}
ONE_PICTURE = OneAtATime()

Box = tuple[int, int, int, int]


def kind_of_picture(data: bytes) -> str | None:
    """Return which of ``KINDS`` a file begins as; what it is said to be does not count."""
    try:
        return _MIMES.get(puremagic.from_string(data[:4096], mime=True))
    except (puremagic.PureError, ValueError):
        return None


def opened(
    data: bytes,
    *,
    most: int,
    least: int,
    side: int,
    part: Callable[[int, int], Box] = lambda width, height: (0, 0, width, height),
) -> Image.Image:
    """Return a sound JPEG, PNG or WebP picture, upright, in RGB or, where one sees through, RGBA.

    ``most`` are the bytes it may have, ``least`` the pixels of its shorter side. Neither side of
    what is returned is longer than ``side`` pixels; ``part`` says which part of the picture it is,
    from its width and height. Slow and large: call it through ``kernel.threads.in_thread``, one at
    a time (``ONE_PICTURE``). Raises Invalid naming ``picture``.
    """
    if not data:
        raise refused(_("Choose a picture first."))
    if len(data) > most:
        raise refused(_("This picture is larger than %(most)d MB.", most=most // 1024**2))
    kind = kind_of_picture(data)
    if kind is None:
        raise refused(_("This is no JPEG, PNG or WebP picture."))
    if kind == "JPEG" and data.count(_SCAN) > MAX_SCANS:
        raise refused(_("This picture cannot be read. Save it anew, or choose another."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(data), formats=(kind,))
            in_passes = kind == "JPEG" and _in_passes(data)
            _measure(image, kind, MAX_IN_PASSES if in_passes else KINDS[kind], least)
            image.draft("RGB", (side, side))
            image.load()
            upright = ImageOps.exif_transpose(_small(image, part(*image.size), side))
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    # Pillow raises whatever the decoder met: a broken file is the sender's, never a fault of ours.
    except Invalid:
        raise
    except Exception as error:
        raise refused(_("This picture cannot be read. Save it anew, or choose another.")) from error


def _in_passes(data: bytes) -> bool:
    """Whether a JPEG comes in passes over the whole, or one channel after the other.

    Asks the picture's own head only: a smaller picture may lie in a segment of it.
    """
    at, channels = 2, 0
    while at + 9 < len(data) and data[at] == 0xFF:  # begins every marker
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xFF:  # any number of them may stand before a marker
            at += 1
            continue
        if marker in _FRAMES:
            if marker not in _ONE_PASS:
                return True
            channels = data[at + 9]
        if marker == _SCAN[1]:
            return data[at + 4] < channels
        at += 2 + length
    return True  # no head that we can follow: Pillow may


def _small(image: Image.Image, part: Box, side: int) -> Image.Image:
    """Return a part of a picture, small, with what it says of its upright."""
    if image.mode not in _PLAIN or "transparency" in image.info:
        image = image.convert("RGBA")
    width, height = part[2] - part[0], part[3] - part[1]
    scale = min(1.0, side / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = image.resize(size, Image.Resampling.LANCZOS, box=part, reducing_gap=2.0)
    small.getexif()[_ORIENTATION] = image.getexif().get(_ORIENTATION, 1)
    return small


def _measure(image: Image.Image, kind: str, most: int, least: int) -> None:
    width, height = image.size
    if max(width, height) > MAX_SIDE or width * height > most:
        words = _("This picture has too many pixels: at most %(most)d million.", most=most // 10**6)
        raise refused(words)
    if min(width, height) < least:
        raise refused(_("This picture is too small: at least %(least)d pixels.", least=least))
    if kind != "JPEG" and getattr(image, "is_animated", False):
        raise refused(_("This picture moves. Choose one that does not."))


def flat(image: Image.Image) -> Image.Image:
    """Return a picture on white, as a new one that carries nothing along."""
    seen = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def refused(message: str) -> Invalid:
    """Return a refusal that names ``picture``."""
    return Invalid(_("This picture cannot be used."), fields={"picture": [message]})
