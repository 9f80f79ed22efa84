"""What somebody has begun to write and not sent."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.discussions.models.threads import ThreadKind
from community.kernel.db import Keyed, choice


class PostDraft(Keyed):
    """Words of one person for one place: a reply in a thread, a new thread of a space, an edit.

    ``form`` tells one's drafts apart: it is the id of the thread or the post, and for a new thread
    one that its form was given, since a space may hold several. ``revision`` grows with every
    change and begins anywhere, so that a window which knows a draft of before does not pass for
    one that has read this. One that is thrown away stays for a day, to be put back.
    """

    __tablename__ = "post_draft"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "form"),
        sa.CheckConstraint(
            "(CASE WHEN thread_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN space_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN post_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_place",
        ),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    form: Mapped[uuid.UUID]
    thread_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("thread.id"))  # a reply
    space_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("space.id"))  # a new thread
    post_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("post.id"))  # an edit
    kind: Mapped[ThreadKind | None] = mapped_column(choice(ThreadKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    tags: Mapped[str] = mapped_column(sa.String(200), default="")  # as they were typed
    body: Mapped[str] = mapped_column(sa.Text)
    reply_to: Mapped[int | None]  # the number of the post it answers
    edition: Mapped[int | None]  # of the post, as it was read when its edit began
    revision: Mapped[int]
    saved_at: Mapped[dt.datetime]
    discarded_at: Mapped[dt.datetime | None]
    saves: Mapped[int]  # in the minute that began at ``counted_from``
    counted_from: Mapped[dt.datetime]
