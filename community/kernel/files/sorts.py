"""What a file is, told by its content; its name must agree, and decides nothing but text or table.

Only what people learn with is taken: nothing that runs, no macros. Nothing is unpacked: of a ZIP
only its list of names is read, up to a bound. Whatever a file holds beside what it begins as, it
goes out as what it was told to be, to be saved, and no browser looks at it otherwise (``sending``).
"""

import dataclasses
import re
import struct
from collections.abc import Iterable
from pathlib import PurePath
from typing import IO, Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from community.kernel.files.lengths import film_seconds

Family = Literal["document", "film", "sound", "captions"]

_HEAD = 4096  # bytes that say what a file begins as
_PIECE = 1 << 20
_TAIL = 22 + 65_535  # bytes at the end of a ZIP that tell where its list is
MAX_LISTED = 20_000  # files in a ZIP
_MAX_LIST = 8_000_000  # bytes of that list


@dataclasses.dataclass(frozen=True, slots=True)
class Sort:
    """A kind of file: the ending it has, how it is sent, what people call it."""

    suffix: str
    media_type: str
    label: str | LazyString
    family: Family = "document"


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
SORTS = {
    sort.suffix: sort
    for sort in (
        Sort(".pdf", "application/pdf", "PDF"),
        Sort(".docx", f"{_OOXML}.wordprocessingml.document", "Word"),
        Sort(".xlsx", f"{_OOXML}.spreadsheetml.sheet", "Excel"),
        Sort(".pptx", f"{_OOXML}.presentationml.presentation", "PowerPoint"),
        Sort(".odt", f"{_ODF}.text", "OpenDocument"),
        Sort(".ods", f"{_ODF}.spreadsheet", "OpenDocument"),
        Sort(".odp", f"{_ODF}.presentation", "OpenDocument"),
        Sort(".csv", "text/csv", "CSV"),
        Sort(".txt", "text/plain", _l("Text")),
        Sort(".zip", "application/zip", "ZIP"),
        Sort(".mp4", "video/mp4", _l("Film"), "film"),
        Sort(".webm", "video/webm", _l("Film"), "film"),
        Sort(".mp3", "audio/mpeg", _l("Sound"), "sound"),
        Sort(".ogg", "audio/ogg", _l("Sound"), "sound"),
        Sort(".wav", "audio/wav", _l("Sound"), "sound"),
        Sort(".vtt", "text/vtt", _l("Captions"), "captions"),
    )
}
_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "ppt/presentation.xml": ".pptx"}
_FILMS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}
_MP3 = re.compile(rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")


class Unusable(Exception):
    """A file that is not taken, and why, in words for whoever sent it.

    ``message`` is translated when it is shown: files are looked at in threads of their own.
    """

    def __init__(self, message: LazyString) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Picture(Unusable):
    """A picture, which is no such file: whoever asks may know a better place for it."""


def sort_of(file: IO[bytes], name: str) -> Sort:
    """Return what a file is; ``name`` must end as such files do.

    Reads the whole of a text and the ends of anything else. Raises Unusable.
    """
    file.seek(0)
    head = file.read(_HEAD)
    found = _told(file, head, PurePath(name).suffix.lower())
    if not name.lower().endswith(found):
        said = _l(
            "The file's content is not what its name says: it should end in %(end)s.", end=found
        )
        raise Unusable(said)
    if SORTS[found].family == "film" and film_seconds(file) is None:
        words = _l("How long this film is cannot be told. Save it anew, and send it again.")
        raise Unusable(words)
    return SORTS[found]


def _told(file: IO[bytes], head: bytes, said: str) -> str:
    """Return the ending of what a file is; raises Unusable."""
    if not head:
        raise Unusable(_l("This file is empty."))
    if head.startswith((b"%PDF-1.", b"%PDF-2.")):
        return ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(file, head)
    if head[4:8] == b"ftyp":
        return _in_boxes(head)
    if head.startswith(b"\x1aE\xdf\xa3"):
        if b"\x42\x82\x84webm" in head[:100]:
            return ".webm"
        raise Unusable(_l("This film cannot be played in every browser. Save it as MP4 or WebM."))
    if head.startswith(b"OggS") and (b"vorbis" in head[:60] or b"OpusHead" in head[:60]):
        return ".ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return ".wav"
    if _MP3.match(head):
        return ".mp3"
    _refuse_known(head)
    return _in_text(file, said)


def _refuse_known(head: bytes) -> None:
    """Say of what people often have what they can do instead."""
    if head.startswith(_PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        raise Picture(_l("This is a picture. Add it as a picture of the course."))
    if head.startswith(_OLD_OFFICE):
        words = _l("This is a document of an old Office, which may hold macros. Save it as .docx,"
                  " .xlsx, .pptx or PDF.")  # fmt: skip
        raise Unusable(words)


def _in_boxes(head: bytes) -> str:
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, 48, 4))}
    if head[8:12] == b"qt  " or not brands & _FILMS:
        raise Unusable(_l("This film cannot be played in every browser. Save it as MP4 or WebM."))
    return ".mp4"


def _in_text(file: IO[bytes], said: str) -> str:
    """Return what a text is; one that begins as captions do is captions."""
    taken = ", ".join(SORTS)
    refused = _l("Files of this kind are not taken. Those that are end in %(taken)s.", taken=taken)
    file.seek(0)
    first, left = "", b""
    while piece := file.read(_PIECE):
        whole, left = _whole_letters(left + piece)
        try:
            text = whole.decode("utf-8")
        except UnicodeDecodeError as error:
            words = _l("This text is not in UTF-8. Save it so, and send it again.")
            raise Unusable(words if said in {".txt", ".csv", ".vtt"} else refused) from error
        if _CONTROL.search(text):
            raise Unusable(refused)
        first = first or text[:20]
    if left:
        raise Unusable(refused)
    if re.match("\ufeff?WEBVTT(?:[ \t\r\n]|$)", first):
        return ".vtt"
    if said not in {".txt", ".csv"}:
        raise Unusable(refused)
    return said


def _whole_letters(data: bytes) -> tuple[bytes, bytes]:
    """Part bytes of UTF-8 before a letter that the end cuts through."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return (data, b"") if back >= length else (data[:-back], data[-back:])
        if byte < 0x80:
            break
    return data, b""


def _in_zip(file: IO[bytes], head: bytes) -> str:
    """Return which document a ZIP is, or that it is none; raises Unusable."""
    names = _listed(file)
    if names is None:
        raise Unusable(_l("This ZIP is broken, or holds too much."))
    if any(name.rsplit("/", 1)[-1].lower() in {"vbaproject.bin", "vbadata.xml"} for name in names):
        raise Unusable(_l("This document holds macros. Save it without them."))
    if "[Content_Types].xml" in names:
        for part, suffix in _PARTS.items():
            if part in names:
                _refuse_macros(names)
                return suffix
    if len(head) < 30:
        raise Unusable(_l("This ZIP is broken, or holds too much."))
    size, extra = struct.unpack("<HH", head[26:30])
    if head[30 : 30 + size] == b"mimetype":
        kind = head[30 + size + extra :]
        for suffix in (".odt", ".ods", ".odp"):
            said = SORTS[suffix].media_type.encode()
            if kind.startswith(said) and kind[len(said) :].startswith(b"PK"):
                _refuse_macros(names)
                return suffix
    return ".zip"


_MACROS = ("Basic/", "Scripts/", "xl/macrosheets/")
"""Where OpenDocument files and old workbooks in new clothes have theirs."""


def _refuse_macros(names: Iterable[str]) -> None:
    if any(name.startswith(_MACROS) for name in names):
        raise Unusable(_l("This document holds macros. Save it without them."))


def _listed(file: IO[bytes]) -> set[str] | None:
    """Return the names in a ZIP, of its list at the end; None where it has none we read."""
    end = file.seek(0, 2)
    file.seek(max(0, end - _TAIL))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return None
    count, size, start = struct.unpack("<HII", tail[at + 10 : at + 20])
    if count > MAX_LISTED or size > _MAX_LIST or start + size > end:
        return None
    file.seek(start)
    data, names, place = file.read(size), set(), 0
    for _number in range(count):
        if data[place : place + 4] != b"PK\x01\x02" or len(data) < place + 46:
            return None
        name, extra, comment = struct.unpack("<HHH", data[place + 28 : place + 34])
        names.add(data[place + 46 : place + 46 + name].decode("utf-8", "replace"))
        place += 46 + name + extra + comment
    return names if place == size else None
