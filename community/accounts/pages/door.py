"""The door: signing in and out."""

import contextlib
from typing import Any

from flask import (
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.formats.passkeys import site_of
from community.accounts.models import RegistrationMode
from community.accounts.pages.blueprint import pages
from community.accounts.pages.gate import come_in, end_former
from community.accounts.pages.limits import PER_ACCOUNT, PER_SOURCE, source, typed_address
from community.accounts.queries import credentials, registration_mode
from community.accounts.rules import (
    hash_password,
    is_outdated,
    local_path,
    verify_password,
)
from community.accounts.schemas import SignInIn
from community.kernel.addresses import url_for
from community.kernel.db import db
from community.kernel.doors import current_context, public, signed_in, takes, typed_form
from community.kernel.errors import Conflict, Invalid
from community.kernel.http import limiter
from community.kernel.installed import installed
from community.kernel.metrics import SIGN_INS_FAILED
from community.kernel.schemas import load
from community.kernel.threads import in_thread
from community.kernel.unstored import unstored

SIGN_IN = SignInIn()
LOOKS = 2  # at a password: another window may just have put a stronger hash in the place of one


@pages.route("/sign-in", methods=["GET", "POST"])
@public
@takes("email", "password", "next")
@limiter.limit(PER_SOURCE, key_func=source, methods=["POST"])
@limiter.limit(PER_ACCOUNT, key_func=typed_address, methods=["POST"])
def sign_in() -> AnyResponse:
    """Ask for address and password; lead back to where somebody was going."""
    given = request.args if request.method == "GET" else request.form
    onward = local_path(given.get("next"))
    if request.method == "GET":
        if current_context().actor_id is not None:
            return redirect(onward or url_for("home.week"), 303)
        return sign_in_page(onward)
    try:
        wanted = load(SIGN_IN, typed_form())
    except Invalid as error:
        return sign_in_page(onward, error.fields, 422)
    for _look in range(LOOKS):
        verified = _verified(wanted["email"], wanted["password"])
        if verified is None:
            break
        with contextlib.suppress(Conflict):
            return come_in(**verified, onward=onward)
    # The same words, after the same work, whether the address or the password is wrong.
    SIGN_INS_FAILED.inc()
    wrong = _("Address and password do not belong together. Look at both and try again.")
    return sign_in_page(onward, {"_schema": [wrong]}, 422)


def _verified(email: str, password: str) -> dict[str, Any] | None:
    """Return what the gate is told of whose password this is; None where it is nobody's.

    A stronger hash of it is among that if today's parameters are better.
    """
    kept = credentials(email)
    db.session.close()  # hashing takes long: hold no connection meanwhile
    if not in_thread(verify_password, kept.password_hash if kept else None, password):
        return None
    if kept is None or kept.password_hash is None:
        return None
    stronger = in_thread(hash_password, password) if is_outdated(kept.password_hash) else None
    return {
        "user_id": kept.user_id,
        "verified": kept.password_hash,
        "stronger_hash": stronger,
    }


def sign_in_page(
    onward: str | None, errors: dict[str, Any] | None = None, status: int = 200
) -> Response:
    """Show the door, with what was wrong at it."""
    html = render_template(
        "accounts/sign_in.html",
        onward=onward or "",
        errors=errors or {},
        email=request.form.get("email", ""),
        open_to_all=registration_mode() is RegistrationMode.OPEN,
        passkeys=site_of(installed().settings) is not None,
    )
    return make_response(html, status)


@pages.route("/sign-out", methods=["POST"])
@signed_in
def sign_out() -> AnyResponse:
    """End this browser's sign-in, its cookie and its sockets."""
    end_former()
    session.clear()
    answer = redirect("/", 303)
    answer.headers["Clear-Site-Data"] = '"cache"'  # the next at this screen cannot go back into it
    return unstored(answer)
