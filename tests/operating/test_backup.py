"""Backup, loss of everything, restore: the same site, on either database, all of it or nothing."""

import contextlib
import dataclasses
import datetime as dt
import gzip
import hashlib
import io
import json
import re
import stat
import tarfile
import threading
import time
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from conftest import browser
from databases import migrate
from factories.accounts import make_token
from running import community

from community import migrating
from community.accounts.models import User
from community.app import create_app
from community.backups.archive import HEAD, MANIFEST, BackupError
from community.backups.databases import still
from community.backups.making import make_backup
from community.backups.restoring import check, restore
from community.backups.rows import columns_of, read_lines
from community.demo import fill
from community.kernel.db import db
from community.kernel.settings import Settings
from community.schema import METADATA

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="module")
def demo(place, tmp_path_factory):
    """Fill the demo network once; return its backup, its digests and what its pages say."""
    settings = place("sqlite")
    migrate(settings)
    with opened(settings) as app:
        fill.fill(app, "heron", "Long Table", dt.datetime.now(dt.UTC), lambda *_: None)
    uploads = settings.data_dir / "uploads" / "ab"
    uploads.mkdir(parents=True)
    (uploads / "picture.webp").write_bytes(bytes(range(256)) * 40)
    file = tmp_path_factory.mktemp("backups") / "demo.tar.gz"
    make_backup(settings, file, with_secret=True)
    held, now = digests(settings), dt.datetime.now(dt.UTC)
    return Demo(settings, file, held, now, what_pages_say(settings, now))


@dataclasses.dataclass(frozen=True)
class Demo:
    settings: Settings
    file: Path
    held: dict[str, tuple[int, str]]
    at: dt.datetime
    said: dict[tuple[uuid.UUID, str], tuple[int, str]]


@contextlib.contextmanager
def opened(settings):
    app = create_app(settings)
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def digests(settings):
    """Return a checksum of the rows of each table, whatever their order."""
    found = {}
    with still(settings.database) as connection:
        for table in METADATA.sorted_tables:
            lines = sorted(read_lines(connection, table.name, columns_of(table)))
            found[table.name] = (len(lines), hashlib.sha256(b"".join(lines)).hexdigest())
    return found


VOLATILE = re.compile(
    r'(name="csrf[^>]*>|content="[^"]{60,}"|value="[^"]{40,}"|data-now="[^"]*"|<time.*?</time>)'
)
SAID = ("/home", "/me", "/api/v1/me", "/api/v1/spaces", "/spaces/{0}", "/spaces/{0}/people")


def what_pages_say(settings, now):
    """Return what several people are answered at an instant, without what is another each time."""
    answers = {}
    with time_machine.travel(now, tick=False), opened(settings) as app:
        with app.app_context():
            people = db.session.scalars(sa.select(User.id).order_by(User.email).limit(4)).all()
        for person in people:
            client = browser(app, person)
            slugs = [space["slug"] for space in client.get("/api/v1/spaces").json["items"]]
            for path in {path.format(slug) for path in SAID for slug in slugs[:3]}:
                answer = client.get(path)
                answers[person, path] = answer.status_code, VOLATILE.sub("", answer.text)
    return answers


@pytest.fixture(scope="module", params=KINDS)
def back(request, demo, place):
    """Bring the demo network back on a machine that holds nothing; tests only read it."""
    there = place(request.param)
    restored = restore(there, demo.file)
    assert restored.rows == sum(rows for rows, _digest in demo.held.values()) > 5_000
    return there


def test_what_was_lost_is_back_whole(demo, back):
    assert digests(back) == demo.held
    picture = back.data_dir / "uploads" / "ab" / "picture.webp"
    assert picture.read_bytes() == bytes(range(256)) * 40


@pytest.mark.postgres
@pytest.mark.parametrize("kind", KINDS)
def test_it_goes_on_from_the_other_database_as_well(demo, place, tmp_path, kind):
    there, again, onward = place("postgres"), place(kind), tmp_path / "onward.tar.gz"
    restore(there, demo.file)
    make_backup(there, onward)
    restore(again, onward)
    assert digests(again) == demo.held


def test_an_installation_that_holds_anything_is_left_as_it_is(back, demo):
    with pytest.raises(BackupError, match="not empty"):
        restore(back, demo.file)
    assert digests(back) == demo.held


def test_keys_hold_again_and_a_published_version_stays_as_it_is(back):
    engine = migrating.engine_of(back.database)
    for refused in (
        "UPDATE course_version SET title = 'other' WHERE state = 'published'",
        "DELETE FROM activity",
        "DELETE FROM module",
    ):
        with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
            connection.execute(sa.text(refused))
    with engine.connect() as connection:
        keys = sa.inspect(connection).get_foreign_keys("post")
        triggers = connection.scalar(
            sa.text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
            if back.embedded
            else sa.text(
                "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
            )
        )
    engine.dispose()
    assert keys
    assert triggers > 2


def test_pages_say_what_they_said(demo, back):
    assert {status for status, _text in demo.said.values()} == {200}
    assert what_pages_say(back, demo.at) == demo.said


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_is_one_moment_while_others_write(place, demo, tmp_path, kind):
    source, backed_up = place(kind), tmp_path / "busy.tar.gz"
    restore(source, demo.file)
    done, pairs = threading.Event(), []

    def write():
        with opened(source) as app, app.app_context():
            engine = db.engines["write"]
            while not done.is_set():
                key = uuid.uuid4()
                with engine.begin() as connection:  # a stream and its event: both or none
                    connection.execute(sa.insert(METADATA.tables["stream"]).values(id=key, head=1))
                    connection.execute(
                        sa.insert(METADATA.tables["event"]).values(
                            id=key,
                            name="test.written",
                            happened_at=dt.datetime.now(dt.UTC),
                            stream_id=key,
                            seq=1,
                            payload={},
                        )
                    )
                pairs.append(key)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(pairs) < 5:
            time.sleep(0.01)
        before = len(pairs)
        make_backup(source, backed_up, report=lambda *_: time.sleep(0.01))
        assert len(pairs) > before + 5, "nobody wrote meanwhile"
    finally:
        done.set()
        writer.join()
    target = place("sqlite")
    restore(target, backed_up)  # a stream without its event would not, nor the other way
    with still(target.database) as connection:
        [[streams, events]] = connection.execute(
            sa.text(
                "SELECT (SELECT count(*) FROM stream WHERE id IN "
                "(SELECT id FROM event WHERE name = 'test.written')), "
                "(SELECT count(*) FROM event WHERE name = 'test.written')"
            )
        )
    assert before <= streams == events <= len(pairs)


def test_everybody_signs_in_again_where_that_is_asked_for(place, demo):
    source, there = place("sqlite"), place("sqlite")
    restore(source, demo.file)
    what_pages_say(source, demo.at)  # four people sign in
    with opened(source) as app:
        with app.app_context():
            somebody = db.session.scalars(sa.select(User.id).limit(1)).one()
        make_token(app, somebody)
    later = source.data_dir / "later.tar.gz"
    make_backup(source, later)
    restore(there, later, end_sign_ins=True)
    with still(there.database) as connection:
        [[all_of_them, open_ones]] = connection.execute(
            sa.text("SELECT count(*), count(*) - count(ended_at) FROM sign_in")
        )
        in_force = connection.scalar(
            sa.text("SELECT count(*) FROM api_token WHERE revoked_at IS NULL")
        )
        made = connection.scalar(sa.text("SELECT count(*) FROM api_token"))
    assert all_of_them == 4
    assert open_ones == 0
    assert made == 1
    assert in_force == 0


def members(file):
    with tarfile.open(file) as tar:
        return [(m.name, tar.extractfile(m).read()) for m in tar]


def packed(file, content):
    with tarfile.open(file, "w:gz") as tar:
        for name, data in content:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def changed(at, change):
    def tamper(file):
        packed(file, [(n, change(d) if at in n else d) for n, d in members(file)])

    return tamper


def cut(share):
    def tamper(file):
        whole = file.read_bytes()
        file.write_bytes(whole[: int(len(whole) * share)])

    return tamper


def flipped(file):
    whole = bytearray(gzip.decompress(file.read_bytes()))
    whole[len(whole) // 2] ^= 1
    file.write_bytes(gzip.compress(bytes(whole)))


def manifest_of(**values):
    return changed(MANIFEST, lambda data: json.dumps({**json.loads(data), **values}).encode())


BROKEN = {
    "no archive": (lambda file: file.write_text("hello"), "no backup of Community"),
    "another archive": (lambda file: packed(file, [("hello", b"x")]), "no backup of Community"),
    "empty": (lambda file: file.write_bytes(b""), "no backup of Community|cut short"),
    "cut in half": (cut(0.5), "cut short|broken"),
    "without its last bytes": (cut(0.9999), "cut short|broken"),
    "a bit is another": (flipped, "broken"),
    "a row is another": (
        changed("tables/user_account/", lambda data: data.replace(b"example.org", b"example.net")),
        "tables/user_account/000001.jsonl' is missing or was changed",
    ),
    "a part is missing": (
        lambda file: packed(file, [m for m in members(file) if "tables/post/" not in m[0]]),
        "tables/post/000001.jsonl' is missing",
    ),
    "a part too many": (
        lambda file: packed(
            file, [*members(file)[:-1], ("tables/post/000099.jsonl", b""), members(file)[-1]]
        ),
        "one part too many",
    ),
    "a file outside": (
        lambda file: packed(
            file, [*members(file)[:-1], ("files/../../outside", b"x"), members(file)[-1]]
        ),
        "is no part",
    ),
    "no manifest": (lambda file: packed(file, members(file)[:-1]), "manifest is missing"),
    "a manifest that is none": (changed(MANIFEST, lambda _data: b"{}"), "manifest cannot be read"),
    "a later form": (
        changed(HEAD, lambda data: data.replace(b'"format":1', b'"format":2')),
        "a form this release does not know",
    ),
    "a later schema": (manifest_of(schema="99990101", release="9.9"), "release 9.9, whose schema"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_backup_that_is_not_whole_or_comes_from_later_changes_nothing(
    place, demo, tmp_path, name
):
    tamper, words = BROKEN[name]
    file = tmp_path / "broken.tar.gz"
    file.write_bytes(demo.file.read_bytes())
    tamper(file)
    with pytest.raises(BackupError, match=words):
        check(file)
    there = place("sqlite")
    with pytest.raises(BackupError, match=words):
        restore(there, file)
    assert list(there.data_dir.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("sqlite", lambda tables: tables[-1].update(rows=10**6)),
        pytest.param("postgres", lambda tables: tables.pop(), marks=pytest.mark.postgres),
    ],
)
def test_what_fails_on_the_way_leaves_no_row(place, demo, tmp_path, kind, change):
    file, there = tmp_path / "odd.tar.gz", place(kind)
    file.write_bytes(demo.file.read_bytes())

    def odd(data):
        told = json.loads(data)
        change(told["tables"])
        return json.dumps(told).encode()

    changed(MANIFEST, odd)(file)
    with pytest.raises(BackupError):
        restore(there, file)
    assert {rows for rows, _digest in digests(there).values()} == {0}
    restore(there, demo.file)  # and it can be tried again


def test_files_of_a_backup_whose_rows_are_refused_are_gone_again(place, tmp_path):
    source, there, file = place("sqlite"), place("sqlite"), tmp_path / "orphan.tar.gz"
    migrate(source)
    uploads = source.data_dir / "uploads" / "ab"
    uploads.mkdir(parents=True)
    (uploads / "picture.webp").write_bytes(b"picture")
    engine = migrating.engine_of(source.database)
    with engine.begin() as connection:  # nothing asks for foreign keys here
        connection.execute(
            sa.insert(METADATA.tables["event"]).values(
                id=uuid.uuid4(),
                name="test.written",
                happened_at=dt.datetime.now(dt.UTC),
                stream_id=uuid.uuid4(),
                seq=1,
                payload={},
            )
        )
    engine.dispose()
    make_backup(source, file)
    with pytest.raises(BackupError, match="nothing was restored"):
        restore(there, file)
    assert [each.name for each in there.data_dir.iterdir()] == ["community.sqlite"]


def test_only_its_owner_reads_a_backup_and_none_is_written_over(demo, tmp_path):
    source, file = demo.settings, demo.file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(BackupError, match="exists"):
        make_backup(source, file)
    with pytest.raises(BackupError, match="cannot be written"):
        make_backup(source, tmp_path / "nowhere" / "b.tar.gz")
    assert list(tmp_path.iterdir()) == []
    assert [each for each in file.parent.iterdir() if each.name.startswith(".")] == []


def test_the_key_is_inside_only_where_it_was_asked_for(demo, tmp_path):
    source, file = demo.settings, demo.file
    assert dict(members(file))["secret_key"] == b"s" * 40
    without = tmp_path / "without.tar.gz"
    make_backup(source, without)
    assert b"s" * 40 not in gzip.decompress(without.read_bytes())


def test_the_commands_say_what_they_did_and_bring_the_key_back(demo, place, tmp_path):
    made = community(demo.settings, "backup", tmp_path, "--with-secret")
    assert made.returncode == 0, made.stderr
    [file] = tmp_path.iterdir()
    assert re.fullmatch(r"community-\d{8}T\d{6}Z\.tar\.gz", file.name)
    assert "sign in as anybody" in made.stdout
    there = place("sqlite")
    seen = community(there, "restore", "--check", file, key=False)
    assert "this release can restore it" in seen.stdout
    assert "The secret key is inside." in seen.stdout
    assert list(there.data_dir.iterdir()) == []
    done = community(there, "restore", file, key=False)
    assert done.returncode == 0, done.stderr
    assert "Restored: " in done.stdout
    key = there.data_dir / "secret_key"
    assert key.read_text() == "s" * 40
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    again = community(there, "restore", file)
    assert again.returncode == 1
    assert "Nothing was restored. This installation is not empty." in again.stderr
