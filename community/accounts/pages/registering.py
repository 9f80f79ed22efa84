"""Getting an account: the form, and the link in the letter that follows."""

import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.models import Registration
from community.accounts.operations import (
    ask_registration,
    finish_registration,
    hash_of_new,
    refuse_newcomers,
)
from community.accounts.pages.blueprint import dead_link, pages
from community.accounts.pages.gate import acting_as, come_in
from community.accounts.pages.limits import (
    LETTERS,
    PER_ACCOUNT,
    PER_SOURCE,
    link,
    source,
    typed_address,
)
from community.accounts.queries import registration_behind
from community.accounts.rules import local_path, verify_password
from community.accounts.schemas import PasswordIn, RegisterIn
from community.kernel.addresses import url_for
from community.kernel.db import db
from community.kernel.doors import current_context, public, reader, takes, typed_form
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.http import limiter
from community.kernel.localtime import zone_options
from community.kernel.schemas import load
from community.kernel.threads import in_thread
from community.kernel.unstored import unstored

REGISTER, KNOWN = RegisterIn(), PasswordIn()
ASKED = "registration"  # in the session: what was asked for in this browser, and where it leads


@pages.route("/register", methods=["GET", "POST"])
@public
@takes("name", "email", "password", "zone")
@limiter.limit(PER_SOURCE, key_func=source, methods=["POST"])
@limiter.limit(LETTERS, key_func=typed_address, methods=["POST"])
def register() -> AnyResponse:
    """Ask for an account; the letter to the address says how to go on."""
    if current_context().actor_id is not None:
        return redirect(url_for("home.week"), 303)
    try:
        refuse_newcomers(invited=False)
        if request.method == "GET":
            return _register_page()
        return ask_newcomer()
    except Conflict as error:
        return _register_page(problem=error.message, status=200 if request.method == "GET" else 409)
    except Invalid as error:
        return _register_page(errors=error.fields, status=422)


def ask_newcomer(
    *, invitation_id: uuid.UUID | None = None, onward: str | None = None
) -> AnyResponse:
    """Take the form of somebody new; answer the same whether their address is known or not.

    ``invitation_id`` and ``onward``: what lets them in, and where they go then. Raises Invalid,
    and Conflict where nobody gets an account.
    """
    given = load(REGISTER, typed_form())
    hashed = hash_of_new(given.pop("password"), personal=(given["name"], given["email"]))
    asked = ask_registration(
        current_context(),
        password_hash=hashed,
        language=reader().language,
        invitation_id=invitation_id,
        **given,
    )
    session[ASKED] = [str(asked.id), onward or ""]
    return unstored(make_response(render_template("accounts/asked.html", email=asked.email)))


@pages.route("/register/<token>", methods=["GET", "POST"])
@public
@takes("password")
@limiter.limit(PER_SOURCE, key_func=source, methods=["POST"])
@limiter.limit(PER_ACCOUNT, key_func=link, methods=["POST"])
def finish(token: str) -> AnyResponse:
    """Make the account whose letter was opened, for whoever asked for it.

    Somebody may have typed another's address. So the password that was typed is asked for, but in
    the browser in which it was typed.
    """
    asked = registration_behind(token, current_context().now)
    if asked is None:
        return dead_link()
    here, onward = _asked_here(asked)
    if request.method == "GET":
        return _finish_page(asked, here=here)
    try:
        if not here:
            _verify(asked)
        user = finish_registration(acting_as(asked.id), token)
    except Invalid as error:
        return _finish_page(asked, here=here, errors=error.fields, status=422)
    except NotFound:
        return dead_link()
    except Conflict as error:
        return _finish_page(asked, here=here, problem=error.message, status=409)
    answer = come_in(user.id, onward=onward)  # begins a session: nothing said before is kept
    flash(_("Welcome, %(name)s.", name=user.name), "success")
    return answer


def _asked_here(asked: Registration) -> tuple[bool, str | None]:
    """Return whether this browser asked for the account, and where that is to lead."""
    kept = session.get(ASKED)
    if not kept or kept[0] != str(asked.id):
        return False, None
    return True, local_path(kept[1])


def _verify(asked: Registration) -> None:
    password = load(KNOWN, typed_form())["password"]
    db.session.close()  # hashing takes long: hold no connection meanwhile
    if not in_thread(verify_password, asked.password_hash, password):
        wrong = _("This is not the password you chose when you asked for the account.")
        raise Invalid(wrong, fields={"password": [wrong]})


def _register_page(
    *, errors: dict[str, Any] | None = None, problem: str = "", status: int = 200
) -> Response:
    typed = request.form
    zone = typed.get("zone", reader().zone)
    html = render_template(
        "accounts/register.html",
        typed={name: typed.get(name, "") for name in ("name", "email")},
        zone=zone,
        zones=zone_options(zone),
        errors=errors or {},
        problem=problem,
    )
    return make_response(html, status)


def _finish_page(asked: Registration, *, here: bool, status: int = 200, **more: Any) -> Response:
    html = render_template(
        "accounts/finish.html",
        name=asked.name,
        email=asked.email,
        here=here,
        **{"errors": {}, "problem": "", **more},
    )
    return unstored(make_response(html, status), by_secret=True)
