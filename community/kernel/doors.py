"""Who may call a route, and what its form holds: said beside each view, enforced for all.

``@public`` and ``@signed_in`` mark a view; a view without a mark does not answer. ``@takes`` names
the fields of its form; a form that holds another is refused.
"""

import uuid
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import current_app, g, request
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.errors import Invalid, Unauthenticated
from community.kernel.installed import installed
from community.kernel.sign_in import SignedIn

V = TypeVar("V", bound=Callable[..., Any])
_MARK = "__access__"
_FIELDS = "__fields__"
_EVERYWHERE = "csrf_token"


def public(view: V) -> V:
    """Anybody may call this view."""
    setattr(view, _MARK, "public")
    return view


def signed_in(view: V) -> V:
    """Only somebody signed in may call this view; others are asked to sign in first."""
    setattr(view, _MARK, "signed in")
    return view


def takes(*fields: str) -> Callable[[V], V]:
    """Name the fields of the form this view reads; one that ends in a dot stands for many."""

    def mark(view: V) -> V:
        setattr(view, _FIELDS, fields)
        return view

    return mark


def access_of(view: object) -> str | None:
    """Return "public", "signed in", or None for a view that nobody marked."""
    found: str | None = _marked(view, _MARK)
    return found


def _marked(view: object, name: str) -> Any:
    inner = view
    while inner is not None:
        if mark := getattr(inner, name, None):
            return mark
        inner = getattr(inner, "__wrapped__", None)
    return None


def require_sign_in() -> None:
    """Refuse the request unless its view is open to whoever asks."""
    if request.endpoint in {None, "static"}:
        return
    access = access_of(_view())
    shut = current_context().actor_id is None or access is None
    if shut and access != "public":
        raise Unauthenticated(_("Sign in to see this."))


def enforce() -> None:
    """Refuse the request unless its view takes it, from whoever asks; runs before every request."""
    if request.endpoint is None:
        return
    require_sign_in()
    view = _view()
    for field in request.form if request.method == "POST" else ():
        if field != _EVERYWHERE and not _is_of(field, _marked(view, _FIELDS) or ()):
            message = _("“%(field)s” is no field of this form.", field=field[:80])
            raise Invalid(message, fields={field: [message]})


def _view() -> object:
    return current_app.view_functions[request.endpoint or ""]


def _is_of(field: str, fields: Iterable[str]) -> bool:
    return any(field.startswith(name) if name.endswith(".") else field == name for name in fields)


def current_context() -> Context:
    """Return the context of the running request."""
    ctx: Context = g.context
    return ctx


def reader() -> SignedIn:
    """Return who reads the page: the person signed in, or somebody with the house's defaults."""
    found: SignedIn | None = g.get("reader")
    if found is not None:
        return found
    settings, none = installed().settings, uuid.UUID(int=0)
    return SignedIn(
        id=none,
        sign_in_id=none,
        name="",
        zone=settings.default_zone,
        language=settings.default_language,
    )
