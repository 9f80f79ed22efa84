"""Keeping files, and letting go of those that no row names any more.

A file's row is what two processes agree on: whoever keeps a file and whoever takes it away hold the
row while they touch the disk, and the database refuses to lose a row that is named. So nothing is
taken away that somebody just brought again, whichever came first.
"""

import contextlib
import datetime as dt
import errno
import uuid
from collections.abc import Iterator, Sequence
from typing import IO

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.db import db, execute, insert_missing, metadata
from community.kernel.errors import Unavailable
from community.kernel.feature import Periodic
from community.kernel.files.models import StoredFile
from community.kernel.files.store import Coming, store
from community.kernel.installed import installed
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.threads import in_thread

GRACE = dt.timedelta(days=7)
"""How long a file stays that no row names: whoever restores or undoes finds it."""
ABANDONED = 24 * 3600.0  # seconds after which what a crash left on the disk is none's
AT_ONCE = 100  # files a turn
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextlib.contextmanager
def coming(source: IO[bytes], *, most: int) -> Iterator[Coming]:
    """Write a file beside its place; inside the block an operation may ``keep`` it.

    What nobody kept is gone after it. Raises TooLarge beyond ``most`` bytes, Unavailable where the
    disk takes no more, or has no more than the reserve that is kept free (``disk_reserve``).
    """
    there, reserve = store(), installed().settings.disk_reserve
    try:
        came = in_thread(there.take, source, most, reserve)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        words = _("There is no room for this file on the server. Tell who runs this site.")
        raise Unavailable(words, retry_after=600) from error
    try:
        yield came
    finally:
        there.drop(came)


@operation
def keep(ctx: Context, came: Coming) -> StoredFile:
    """Put a file in its place and return its row, held until the commit; name it before that.

    Joins the operation that names it: where that fails nothing is kept.
    """
    while True:
        fresh = {
            "id": new_key(),
            "digest": came.digest,
            "size": came.size,
            "kept_at": ctx.now,
        }
        insert_missing(StoredFile, fresh, unique=("digest",))
        row = db.session.scalar(
            sa.select(StoredFile)
            .where(StoredFile.digest == came.digest)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if row is not None:  # else it was swept between the two
            break
    store().place(came)
    row.let_go_at = None
    return row


def sweep_files(ctx: Context) -> int:
    """Take away files that no row has named for ``GRACE``, a few a turn; returns how many."""
    store().clear(older=ABANDONED)
    _adopt(ctx)
    _mark(ctx)
    gone = 0
    for key in execute(sa.select(StoredFile.id).where(_is_old(ctx.now)).limit(AT_ONCE)).scalars():
        try:
            gone += _let_go(ctx, key)
        except sa.exc.IntegrityError:  # somebody names it at this very moment
            continue
    return gone


def _is_named() -> sa.ColumnElement[bool]:
    """Whether any row of any table refers to a file: the foreign keys say so."""
    here = StoredFile.__table__
    names = [
        column
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.column.table is here for key in column.foreign_keys)
    ]
    return sa.or_(sa.false(), *(sa.exists().where(name == StoredFile.id) for name in names))


def _is_old(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(StoredFile.let_go_at < now - GRACE, ~_is_named())


def _adopt(ctx: Context) -> None:
    """Give a row to files that lost theirs, or never had one: then they are swept like others."""
    for digests in _in_batches(store().digests(older=ABANDONED)):
        known = set(
            execute(sa.select(StoredFile.digest).where(StoredFile.digest.in_(digests))).scalars()
        )
        if strays := [digest for digest in digests if digest not in known]:
            _write_rows(ctx, strays)


def _in_batches(digests: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for digest in digests:
        batch.append(digest)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


@operation
def _write_rows(ctx: Context, digests: list[str]) -> None:
    for digest in digests:
        row = {
            "id": new_key(),
            "digest": digest,
            "size": store().size(digest) or 0,
            "kept_at": ctx.now,
            "let_go_at": ctx.now,
        }
        insert_missing(StoredFile, row, unique=("digest",))


def _mark(ctx: Context) -> None:
    """Write down which files are named no more, and which are again; an idle house only reads."""
    gone = sa.and_(StoredFile.let_go_at.is_(None), ~_is_named())
    back = sa.and_(StoredFile.let_go_at.is_not(None), _is_named())
    if execute(sa.select(StoredFile.id).where(sa.or_(gone, back)).limit(1)).first():
        _write_marks(ctx, gone, back)


@operation
def _write_marks(ctx: Context, gone: sa.ColumnElement[bool], back: sa.ColumnElement[bool]) -> None:
    execute(sa.update(StoredFile).where(back).values(let_go_at=None))
    execute(sa.update(StoredFile).where(gone).values(let_go_at=ctx.now))


@operation
def _let_go(ctx: Context, key: uuid.UUID) -> bool:
    """Delete a file with its row, unless it was named or brought again meanwhile."""
    row = db.session.scalar(
        sa.select(StoredFile).where(StoredFile.id == key, _is_old(ctx.now)).with_for_update()
    )
    if row is None:
        return False
    db.session.delete(row)
    db.session.flush()  # the database refuses it here where somebody was quicker
    store().remove(row.digest)
    return True


def kept_digests() -> list[str]:
    """Return the digests of all files that are kept; one let go of does not count."""
    return [row.digest for row in _kept()]


def lost_files() -> tuple[int, list[str]]:
    """Return how many files are kept, and the digests of those that are away or cut short."""
    rows, there = _kept(), store()
    return len(rows), [row.digest for row in rows if there.size(row.digest) != row.size]


def _kept() -> Sequence[sa.Row[tuple[str, int]]]:
    return execute(
        sa.select(StoredFile.digest, StoredFile.size)
        .where(StoredFile.let_go_at.is_(None))
        .order_by(StoredFile.kept_at, StoredFile.digest)
    ).all()


FILES = Periodic(name="kernel.files", every=dt.timedelta(hours=1), run=sweep_files)
