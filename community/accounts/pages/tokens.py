"""The tokens of one's programs."""

import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.operations import create_token, revoke_token
from community.accounts.pages.blueprint import pages
from community.accounts.queries import my_tokens
from community.accounts.rules import MAX_TOKENS
from community.accounts.schemas import TokenIn
from community.kernel.addresses import url_for
from community.kernel.db import db
from community.kernel.doors import current_context, recently_proved, signed_in, takes, typed_form
from community.kernel.errors import Conflict, Invalid
from community.kernel.pages import errors_of
from community.kernel.schemas import load
from community.kernel.unstored import unstored

TOKEN = TokenIn()
SCOPE_WORDS = {
    "read": _l("Read what you can read: spaces, threads, courses, sessions, progress."),
    "write": _l("Do what you can do there: post, join, lead, decide."),
    "account": _l("See and change your own account: name, zone, language, sign-ins, tokens."),
}


@pages.route("/me/tokens")
@signed_in
def tokens() -> Response:
    """Show the tokens of one's programs, and the form that makes one."""
    return _tokens_page()


@pages.route("/me/tokens", methods=["POST"])
@signed_in
@recently_proved
@takes("label", "scopes", "days")
def make_token() -> AnyResponse:
    """Make a token, and show it the only time it is told."""
    typed: dict[str, Any] = {**typed_form(), "scopes": request.form.getlist("scopes")}
    try:
        token, secret = create_token(current_context(), **load(TOKEN, typed))
    except (Invalid, Conflict) as error:
        return _tokens_page(dict(errors_of(error, "label")), error.status)
    html = render_template("accounts/token_made.html", token=token, secret=secret)
    return unstored(make_response(html))


def _tokens_page(errors: dict[str, Any] | None = None, status: int = 200) -> Response:
    ctx, typed = current_context(), request.form
    html = render_template(
        "accounts/tokens.html",
        tokens=db.session.scalars(my_tokens(ctx).limit(MAX_TOKENS)).all(),
        most=MAX_TOKENS,
        words=SCOPE_WORDS,
        label=typed.get("label", ""),
        chosen=typed.getlist("scopes") if typed else ["read"],
        days=typed.get("days", "90"),
        errors=errors or {},
    )
    return make_response(html, status)


@pages.route("/me/tokens/<uuid:token_id>/revoke", methods=["POST"])
@signed_in
def revoke(token_id: uuid.UUID) -> AnyResponse:
    """Take a token out of force."""
    token = revoke_token(current_context(), token_id)
    flash(_("The token “%(label)s” does not work any more.", label=token.label), "success")
    return redirect(url_for("accounts.tokens"), 303)
