"""Making a backup while the site runs."""

import contextlib
import datetime as dt
import os
import secrets
from collections.abc import Callable, Iterator
from importlib import metadata as packages
from pathlib import Path
from typing import IO

import orjson
import sqlalchemy as sa

from community import migrating
from community.backups import archive
from community.backups.archive import BackupError, Manifest, TablePart, Writer
from community.backups.databases import still
from community.backups.rows import columns_of, read_lines
from community.kernel.context import clock
from community.kernel.settings import Settings
from community.schema import METADATA

KEPT_FOLDERS = ("uploads",)  # of the data folder: what no table holds
Report = Callable[[str, int], None]


def make_backup(
    settings: Settings,
    file: Path,
    *,
    with_secret: bool = False,
    report: Report = lambda _table, _rows: None,
) -> Manifest:
    """Write the whole installation, as it is at this moment, into ``file``.

    The file appears under its name when it is whole, and only its owner may read it. ``report``
    hears each table and its rows. Raises BackupError where it cannot be made.
    """
    if file.exists():
        raise BackupError(f"{file} exists; a backup is never written over another.")
    release = packages.version("community")
    with still(settings.database) as connection, _whole(file) as stream:
        at = migrating.revision_on(connection)
        if at != migrating.newest():
            raise BackupError(
                f"The database is at schema {at}, and this release at {migrating.newest()}. "
                "Run community db upgrade, or make the backup with the release that made it so."
            )
        made_at = clock()
        writer = Writer(stream)
        head = {"format": archive.FORMAT, "release": release, "schema": at, "made_at": made_at}
        writer.add(archive.HEAD, orjson.dumps(head), counted=False)
        tables = []
        for table in METADATA.sorted_tables:
            columns = columns_of(table)
            rows = writer.add_lines(table.name, read_lines(connection, table.name, columns))
            tables.append(TablePart(table.name, columns, rows))
            report(table.name, rows)
        _add_files(writer, settings)
        if with_secret:
            writer.add(archive.SECRET, settings.secret_key.encode())
        manifest = Manifest(
            release=release,
            schema=at,
            made_at=made_at.isoformat(),
            database="SQLite" if settings.embedded else "PostgreSQL",
            tables=tables,
            parts=writer.parts,
        )
        writer.finish(manifest)
    return manifest


def named_by_time(folder: Path, now: dt.datetime) -> Path:
    """Return a name in ``folder`` that sorts by time."""
    return folder / f"community-{now:%Y%m%dT%H%M%SZ}.tar.gz"


def _add_files(writer: Writer, settings: Settings) -> None:
    data = settings.data_dir.resolve()
    for name in KEPT_FOLDERS:
        for file in sorted((data / name).glob("[!.]*/*")):  # what is coming is nobody's yet
            if file.is_file() and not file.is_symlink():
                writer.add_file(archive.FILES + file.relative_to(data).as_posix(), file)


@contextlib.contextmanager
def _whole(file: Path) -> Iterator[IO[bytes]]:
    """Open a file beside ``file`` that takes its name at the end, or goes away."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.link(beside, file)  # unlike a rename, never over a file that has come meanwhile
    except FileExistsError as error:
        raise BackupError(f"{file} exists; a backup is never written over another.") from error
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}.") from error
    except sa.exc.SQLAlchemyError as error:
        raise BackupError(f"The database did not answer: {type(error).__name__}.") from error
    finally:
        beside.unlink(missing_ok=True)
