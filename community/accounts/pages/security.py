"""What keeps an account one's own: where one is signed in, the password, the address."""

import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.operations import end_sign_in, end_sign_ins
from community.accounts.pages.blueprint import pages
from community.accounts.queries import account, factors_of, my_sign_ins
from community.accounts.rules import MAX_SIGN_INS, say_device
from community.kernel.addresses import url_for
from community.kernel.db import db
from community.kernel.doors import current_context, reader, signed_in


@pages.route("/me/security")
@signed_in
def security() -> AnyResponse:
    """Show where one is signed in, one's address and how one proves who one is."""
    return security_page()


def security_page(errors: dict[str, Any] | None = None, status: int = 200) -> Response:
    """Show it, with what was typed into one of its forms and what is wrong with that."""
    ctx = current_context()
    user = account(ctx)
    html = render_template(
        "accounts/security.html",
        email=user.email,
        verified=user.email_verified_at is not None,
        sign_ins=db.session.scalars(my_sign_ins(ctx).limit(MAX_SIGN_INS)).all(),
        here=reader().sign_in_id,
        say_device=say_device,
        has_password=user.password_hash is not None,
        new_email=request.form.get("email", ""),
        errors=errors or {},
        factors=factors_of(ctx.person),
    )
    return make_response(html, status)


@pages.route("/me/sign-ins/<uuid:sign_in_id>/end", methods=["POST"])
@signed_in
def end_one(sign_in_id: uuid.UUID) -> AnyResponse:
    """Sign another browser of one's own out."""
    ctx = current_context()
    ended = end_sign_in(ctx, sign_in_id)
    flash(_("%(device)s is signed out.", device=say_device(ended.device)), "success")
    return redirect(url_for("accounts.security") + "#sign-ins", 303)


@pages.route("/me/sign-ins/end-others", methods=["POST"])
@signed_in
def end_others() -> AnyResponse:
    """Sign out everywhere but here."""
    ctx = current_context()
    ended = end_sign_ins(ctx, but=reader().sign_in_id)
    flash(
        ngettext(
            "One other browser is signed out.", "%(num)d other browsers are signed out.", ended
        )
        if ended
        else _("You are signed in nowhere else."),
        "success",
    )
    return redirect(url_for("accounts.security") + "#sign-ins", 303)
