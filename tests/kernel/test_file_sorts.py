"""What a file is, is told by its content; what cannot be used is refused in words."""

import io
import struct

import pytest
from factories.files import CSV, PDF, TAKEN, VTT, WEBM, mp4, webm, zipped

from community.kernel.files.lengths import LONGEST
from community.kernel.files.sorts import MAX_LISTED, SORTS, Unusable, sort_of

pytestmark = pytest.mark.usefixtures("inside")


def told(name, data):
    return sort_of(io.BytesIO(data), name).suffix


def refused(name, data):
    with pytest.raises(Unusable) as error:
        told(name, data)
    return str(error.value)


@pytest.mark.parametrize("name", TAKEN)
def test_each_sort_is_told(name):
    assert told(name, TAKEN[name]) == "." + name.split(".")[1]
    assert told(name.upper(), TAKEN[name]) == "." + name.split(".")[1]


def test_there_is_an_example_of_each_sort():
    assert {"." + name.split(".")[1] for name in TAKEN} == set(SORTS)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param(other, TAKEN[name], id=f"{name} as {other}")
        for name in TAKEN
        for other in TAKEN
        if name != other
    ],
)
def test_a_file_under_the_name_of_another_sort_is_refused(name, data):
    own = {TAKEN["levels.csv"], TAKEN["notes.txt"]}
    if data in own and name in {"levels.csv", "notes.txt"}:
        assert told(name, data) == "." + name.split(".")[1]  # a table is a text
    else:
        assert refused(name, data)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"<html><script>alert(1)</script>", "Files of this kind are not taken"),
        ("a.html", b"<html></html>", "Files of this kind are not taken"),
        ("a.svg", b"<svg/>", "Files of this kind are not taken"),
        ("a.pdf", b"MZ\x90\0" + b"\0" * 60, "Files of this kind are not taken"),
        ("a.txt", b"#!\0", "Files of this kind are not taken"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "This is a picture"),
        ("a.webp", b"RIFF\0\0\0\0WEBP", "This is a picture"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60, "old Office"),
        (
            "a.docx",
            zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "macro",
        ),
        ("a.mov", b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "Save it as MP4"),
        ("a.mkv", b"\x1aE\xdf\xa3\x42\x82\x88matroska", "Save it as MP4"),
        ("a.mp4", WEBM, "should end in .webm"),
        ("a.pdf", PDF[1:], "Files of this kind are not taken"),
        ("a.csv", "Zähler".encode("latin-1"), "not in UTF-8"),
        ("a.txt", b"cut off \xe2\x82", "Files of this kind are not taken"),
        ("a.zip", zipped("a")[:-30], "broken"),
        ("a.zip", b"PK\x03\x04PK\x05\x06" + bytes(18), "broken"),
        (
            "a.xlsx",
            zipped("[Content_Types].xml", "xl/workbook.xml", "xl/macrosheets/1.xml"),
            "macro",
        ),
        ("a.zip", b"MZ" + zipped("a"), "Files of this kind are not taken"),
        ("noending", CSV, "Files of this kind are not taken"),
        ("a.ogg", b"OggS\0\2" + b"\0" * 20 + b"\x80theora", "Files of this kind"),
    ],
)
def test_what_is_not_taken_is_said_why(name, data, words):
    assert words in refused(name, data)


def test_a_file_that_is_two_is_what_it_begins_as():
    assert told("a.pdf", PDF + zipped("word/document.xml")) == ".pdf"
    assert refused("a.zip", PDF + zipped("a"))
    assert refused("a.html", PDF + b"<script>alert(1)</script>")


def test_a_long_text_is_read_to_its_end_letters_cut_by_a_piece_among_them():
    text = ("x" + "ü€🙂" * 200_000).encode()
    assert len(text) > 1 << 20
    assert told("a.txt", text) == ".txt"
    assert refused("a.txt", text + b"\0")
    assert told("a.vtt", VTT + b"\n" + text) == ".vtt"


def test_a_zip_that_lists_without_end_is_not_followed():
    broken = bytearray(zipped("a"))
    at = broken.rfind(b"PK\x05\x06")
    for count, size, start in ((MAX_LISTED + 1, 47, 0), (9, 47, 0), (1, 2**31, 0), (1, 9, 2**31)):
        broken[at + 10 : at + 20] = struct.pack("<HII", count, size, start)
        assert "broken" in refused("a.zip", bytes(broken))


def test_only_what_a_browser_plays_is_a_film():
    assert told("a.mp4", mp4(brand=b"M4V ")) == ".mp4"
    assert "MP4" in refused("a.mp4", b"\0\0\0\x14ftypheic\0\0\0\0mif1")


@pytest.mark.parametrize("make", [mp4, webm])
@pytest.mark.parametrize("seconds", [0, LONGEST + 1])
def test_a_film_without_a_length_is_refused(make, seconds):
    assert "How long this film is" in refused(f"a.{make.__name__}", make(seconds))
