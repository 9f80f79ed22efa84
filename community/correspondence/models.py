"""What somebody chose of what reaches them, and the devices that tell them."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.correspondence.rules import OFFERED_CHECK, Channel, Choice, Topic
from community.kernel.db import Keyed, choice
from community.kernel.push import LONGEST_ENDPOINT


class Preference(Keyed):
    """That somebody wants to be told of a topic otherwise than by default; else there is no row."""

    __tablename__ = "preference"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "channel", "topic"),
        sa.CheckConstraint(OFFERED_CHECK, name="offered"),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    topic: Mapped[Topic] = mapped_column(choice(Topic))
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    choice: Mapped[Choice] = mapped_column(choice(Choice))
    at: Mapped[dt.datetime]


class PushDevice(Keyed):
    """A browser that tells its owner of what is new, for as long as they are signed in there.

    ``endpoint`` is where its push service takes messages; ``p256dh`` and ``auth`` encrypt them for
    this browser. ``sign_in_id`` is held by no key: sign-ins are swept, and a device without one
    tells nothing. ``told`` is the key of the last message that it got. ``failures`` is how often
    its push service gave no answer since it took one: first at ``failing_since``, last at
    ``failed_at``.
    """

    __tablename__ = "push_device"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    sign_in_id: Mapped[uuid.UUID] = mapped_column(index=True)
    endpoint: Mapped[str] = mapped_column(sa.String(LONGEST_ENDPOINT), unique=True)
    p256dh: Mapped[str] = mapped_column(sa.String(100))
    auth: Mapped[str] = mapped_column(sa.String(30))
    name: Mapped[str | None] = mapped_column(sa.String(80))
    made_at: Mapped[dt.datetime]
    told: Mapped[str | None] = mapped_column(sa.String(220))
    told_at: Mapped[dt.datetime | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    failing_since: Mapped[dt.datetime | None]
    failed_at: Mapped[dt.datetime | None]
