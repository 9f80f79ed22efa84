"""Archives of mail that were brought into a space."""

import datetime as dt
import enum
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice


class ImportKind(enum.StrEnum):
    """What was brought in."""

    MAIL = "mail"  # an archive of mail: mbox
    TALK = "talk"  # an archive of ours


class MailState(enum.StrEnum):
    """How far an import is."""

    READING = "reading"  # it is being looked at; nothing of it is in the space
    WRITING = "writing"  # its messages are becoming posts
    DONE = "done"
    FAILED = "failed"  # it could not be read; nothing of it is in the space
    LEAVING = "leaving"  # it is being taken back
    GONE = "gone"  # it was taken back; what remains stands in its report


GOING_ON = (MailState.READING, MailState.WRITING, MailState.LEAVING)
"""While one import of a space is at work there is no other, so that threads find one another."""

_GOING_ON = "state IN ('reading', 'writing', 'leaving')"  # as the index says it


class MailImport(Keyed):
    """One archive that somebody brought into a space; ``by_id`` is None at the command line.

    ``found`` counts its messages, ``kept`` those that are to be posts, ``written`` those that are.
    ``report`` is what is told at the end, see ``queries.report_of``.
    """

    __tablename__ = "mail_import"
    __table_args__ = (
        sa.Index(
            "uq_mail_import_going_on",
            "space_id",
            unique=True,
            postgresql_where=sa.text(_GOING_ON),
            sqlite_where=sa.text(_GOING_ON),
        ),
    )

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"), index=True)
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    # the archive itself; let go of once all of it is written
    stored_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[ImportKind] = mapped_column(choice(ImportKind), default=ImportKind.MAIL)
    size: Mapped[int] = mapped_column(sa.BigInteger)  # bytes, unpacked
    state: Mapped[MailState] = mapped_column(choice(MailState))
    began_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    found: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    written: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class MailAuthor(Keyed):
    """Somebody who wrote in an archive: one for each address in a space.

    ``user_id`` is an account that nobody can have (``User.from_archive``); of the address there is
    only a digest, to know them again.
    """

    __tablename__ = "mail_author"
    __table_args__ = (sa.UniqueConstraint("space_id", "key"),)

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)


class MailMessage(Keyed):
    """A message of an archive, or a post of one of ours, and the post it became; each once a space.

    ``key``, ``root`` and ``parent`` are digests of Message-IDs: its own, of the first message of
    its thread, and of the one it answers. ``place`` is its turn among those of its import. Of a
    post ``offset`` is the number of its thread in the archive, and ``size`` its own.
    """

    __tablename__ = "mail_message"
    __table_args__ = (
        sa.UniqueConstraint("space_id", "key"),
        sa.UniqueConstraint("import_id", "place"),
    )

    space_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("space.id"))
    import_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("mail_import.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    root: Mapped[str] = mapped_column(sa.String(64))
    parent: Mapped[str | None] = mapped_column(sa.String(64))
    place: Mapped[int]
    number: Mapped[int]  # of the message in its archive, from 1
    offset: Mapped[int] = mapped_column(sa.BigInteger)  # bytes
    size: Mapped[int]
    at: Mapped[dt.datetime]  # when it was written, as far as it can be told
    notes: Mapped[str] = mapped_column(
        sa.String(120), default=""
    )  # ``rules.Note``, a blank between
    post_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("post.id"), unique=True)
