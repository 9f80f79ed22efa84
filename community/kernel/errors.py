"""What can go wrong, in the words of the domain.

CommunityError
  Unauthenticated  401  nobody is signed in, and somebody must be
  Forbidden        403  it is visible, the action is not allowed
  SecondStepNeeded 403  it is for sign-ins with a second step, which this one was not
  ProofNeeded      403  it is allowed once somebody has proved anew that they are who signed in
  NotFound         404  it does not exist, or this actor may not know that it does
  Conflict         409  the state does not permit it (already done, locked, full, out of date)
  Invalid          422  the input breaks a rule; ``fields`` says which
  TooMany          429  too much in too short a time; ``retry_after`` says when again
  Unavailable      503  the house is overloaded or a part of it is away; try again
  Refused          any  refused below us: no such route, no such method, no token

Every door gives the same answer: a page shows it, the API sends it as problem+json (RFC 9457), a
socket acknowledges with it, the command line prints it.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _


class CommunityError(Exception):
    """Base of all errors people may see; ``message`` is in words for them."""

    status: int = 500
    code: str = "error"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def as_problem(self) -> dict[str, Any]:
        """Return an RFC 9457 problem document; ``code`` is stable, the title is not."""
        return {
            "type": "about:blank",
            "title": str(self.message),
            "status": self.status,
            "code": self.code,
            **self.details,
        }


class Unauthenticated(CommunityError):
    """Nobody is signed in, and somebody must be."""

    status = 401
    code = "unauthenticated"


class Forbidden(CommunityError):
    """It is visible to the actor, the action is not allowed."""

    status = 403
    code = "forbidden"


class SecondStepNeeded(Forbidden):
    """It is for administrators who signed in with a second step, and this sign-in had none."""


class ProofNeeded(CommunityError):
    """Whoever sits there must prove anew to be the person who signed in."""

    status = 403
    code = "proof_needed"


class NotFound(CommunityError):
    """It does not exist, or the actor may not know that it does: in the same words."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("There is nothing here, or it is not open to you."))


class Conflict(CommunityError):
    """The state does not permit it."""

    status = 409
    code = "conflict"


class Invalid(CommunityError):
    """The input breaks a rule; ``fields`` says which."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, *, fields: Mapping[str, Any] | None = None) -> None:
        """``fields`` maps a field's name to its list of messages, nested as the input is."""
        super().__init__(message, fields=dict(fields or {}))

    @property
    def fields(self) -> dict[str, Any]:
        found: dict[str, Any] = self.details["fields"]
        return found


class TooMany(CommunityError):
    """Too much in too short a time."""

    status = 429
    code = "too_many"

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        """``retry_after`` is in whole seconds, at least 1."""
        super().__init__(message, retry_after=max(1, retry_after))


class Unavailable(CommunityError):
    """Overloaded, or a part of the house is away."""

    status = 503
    code = "unavailable"

    def __init__(self, message: str, *, retry_after: int = 2) -> None:
        super().__init__(message, retry_after=max(1, retry_after))


class Refused(CommunityError):
    """What the web's own machinery refused, with its status and name."""

    def __init__(self, name: str, *, status: int, **details: Any) -> None:
        super().__init__(name, **details)
        self.status = status
        self.code = name.lower().replace(" ", "_")
