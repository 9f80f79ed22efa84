"""A backup of the release before: it comes back, and is brought to this release's schema."""

import uuid

import pytest
import sqlalchemy as sa
from running import community

from community import migrating
from community.backups.archive import BackupError
from community.backups.databases import still
from community.backups.making import make_backup
from community.backups.restoring import restore
from community.search.models import is_of_index


@pytest.fixture
def of_before(place, tmp_path, monkeypatch):
    """Return a backup of the release before, of one row, and the schema it is at."""
    old, file = place("sqlite"), tmp_path / "old.tar.gz"
    before = migrating.revisions()[1]
    migrating.upgrade(old.database, before)
    with pytest.raises(BackupError, match=f"at schema {before}"):
        make_backup(old, file)
    engine = migrating.engine_of(old.database)
    then = sa.MetaData()  # the tables as that release knew them
    then.reflect(engine, only=lambda name, _: name != "alembic_version" and not is_of_index(name))
    with engine.begin() as connection:
        connection.execute(sa.insert(then.tables["stream"]).values(id=uuid.uuid4().hex, head=3))
    engine.dispose()
    monkeypatch.setattr(migrating, "newest", lambda: before)
    monkeypatch.setattr("community.backups.making.METADATA", then)
    made = make_backup(old, file)
    monkeypatch.undo()
    assert made.schema == before
    return file, before


def test_a_backup_of_the_release_before_is_brought_to_this_ones_schema(of_before, place):
    file, _before = of_before
    there = place("sqlite")
    assert restore(there, file).rows == 1
    assert migrating.revision_of(there.database) == migrating.newest()
    with still(there.database) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM stream")) == 1
    again = place("sqlite")
    migrating.upgrade(again.database)  # already at this release's schema, and empty
    restore(again, file)
    assert migrating.revision_of(again.database) == migrating.newest()


def test_what_was_restored_is_said_where_only_the_newer_schema_is_refused(of_before, place):
    file, before = of_before
    there = place("sqlite")
    migrating.upgrade(there.database, before)
    engine = migrating.engine_of(there.database)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER stays BEFORE UPDATE ON alembic_version "
            "BEGIN SELECT RAISE(ABORT, 'this schema stays'); END"
        )
    engine.dispose()
    said = community(there, "restore", file)
    assert said.returncode == 1
    assert "Restored: 1 rows" in said.stdout
    assert f"Restored at schema {before}; run community db upgrade." in said.stderr
    assert "this schema stays" in said.stderr
    assert "othing was restored" not in said.stderr
    assert migrating.revision_of(there.database) == before
    with still(there.database) as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM stream")) == 1
