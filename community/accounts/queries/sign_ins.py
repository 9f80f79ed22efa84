"""Who is behind a cookie, a bearer token or an address."""

import dataclasses
import datetime as dt
import time
import uuid
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased

from community.accounts.models import ApiToken, SignIn, User
from community.accounts.policy import visible_sign_ins
from community.accounts.rules import fold_email
from community.kernel.context import Context, clock
from community.kernel.db import UtcDateTime, db, execute
from community.kernel.errors import NotFound, Unauthenticated
from community.kernel.policy import ME
from community.kernel.secrets import digest_of
from community.kernel.sign_in import SignedIn, has_run_out

CACHE_SECONDS = 30.0
CACHE_SIZE = 20_000
SEEN_EVERY = dt.timedelta(hours=1)  # finer than that nobody needs to know where one was

_NOW = sa.bindparam("now", type_=UtcDateTime())
_WHO = (User.id, User.name, User.zone, User.language, User.admin, User.face)
_BY_SIGN_IN = sa.select(
    SignIn.id.label("sign_in_id"),
    SignIn.proved_at,
    SignIn.seen_at,
    SignIn.strong,
    SignIn.expires_at,
    *_WHO,
).where(
    SignIn.id == sa.bindparam("key", type_=sa.Uuid()),
    SignIn.user_id == User.id,
    SignIn.ended_at.is_(None),
    SignIn.expires_at > _NOW,
    User.deactivated_at.is_(None),
)
_BY_TOKEN = sa.select(
    ApiToken.id.label("sign_in_id"), ApiToken.scopes, ApiToken.used_at, *_WHO
).where(
    ApiToken.digest == sa.bindparam("digest"),
    ApiToken.user_id == User.id,
    ApiToken.revoked_at.is_(None),
    ApiToken.expires_at > _NOW,
    User.deactivated_at.is_(None),
)
_SEEN = sa.select(sa.func.max(SignIn.seen_at)).where(SignIn.user_id == ME)
_RETURNS = (
    sa.select(SignIn.away_since)
    .where(SignIn.user_id == ME, SignIn.back_at.is_not(None))
    .order_by(SignIn.back_at.desc(), SignIn.id)
    .limit(1)
)
_BACK = sa.select(sa.func.max(SignIn.back_at)).where(SignIn.user_id == ME)
LAST_HERE = (
    _SEEN.scalar_subquery().label("seen_at"),
    _RETURNS.scalar_subquery().label("away_since"),
    _BACK.scalar_subquery().label("back_at"),
)
"""When the actor was seen last, when they came back last after days, and since when they had been
away then: columns of a statement executed with ``me``. Nobody else is told."""

_Other = aliased(SignIn)
SEEN_SINCE = (
    sa.exists()
    .where(
        _Other.user_id == SignIn.user_id,
        _Other.id != SignIn.id,
        sa.or_(
            SignIn.seen_at.is_(None),
            _Other.seen_at > SignIn.seen_at,
            sa.and_(_Other.seen_at == SignIn.seen_at, _Other.id > SignIn.id),
        ),
    )
    .correlate(SignIn)
)
"""Whether the owner of a sign-in was seen by another one later: this one is not needed to know when
they were here last."""

_CREDENTIALS = sa.select(User.id, User.password_hash).where(
    User.email == sa.bindparam("email"), User.deactivated_at.is_(None)
)
_MY_CREDENTIALS = sa.select(User.id, User.password_hash).where(
    User.id == sa.bindparam("me", type_=sa.Uuid()), User.deactivated_at.is_(None)
)


@dataclasses.dataclass(slots=True)
class Doorkeeper:
    """Says who is behind a cookie or a token (the ``SignInProvider`` of the kernel).

    It remembers sign-ins for ``CACHE_SECONDS`` only where ``trusted`` is set: in a process that
    reads the revocation stream, which makes it forget within half a second.
    """

    trusted: bool = False
    _kept: dict[uuid.UUID, tuple[float, SignedIn]] = dataclasses.field(default_factory=dict)
    _seen: set[uuid.UUID] = dataclasses.field(default_factory=set)
    _used: set[uuid.UUID] = dataclasses.field(default_factory=set)
    _forgotten: int = 0  # how often; what was read before the last time is not kept

    def by_sign_in(self, sign_in_id: uuid.UUID) -> SignedIn | None:
        kept = self._kept.get(sign_in_id)
        if kept and kept[0] > time.monotonic() and not has_run_out(kept[1], clock()):
            return kept[1]
        forgotten = self._forgotten
        row = db.session.execute(_BY_SIGN_IN, {"key": sign_in_id, "now": clock()}).one_or_none()
        if row is None:
            self._kept.pop(sign_in_id, None)
            return None
        who = _signed_in(row)
        if row.seen_at is None or clock() - row.seen_at > SEEN_EVERY:
            self._seen.add(sign_in_id)
        # A revocation that arrived while we were reading may be newer than what we read.
        if self.trusted and self._forgotten == forgotten:
            if len(self._kept) >= CACHE_SIZE:
                self._kept.clear()
            self._kept[sign_in_id] = (time.monotonic() + CACHE_SECONDS, who)
        return who

    def by_bearer(self, token: str) -> SignedIn | None:
        row = db.session.execute(
            _BY_TOKEN, {"digest": digest_of(token), "now": clock()}
        ).one_or_none()
        if row is None:
            return None
        if row.used_at is None or clock() - row.used_at > SEEN_EVERY:
            self._used.add(row.sign_in_id)
        return _program(row)

    def take_seen(self) -> set[uuid.UUID]:
        """Return the sign-ins whose "last seen" is to be written, once."""
        seen, self._seen = self._seen, set()
        return seen

    def take_used(self) -> set[uuid.UUID]:
        """Return the tokens whose "last used" is to be written, once."""
        used, self._used = self._used, set()
        return used

    def revoked(self, row: Any) -> None:
        self.forget(row.user_id)

    def forget(self, user_id: uuid.UUID) -> None:
        """Drop what is remembered of a person in this process."""
        self._forgotten += 1
        self._kept = {key: kept for key, kept in self._kept.items() if kept[1].id != user_id}


DOORKEEPER = Doorkeeper()


def _signed_in(row: Any) -> SignedIn:
    return SignedIn(
        id=row.id,
        sign_in_id=row.sign_in_id,
        name=row.name,
        zone=row.zone,
        language=row.language,
        admin=row.admin,
        face=row.face,
        proved_at=row.proved_at,
        strong=row.strong,
        expires_at=row.expires_at,
    )


def _program(row: Any) -> SignedIn:
    """Return the person a token acts as, as far as it may: never as an administrator."""
    return SignedIn(
        id=row.id,
        sign_in_id=row.sign_in_id,
        name=row.name,
        zone=row.zone,
        language=row.language,
        face=row.face,
        scopes=frozenset(row.scopes.split()),
    )


def who_is_in(sign_in: SignIn) -> SignedIn:
    """Return who has just signed in. Raises Unauthenticated if that has ended already."""
    who = DOORKEEPER.by_sign_in(sign_in.id)
    if who is None:
        raise Unauthenticated(_("This sign-in has ended."))
    return who


@dataclasses.dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is verified against; ``repr`` does not tell."""

    user_id: uuid.UUID
    password_hash: str | None = dataclasses.field(repr=False)


def credentials(email: str) -> Credentials | None:
    """Return who signs in with an address, in whatever case it was typed; None for nobody."""
    row = execute(_CREDENTIALS, {"email": fold_email(email)}).one_or_none()
    return Credentials(row.id, row.password_hash) if row else None


def my_credentials(ctx: Context) -> Credentials:
    """Return what the actor's password is verified against. Raises NotFound if they are gone."""
    row = execute(_MY_CREDENTIALS, {"me": ctx.actor_id}).one_or_none()
    if row is None:
        raise NotFound
    return Credentials(row.id, row.password_hash)


def my_sign_ins(ctx: Context) -> sa.Select[SignIn]:
    """Select the actor's open sign-ins, the newest first."""
    return (
        visible_sign_ins(ctx)
        .where(SignIn.expires_at > ctx.now)
        .order_by(SignIn.created_at.desc(), SignIn.id)
    )
