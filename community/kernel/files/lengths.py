"""How long a film is: what its own head says, read in a few small pieces, nothing decoded.

MP4 (ISO/IEC 14496-12): the box ``mvhd`` in ``moov``. WebM (RFC 8794, RFC 9559): ``Duration`` in
``Info`` of the segment. Both are walked by the sizes they give, never past a bound of steps.
"""

import struct
from typing import IO

LONGEST = 24 * 3600.0  # seconds
_STEPS = 10_000  # boxes or elements looked at
_EBML, _SEGMENT, _INFO = 0x1A45DFA3, 0x18538067, 0x1549A966
_SCALE, _DURATION, _CLUSTER = 0x2AD7B1, 0x4489, 0x1F43B675


def film_seconds(file: IO[bytes]) -> float | None:
    """Return the length of an MP4 or WebM film in seconds, None where it does not say."""
    end = file.seek(0, 2)
    file.seek(0)
    head = file.read(12)
    try:
        found = _of_mp4(file, end) if head[4:8] == b"ftyp" else _of_webm(file, end)
    except (struct.error, IndexError):  # it breaks off
        return None
    return found if found is not None and 0 < found <= LONGEST else None


def _of_mp4(file: IO[bytes], end: int) -> float | None:
    at, within = 0, end
    for _step in range(_STEPS):
        if at + 8 > within:
            return None
        file.seek(at)
        size, name = struct.unpack(">I4s", file.read(8))
        body = at + 8
        if size == 1:
            [size] = struct.unpack(">Q", file.read(8))
            body = at + 16
        elif size == 0:
            size = within - at
        if size < body - at:
            return None
        if name == b"mvhd":
            return _mvhd(file.read(32))
        if name == b"moov":
            at, within = body, min(within, at + size)
        else:
            at += size
    return None


def _mvhd(data: bytes) -> float | None:
    if data[0] == 1:
        scale, length = struct.unpack(">IQ", data[20:32])
    else:
        scale, length = struct.unpack(">II", data[12:20])
    return length / scale if scale else None


def _of_webm(file: IO[bytes], end: int) -> float | None:
    at, scale, length = 0, 1_000_000, None
    for _step in range(_STEPS):
        if at >= end:
            break
        file.seek(at)
        data = file.read(12)
        name, used = _number(data, marked=True)
        size, more = _number(data[used:])
        body = at + used + more
        unknown = size == (1 << 7 * more) - 1
        if name in {_SEGMENT, _INFO}:
            at = body
            continue
        if name == _CLUSTER or unknown:
            break
        if name == _SCALE:
            file.seek(body)
            scale = int.from_bytes(file.read(min(size, 8)))
        elif name == _DURATION:
            file.seek(body)
            [length] = struct.unpack(">f" if size == 4 else ">d", file.read(4 if size == 4 else 8))
        at = body + size
    return None if length is None else length * scale / 1e9


def _number(data: bytes, *, marked: bool = False) -> tuple[int, int]:
    """Return a number of variable length and its bytes; ``marked``: with the bit that says it."""
    length = 9 - data[0].bit_length()
    if not 1 <= length <= 8 or len(data) < length:
        raise IndexError
    value = int.from_bytes(data[:length])
    return (value if marked else value & ((1 << 7 * length) - 1)), length
