"""Which second factors somebody has."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from community.accounts.models import CodeApp, Passkey, RecoveryCode, User, WaitingSignIn
from community.accounts.policy import visible_code_apps, visible_passkeys
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, db, execute
from community.kernel.secrets import digest_of

_USER = sa.bindparam("user", type_=sa.Uuid())
_FACTORS = sa.select(
    sa.exists().where(CodeApp.user_id == _USER, CodeApp.confirmed_at.is_not(None)).label("app"),
    sa.select(sa.func.count())
    .select_from(Passkey)
    .where(Passkey.user_id == _USER)
    .scalar_subquery()
    .label("passkeys"),
    sa.select(sa.func.count())
    .select_from(RecoveryCode)
    .where(RecoveryCode.user_id == _USER, RecoveryCode.used_at.is_(None))
    .scalar_subquery()
    .label("recovery"),
)
_OWNER = (
    sa.select(Passkey.user_id)
    .join(User, User.id == Passkey.user_id)
    .where(Passkey.credential_id == sa.bindparam("key"), User.deactivated_at.is_(None))
)
_WAITING = sa.select(WaitingSignIn.user_id).where(
    WaitingSignIn.id == sa.bindparam("key", type_=sa.Uuid()),
    WaitingSignIn.ended_at.is_(None),
    WaitingSignIn.expires_at > sa.bindparam("now", type_=UtcDateTime()),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of a person; true where there is one."""

    app: bool
    passkeys: int
    recovery: int  # codes that are left; they stand in for another and are none by themselves

    def __bool__(self) -> bool:
        return self.app or self.passkeys > 0


def factors_of(user_id: uuid.UUID) -> Factors:
    """Return which second factors a person has, in one statement."""
    row = execute(_FACTORS, {"user": user_id}).one()
    return Factors(bool(row.app), row.passkeys, row.recovery)


def who_waits(waiting_id: uuid.UUID, now: dt.datetime) -> uuid.UUID | None:
    """Return whose sign-in waits for a second factor; None where it does no more."""
    found: uuid.UUID | None = execute(_WAITING, {"key": waiting_id, "now": now}).scalar()
    return found


def whose_passkey(credential_id: str) -> uuid.UUID | None:
    """Return whose passkey this is; None for nobody's. That it is in their hands is not said."""
    found: uuid.UUID | None = execute(_OWNER, {"key": credential_id}).scalar()
    return found


def known_passkeys(user_id: uuid.UUID) -> list[tuple[str, str]]:
    """Return the ids of a person's passkeys as browsers know them, each with its transports."""
    rows = execute(
        sa.select(Passkey.credential_id, Passkey.transports)
        .where(Passkey.user_id == user_id)
        .order_by(Passkey.id)
    )
    return [(row.credential_id, row.transports) for row in rows]


def my_passkeys(ctx: Context) -> sa.Select[Passkey]:
    """Select the actor's passkeys, newest first."""
    return visible_passkeys(ctx).order_by(Passkey.created_at.desc(), Passkey.id)


def app_being_set_up(ctx: Context) -> CodeApp | None:
    """Return the app of the actor that waits for its first code; None where none does."""
    found: CodeApp | None = db.session.scalar(
        visible_code_apps(ctx).where(CodeApp.confirmed_at.is_(None))
    )
    return found


def are_my_recovery_codes(ctx: Context, codes: Sequence[str]) -> bool:
    """Whether tidy codes are recovery codes of the actor, each of them one that works."""
    digests = {digest_of(code) for code in codes}
    mine = db.session.scalar(
        sa.select(sa.func.count()).where(
            RecoveryCode.user_id == ctx.actor_id,
            RecoveryCode.digest.in_(digests),
            RecoveryCode.used_at.is_(None),
        )
    )
    return bool(codes) and mine == len(codes)
