"""One's second factors at a glance, the authenticator app, and the recovery codes."""

from typing import Any

import segno
from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.formats.codes import app_address, tidy, unseal
from community.accounts.formats.passkeys import site_of
from community.accounts.operations import (
    Verdict,
    begin_code_app,
    confirm_code_app,
    make_recovery_codes,
    remove_code_app,
)
from community.accounts.operations.passkeys import MAX_PASSKEYS
from community.accounts.pages.blueprint import pages
from community.accounts.pages.ceremonies import now_strong
from community.accounts.pages.gate import said_of, typed_code
from community.accounts.pages.passkeys import recovery_page
from community.accounts.queries import (
    account,
    app_being_set_up,
    are_my_recovery_codes,
    factors_of,
    my_passkeys,
)
from community.kernel.addresses import url_for
from community.kernel.db import db
from community.kernel.doors import current_context, recently_proved, signed_in, takes
from community.kernel.errors import Conflict, Invalid
from community.kernel.installed import installed
from community.kernel.unstored import unstored

CODE_SCALE = 5  # pixels of a dot


@pages.route("/me/factors")
@signed_in
def factors() -> Response:
    """Show what proves, beside the password, that one is who one is."""
    ctx = current_context()
    html = render_template(
        "accounts/factors.html",
        factors=factors_of(ctx.person),
        setting_up=app_being_set_up(ctx) is not None,
        passkeys=db.session.scalars(my_passkeys(ctx).limit(MAX_PASSKEYS)).all(),
        most=MAX_PASSKEYS,
        possible=site_of(installed().settings) is not None,
        has_password=account(ctx).password_hash is not None,
    )
    return make_response(html)


@pages.route("/me/factors/app/begin", methods=["POST"])
@signed_in
@recently_proved
def begin_app() -> AnyResponse:
    """Begin to set up an authenticator app."""
    try:
        begin_code_app(current_context())
    except Conflict as error:
        flash(error.message, "info")
        return redirect(url_for("accounts.factors"), 303)
    return redirect(url_for("accounts.set_up_app"), 303)


@pages.route("/me/factors/app", methods=["GET", "POST"])
@signed_in
@recently_proved
@takes("code")
def set_up_app() -> AnyResponse:
    """Show the secret an app is to learn, and take the first code it shows."""
    if request.method == "GET":
        return _app_page()
    try:
        code = typed_code()
    except Invalid as error:
        if app_being_set_up(current_context()) is None:
            raise
        return _app_page(error.fields, 422)
    got = confirm_code_app(current_context(), code)
    if isinstance(got, Verdict):
        return _app_page({"code": [said_of(got)]}, 422)
    now_strong()
    if got:
        return recovery_page(got)
    flash(_("Your authenticator app is set up."), "success")
    return redirect(url_for("accounts.factors"), 303)


def _app_page(errors: dict[str, Any] | None = None, status: int = 200) -> AnyResponse:
    ctx = current_context()
    app = app_being_set_up(ctx)
    secret = unseal(app.sealed) if app else None
    if secret is None:
        return redirect(url_for("accounts.factors"), 303)
    network = installed().settings.network_name
    address = app_address(secret, account=account(ctx).email, network=network)
    html = render_template(
        "accounts/factor_app.html",
        picture=_picture(address),
        key=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        errors=errors or {},
    )
    return unstored(make_response(html, status))


def _picture(address: str) -> Markup:
    """Return an address as a QR code; black on white also where the page is dark."""
    made = segno.make(address, error="m")
    drawn = made.svg_inline(border=4, scale=CODE_SCALE, dark="#000", light="#fff")
    return Markup(drawn)  # noqa: S704  # lines and numbers only, made here


@pages.route("/me/factors/app/remove", methods=["POST"])
@signed_in
@recently_proved
def remove_app() -> AnyResponse:
    """Turn the authenticator app off."""
    remove_code_app(current_context())
    flash(_("No authenticator app is asked for any more."), "success")
    return redirect(url_for("accounts.factors"), 303)


@pages.route("/me/factors/recovery-codes", methods=["POST"])
@signed_in
@recently_proved
def new_recovery_codes() -> AnyResponse:
    """Make recovery codes anew, and show them."""
    return recovery_page(make_recovery_codes(current_context()))


@pages.route("/me/factors/recovery-codes/file", methods=["POST"])
@signed_in
@takes("codes")
def recovery_file() -> Response:
    """Give the codes the page shows as a file; only codes of one's own that work."""
    codes = request.form.get("codes", "").split()
    if not are_my_recovery_codes(current_context(), [tidy(code) for code in codes[:100]]):
        words = _("These are not your recovery codes, or they work no more. Make them anew.")
        raise Invalid(words, fields={"codes": [words]})
    network = installed().settings.network_name
    title = _("Recovery codes for %(network)s. Each works once.", network=network)
    answer = make_response("\n".join([title, "", *codes, ""]))
    answer.mimetype = "text/plain"
    answer.headers["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return unstored(answer)
