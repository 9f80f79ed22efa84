"""Pictures people send of themselves: programs, bombs, secrets in the file, and files that lie."""

import io
import struct
import subprocess
import sys
import threading
import zlib

import pytest
from conftest import browser
from factories.accounts import PORTRAIT, drawing, make_picture, make_profile, make_user
from factories.forms import send_file
from factories.spaces import join, make_space
from PIL import Image

from community.accounts.formats.pictures import MAX_BYTES, squares_of
from community.accounts.models import Audience, Portrait
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Invalid
from community.kernel.http import REST_OF_FORM
from community.kernel.pictures import KINDS, MAX_IN_PASSES, MAX_SCANS, MAX_SIDE, ONE_PICTURE
from community.spaces.models import Role
from community.spaces.operations import remove_member

SCRIPT = b"<html><script>alert(1)</script></html>"
HERE = (80, 60)


@pytest.fixture
def ana(app):
    return make_user(app)


@pytest.fixture
def sends(browse, ana):
    client = browse(ana)

    def sends(data, **more):
        return send_file(client, "/me", "/me/picture", "picture", data, **more)

    return sends


def kept(app):
    with app.app_context():
        return db.session.query(Portrait).one_or_none()


def test_a_picture_becomes_two_squares_of_our_own(app, sends):
    assert sends(drawing("JPEG", size=(640, 480))).status_code == 303
    portrait = kept(app)
    for data, side in ((portrait.large, 256), (portrait.small, 64)):
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.size) == ("WEBP", (side, side))


# ------------------------------------------------------------------ what is no picture


def png(width, height, body=b""):
    """Return a PNG whose head says its size, whatever stands in it."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def moving(kind, frames=3):
    out = io.BytesIO()
    pictures = [Image.new("RGB", HERE, (number * 97 % 256, number, 0)) for number in range(frames)]
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:])
    return out.getvalue()


SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
NONE = {
    "an SVG": SVG,
    "an SVG that calls itself a picture": b"\xff\xd8\xff" + SVG,
    "a page": SCRIPT,
    "an archive": b"PK\x03\x04" + b"\x00" * 500,
    "a document": b"%PDF-1.7\n" + b"\x00" * 500,
    "a GIF": drawing("GIF"),
    "a moving GIF": moving("GIF"),
    "a BMP": drawing("BMP"),
    "a TIFF": drawing("TIFF"),
    "a moving PNG": moving("PNG"),
    "a moving WebP": moving("WEBP"),
    "very many frames": moving("WEBP", 300),
    "nothing": b"",
    "a text": b"hello",
    "half a JPEG": drawing("JPEG", size=(400, 400))[:900],
    "half a PNG": drawing("PNG")[:-30],
    "half a WebP": drawing("WEBP", size=(400, 400))[:60],
    "a PNG as wide as one can say": png(2**31 - 1, 1),
    "a PNG of a thousand million pixels": png(31_000, 31_000, zlib.compress(b"\0" * 10_000_000)),
    "a PNG of too many pixels": png(5_000, 1_601, zlib.compress(b"\0" * 10_000_000)),
    "a WebP of too many pixels": drawing("WEBP", size=(3_000, 2_001)),
    "a JPEG in passes of too many pixels": drawing("JPEG", size=(4_100, 4_100), progressive=True),
    "a PNG of no pixels": png(0, 0),
    "a PNG with less than its head says": png(300, 300, zlib.compress(b"\0" * 10)),
    "a tiny one": drawing(size=(8, 8)),
    "too large a file": drawing() + b"\0" * MAX_BYTES,
}


@pytest.mark.parametrize("what", NONE)
def test_what_is_no_picture_is_refused_by_the_name_of_the_field(app, sends, what):
    answer = sends(NONE[what])
    assert answer.status_code == 422
    assert 'href="#f-picture"' in answer.text
    assert kept(app) is None


def test_more_than_any_picture_is_not_read(app, sends):
    assert sends(b"\0" * (MAX_BYTES + REST_OF_FORM + 20_000)).status_code == 413
    assert kept(app) is None


def test_a_jpeg_with_endless_passes_is_not_unpacked():
    """Each pass over a large picture costs as much as the whole, and takes but a few bytes."""
    out = io.BytesIO()
    Image.new("RGB", (2_000, 2_000), "teal").save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    last = whole.rindex(b"\xff\xda")
    passes = whole[last:-2] * (MAX_SCANS + 1)
    with pytest.raises(Invalid):
        squares_of(whole[:last] + passes + b"\xff\xd9")
    squares_of(whole)


def test_the_size_is_asked_before_anything_is_unpacked(monkeypatch):
    loaded = []
    monkeypatch.setattr(Image.Image, "load", lambda self: loaded.append(self.size))
    with pytest.raises(Invalid):
        squares_of(NONE["a PNG of a thousand million pixels"])
    assert loaded == []


def test_the_bounds_leave_a_phones_pictures_in():
    assert KINDS["JPEG"] > 8_000 * 4_500
    assert MAX_SIDE > 8_000
    assert KINDS["PNG"] > 1_440 * 3_120  # a picture of a phone's own screen
    assert MAX_IN_PASSES > 4_032 * 3_024


def test_a_large_jpeg_with_another_in_its_head_is_no_jpeg_in_passes():
    """A phone's picture carries a small one of itself, with a head and a scan of its own."""
    small = drawing("JPEG", size=(160, 120), progressive=True)
    head = b"\xff\xe5" + struct.pack(">H", len(small) + 2) + small
    large = drawing("JPEG", size=(5_000, 4_000))
    assert squares_of(large[:2] + head + large[2:]).digest


def test_channels_one_after_the_other_are_passes_too():
    whole = drawing("JPEG", size=(4_100, 4_100))
    first = whole.index(b"\xff\xda")
    with pytest.raises(Invalid):  # the first scan says that it holds one channel of three
        squares_of(
            whole[:first] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + whole[first + 14 :]
        )


WORST = {
    "PNG": {"size": (2_828, 2_828), "mode": "RGBA"},
    "WEBP": {"size": (2_449, 2_449), "mode": "RGBA"},
    "JPEG": {"size": (4_000, 4_000), "progressive": True, "subsampling": 0},
}
MEGABYTES = 125  # of memory that a picture may cost beside what a process has anyway


@pytest.mark.parametrize("kind", WORST)
def test_no_picture_costs_more_memory_than_a_small_machine_has(tmp_path, kind):
    sent = tmp_path / "sent"
    sent.write_bytes(drawing(kind, **WORST[kind]))
    drawn = (
        "import resource, sys, pathlib\n"
        "from community.accounts.formats.pictures import squares_of\n"
        "data = pathlib.Path(sys.argv[1]).read_bytes()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "squares_of(data)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", drawn, sent], capture_output=True, text=True, check=True
    )
    assert int(ran.stdout) < MEGABYTES


def test_one_picture_is_drawn_at_a_time(app, sends):
    answers = []
    with ONE_PICTURE:
        other = threading.Thread(target=lambda: answers.append(sends(drawing()).status_code))
        other.start()
        other.join(0.3)
        assert answers == []
    other.join(10)
    assert answers == [303]


# ------------------------------------------------------------------ what hides in a picture


def photo():
    """Return a JPEG as a phone writes it: on its side, with the place where it was taken."""
    picture = Image.new("RGB", (120, 80), "navy")
    picture.paste("orange", (0, 0, 60, 80))  # the left half; upright it is the upper one
    data = Image.Exif()
    data[0x0112] = 6  # turn by 90 degrees
    data[0x010F] = "Herons and Sons"
    data.get_ifd(0x8825).update({1: "S", 2: (1.0, 17.0, 30.0), 3: "E", 4: (36.0, 49.0, 0.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=data, comment=b"heron-comment", quality=95)
    return out.getvalue()


def test_place_camera_and_comment_do_not_come_along_and_it_stands_upright(app, sends):
    with Image.open(io.BytesIO(photo())) as sent:
        assert sent.getexif().get_ifd(0x8825)  # the test has a place to lose
    assert sends(photo()).status_code == 303
    portrait = kept(app)
    for data in (portrait.large, portrait.small):
        for secret in (b"Herons", b"heron-comment", b"EXIF", b"Exif", b"XMP", b"ICCP"):
            assert secret not in data
        with Image.open(io.BytesIO(data)) as image:
            assert not dict(image.getexif())
            side = image.size[0]
            above, below = image.getpixel((side // 2, 2)), image.getpixel((side // 2, side - 3))
            assert above[0] > 200  # orange
            assert below[0] < 100  # navy


@pytest.mark.parametrize(
    "tail", [SCRIPT, b"PK\x03\x04heron-archive", b"\xff\xd9" + SCRIPT, b"<?php heron(); ?>"]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_of_a_file_that_is_two_only_the_colours_stay(app, sends, kind, tail):
    answer = sends(drawing(kind) + tail)
    portrait = kept(app)
    assert answer.status_code == 303
    for data in (portrait.large, portrait.small):
        assert tail.strip() not in data
        assert b"script" not in data
        assert b"heron" not in data


def test_a_page_in_the_comment_of_a_jpeg_is_gone(app, sends):
    out = io.BytesIO()
    Image.new("RGB", HERE).save(out, "JPEG", comment=SCRIPT)
    assert SCRIPT in out.getvalue()
    assert sends(out.getvalue()).status_code == 303
    assert SCRIPT not in kept(app).large


@pytest.mark.parametrize(
    ("filename", "media_type"),
    [
        ("me.html", "text/html"),
        ("me.svg", "image/svg+xml"),
        ("me.gif", "image/gif"),
        ("../../../etc/passwd", "image/png"),
        ("..\\..\\windows\\me.png", "image/png"),
        ("a\x7f" + "b" * 5_000 + ".png", "image/png"),
        ("<script>alert(1)</script>.png", "application/x-msdownload"),
    ],
)
def test_what_a_file_is_called_and_said_to_be_does_not_count(app, sends, filename, media_type):
    answer = sends(drawing("JPEG"), filename=filename, media_type=media_type)
    assert answer.status_code == 303
    assert kept(app).large.startswith(b"RIFF")


def test_what_shines_through_is_seen_on_white():
    out = io.BytesIO()
    Image.new("RGBA", HERE, (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(squares_of(out.getvalue()).large)) as image:
        assert min(image.getpixel((5, 5))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_way_to_say_colours_is_understood(mode):
    out = io.BytesIO()
    Image.new(mode, HERE).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert squares_of(out.getvalue()).digest


# ------------------------------------------------------------------ who gets it, and how


@pytest.fixture
def shared(app, ana):
    """Ana and Bo share a space that Cleo leads; Dan is in none."""
    space = make_space(app, slug="cohort-9")
    people = {"ana": ana, **{name: make_user(app, name) for name in ("Bo", "Cleo", "Dan")}}
    for name, role in (("ana", Role.MEMBER), ("Bo", Role.MEMBER), ("Cleo", Role.OWNER)):
        join(app, space, people[name], role)
    make_picture(app, ana)
    return {"space": space, **people}


def answers(browse, shared, digest=PORTRAIT, size="small"):
    address = f"/people/{shared['ana']}/picture/{digest}/{size}"
    return {
        name: browse(shared[name]).get(address).status_code for name in ("ana", "Bo", "Cleo", "Dan")
    }


@pytest.mark.parametrize(
    ("audience", "bo", "cleo"),
    [(Audience.SPACES, 200, 200), (Audience.LEADS, 404, 200), (Audience.SELF, 404, 404)],
)
def test_a_picture_goes_to_those_it_is_shown_to(app, browse, shared, audience, bo, cleo):
    make_profile(app, shared["ana"], visible={"picture": audience})
    seen = {"ana": 200, "Bo": bo, "Cleo": cleo, "Dan": 404}
    assert answers(browse, shared) == seen
    assert browse(None).get(f"/people/{shared['ana']}/picture/{PORTRAIT}/small").status_code == 302


def test_who_leaves_takes_the_picture_along(app, browse, shared):
    with app.app_context():
        remove_member(Context.begin(shared["Cleo"]), shared["space"], shared["ana"])
    assert answers(browse, shared) == {"ana": 200, "Bo": 404, "Cleo": 404, "Dan": 404}


def test_another_picture_has_another_address(app, browse, shared):
    make_picture(app, shared["ana"], "crimson")
    assert set(answers(browse, shared).values()) == {404}


@pytest.mark.parametrize("size", ["huge", "..", "large.html"])
def test_there_are_two_sizes_and_no_other(browse, shared, size):
    assert set(answers(browse, shared, size=size).values()) == {404}


def test_it_is_sent_as_a_picture_and_nothing_else(browse, shared):
    client = browse(shared["Bo"])
    address = f"/people/{shared['ana']}/picture/{PORTRAIT}/large"
    answer = client.get(address)
    assert answer.content_type == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_pictures_are_sent_ten_times_a_minute_at_most(strict):
    client = browser(strict, make_user(strict))
    codes = [
        send_file(client, "/me", "/me/picture", "picture", b"no picture").status_code
        for _ in range(11)
    ]
    assert codes == [422] * 10 + [429]
