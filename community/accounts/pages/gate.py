"""The gate, as browsers meet it: straight in, or by the page that asks for the second factor."""

import contextlib
import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.formats.passkeys import site_of
from community.accounts.models import SignIn
from community.accounts.operations import Verdict, begin_sign_in, end_sign_in, finish_by_code
from community.accounts.pages.blueprint import pages
from community.accounts.queries import factors_of, who_is_in, who_waits
from community.accounts.rules import device_of, local_path
from community.accounts.schemas import CodeIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, public, reader, takes
from community.kernel.errors import Invalid, NotFound, Unauthenticated
from community.kernel.http import let_in, limiter
from community.kernel.installed import installed
from community.kernel.schemas import as_key, load
from community.kernel.sources import client_address
from community.kernel.unstored import unstored

WAITING = "waiting"  # in the session: the sign-in that waits for its second factor here
CODE = CodeIn()
PER_WAITING = "20 per minute"


def waiting_key() -> str:
    """Return what tries at the second step are counted by: a whole class has one address."""
    return f"second step of {session.get(WAITING) or client_address()}"


def come_in(
    user_id: uuid.UUID,
    *,
    onward: str | None = None,
    verified: str | None = None,
    stronger_hash: str | None = None,
) -> AnyResponse:
    """Let somebody through the gate whose first factor a door has just verified.

    Leads onward, or to the page that asks for the second factor. Raises as ``begin_sign_in``.
    """
    got = begin_sign_in(
        acting_as(user_id),
        verified=verified,
        stronger_hash=stronger_hash,
        device=this_device(),
    )
    end_former()
    if isinstance(got, SignIn):
        return welcome(got, onward)
    session.clear()
    session[WAITING] = str(got.id)
    return redirect(url_for("accounts.second_factor", **({"next": onward} if onward else {})), 303)


def welcome(sign_in: SignIn, onward: str | None) -> AnyResponse:
    """Give this browser its sign-in, and lead onward."""
    let_in(who_is_in(sign_in))
    return redirect(onward or url_for("home.week"), 303)


def acting_as(user_id: uuid.UUID) -> Context:
    """Return the context of this request, for somebody who is not signed in yet."""
    return current_context().acting_as(user_id)


def this_device() -> str:
    """Return the kind of browser that asks, as it is kept."""
    return device_of(request.user_agent.string)


def end_former() -> None:
    """End the sign-in this browser has, where it has one."""
    ctx = current_context()
    if ctx.actor_id is not None:
        with contextlib.suppress(NotFound):  # ended a moment ago, in another window
            end_sign_in(ctx, reader().sign_in_id)


def waiting_here() -> tuple[uuid.UUID, uuid.UUID] | None:
    """Return the sign-in that waits in this browser, and whose it is; None where none does."""
    waiting_id = as_key(session.get(WAITING, ""))
    user_id = who_waits(waiting_id, current_context().now) if waiting_id else None
    return (waiting_id, user_id) if waiting_id and user_id else None


@pages.route("/sign-in/second", methods=["GET", "POST"])
@public
@takes("code", "next")
@limiter.limit(PER_WAITING, key_func=waiting_key, methods=["POST"])
def second_factor() -> AnyResponse:
    """Ask for the second factor of whoever proved the first in this browser."""
    given = request.args if request.method == "GET" else request.form
    onward = local_path(given.get("next"))
    waits = waiting_here()
    if waits is None:
        if request.method == "POST":
            typed_code()
        return too_late(onward)
    waiting_id, user_id = waits
    if request.method == "GET":
        return second_page(user_id, onward)
    try:
        code = typed_code()
        got = finish_by_code(acting_as(user_id), waiting_id, code, device=this_device())
    except Invalid as error:
        return second_page(user_id, onward, error.fields, 422)
    except Unauthenticated:
        return too_late(onward)
    if isinstance(got, SignIn):
        return welcome(got, onward)
    if waiting_here() is None:
        return too_late(onward)
    return second_page(user_id, onward, {"code": [said_of(got)]}, 422)


def typed_code() -> str:
    """Return the code that was typed. Raises Invalid, naming it, for what can be none."""
    code: str = load(CODE, {"code": request.form.get("code", "")})["code"]
    return code


def said_of(verdict: Verdict) -> str:
    """Return what to tell somebody whose code was not taken."""
    if verdict is Verdict.HELD:
        return str(_("Too many wrong codes were tried. Wait a quarter of an hour or more."))
    return str(_("This code does not work, or was used already. Try the next one."))


def too_late(onward: str | None) -> AnyResponse:
    """Lead back to the door: nothing waits here any more."""
    session.pop(WAITING, None)
    flash(_("Please begin again: a sign-in waits ten minutes, and takes five tries."), "info")
    return redirect(url_for("accounts.sign_in", **({"next": onward} if onward else {})), 303)


def second_page(
    user_id: uuid.UUID,
    onward: str | None,
    errors: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    """Show what may be proved: a code, or a passkey where there is one."""
    html = render_template(
        "accounts/second_factor.html",
        factors=factors_of(user_id),
        passkeys=site_of(installed().settings) is not None,
        onward=onward or "",
        errors=errors or {},
    )
    answer = make_response(html, status)
    return unstored(answer)
