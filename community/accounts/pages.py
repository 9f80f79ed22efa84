"""The door, and one's own page."""

import contextlib
import uuid
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.operations import (
    change_profile,
    end_sign_in,
    open_sign_in,
    revoke_token,
)
from community.accounts.queries import (
    DOORKEEPER,
    account,
    credentials,
    digest_of,
    my_tokens,
    who_is_in,
)
from community.accounts.rules import (
    MAX_TOKENS,
    fold_email,
    hash_password,
    is_outdated,
    local_path,
    verify_password,
)
from community.accounts.schemas import ProfileIn, SignInIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import current_context, public, reader, signed_in, takes
from community.kernel.errors import Invalid, NotFound
from community.kernel.frame import Frame, NavItem
from community.kernel.http import let_in, limiter
from community.kernel.localtime import LANGUAGES, zone_options
from community.kernel.schemas import load
from community.kernel.threads import in_thread

pages = Blueprint("accounts", __name__)

SIGN_IN = SignInIn()
PROFILE = ProfileIn()

# A whole class signs in from one address at nine o'clock; nobody guesses at one account that fast.
PER_ADDRESS = "60 per minute"
PER_ACCOUNT = "10 per minute; 60 per hour"


def _address() -> str:
    return f"sign-in from {get_remote_address()}"


def _account() -> str:
    """Return the key of the account that is tried; a digest, so that no store holds addresses."""
    typed = request.form.get("email", "").strip()[:500]  # what is cut off must not be blanks only
    return f"sign-in as {digest_of(fold_email(typed))}"


@pages.route("/sign-in", methods=["GET", "POST"])
@public
@takes("email", "password", "next")
@limiter.limit(PER_ADDRESS, key_func=_address, methods=["POST"])
@limiter.limit(PER_ACCOUNT, key_func=_account, methods=["POST"])
def sign_in() -> AnyResponse:
    """Ask for address and password; lead back to where somebody was going."""
    given = request.args if request.method == "GET" else request.form
    onward = local_path(given.get("next"))
    if request.method == "GET":
        if current_context().actor_id is not None:
            return redirect(onward or url_for("home.week"), 303)
        return _sign_in_page(onward)
    try:
        wanted = load(SIGN_IN, _typed())
    except Invalid as error:
        return _sign_in_page(onward, error.fields, 422)
    user_id, stronger = _verified(wanted["email"], wanted["password"])
    if user_id is None:
        # The same words, after the same work, whether the address or the password is wrong.
        wrong = _("Address and password do not belong together. Look at both and try again.")
        return _sign_in_page(onward, {"_schema": [wrong]}, 422)
    _end_former()
    here = current_context()
    ctx = Context.begin(user_id, origin=here.origin, request_id=here.request_id)
    let_in(who_is_in(open_sign_in(ctx, stronger_hash=stronger)))
    return redirect(onward or url_for("home.week"), 303)


def _verified(email: str, password: str) -> tuple[uuid.UUID | None, str | None]:
    """Return whose password this is, and a stronger hash of it if today's parameters are better."""
    kept = credentials(email)
    db.session.close()  # hashing takes long: hold no connection meanwhile
    if not in_thread(verify_password, kept.password_hash if kept else None, password):
        return None, None
    if kept is None or kept.password_hash is None:
        return None, None
    stronger = in_thread(hash_password, password) if is_outdated(kept.password_hash) else None
    return kept.user_id, stronger


def _sign_in_page(
    onward: str | None, errors: dict[str, Any] | None = None, status: int = 200
) -> Response:
    html = render_template(
        "accounts/sign_in.html",
        onward=onward or "",
        errors=errors or {},
        email=request.form.get("email", ""),
    )
    return make_response(html, status)


@pages.route("/sign-out", methods=["POST"])
@signed_in
def sign_out() -> AnyResponse:
    """End this browser's sign-in, its cookie and its sockets."""
    _end_former()
    session.clear()
    answer = redirect("/", 303)
    answer.headers["Clear-Site-Data"] = '"cache"'  # the next at this screen cannot go back into it
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _end_former() -> None:
    ctx = current_context()
    if ctx.actor_id is not None:
        with contextlib.suppress(NotFound):  # ended a moment ago, in another window
            end_sign_in(ctx, reader().sign_in_id)
        DOORKEEPER.forget(ctx.actor_id)


@pages.route("/me", methods=["GET", "POST"])
@signed_in
@takes("name", "zone", "language")
def me() -> AnyResponse:
    """Show one's account, and take changes to it."""
    ctx = current_context()
    if request.method == "GET":
        return _me_page()
    try:
        change_profile(ctx, **load(PROFILE, _typed()))
    except Invalid as error:
        return _me_page(error.fields, 422)
    DOORKEEPER.forget(ctx.person)
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.me"), 303)


def _me_page(errors: dict[str, Any] | None = None, status: int = 200) -> Response:
    ctx = current_context()
    user = account(ctx)
    typed = request.form
    html = render_template(
        "accounts/me.html",
        email=user.email,
        name=typed.get("name", user.name),
        zone=typed.get("zone", user.zone),
        language=typed.get("language", user.language),
        zones=zone_options(user.zone),
        languages=list(LANGUAGES.items()),
        tokens=db.session.scalars(my_tokens(ctx).limit(MAX_TOKENS)).all(),
        errors=errors or {},
    )
    return make_response(html, status)


@pages.route("/me/tokens/<uuid:token_id>/revoke", methods=["POST"])
@signed_in
def revoke(token_id: uuid.UUID) -> AnyResponse:
    """Take a token out of force."""
    token = revoke_token(current_context(), token_id)
    flash(_("The token “%(label)s” does not work any more.", label=token.label), "success")
    return redirect(url_for("accounts.me") + "#tokens", 303)


def contribute(_ctx: Context, frame: Frame) -> None:
    """Add one's own page and the way out to the frame; features above put theirs before it."""
    frame.sign_out_url = url_for("accounts.sign_out")
    mine = url_for("accounts.me")
    frame.bar.append(NavItem(_("Me"), mine, "me"))
    frame.menu.append(NavItem(_("My account"), mine, "me"))


def _typed() -> dict[str, str]:
    """Return the form as it was filled in, without what is not the form's."""
    return {name: text for name, text in request.form.items() if name != "csrf_token"}
