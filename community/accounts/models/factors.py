"""Second factors: what proves, beside a password, that somebody is who they say."""

import datetime as dt
import enum
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.accounts.rules import CREDENTIAL_LONGEST
from community.kernel.db import Keyed, choice


class Passkey(Keyed):
    """A key pair on somebody's device (WebAuthn); only its public half is here."""

    __tablename__ = "passkey"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(sa.String(CREDENTIAL_LONGEST), unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)  # COSE
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)  # 0 for ever where it does not count
    transports: Mapped[str] = mapped_column(sa.String(120), default="")  # words, a blank between
    backed_up: Mapped[bool]  # it lives in an account of its maker's, not on one device only
    label: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class CodeApp(Keyed):
    """The secret shared with somebody's authenticator app (TOTP, RFC 6238)."""

    __tablename__ = "code_app"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    sealed: Mapped[str] = mapped_column(sa.String(255))  # encrypted under the installation's key
    made_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]  # None: set up has begun, it does not count yet
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # a code is used once


class RecoveryCode(Keyed):
    """A code for when the device is lost; it works once, and only its digest is kept."""

    __tablename__ = "recovery_code"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256, hexadecimal
    made_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class WrongCodes(Keyed):
    """How many wrong codes were tried in a row for somebody, and till when no more are taken."""

    __tablename__ = "wrong_codes"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    in_a_row: Mapped[int]
    held_until: Mapped[dt.datetime | None]


class WaitingSignIn(Keyed):
    """A sign-in whose first factor is proved and whose second is owed; it opens nothing.

    The session cookie of the browser that proved the first holds its id, and no other can.
    """

    __tablename__ = "waiting_sign_in"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    wrong: Mapped[int] = mapped_column(default=0)  # codes that were tried
    ended_at: Mapped[dt.datetime | None]


class Asked(enum.StrEnum):
    """What a passkey is asked for."""

    ADD = "add"
    SIGN_IN = "sign_in"
    SECOND = "second"
    PROVE = "prove"


class Challenge(Keyed):
    """What a passkey is to sign: answered once, soon, by the browser whose session holds its id."""

    __tablename__ = "passkey_challenge"

    asked_for: Mapped[Asked] = mapped_column(choice(Asked, name="challenge_purpose"))
    # of whom it is asked; None: whoever has a passkey
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    words: Mapped[bytes] = mapped_column(sa.LargeBinary)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
