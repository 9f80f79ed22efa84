"""Passkeys: signing in with one, and keeping one's own."""

import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.formats.passkeys import creation_options, site_of
from community.accounts.models import Asked, SignIn
from community.accounts.operations import (
    Verdict,
    add_passkey,
    finish_by_passkey,
    remove_passkey,
    rename_passkey,
    sign_in_by_passkey,
)
from community.accounts.pages.blueprint import pages
from community.accounts.pages.ceremonies import (
    answered,
    as_json,
    ask_to_sign,
    begin,
    now_strong,
    site_here,
)
from community.accounts.pages.door import sign_in_page
from community.accounts.pages.gate import (
    PER_WAITING,
    acting_as,
    end_former,
    second_page,
    this_device,
    too_late,
    waiting_here,
    waiting_key,
    welcome,
)
from community.accounts.queries import account, known_passkeys, whose_passkey
from community.accounts.rules import local_path, say_device
from community.accounts.schemas import PasskeyIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import (
    current_context,
    public,
    recently_proved,
    signed_in,
    takes,
    typed_form,
)
from community.kernel.errors import Conflict, Invalid, Unauthenticated
from community.kernel.http import limiter
from community.kernel.installed import installed
from community.kernel.metrics import SIGN_INS_FAILED
from community.kernel.pages import errors_of
from community.kernel.schemas import load
from community.kernel.sources import client_address
from community.kernel.unstored import unstored

PASSKEY = PasskeyIn()
PER_ADDRESS = "60 per minute"  # a whole class signs in from one address at nine o'clock
ASKED_PER_ADDRESS = "240 per minute"  # every look at the door asks, for whoever has one


def _address() -> str:
    return f"passkey from {client_address()}"


def _asked() -> str:
    return f"passkey asked from {client_address()}"


# ------------------------------------------------------------------ signing in


@pages.route("/sign-in/passkey/challenge", methods=["POST"])
@public
@limiter.limit(ASKED_PER_ADDRESS, key_func=_asked)
def ask_to_sign_in() -> Response:
    """Say what a passkey is to sign; whose it will be is not known yet."""
    return ask_to_sign(Context.begin(None), Asked.SIGN_IN)


@pages.route("/sign-in/passkey", methods=["POST"])
@public
@takes("answer", "next")
@limiter.limit(PER_ADDRESS, key_func=_address)
def sign_in_with_passkey() -> AnyResponse:
    """Sign somebody in by a passkey that knows its owner: nothing else is asked of them."""
    onward, site = local_path(request.form.get("next")), site_here()
    try:
        words, answer = answered(Context.begin(None), Asked.SIGN_IN)
        got = _signed_in(words, answer, site)
    except Invalid as error:
        return sign_in_page(onward, {"_schema": [error.message]}, 422)
    if isinstance(got, SignIn):
        end_former()
        return welcome(got, onward)
    SIGN_INS_FAILED.inc()
    return sign_in_page(onward, {"_schema": [said_of_passkey(got)]}, 422)


def _signed_in(words: bytes, answer: Any, site: Any) -> SignIn | Verdict:
    user_id = whose_passkey(answer["id"])
    if user_id is None:
        return Verdict.WRONG
    try:
        return sign_in_by_passkey(
            acting_as(user_id), site, words=words, answer=answer, device=this_device()
        )
    except Unauthenticated:  # deactivated a moment ago
        return Verdict.WRONG


def said_of_passkey(verdict: Verdict) -> str:
    """Return what to tell somebody whose passkey was not taken."""
    if verdict is Verdict.COPIED:
        return str(
            _(
                "This passkey may have been copied, so it was not taken. Sign in another way and"
                " remove it."
            )
        )
    return str(_("This passkey does not work here. Try again, or sign in another way."))


@pages.route("/sign-in/second/challenge", methods=["POST"])
@public
@limiter.limit(PER_WAITING, key_func=waiting_key)
def ask_for_second() -> Response:
    """Say what a passkey of whoever waits in this browser is to sign."""
    waits = waiting_here()
    if waits is None:
        raise Conflict(_("This sign-in took too long. Begin again."))
    return ask_to_sign(acting_as(waits[1]), Asked.SECOND)


@pages.route("/sign-in/second/passkey", methods=["POST"])
@public
@takes("answer", "next")
@limiter.limit(PER_WAITING, key_func=waiting_key)
def second_by_passkey() -> AnyResponse:
    """Take a passkey as the second factor of whoever waits in this browser."""
    onward, site, waits = local_path(request.form.get("next")), site_here(), waiting_here()
    if waits is None:
        return too_late(onward)
    waiting_id, user_id = waits
    ctx = acting_as(user_id)
    try:
        words, answer = answered(ctx, Asked.SECOND)
        got = finish_by_passkey(
            ctx, waiting_id, site, words=words, answer=answer, device=this_device()
        )
    except Unauthenticated:
        return too_late(onward)
    except Invalid as error:
        return second_page(user_id, onward, {"answer": [error.message]}, 422)
    if isinstance(got, SignIn):
        return welcome(got, onward)
    return second_page(user_id, onward, {"answer": [said_of_passkey(got)]}, 422)


# ------------------------------------------------------------------ one's own


@pages.route("/me/passkeys/new")
@signed_in
@recently_proved
def new_passkey() -> Response:
    """Ask how the passkey of this device is to be called."""
    return _new_page()


def _new_page(errors: dict[str, Any] | None = None, status: int = 200) -> Response:
    label = request.form.get("label", say_device(this_device()))
    html = render_template(
        "accounts/passkey_new.html",
        label=label,
        errors=errors or {},
        possible=site_of(installed().settings) is not None,
    )
    return make_response(html, status)


@pages.route("/me/passkeys/challenge", methods=["POST"])
@signed_in
@recently_proved
def ask_for_passkey() -> Response:
    """Say what the device is to make."""
    ctx, site = current_context(), site_here()
    user = account(ctx)
    known = known_passkeys(user.id)
    challenge = begin(ctx, Asked.ADD)
    return as_json(
        creation_options(
            site,
            challenge.words,
            user_id=user.id,
            email=user.email,
            name=user.name,
            known=known,
        )
    )


@pages.route("/me/passkeys/new", methods=["POST"])
@signed_in
@recently_proved
@takes("answer", "label")
def add_passkey_here() -> AnyResponse:
    """Keep the passkey this device has just made."""
    ctx, site = current_context(), site_here()
    try:
        label = load(PASSKEY, {"label": typed_form().get("label", "")})["label"]
        words, answer = answered(ctx, Asked.ADD)
        made, codes = add_passkey(ctx, site, words=words, answer=answer, label=label)
    except (Invalid, Conflict) as error:
        return _new_page(dict(errors_of(error, "answer")), error.status)
    now_strong()
    if codes:
        return recovery_page(codes)
    flash(_("The passkey “%(label)s” is added.", label=made.label), "success")
    return redirect(url_for("accounts.factors"), 303)


@pages.route("/me/passkeys/<uuid:passkey_id>/rename", methods=["POST"])
@signed_in
@takes("label")
def rename_passkey_here(passkey_id: uuid.UUID) -> AnyResponse:
    """Give a passkey another name."""
    rename_passkey(current_context(), passkey_id, **load(PASSKEY, typed_form()))
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.factors") + "#passkeys", 303)


@pages.route("/me/passkeys/<uuid:passkey_id>/remove", methods=["POST"])
@signed_in
@recently_proved
def remove_passkey_here(passkey_id: uuid.UUID) -> AnyResponse:
    """Take a passkey away."""
    gone = remove_passkey(current_context(), passkey_id)
    flash(
        _(
            "Nobody signs in with “%(label)s” any more. If the device is lost, sign it out too.",
            label=gone.label,
        ),
        "success",
    )
    return redirect(url_for("accounts.factors") + "#passkeys", 303)


def recovery_page(codes: list[str]) -> Response:
    """Show recovery codes, the only time they are told."""
    return unstored(make_response(render_template("accounts/recovery_codes.html", codes=codes)))
