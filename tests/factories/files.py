"""Files of every sort that is taken, as small as they can be and still be told by their content."""

import atexit
import functools
import hashlib
import io
import struct
import tempfile
import zipfile
from pathlib import Path

from community.academy.formats.source import FileSource

PDF = b"%PDF-1.4\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
SECONDS = 100
"""The length of both films."""


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, name) + body


def mp4(seconds: float = SECONDS, brand: bytes = b"isom") -> bytes:
    """Return a film that says how long it is, and holds nothing."""
    header = struct.pack(">IIIII", 0, 0, 0, 1_000, round(seconds * 1_000)) + bytes(80)
    moov = _box(b"moov", _box(b"mvhd", header))
    return _box(b"ftyp", brand + bytes(4) + brand + b"mp42") + _box(b"mdat", b"film" * 200) + moov


def _element(name: str, body: bytes) -> bytes:
    return bytes.fromhex(name) + struct.pack(">Q", len(body) | 1 << 56) + body


def webm(seconds: float = SECONDS) -> bytes:
    """Return a film in the other format."""
    head = _element("1a45dfa3", bytes.fromhex("4282") + b"\x84webm")
    info = _element("2ad7b1", b"\x0f\x42\x40") + _element("4489", struct.pack(">d", seconds * 1e3))
    return head + _element("18538067", _element("1549a966", info) + _element("1f43b675", bytes(99)))


MP4, WEBM = mp4(), webm()
MP3 = b"ID3\x04\0\0\0\0\0\0\xff\xfb\x90\x64" + b"\0" * 99
OGG = b"OggS\0\2" + b"\0" * 20 + b"\1\x13OpusHead\1\2" + b"\0" * 50
WAV = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + b"\0" * 50
VTT = b"WEBVTT\n\n00:00.000 --> 00:04.000\nWhat is a commons?\n"
TXT = "Notes: Wären wir früher da gewesen …\n".encode()
CSV = b"river,level\nTana,2.4\n"


def zipped(*names: str, first: tuple[str, str] | None = None) -> bytes:
    """Return a ZIP that holds files of these names; ``first`` stands before them, as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        if first:
            packed.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            # Dated like the first: a file made at another second is the same file.
            packed.writestr(zipfile.ZipInfo(name), name)
    return out.getvalue()


def odf(sort: str) -> bytes:
    return zipped("content.xml", first=("mimetype", f"application/vnd.oasis.opendocument.{sort}"))


TAKEN = {
    "slides.pdf": PDF,
    "letter.docx": zipped("[Content_Types].xml", "word/document.xml"),
    "table.xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "slides.pptx": zipped("[Content_Types].xml", "ppt/presentation.xml"),
    "letter.odt": odf("text"),
    "table.ods": odf("spreadsheet"),
    "slides.odp": odf("presentation"),
    "levels.csv": CSV,
    "notes.txt": TXT,
    "data.zip": zipped("levels.csv", "readme.txt"),
    "talk.mp4": MP4,
    "talk.webm": WEBM,
    "talk.mp3": MP3,
    "talk.ogg": OGG,
    "talk.wav": WAV,
    "talk.vtt": VTT,
}
"""One of each sort, by a name it may have."""


@functools.cache
def _folder() -> Path:
    made = tempfile.TemporaryDirectory()
    atexit.register(made.cleanup)
    return Path(made.name)


def file_source(path: str, data: bytes) -> FileSource:
    """Return a file of a course that lies somewhere on this disk."""
    digest = hashlib.sha256(data).hexdigest()
    place = _folder() / digest
    place.write_bytes(data)
    return FileSource(path, digest, len(data), place)
