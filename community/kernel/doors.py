"""Who may call a route: said beside each view, enforced for all, checked by a test.

``@public`` and ``@signed_in`` mark a view; a view without a mark does not answer.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.errors import Unauthenticated

V = TypeVar("V", bound=Callable[..., Any])
_MARK = "__access__"


def public(view: V) -> V:
    """Anybody may call this view."""
    setattr(view, _MARK, "public")
    return view


def signed_in(view: V) -> V:
    """Only somebody signed in may call this view; others are asked to sign in first."""
    setattr(view, _MARK, "signed in")
    return view


def access_of(view: object) -> str | None:
    """Return "public", "signed in", or None for a view that nobody marked."""
    inner = view
    while inner is not None:
        mark: str | None = getattr(inner, _MARK, None)
        if mark:
            return mark
        inner = getattr(inner, "__wrapped__", None)
    return None


def enforce() -> None:
    """Refuse the request unless its view is open to whoever asks; runs before every request."""
    if request.endpoint is None:
        return
    access = access_of(current_app.view_functions[request.endpoint])
    if access == "public" or request.endpoint == "static":
        return
    if current_context().actor_id is None or access is None:
        raise Unauthenticated(_("Sign in to see this."))


def current_context() -> Context:
    """Return the context of the running request."""
    ctx: Context = g.context
    return ctx
