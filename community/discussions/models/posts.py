"""Posts: what is said in a thread, and what was said before it was changed."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.db import Keyed, choice


class Removal(enum.StrEnum):
    """Who took a post away. Its number stays, with a line that says so."""

    AUTHOR = "author"
    STAFF = "staff"  # an organiser or a facilitator of the space
    MOVED = "moved"  # nobody: it stands in another place, and this one leads there
    WAITING = "waiting"  # nobody yet: it waits for approval, and has no number in the thread


STALE = "renderer < 3"
"""Posts whose HTML is to be made anew: a plain condition, so that their index serves it."""


class Post(Keyed):
    """One contribution; ``number`` is its place in the thread, never used again.

    ``edition`` counts how often its words were written; ``said_at`` is when it began to say what it
    says now, for one that has former editions (else ``created_at`` is). Of a removed post nothing
    is shown but that it was; its words are kept for as long as it can be put back
    (``rules.KEPT_FOR``), then wiped.

    One that is moved keeps its id and gets the next number where it comes to; in its old place a
    row without words stays, whose ``moved_to_id`` is the post's.

    One that waits for approval has no place yet: its number is below 0, and it gets the next one
    when it is approved. One that was declined, or taken away meanwhile, keeps it.
    """

    __tablename__ = "post"
    __table_args__ = (
        sa.UniqueConstraint("thread_id", "number"),
        # Few are: what is unread, and how many replies there are, is counted without them.
        sa.Index(
            "ix_post_removed",
            "thread_id",
            "number",
            postgresql_where=sa.text("removal IS NOT NULL"),
            sqlite_where=sa.text("removal IS NOT NULL"),
        ),
        # What another renderer made, or what is to be made anew; raised with markdown.RENDERER.
        sa.Index(
            "ix_post_stale",
            "id",
            postgresql_where=sa.text(STALE),
            sqlite_where=sa.text(STALE),
        ),
        sa.CheckConstraint("(removal IS NULL) = (removed_at IS NULL)", name="removed_at_some_time"),
        sa.CheckConstraint(
            "(moved_to_id IS NULL) = (removal IS NULL OR removal <> 'moved')",
            name="moved_somewhere",
        ),
    )

    thread_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("thread.id"))
    number: Mapped[int]
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)  # Markdown as it was typed
    html: Mapped[str] = mapped_column(sa.Text)  # rendered and sanitised once
    renderer: Mapped[int]  # the version of the renderer that made ``html``
    reply_to: Mapped[int | None]  # the number it was sent to answer, in the thread of that time
    # the post it answers, wherever that is now; what is shown as ``reply_to``
    answers_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("post.id"))
    moved_to_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("post.id"))
    created_at: Mapped[dt.datetime]
    edition: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[dt.datetime | None]
    said_at: Mapped[dt.datetime | None]
    removal: Mapped[Removal | None] = mapped_column(choice(Removal))
    removed_at: Mapped[dt.datetime | None]
    # how many reactions of each kind it has: rules.counts_of reads it, whoever reacts counts anew
    reactions: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    has_poll: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    @property
    def placed(self) -> bool:
        """Whether it has, or had, a place in its thread: what waits for approval has none yet."""
        return self.number > 0


class PostEdition(Keyed):
    """The words of a post as they stood before they were written anew."""

    __tablename__ = "post_edition"
    __table_args__ = (sa.UniqueConstraint("post_id", "number"),)

    post_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("post.id"))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[dt.datetime]
