"""Passwords: lost and found again, and changed."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.models import Purpose, User
from community.accounts.operations import (
    ask_reset,
    change_password,
    hash_of_new,
    reset_password,
)
from community.accounts.pages.blueprint import dead_link, pages
from community.accounts.pages.gate import acting_as
from community.accounts.pages.limits import (
    LETTERS,
    PER_ACCOUNT,
    PER_SOURCE,
    link,
    person,
    source,
    typed_address,
)
from community.accounts.pages.security import security_page
from community.accounts.queries import (
    account,
    link_behind,
    my_credentials,
    owner_of,
    who_is_in,
)
from community.accounts.rules import verify_password
from community.accounts.schemas import ChangePasswordIn, LostIn, NewPasswordIn
from community.kernel.addresses import url_for
from community.kernel.db import db
from community.kernel.doors import (
    current_context,
    is_proved,
    public,
    reader,
    signed_in,
    takes,
    typed_form,
)
from community.kernel.errors import Conflict, Invalid, NotFound, ProofNeeded
from community.kernel.http import let_in, limiter
from community.kernel.schemas import load
from community.kernel.threads import in_thread
from community.kernel.unstored import unstored

LOST, NEW, CHANGE = LostIn(), NewPasswordIn(), ChangePasswordIn()


@pages.route("/reset", methods=["GET", "POST"])
@public
@takes("email")
@limiter.limit(PER_SOURCE, key_func=source, methods=["POST"])
@limiter.limit(LETTERS, key_func=typed_address, methods=["POST"])
def lost() -> AnyResponse:
    """Ask for a letter to choose another password; the same answer for every address."""
    if request.method == "GET":
        return _lost_page()
    try:
        given = load(LOST, typed_form())
    except Invalid as error:
        return _lost_page(error.fields, 422)
    ask_reset(current_context(), email=given["email"])
    html = render_template("accounts/reset_asked.html", email=given["email"])
    return unstored(make_response(html))


def _lost_page(errors: dict[str, Any] | None = None, status: int = 200) -> Response:
    html = render_template(
        "accounts/lost.html", email=request.form.get("email", ""), errors=errors or {}
    )
    return make_response(html, status)


@pages.route("/reset/<token>", methods=["GET", "POST"])
@public
@takes("password")
@limiter.limit(PER_SOURCE, key_func=source, methods=["POST"])
@limiter.limit(PER_ACCOUNT, key_func=link, methods=["POST"])
def reset(token: str) -> AnyResponse:
    """Choose another password by the link in the letter; then one signs in with it."""
    proof = link_behind(Purpose.RESET, token, current_context().now)
    user = owner_of(proof) if proof else None
    if user is None:
        return dead_link()
    if request.method == "GET":
        return _reset_page(user)
    try:
        typed = load(NEW, typed_form())["password"]
        hashed = hash_of_new(typed, personal=(user.name, user.email))
        reset_password(acting_as(user.id), token, password_hash=hashed)
    except Invalid as error:
        return _reset_page(user, error.fields, 422)
    except NotFound:
        return dead_link()
    flash(_("Your password is changed. Sign in with the new one."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


def _reset_page(user: User, errors: dict[str, Any] | None = None, status: int = 200) -> Response:
    html = render_template("accounts/reset.html", email=user.email, errors=errors or {})
    return unstored(make_response(html, status), by_secret=True)


@pages.route("/me/password", methods=["POST"])
@signed_in
@takes("password", "new_password")
@limiter.limit(PER_ACCOUNT, key_func=person)
def change_my_password() -> AnyResponse:
    """Change one's password, for whoever knows the former; this browser gets a fresh sign-in."""
    ctx = current_context()
    kept = my_credentials(ctx).password_hash
    if kept is None and not is_proved():
        raise ProofNeeded(_("Confirm in a browser that it is you, then try again."))
    user = account(ctx)
    try:
        given = load(CHANGE, typed_form())
        if kept is not None:
            _verify(kept, given["password"])
        hashed = hash_of_new(
            given["new_password"], personal=(user.name, user.email), field="new_password"
        )
    except Invalid as error:
        return security_page(error.fields, 422)
    try:
        fresh = change_password(ctx, reader().sign_in_id, verified=kept, password_hash=hashed)
    except Conflict as error:
        return security_page({"password": [error.message]}, error.status)
    let_in(who_is_in(fresh))
    words = _(
        "Your password is changed. Other browsers are signed out, and API tokens are revoked."
    )
    flash(words, "success")
    return redirect(url_for("accounts.security"), 303)


def _verify(kept: str, password: str) -> None:
    db.session.close()  # hashing takes long: hold no connection meanwhile
    if not in_thread(verify_password, kept, password):
        wrong = _("This is not your password. Try again.")
        raise Invalid(wrong, fields={"password": [wrong]})
