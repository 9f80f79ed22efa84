"""What the doors know of the person who knocks: an id and a few plain values, never a model."""

import dataclasses
import datetime as dt
import uuid
from typing import Any, ClassVar, Literal, Protocol, get_args

Scope = Literal["read", "write", "account"]
SCOPES: tuple[Scope, ...] = get_args(Scope)  # what a token may be allowed


@dataclasses.dataclass(frozen=True, slots=True)
class SignedIn:
    """The signed-in person of a request or a socket.

    ``sign_in_id`` names this one sign-in (or API token), so that it can be ended apart from others.
    ``proved_at`` is when somebody last proved here to be the person; a program never does.
    ``strong``: a second factor stood behind that. ``expires_at`` is when a browser's sign-in runs
    out. ``scopes`` is what a program's token may be used
    for; None for a browser, which may do whatever the person may.
    """

    id: uuid.UUID
    sign_in_id: uuid.UUID
    name: str
    zone: str
    language: str
    admin: bool = False
    strong: bool = False
    scopes: frozenset[str] | None = None
    face: str | None = None  # the digest of their picture, where everybody in their spaces sees it
    proved_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None

    # what Flask-Login asks of its users; whoever is loaded is signed in
    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the session cookie: the sign-in, not the person."""
        return str(self.sign_in_id)


def has_run_out(who: SignedIn, now: dt.datetime) -> bool:
    """Whether a sign-in that was read before has come to its end since, with nobody ending it."""
    return who.expires_at is not None and who.expires_at <= now


class SignInProvider(Protocol):
    """What the accounts feature offers to the doors."""

    def by_sign_in(self, sign_in_id: uuid.UUID) -> SignedIn | None:
        """Return who is behind a cookie's sign-in, or None if it has ended."""

    def by_bearer(self, token: str) -> SignedIn | None:
        """Return who is behind an API token, or None if it is unknown, expired or revoked."""

    def revoked(self, row: Any) -> None:
        """Forget what is cached about the person a ``Revocation`` names."""
