"""Who may call a route, and what its form holds: said beside each view, enforced for all.

``@public`` and ``@signed_in`` mark a view; a view without a mark does not answer. ``@takes`` names
the fields of its form; a form that holds another is refused. ``@administrators_only`` hides it from
everybody else. ``@recently_proved`` asks whoever is signed in for another proof, where the last is
old.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar

from flask import current_app, g, request
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.errors import (
    Forbidden,
    Invalid,
    NotFound,
    ProofNeeded,
    SecondStepNeeded,
    Unauthenticated,
)
from community.kernel.installed import installed
from community.kernel.sign_in import SignedIn

V = TypeVar("V", bound=Callable[..., Any])
_MARK = "__access__"
_OWN_KEY = "__by_own_key__"
_FIELDS = "__fields__"
_PROOF = "__proof__"
_OFFICE = "__office__"
PROOF_LASTS = dt.timedelta(minutes=15)
_FILE = "__file__of_form__"
_EVERYWHERE = "csrf_token"


def public(view: V) -> V:
    """Anybody may call this view."""
    setattr(view, _MARK, "public")
    return view


def signed_in(view: V) -> V:
    """Only somebody signed in may call this view; others are asked to sign in first."""
    setattr(view, _MARK, "signed in")
    return view


def by_secret(view: V) -> V:
    """What this view does is allowed by the secret in its address: a form's token adds nothing.

    Mail programs post to it of themselves (RFC 8058), with no cookie and in any kind of form.
    """
    setattr(view, _OWN_KEY, True)
    return public(view)


def is_by_secret() -> bool:
    """Whether the view of the running request is one that its own address allows."""
    return request.endpoint is not None and bool(_marked(_view(), _OWN_KEY))


def recently_proved(view: V) -> V:
    """Only somebody who proved lately that they are who signed in; stands below ``@signed_in``.

    For what a stranger at an open browser must not do: whoever's proof is older than
    ``PROOF_LASTS`` is asked for it on a small page and led back; what was typed is kept, passwords
    and codes are not. A program with a token is refused: it cannot prove anything.
    """
    setattr(view, _PROOF, True)
    return view


def administrators_only(view: V) -> V:
    """Only who runs the installation learns that there is this view; stands below ``@signed_in``.

    Anybody else finds nothing, before any proof is asked of them. In production administrators must
    have signed in with a second factor, too.
    """
    setattr(view, _OFFICE, True)
    return view


def is_for_administrators(view: object) -> bool:
    """Whether a view is one of those that only administrators find."""
    return bool(_marked(view, _OFFICE))


def takes(*fields: str) -> Callable[[V], V]:
    """Name the fields of the form this view reads; one that ends in a dot stands for many."""

    def mark(view: V) -> V:
        setattr(view, _FIELDS, fields)
        return view

    return mark


def largest_file() -> int:
    """Return the bytes of the largest file that this installation keeps as it came."""
    return installed().settings.file_limit


def largest_attachment() -> int:
    """Return the bytes of the largest file that goes into a post."""
    return installed().settings.attachment_limit


def takes_file(
    field: str, *, most: int | Callable[[], int], check: Callable[..., object] | None = None
) -> Callable[[V], V]:
    """Name the one file that the form of this view holds; at most ``most`` bytes.

    Such a view is marked ``signed_in``: nothing of that size is read of strangers. ``check`` takes
    what stands in the address and raises for who may not, before anything of the form is read; none
    is needed where the address names nothing.
    """

    def mark(view: V) -> V:
        setattr(view, _FILE, (field, most, check))
        return view

    return mark


def file_of_request() -> tuple[str, int] | None:
    """Return the file field of the view that is asked for, with its most bytes; None for most."""
    found = _file_mark()
    if found is None:
        return None
    field, most, _check = found
    return field, most if isinstance(most, int) else most()


def check_file_of_request() -> None:
    """Refuse a form with a file of who may not send one; nothing of it has been read."""
    found = _file_mark()
    if found is not None and found[2] is not None:
        found[2](**(request.view_args or {}))


def _file_mark() -> tuple[str, int | Callable[[], int], Callable[..., object] | None] | None:
    if request.endpoint in {None, "static"}:
        return None
    found: tuple[str, int | Callable[[], int], Callable[..., object] | None] | None = _marked(
        _view(), _FILE
    )
    return found


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
    require_scope()
    view = _view()
    if is_for_administrators(view):
        _require_office()
    if _marked(view, _PROOF):
        require_proof()
    if request.method != "POST":
        return
    file = file_of_request()
    for field in request.form:
        if field != _EVERYWHERE and not _is_of(field, _marked(view, _FIELDS) or ()):
            _refuse_field(field)
    for field in request.files:
        if file is None or field != file[0]:
            _refuse_field(field)


def _require_office() -> None:
    if not current_context().admin:
        raise NotFound
    if not is_strong():
        raise SecondStepNeeded(
            _(
                "Administrators need a second step to sign in. Set one up under “Sign-in and"
                " security”, or sign in again with the one you have."
            )
        )


def _refuse_field(field: str) -> NoReturn:
    message = _("“%(field)s” is no field of this form.", field=field[:80])
    raise Invalid(message, fields={field: [message]})


def is_strong() -> bool:
    """Whether a second factor stood behind this sign-in; outside production nobody is asked.

    For what administrators do: their pages ask it.
    """
    return reader().strong or installed().settings.mode != "production"


def is_proved() -> bool:
    """Whether the person signed in has proved lately that it is they who sit there."""
    at = reader().proved_at
    return at is not None and current_context().now - at < PROOF_LASTS


def require_proof() -> None:
    """Ask for a proof where the last is old; for a view that finds out only then what it does."""
    if not is_proved():
        raise ProofNeeded(_("Confirm in a browser that it is you, then try again."))


def require_scope() -> None:
    """Refuse a program whose token was not made for this; a browser needs none.

    The one place where scopes are asked. A route whose blueprint says none is shut to programs.
    """
    allowed = reader().scopes
    if allowed is None or access_of(_view()) == "public":
        return
    blueprint = current_app.blueprints.get(request.blueprint or "")
    needed = getattr(blueprint, "scopes", {}).get(request.method, "")
    if needed not in allowed:
        words = _("This token is not made for that: it lacks the scope “%(scope)s”.", scope=needed)
        raise Forbidden(words, scope=needed)


def _view() -> object:
    return current_app.view_functions[request.endpoint or ""]


def _is_of(field: str, fields: Iterable[str]) -> bool:
    return any(field.startswith(name) if name.endswith(".") else field == name for name in fields)


def typed_form() -> dict[str, str]:
    """Return the form of the request as it was filled in, without what is not the form's."""
    return {name: text for name, text in request.form.items() if name != _EVERYWHERE}


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
