"""Archives of mail (mbox, RFC 4155 and its older cousins), read from front to end, piece by piece.

A message begins at a line "From " with a date, at the start or after an empty line. Programs that
wrote such lines within messages put ">" before them; it is taken off again (mboxrd).
"""

import dataclasses
import re
from collections.abc import Iterator
from typing import IO

_LINE = 1 << 16  # bytes of a line read at once
_FROM = re.compile(
    rb"From \S+.{0,200}?\d{1,2}:\d{2}(?::\d{2})?.{0,40}?\d{4}\b[^\n]{0,60}\r?\n?\Z", re.DOTALL
)
_LONGEST_FROM = 400  # bytes of a line that begins a message
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """Where a message lies in its archive, in bytes; ``head`` is all up to its first empty line."""

    offset: int
    size: int
    head: bytes


MOST_HEAD = 200_000  # bytes of a head; what is longer is read as far


def pieces(file: IO[bytes]) -> Iterator[Piece]:
    """Yield the messages of an archive; each holds its own "From " line."""
    offset, start, head, within, blank, begun = 0, 0, bytearray(), True, True, False
    while line := file.readline(_LINE):
        if blank and _begins(line):
            if begun:
                yield Piece(start, offset - start, bytes(head))
            start, head, within, begun = offset, bytearray(), True, True
        blank = line in {b"\n", b"\r\n"}
        if within and begun:
            if blank:
                within = False
            elif len(head) < MOST_HEAD:
                head += line
        offset += len(line)
    if begun:
        yield Piece(start, offset - start, bytes(head))


def _begins(line: bytes) -> bool:
    """Whether a line begins a message, by what stands in it."""
    return line.startswith(b"From ") and len(line) <= _LONGEST_FROM and bool(_FROM.match(line))


def looks_like_mail(beginning: bytes) -> bool:
    """Whether a file may be an archive of mail, by its first bytes."""
    first, _end, rest = beginning.lstrip(b"\r\n").partition(b"\n")
    return _begins(first + b"\n") and b":" in rest


def message_at(file: IO[bytes], offset: int, size: int) -> bytes:
    """Return a message without its "From " line, as it was before it was put into the archive."""
    file.seek(offset)
    _line, _end, rest = file.read(size).partition(b"\n")
    return _ESCAPED.sub(rb"\1", rest)
