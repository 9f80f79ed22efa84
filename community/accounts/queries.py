"""Who somebody is: looked up by cookie, by token, by id."""

import dataclasses
import hashlib
import time
import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import ApiToken, SignIn, User
from community.accounts.policy import find_account, visible_tokens
from community.accounts.rules import fold_email
from community.kernel.context import Context, clock
from community.kernel.db import UtcDateTime, db, execute
from community.kernel.errors import Unauthenticated
from community.kernel.frame import Person
from community.kernel.sign_in import SignedIn

CACHE_SECONDS = 30.0
CACHE_SIZE = 20_000

_NOW = sa.bindparam("now", type_=UtcDateTime())
_WHO = (User.id, User.name, User.zone, User.language, User.admin)
_BY_SIGN_IN = sa.select(SignIn.id.label("sign_in_id"), *_WHO).where(
    SignIn.id == sa.bindparam("key", type_=sa.Uuid()),
    SignIn.user_id == User.id,
    SignIn.ended_at.is_(None),
    SignIn.expires_at > _NOW,
    User.deactivated_at.is_(None),
)
_BY_TOKEN = sa.select(ApiToken.id.label("sign_in_id"), *_WHO).where(
    ApiToken.digest == sa.bindparam("digest"),
    ApiToken.user_id == User.id,
    ApiToken.revoked_at.is_(None),
    ApiToken.expires_at > _NOW,
    User.deactivated_at.is_(None),
)
_CREDENTIALS = sa.select(User.id, User.password_hash).where(
    User.email == sa.bindparam("email"), User.deactivated_at.is_(None)
)


def digest_of(token: str) -> str:
    """Return the SHA-256 of a secret link or token; the secret itself is never kept."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


@dataclasses.dataclass(slots=True)
class Doorkeeper:
    """Says who is behind a cookie or a token (the ``SignInProvider`` of the kernel).

    It remembers sign-ins for ``CACHE_SECONDS`` only where ``trusted`` is set: in a process that
    reads the revocation stream, which makes it forget within half a second.
    """

    trusted: bool = False
    _kept: dict[uuid.UUID, tuple[float, SignedIn]] = dataclasses.field(default_factory=dict)
    _forgotten: int = 0  # how often; what was read before the last time is not kept

    def by_sign_in(self, sign_in_id: uuid.UUID) -> SignedIn | None:
        kept = self._kept.get(sign_in_id)
        if kept and kept[0] > time.monotonic():
            return kept[1]
        forgotten = self._forgotten
        row = db.session.execute(_BY_SIGN_IN, {"key": sign_in_id, "now": clock()}).one_or_none()
        if row is None:
            self._kept.pop(sign_in_id, None)
            return None
        who = _signed_in(row)
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
        return _signed_in(row) if row else None

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


def account(ctx: Context) -> User:
    """Return the actor's own account. Raises NotFound if it was deactivated meanwhile."""
    return find_account(ctx, ctx.person)


def my_tokens(ctx: Context) -> sa.Select[ApiToken]:
    """Select the actor's tokens in force, newest first."""
    return visible_tokens(ctx).order_by(ApiToken.created_at.desc(), ApiToken.id)


def people(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """Return the names behind some ids, in one statement.

    The caller has the ids from rows it may read; a name goes where the row goes.
    """
    if not keys:
        return {}
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(set(keys))))
    return {row.id: Person(row.id, row.name) for row in rows}
