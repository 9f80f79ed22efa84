"""Files are kept once, whole or not at all, and go when no row has named them for a week."""

import dataclasses
import datetime as dt
import errno
import io
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import make_version
from factories.spaces import make_space

from community.academy.models import CourseDraft, CourseVersion, DraftFile
from community.kernel.db import db
from community.kernel.errors import Unavailable
from community.kernel.files import keeping
from community.kernel.files.keeping import GRACE, coming, keep, lost_files, sweep_files
from community.kernel.files.models import StoredFile
from community.kernel.files.store import Store, TooLarge, store
from community.kernel.keys import new_key
from community.kernel.operation import operation, unit_of_work
from community.spaces.models import SpaceKind


@pytest.fixture
def there(tmp_path):
    return Store(tmp_path / "uploads")


@pytest.fixture(autouse=True)
def _nothing_kept(settings):
    """Begin with an empty folder: rows are emptied before each test, files are not."""
    for file in settings.files.glob("*/*"):
        file.unlink()


def everything(folder):
    return sorted(file for file in folder.rglob("*") if file.is_file())


def test_a_file_lies_under_its_digest(there):
    came = there.take(io.BytesIO(b"waves"), 5)
    there.place(came)
    assert everything(there.folder) == [there.path(came.digest)]
    assert there.path(came.digest).read_bytes() == b"waves"
    assert there.path(came.digest).stat().st_mode & 0o777 == 0o600
    assert (there.size(came.digest), there.is_whole(came.digest)) == (5, True)
    there.path(came.digest).write_bytes(b"WAVES")
    assert not there.is_whole(came.digest)


def test_of_what_is_too_large_or_breaks_off_nothing_stays(there):
    class Breaks(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise ConnectionResetError
            return super().read(3)

    with pytest.raises(TooLarge):
        there.take(io.BytesIO(b"waves"), 4)
    with pytest.raises(ConnectionResetError):
        there.take(Breaks(b"waves"), 5)
    assert everything(there.folder) == []


@pytest.mark.parametrize("name", ["", "..", "../x", "a" * 63, "A" * 64, "a" * 64 + "\n", "/"])
def test_no_name_leads_out_of_the_folder(there, name):
    with pytest.raises(ValueError, match="no digest"):
        there.path(name)


def test_a_process_that_is_killed_leaves_nothing_in_its_place(there):
    code = (
        "import sys, time, io\n"
        "from pathlib import Path\n"
        "from community.kernel.files.store import Store\n"
        "class Slow(io.BytesIO):\n"
        "    def read(self, size=-1):\n"
        "        if self.tell() > 2_000_000:\n"
        "            print('half', flush=True); time.sleep(60)\n"
        "        return super().read(size)\n"
        "Store(Path(sys.argv[1])).take(Slow(b'x' * 4_000_000), 5_000_000)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(there.folder)], stdout=subprocess.PIPE
    )
    assert child.stdout.readline() == b"half\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    [left] = everything(there.folder)
    assert left.parent.name == ".coming"
    assert list(there.digests(older=-1)) == []
    assert there.clear(older=60) == 0  # it may be coming still
    assert there.clear(older=-1) == 1
    assert everything(there.folder) == []


@pytest.fixture
def draft(inside):
    """Return the id of a draft that may name files."""
    version = make_version(inside, make_space(inside, kind=SpaceKind.NETWORK))
    course = db.session.get_one(CourseVersion, version).course_id
    return begin(acting(None, origin="shell"), course)


@operation
def begin(ctx, course):
    row = CourseDraft(
        id=new_key(), course_id=course, title="A", language="en", changed_at=ctx.now,
        created_at=ctx.now,
    )  # fmt: skip
    db.session.add(row)
    return row.id


@operation
def name_it(ctx, draft, path, came):
    db.session.add(DraftFile(draft_id=draft, path=path, stored_id=keep(ctx, came).id))


@operation
def forget(ctx, draft):
    db.session.execute(sa.delete(DraftFile).where(DraftFile.draft_id == draft))


def bring(draft, data=b"waves", path="files/a.txt", ctx=None):
    with coming(io.BytesIO(data), most=100) as came:
        name_it(ctx or acting(None), draft, path, came)
        return came.digest


def later(days):
    return acting(None, now=acting(None).now + dt.timedelta(days=days))


def rows():
    return db.session.scalars(sa.select(StoredFile).execution_options(populate_existing=True)).all()


def test_the_same_file_is_kept_once_and_as_long_as_a_row_names_it(draft):
    first = bring(draft)
    assert bring(draft, path="files/b.txt") == first
    assert [row.size for row in rows()] == [5]
    assert everything(store().folder) == [store().path(first)]
    assert sweep_files(later(400)) == 0
    assert lost_files() == (1, [])


def test_what_no_operation_keeps_is_gone_at_once(draft):
    with pytest.raises(sa.exc.IntegrityError):  # no such draft
        bring(new_key())
    with coming(io.BytesIO(b"other"), most=100):
        pass
    assert rows() == []
    assert not list((store().folder / ".coming").iterdir())


def test_a_reserve_of_the_disk_stays_free(draft, inside, monkeypatch):
    installed = inside.extensions["community"]
    free = shutil.disk_usage(installed.settings.data_dir).free
    tight = dataclasses.replace(installed.settings, disk_reserve=free * 2)
    monkeypatch.setattr(installed, "settings", tight)
    with pytest.raises(Unavailable) as refused:
        bring(draft)
    assert "no room" in str(refused.value.message)
    assert (rows(), everything(store().folder)) == ([], [])


def test_a_file_goes_a_week_after_the_last_row_that_named_it(draft):
    digest = bring(draft)
    forget(acting(None), draft)
    assert sweep_files(later(0)) == 0
    assert sweep_files(later(GRACE.days - 1)) == 0
    assert store().size(digest) == 5
    assert sweep_files(later(GRACE.days + 1)) == 1
    assert (rows(), everything(store().folder)) == ([], [])


def test_what_is_named_again_in_the_meantime_stays(draft):
    digest = bring(draft)
    forget(acting(None), draft)
    sweep_files(later(0))
    assert bring(draft) == digest
    assert sweep_files(later(GRACE.days + 1)) == 0
    forget(acting(None), draft)
    sweep_files(later(8))
    assert sweep_files(later(8 + GRACE.days - 1)) == 0
    assert sweep_files(later(8 + GRACE.days + 1)) == 1


def test_a_file_without_a_row_is_swept_like_others(draft):
    came = store().take(io.BytesIO(b"stray"), 9)
    store().place(came)
    sweep_files(later(0))
    assert rows() == []  # somebody may be about to name it
    old = time.time() - keeping.ABANDONED - 60
    os.utime(store().path(came.digest), (old, old))
    sweep_files(later(0))
    assert [row.digest for row in rows()] == [came.digest]
    assert sweep_files(later(GRACE.days + 1)) == 1
    assert everything(store().folder) == []


def test_what_is_named_is_never_lost_however_long_ago_it_was_let_go(draft):
    digest = bring(draft)
    with unit_of_work(acting(None)):
        db.session.execute(sa.update(StoredFile).values(let_go_at=later(-100).now))
    assert sweep_files(later(0)) == 0
    assert store().size(digest) == 5


def test_what_is_named_at_the_very_moment_it_goes_stays(draft):
    digest = bring(draft)
    forget(acting(None), draft)
    sweep_files(later(0))

    def name_it_now(_mapper, connection, row):
        named = {"id": new_key(), "draft_id": draft, "path": "files/b.txt", "stored_id": row.id}
        connection.execute(sa.insert(DraftFile.__table__), named)

    sa.event.listen(StoredFile, "before_delete", name_it_now)
    try:
        assert sweep_files(later(9)) == 0
    finally:
        sa.event.remove(StoredFile, "before_delete", name_it_now)
    assert store().size(digest) == 5
    assert [row.digest for row in rows()] == [digest]


def test_a_file_that_is_away_or_cut_short_is_told(draft):
    digests = [bring(draft, b"one", "files/1.txt"), bring(draft, b"two", "files/2.txt")]
    bring(draft, b"three", "files/3.txt")
    store().path(digests[0]).unlink()
    store().path(digests[1]).write_bytes(b"t")
    assert lost_files() == (3, digests)


def test_a_full_disk_is_told_in_words_and_leaves_nothing(draft, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="no room"):
        bring(draft)
    assert (rows(), everything(store().folder)) == ([], [])
