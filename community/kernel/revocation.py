"""Losing access is a row that every serving process reads every half second, Redis or not.

An operation that takes access away (a removal, a sign-out, a revoked token) calls ``revoke``; the
readers then close the sockets and forget the remembered sign-ins the row names. Membership does not
wait for it: every request reads it afresh. A sign-in is remembered by a serving process for half a
minute at most, until such a row makes it forget; the process that wrote it does so at its commit.
"""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.context import clock
from community.kernel.db import Keyed, db
from community.kernel.installed import installed
from community.kernel.operation import after_commit

LOOK_BACK = dt.timedelta(seconds=60)  # longer than from writing the row to its commit
KEPT = dt.timedelta(hours=1)  # far longer than anybody looks back


class Revocation(Keyed):
    """Who lost what: all access, a space, or one sign-in.

    With a ``stream_id`` it is everybody who follows that stream by right of the space: what it
    belongs to stands in another one since; ``user_id`` is who moved it. The person's own id as
    ``sign_in_id`` names no sign-in: nobody lost anything (``look_again``).
    """

    __tablename__ = "revocation"

    # when the row is written, not when the request came: it may have waited for long
    at: Mapped[dt.datetime] = mapped_column(index=True, default=clock)
    user_id: Mapped[uuid.UUID]
    space_id: Mapped[uuid.UUID | None]  # None: more than one space
    sign_in_id: Mapped[uuid.UUID | None]  # None: every sign-in of the person
    stream_id: Mapped[uuid.UUID | None]  # None: it is about a person


def revoke(
    user_id: uuid.UUID,
    *,
    space_id: uuid.UUID | None = None,
    sign_in_id: uuid.UUID | None = None,
) -> None:
    """Take note, inside a unit of work, that ``user_id`` lost a space, a sign-in, or everything."""
    row = Revocation(user_id=user_id, space_id=space_id, sign_in_id=sign_in_id)
    db.session.add(row)
    if space_id is None:  # nobody remembers who belongs to a space
        house = installed()
        after_commit(lambda: house.forget(row))


def revoke_stream(stream_id: uuid.UUID, *, space_id: uuid.UUID, moved_by: uuid.UUID) -> None:
    """Take note, inside a unit of work, that a stream went out of a space: nobody of it follows on.

    Who belongs where it is now comes back by that right.
    """
    db.session.add(Revocation(user_id=moved_by, space_id=space_id, stream_id=stream_id))


def look_again(user_id: uuid.UUID) -> None:
    """Have every process forget what it remembers of a person: their name, zone and language.

    They lose nothing, and no socket closes.
    """
    revoke(user_id, sign_in_id=user_id)


class RevocationReader:
    """Hands every revocation to its caller once, however late its transaction committed."""

    def __init__(self) -> None:
        self._seen: set[uuid.UUID] = set()

    def read(self) -> list[Revocation]:
        """Return the revocations not handed out yet; one statement."""
        rows = db.session.scalars(
            sa.select(Revocation).where(Revocation.at >= clock() - LOOK_BACK)
        ).all()
        fresh = [row for row in rows if row.id not in self._seen]
        self._seen = {row.id for row in rows}
        return fresh
