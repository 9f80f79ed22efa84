"""Losing access is a row that every serving process reads every half second, Redis or not.

An operation that takes access away (a removal, a sign-out, a revoked token) calls ``revoke``; the
readers then close the sockets and forget the cached sign-ins the row names. Requests do not wait
for it: they read membership and sign-in afresh.
"""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.context import Context
from community.kernel.db import Keyed, db

KEPT = dt.timedelta(hours=1)
LOOK_BACK = dt.timedelta(seconds=60)  # longer than any transaction lives: none can appear behind us


class Revocation(Keyed):
    """Who lost what: all access, a space, or one sign-in."""

    __tablename__ = "revocation"

    at: Mapped[dt.datetime] = mapped_column(index=True)
    user_id: Mapped[uuid.UUID]
    space_id: Mapped[uuid.UUID | None]  # None: more than one space
    sign_in_id: Mapped[uuid.UUID | None]  # None: every sign-in of the person


def revoke(
    ctx: Context,
    user_id: uuid.UUID,
    *,
    space_id: uuid.UUID | None = None,
    sign_in_id: uuid.UUID | None = None,
) -> None:
    """Take note, inside a unit of work, that ``user_id`` lost a space, a sign-in, or everything."""
    db.session.add(
        Revocation(at=ctx.now, user_id=user_id, space_id=space_id, sign_in_id=sign_in_id)
    )


class RevocationReader:
    """Hands every revocation to its caller once, however late its transaction committed."""

    def __init__(self) -> None:
        self._seen: dict[uuid.UUID, dt.datetime] = {}
        self._began = dt.datetime.now(dt.UTC)

    def read(self) -> list[Revocation]:
        """Return the revocations not handed out yet; one statement."""
        since = max(dt.datetime.now(dt.UTC) - LOOK_BACK, self._began - LOOK_BACK)
        rows = db.session.scalars(sa.select(Revocation).where(Revocation.at >= since)).all()
        fresh = [row for row in rows if row.id not in self._seen]
        self._seen = {row.id: row.at for row in rows}
        return fresh
