"""The way back from a backup, into an installation that holds nothing yet."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa
from alembic.util import CommandError

from community import migrating
from community.accounts.models import ApiToken, SignIn
from community.backups import archive
from community.backups.archive import BackupError, Manifest, TablePart, parts_of, read_manifest
from community.backups.databases import is_empty, rows_in, still, tables_in, unhindered
from community.backups.rows import write_lines
from community.kernel.context import clock
from community.kernel.db import Keyed
from community.kernel.settings import Settings

Report = Callable[[str, int], None]


class NotUpgraded(BackupError):
    """Everything in ``manifest`` was restored, but at the schema of the backup."""

    def __init__(self, manifest: Manifest) -> None:
        """Say what there is to do."""
        super().__init__(f"Restored at schema {manifest.schema}; run community db upgrade.")
        self.manifest = manifest


def check(file: Path) -> Manifest:
    """Read a backup to its end and say whether this release can restore it; writes nothing.

    Raises BackupError, saying why not.
    """
    manifest = read_manifest(file)
    if manifest.schema not in migrating.revisions():
        raise BackupError(
            f"This backup was made by release {manifest.release}, whose schema "
            f"({manifest.schema}) this release does not know. Install that release or a later one."
        )
    return manifest


def secret_in(file: Path) -> str:
    """Return the key of the installation that a backup came from, "" where it holds none."""
    found = [content.read() for name, content in parts_of(file) if name == archive.SECRET]
    return found[0].decode("ascii") if found else ""


def restore(
    settings: Settings,
    file: Path,
    *,
    end_sign_ins: bool = False,
    report: Report = lambda _table, _rows: None,
) -> Manifest:
    """Fill an empty installation from a backup, all of it or nothing; returns what was in it.

    A backup of an earlier release is brought to the schema of this one. Raises BackupError for a
    backup that cannot be used and for an installation that holds anything: nothing was restored
    then. Raises NotUpgraded where everything was, and only the newer schema was refused.
    """
    manifest = check(file)
    data = settings.data_dir.resolve()
    try:
        at = _refuse_what_holds_anything(settings.database)
        _refuse_files(data, manifest)
        _make_ready(settings.database, at, manifest.schema)
        with _files_of(data, file, manifest), unhindered(settings.database) as connection:
            _refuse_rows(connection)
            _fill(connection, file, manifest, report)
            if end_sign_ins:
                _end(connection, SignIn, "ended_at")
                _end(connection, ApiToken, "revoked_at")
    except (sa.exc.IntegrityError, sa.exc.DataError, ValueError, LookupError) as error:
        words = "This backup does not fit the schema it names; nothing was restored."
        raise BackupError(words) from error
    except sa.exc.OperationalError as error:
        raise BackupError(f"The database refused it, nothing was restored: {error.orig}") from error
    except OSError as error:
        raise BackupError(f"{data} cannot be written: {error.strerror}.") from error
    try:
        migrating.upgrade(settings.database)
    except (sa.exc.SQLAlchemyError, CommandError, OSError, ValueError, LookupError) as error:
        raise NotUpgraded(manifest) from error
    return manifest


def _end(connection: sa.Connection, model: type[Keyed], column: str) -> None:
    """Let every row have ended now; of a table, maybe an older one's, only this column is asked."""
    table = sa.table(model.__tablename__, sa.column(column))
    now = sa.bindparam(None, clock(), type_=model.__table__.c[column].type)
    connection.execute(sa.update(table).where(table.c[column].is_(None)).values({column: now}))


def _refuse_what_holds_anything(url: str) -> str | None:
    """Return the schema of an empty database, None where it has none yet."""
    with still(url) as connection:
        at = migrating.revision_on(connection)
        _refuse_rows(connection)
        if at is None and tables_in(connection):
            raise BackupError("The database holds tables of something else. Give it an empty one.")
    if at is not None and at not in migrating.revisions():
        raise BackupError(f"The database is at schema {at}, which this release does not know.")
    return at


def _make_ready(url: str, at: str | None, schema: str) -> None:
    """Bring an empty database from schema ``at`` to that of the backup."""
    known = migrating.revisions()
    if at is not None and known.index(at) < known.index(schema):
        migrating.downgrade(url)
    migrating.upgrade(url, schema)


def _refuse_rows(connection: sa.Connection) -> None:
    if not is_empty(connection):
        raise BackupError(
            "This installation is not empty. A backup is restored into an empty database only: "
            "make a new one and name it in COMMUNITY_DATABASE_URL, or move the old file away."
        )


def _refuse_files(data: Path, manifest: Manifest) -> None:
    if there := [name for name in manifest.files if (data / name).exists()]:
        raise BackupError(
            f"{data / there[0]} exists already. Give the installation an empty folder."
        )


def _fill(connection: sa.Connection, file: Path, manifest: Manifest, report: Report) -> None:
    tables = {table.name: table for table in manifest.tables}
    if set(tables) != set(tables_in(connection)):
        raise LookupError("other tables")
    for name, content in parts_of(file):
        if name.startswith(archive.FILES):
            continue  # written by now
        data = content.read()
        _refuse_change(manifest, name, content)
        if name.startswith("tables/"):
            table = tables[name.split("/")[1]]
            write_lines(connection, table.name, table.columns, data.splitlines())
    for table in manifest.tables:
        _compare(connection, table)
        report(table.name, table.rows)


def _refuse_change(manifest: Manifest, name: str, content: archive.Hashing) -> None:
    part = manifest.parts.get(name)
    if part is not None and content.hexdigest() != part.sha256:
        raise BackupError("The file was changed while it was read.")


def _compare(connection: sa.Connection, table: TablePart) -> None:
    if (found := rows_in(connection, table.name)) != table.rows:
        raise BackupError(f"{table.name} has {found} rows where the backup had {table.rows}.")


@contextlib.contextmanager
def _files_of(data: Path, file: Path, manifest: Manifest) -> Iterator[None]:
    """Write the files of the data folder; they stay where what is done meanwhile succeeds."""
    made: list[Path] = []
    try:
        for name, content in parts_of(file):
            if name.startswith(archive.FILES):
                target = data / name.removeprefix(archive.FILES)
                made += [each for each in reversed(target.parents) if not each.exists()]
                target.parent.mkdir(parents=True, exist_ok=True)
                made.append(target)
                opened = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(opened, "wb") as stream:
                    content.copy_to(stream)
                _refuse_change(manifest, name, content)
        yield
    except BaseException:
        for each in reversed(made):
            if each.is_dir():
                each.rmdir()
            else:
                each.unlink(missing_ok=True)
        raise
