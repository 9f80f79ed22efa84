"""What the doors know of the person who knocks: an id and a few plain values, never a model."""

import dataclasses
import uuid
from typing import Any, ClassVar, Protocol


@dataclasses.dataclass(frozen=True, slots=True)
class SignedIn:
    """The signed-in person of a request or a socket.

    ``sign_in_id`` names this one sign-in (or API token), so that it can be ended apart from others.
    """

    id: uuid.UUID
    sign_in_id: uuid.UUID
    name: str
    zone: str
    language: str
    admin: bool = False

    # what Flask-Login asks of its users; whoever is loaded is signed in
    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the session cookie: the sign-in, not the person."""
        return str(self.sign_in_id)


class SignInProvider(Protocol):
    """What the accounts feature offers to the doors."""

    def by_sign_in(self, sign_in_id: uuid.UUID) -> SignedIn | None:
        """Return who is behind a cookie's sign-in, or None if it has ended."""

    def by_bearer(self, token: str) -> SignedIn | None:
        """Return who is behind an API token, or None if it is unknown, expired or revoked."""

    def revoked(self, row: Any) -> None:
        """Forget what is cached about the person a ``Revocation`` names."""
