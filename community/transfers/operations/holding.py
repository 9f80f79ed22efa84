"""An import, held while a part of it is done."""

import uuid
from collections.abc import Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa

from community.kernel.db import db
from community.transfers.models import MailImport, MailState

T = TypeVar("T")
AT_ONCE = 500
"""Keys that one statement names: a database binds only so many values."""


def in_turns(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield keys so many at a time as one statement names."""
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def held(import_id: uuid.UUID, state: MailState) -> MailImport | None:
    """Return an import, its row held till the commit, if it is where it is thought to be."""
    row: MailImport | None = db.session.scalar(
        sa.select(MailImport)
        .where(MailImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return row if row is not None and row.state is state else None
