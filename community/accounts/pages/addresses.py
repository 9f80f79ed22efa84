"""The address of one's account: proved, changed, and had back."""

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.models import Purpose
from community.accounts.operations import (
    ask_change,
    ask_verification,
    confirm_address,
    undo_change,
)
from community.accounts.pages.blueprint import dead_link, pages
from community.accounts.pages.gate import acting_as
from community.accounts.pages.limits import LETTERS, PER_SOURCE, person, source
from community.accounts.pages.security import security_page
from community.accounts.queries import factors_of, link_behind, owner_of
from community.accounts.schemas import LostIn
from community.kernel.addresses import url_for
from community.kernel.doors import (
    current_context,
    public,
    recently_proved,
    require_proof,
    signed_in,
    takes,
    typed_form,
)
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.http import limiter
from community.kernel.schemas import load
from community.kernel.unstored import unstored

ADDRESS = LostIn()


@pages.route("/me/address", methods=["POST"])
@signed_in
@recently_proved
@takes("email")
@limiter.limit(LETTERS, key_func=person)
def change_address() -> AnyResponse:
    """Ask for another address; it is one's own once the letter to it was opened."""
    try:
        email = load(ADDRESS, typed_form())["email"]
        ask_change(current_context(), email=email)
    except Invalid as error:
        return security_page(error.fields, 422)
    flash(
        _(
            "We have written to %(email)s: open the letter to go on. Till then nothing changes.",
            email=email,
        ),
        "success",
    )
    return redirect(url_for("accounts.security") + "#address", 303)


@pages.route("/me/address/prove", methods=["POST"])
@signed_in
@limiter.limit(LETTERS, key_func=person)
def send_again() -> AnyResponse:
    """Ask for the letter that proves one's address, once more."""
    asked = ask_verification(current_context())
    if asked is not None:
        flash(
            _("We have written to %(email)s: open the letter to go on.", email=asked.email),
            "success",
        )
    return redirect(url_for("accounts.security") + "#address", 303)


@pages.route("/address/<token>", methods=["GET", "POST"])
@signed_in
@limiter.limit(PER_SOURCE, key_func=source, methods=["POST"])
def confirm(token: str) -> AnyResponse:
    """Confirm an address by the link in its letter, signed in as whoever asked for it.

    What gives the account another address asks who sits there, as asking for it did.
    """
    ctx = current_context()
    proof = link_behind(Purpose.VERIFY, token, ctx.now) or link_behind(
        Purpose.CHANGE, token, ctx.now
    )
    if proof is None or proof.user_id != ctx.person:
        return dead_link()
    if request.method == "GET":
        return unstored(
            make_response(render_template("accounts/confirm.html", email=proof.email)),
            by_secret=True,
        )
    if proof.purpose is Purpose.CHANGE:
        require_proof()
    try:
        confirm_address(ctx, token)
    except NotFound:
        return dead_link()
    except Conflict as error:
        flash(error.message, "error")
        return redirect(url_for("accounts.security") + "#address", 303)
    flash(_("%(email)s is your address.", email=proof.email), "success")
    return redirect(url_for("accounts.security") + "#address", 303)


@pages.route("/address/<token>/undo", methods=["GET", "POST"])
@public
@limiter.limit(PER_SOURCE, key_func=source, methods=["POST"])
def undo(token: str) -> AnyResponse:
    """Have a former address back, by the link in the letter to it; nobody needs to sign in."""
    proof = link_behind(Purpose.UNDO, token, current_context().now)
    user = owner_of(proof) if proof else None
    if proof is None or user is None:
        return dead_link()
    if request.method == "GET":
        return unstored(
            make_response(render_template("accounts/undo.html", email=proof.email)), by_secret=True
        )
    try:
        gone = undo_change(acting_as(user.id), token)
    except NotFound:
        return dead_link()
    except Conflict as error:
        html = render_template("accounts/undo.html", email=proof.email, problem=error.message)
        return unstored(make_response(html, 409), by_secret=True)
    html = render_template(
        "accounts/undone.html", email=proof.email, gone=gone, left=factors_of(user.id)
    )
    return unstored(make_response(html), by_secret=True)
