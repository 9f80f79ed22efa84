"""Archives of talk that are not what they say: refused, and nothing changed."""

import hashlib
import io
import json
import stat
import warnings
import zipfile

import pytest
import sqlalchemy as sa
from factories.mail import begin, bring
from factories.spaces import join, make_space
from factories.talk import archive_of, contents, posts_in

from community.discussions.models import Thread
from community.kernel.db import db
from community.kernel.errors import Invalid
from community.spaces.models import Role
from community.transfers.formats.talk import VERSION, ArchiveRefused, Reader, check
from community.transfers.models import MailImport, MailMessage
from community.transfers.operations.talk.opened import opened


def rebuilt(data, change=None, **files):
    """Return an archive with some files changed, its manifest right again."""
    there = contents(data) | {name.replace("__", "."): text for name, text in files.items()}
    manifest = json.loads(there.pop("manifest.json"))
    manifest["files"] = [
        {"path": name, "size": len(text), "sha256": hashlib.sha256(text).hexdigest()}
        for name, text in sorted(there.items())
    ]
    if change:
        change(manifest)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name, text in {**there, "manifest.json": json.dumps(manifest).encode()}.items():
            out.writestr(name, text)
    return made.getvalue()


def added(data, name, text=b"x", mode=0):
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a") as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a name stands there twice
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        out.writestr(info, text)
    return made.getvalue()


def lines_with(data, name, number, /, **changes):
    lines = [json.loads(line) for line in contents(data)[name].splitlines()]
    lines[number].update(changes)
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def wrong(**says):
    return lambda manifest: manifest["files"][0].update(**says)


BROKEN = {
    "a way out": ("names", lambda d: added(d, "../../evil")),
    "an absolute path": ("names", lambda d: added(d, "/etc/passwd")),
    "a link": ("names", lambda d: added(d, f"files/{'a' * 64}.txt", b"/etc", stat.S_IFLNK | 0o777)),
    "twice": ("names", lambda d: added(d, "people.jsonl")),
    "unlisted": ("content", lambda d: added(d, f"files/{'a' * 64}.txt")),
    "another version": ("version", lambda d: rebuilt(d, lambda m: m.update(version=VERSION + 1))),
    "another format": ("no_archive", lambda d: rebuilt(d, lambda m: m.update(format="zip"))),
    "a wrong checksum": ("checksum", lambda d: rebuilt(d, wrong(sha256="0" * 64))),
    "a wrong size": ("checksum", lambda d: rebuilt(d, wrong(size=10**6))),
    "no list": ("content", lambda d: rebuilt(d, lambda m: m.update(files=None))),
    "no JSON": ("content", lambda d: rebuilt(d, posts__jsonl=b"{no\n")),
    "deep JSON": ("content", lambda d: rebuilt(d, posts__jsonl=b"[" * 100_000 + b"\n")),
    "a long line": ("large", lambda d: rebuilt(d, posts__jsonl=b'"' + b"x" * 500_000 + b'"\n')),
    "an unknown field": (
        "content",
        lambda d: rebuilt(d, posts__jsonl=lines_with(d, "posts.jsonl", 0, admin=True)),
    ),
    "nobody's post": (
        "content",
        lambda d: rebuilt(d, posts__jsonl=lines_with(d, "posts.jsonl", 0, author=999)),
    ),
    "a gap": (
        "content",
        lambda d: rebuilt(d, posts__jsonl=lines_with(d, "posts.jsonl", 1, post=9)),
    ),
    "words that were removed": (
        "content",
        lambda d: rebuilt(d, posts__jsonl=lines_with(d, "posts.jsonl", 3, body="A slip.")),
    ),
    "a missing answer": (
        "content",
        lambda d: rebuilt(d, threads__jsonl=lines_with(d, "threads.jsonl", 0, answer=99)),
    ),
}


def of_post(**changes):
    return lambda d: rebuilt(d, posts__jsonl=lines_with(d, "posts.jsonl", 0, **changes))


def of_thread(**changes):
    return lambda d: rebuilt(d, threads__jsonl=lines_with(d, "threads.jsonl", 0, **changes))


def of_file(**changes):
    def spoil(data):
        number = next(at for at, line in enumerate(posts_in(data)) if line["files"])
        files = [posts_in(data)[number]["files"][0] | changes]
        return rebuilt(data, posts__jsonl=lines_with(data, "posts.jsonl", number, files=files))

    return spoil


def of_person(**changes):
    return lambda d: rebuilt(d, people__jsonl=lines_with(d, "people.jsonl", 0, **changes))


SPOILT_LINES = {
    "before all calendars": of_post(created_at="0001-01-01T00:00:00+14:00"),
    "after all calendars": of_post(created_at="9999-12-31T23:00:00-14:00"),
    "the year 2999": of_post(edited_at="2999-01-01T00:00:00+00:00"),
    "a pin before 1980": of_thread(pinned_at="1979-12-31T00:00:00+00:00"),
    "nothing in a body": of_post(body="a\0b"),
    "nothing in a title": of_thread(title="a\0b"),
    "two lines of a title": of_thread(title="a\r\nb\u202e"),
    "nothing in a name": of_person(name="a\0b"),
    "nothing in a tag": of_thread(tags=["a\0b"]),
    "two tags": of_thread(tags=["a,b"]),
    "no tag": of_thread(tags=["# "]),
    "a file turned about": of_file(name="a\u202egnp.exe.png"),
    "a very wide picture": of_file(width=2**40),
    "reactions of no number": of_post(reactions={"heart": ["1"]}),
    "reactions without end": of_post(reactions={"heart": [1] * 5_001}),
    "reactions of no kind": of_post(reactions={"hate": [1]}),
    "reactions of truth": of_post(reactions={"heart": [True]}),
}


BROKEN |= {name: ("content", spoil) for name, spoil in SPOILT_LINES.items()}


OF_LINES = BROKEN.keys() - {
    *("a way out", "an absolute path", "a link", "twice", "unlisted", "another version"),
    *("another format", "a wrong checksum", "a wrong size", "no list"),
}


def test_more_reactions_than_one_archive_may_hold_are_refused(app, place, talk, monkeypatch):
    data, _counts = archive_of(app, place.people["owner"], place.space_id)
    monkeypatch.setattr("community.transfers.formats.talk.MOST_REACTIONS", 2)
    with pytest.raises(ArchiveRefused, match="large"):
        check(Reader(io.BytesIO(data)))


def test_nobody_who_serves_people_reads_the_lines_of_an_archive(app, place, talk, monkeypatch):
    data, _counts = archive_of(app, place.people["owner"], place.space_id)
    read = []
    real = Reader.lines
    monkeypatch.setattr(Reader, "lines", lambda self, name: read.append(name) or real(self, name))
    begin(app, place.space_id, place.people["owner"], data, name="talk.zip")
    assert read == []


def test_names_and_tags_stand_as_names_and_tags_do(app, place, talk):
    owner = place.people["owner"]
    data, _counts = archive_of(app, owner, place.space_id)
    spoilt = of_thread(tags=["#Tides", "tides"])(of_person(name="A\u202eda  Lind")(data))
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, owner, Role.OWNER)
    bring(app, elsewhere, owner, spoilt, name="talk.zip")
    again = contents(archive_of(app, owner, elsewhere)[0])
    assert "A da Lind" in again["people.jsonl"].decode()
    assert json.loads(again["threads.jsonl"].splitlines()[0])["tags"] == ["tides"]


def test_what_is_no_archive_is_refused_and_nothing_changed(app, place, talk):
    owner = place.people["owner"]
    data, _counts = archive_of(app, owner, place.space_id)
    assert check(Reader(io.BytesIO(rebuilt(data))))["threads"] == 5
    for name, (why, spoil) in BROKEN.items():
        with pytest.raises(ArchiveRefused) as refused:
            check(Reader(io.BytesIO(spoil(data))))
        assert refused.value.why == why, name
        if name in OF_LINES:  # these are the worker's to find
            key = bring(app, place.space_id, owner, spoil(data), name="talk.zip")
            with app.app_context():
                row = db.session.get_one(MailImport, key)
                assert (row.state, row.report) == ("failed", {"failed": why}), name
            continue
        with pytest.raises(Invalid):
            begin(app, place.space_id, owner, spoil(data), name="talk.zip")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(MailImport.id))) == len(OF_LINES)
        assert db.session.scalar(sa.select(sa.func.count(MailMessage.id))) == 0
        assert db.session.scalar(sa.select(sa.func.count(Thread.id))) == 5


def test_a_bomb_is_refused_before_it_goes_off(app, place, talk):
    data, _counts = archive_of(app, place.people["owner"], place.space_id)
    bomb = added(data, f"files/{'b' * 64}.txt")
    made = io.BytesIO(bomb)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr(f"files/{'c' * 64}.txt", b"\0" * 300_000_000)
    assert len(made.getvalue()) < 2_000_000
    with pytest.raises(ArchiveRefused, match="large"):
        Reader(made)


def test_a_file_that_is_not_what_it_says_is_left_out(app, place, talk):
    owner = place.people["owner"]
    data, _counts = archive_of(app, owner, place.space_id)
    evil = b"<html><script>alert(1)</script>"
    digest = hashlib.sha256(evil).hexdigest()
    path = f"files/{digest}.png"
    number = next(at for at, line in enumerate(posts_in(data)) if line["files"])
    file = {"name": "evil.png", "path": path, "width": 4, "height": 4}
    posts = lines_with(data, "posts.jsonl", number, files=[file])
    spoilt = rebuilt(data, posts__jsonl=posts, **{path.replace(".", "__"): evil})
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, owner, Role.OWNER)
    key = bring(app, elsewhere, owner, spoilt, name="talk.zip")
    with app.app_context():
        row = db.session.get_one(MailImport, key)
        assert (row.state, row.report["files"]) == ("done", {"files": 1})
    assert not any(line["files"] for line in posts_in(archive_of(app, owner, elsewhere)[0]))


def test_a_zip_of_very_many_entries_is_refused_before_their_names_are_read(
    app, place, talk, monkeypatch
):
    data, _counts = archive_of(app, place.people["owner"], place.space_id)
    opened = []
    real = zipfile.ZipFile
    monkeypatch.setattr(
        "community.transfers.formats.talk.zipfile.ZipFile",
        lambda *given: opened.append(given) or real(*given),
    )
    assert check(Reader(io.BytesIO(data)))["threads"] == 5
    assert len(opened) == 1
    many = {"MOST_ENTRIES": len(contents(data)) - 1, "MOST_LISTED": 200}
    opened.clear()
    for name, most in many.items():
        with monkeypatch.context() as patch:
            patch.setattr(f"community.transfers.formats.talk.{name}", most)
            with pytest.raises(ArchiveRefused, match="large"):
                Reader(io.BytesIO(data))
    assert opened == []


def test_a_zip_that_ends_oddly_is_read_or_refused_as_python_does(app, place, talk):
    data, _counts = archive_of(app, place.people["owner"], place.space_id)
    commented = bytearray(data)
    commented[-2:] = (5).to_bytes(2, "little")
    assert check(Reader(io.BytesIO(bytes(commented) + b"hello")))["threads"] == 5
    for odd in (b"PK\x03\x04", b"PK\x03\x04" + b"PK\x05\x06", data[:-10], b""):
        with pytest.raises(ArchiveRefused, match="no_archive"):
            Reader(io.BytesIO(odd))


def test_an_archive_is_opened_once_for_thousands_of_posts(app, place, talk, monkeypatch):
    owner = place.people["owner"]
    data, counts = archive_of(app, owner, place.space_id)
    monkeypatch.setattr("community.transfers.operations.talk.writing.BATCH", 2)
    monkeypatch.setattr("community.transfers.operations.writing.A_JOB", 2)
    times = []
    monkeypatch.setattr(
        "community.transfers.operations.talk.writing.opened",
        lambda digest: times.append(digest) or opened(digest),
    )
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, owner, Role.OWNER)
    key = bring(app, elsewhere, owner, data, name="talk.zip")
    with app.app_context():
        assert db.session.get_one(MailImport, key).written == counts["posts"]
    assert len(times) == 1
