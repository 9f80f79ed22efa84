"""Archives of mail that were brought into a space, and what became of their messages."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.accounts.models import User
from community.discussions.models import Post, Thread
from community.kernel.context import Context
from community.kernel.db import execute, metadata
from community.kernel.errors import NotFound
from community.transfers.models import MailImport, MailMessage
from community.transfers.policy import visible_mail_imports

MOST_LISTED = 300  # imports of a space, with those of which nothing came
_COLUMNS = (
    MailImport.id,
    MailImport.space_id,
    MailImport.name,
    MailImport.kind,
    MailImport.size,
    MailImport.state,
    MailImport.began_at,
    MailImport.ended_at,
    MailImport.found,
    MailImport.kept,
    MailImport.written,
    MailImport.report,
    User.name.label("by"),
)


def imports_of(ctx: Context, space_id: uuid.UUID) -> Sequence[Any]:
    """Return the imports into a space that the actor may see, the last first.

    Columns: id, space_id, name, size (bytes), state, began_at, ended_at, found, kept, written,
    report, and by, the name of who brought it (None at the command line).
    """
    return execute(
        visible_mail_imports(ctx)
        .where(MailImport.space_id == space_id)
        .outerjoin(User, User.id == MailImport.by_id)
        .with_only_columns(*_COLUMNS)
        .order_by(MailImport.began_at.desc(), MailImport.id.desc())
        .limit(MOST_LISTED)
    ).all()


def import_by_id(ctx: Context, import_id: uuid.UUID) -> Any:
    """Return one import as ``imports_of`` does. Raises NotFound."""
    row = execute(
        visible_mail_imports(ctx)
        .where(MailImport.id == import_id)
        .outerjoin(User, User.id == MailImport.by_id)
        .with_only_columns(*_COLUMNS)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def counted(import_id: uuid.UUID) -> dict[str, Any]:
    """Count what an import brought: threads, authors, replies, orphans, notes; and from when on.

    ``replies`` stand below the message they answer; ``orphans`` answer one that is not there.
    """
    mine = MailMessage.import_id == import_id
    of_posts = sa.select(MailMessage).join(Post, Post.id == MailMessage.post_id).where(mine)
    threads, authors, replies, first, last = execute(
        of_posts.with_only_columns(
            sa.func.count(sa.distinct(Post.thread_id)),
            sa.func.count(sa.distinct(Post.author_id)),
            sa.func.count(MailMessage.parent),
            sa.func.min(MailMessage.at, type_=MailMessage.at.type),
            sa.func.max(MailMessage.at, type_=MailMessage.at.type),
        )
    ).one()
    notes: Counter[str] = Counter()
    rows = execute(
        sa.select(MailMessage.notes, sa.func.count())
        .where(mine, MailMessage.notes != "")
        .group_by(MailMessage.notes)
    )
    for said, count in rows:
        notes.update(dict.fromkeys(said.split(), count))
    return {
        "threads": threads,
        "authors": authors,
        "replies": replies,
        "orphans": sum(notes[name] for name in ("orphan", "sibling", "subject")),
        "notes": dict(sorted(notes.items())),
        "first_at": first.isoformat() if first else None,
        "last_at": last.isoformat() if last else None,
    }


class MessageLine(NamedTuple):
    """What became of one message: ``notes`` of one that was kept, else ``dropped`` says why."""

    number: int
    at: dt.datetime | None
    title: str
    thread_id: uuid.UUID | None
    post: int | None
    notes: str
    dropped: str


def lines_of(found: Any, *, told_only: bool, limit: int, after: int = 0) -> list[MessageLine]:
    """Return what became of the messages of an import, in the order of its archive.

    ``found`` is a row of ``imports_of``; ``told_only``: those of which there is something to tell,
    dropped or noted. ``after`` is the number of a message. The titles are of threads as they are
    called now, in the import's own space alone.
    """
    rows = execute(
        sa.select(
            MailMessage.number,
            MailMessage.at,
            sa.case((Thread.space_id == found.space_id, Thread.title), else_=""),
            sa.case((Thread.space_id == found.space_id, Thread.id)),
            sa.case((Thread.space_id == found.space_id, Post.number)),
            MailMessage.notes,
        )
        .join(Post, Post.id == MailMessage.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            MailMessage.import_id == found.id,
            MailMessage.number > after,
            *([MailMessage.notes != ""] if told_only else []),
        )
        .order_by(MailMessage.number)
        .limit(limit)
    )
    kept = [
        MessageLine(row[0], row[1], row[2], row[3], row[4], notes=row[5], dropped="")
        for row in rows
    ]
    gone = [
        MessageLine(number, None, "", None, None, "", why)
        for number, why in found.report.get("told", ())
        if number > after
    ]
    return sorted([*kept, *gone])[:limit] if gone else kept


def unnamed_elsewhere(model: type[Any], *, but: Collection[str] = ()) -> sa.ColumnElement[bool]:
    """Whether no row names one of ``model``, for its WHERE: every foreign key says so.

    ``but`` are tables that do not count.
    """
    here = model.__table__
    names = [
        column
        for table in metadata.tables.values()
        if table.name not in but
        for column in table.columns
        if any(key.column.table is here for key in column.foreign_keys)
    ]
    return sa.and_(sa.true(), *(~sa.exists().where(name == model.id) for name in names))


def remaining_in(import_id: uuid.UUID) -> int:
    """Return how many posts of an import are in the space."""
    count: int = execute(
        sa.select(sa.func.count()).where(
            MailMessage.import_id == import_id, MailMessage.post_id.is_not(None)
        )
    ).scalar_one()
    return count
