"""Proving anew who one is, before an act that a stranger at an open browser must not do.

What was typed into the form that was held up is kept in the page; passwords and codes are not.
"""

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.formats.passkeys import site_of
from community.accounts.operations import prove_again
from community.accounts.pages.blueprint import pages
from community.accounts.pages.limits import PER_ACCOUNT, person
from community.accounts.queries import factors_of, my_credentials
from community.accounts.rules import local_path, verify_password
from community.accounts.schemas import ProveIn
from community.kernel.addresses import url_for
from community.kernel.db import db
from community.kernel.doors import current_context, is_proved, reader, signed_in, takes, typed_form
from community.kernel.errors import Invalid, ProofNeeded
from community.kernel.http import SAFE, is_api, limiter, problem
from community.kernel.installed import installed
from community.kernel.schemas import load
from community.kernel.threads import in_thread
from community.kernel.unstored import unstored

PROVE = ProveIn()
KEPT = "kept."  # before the name of a field of the form that was held up
SECRET = ("password", "code", "csrf_token")


@pages.route("/prove", methods=["GET", "POST"])
@signed_in
@takes("password", "next", "to", KEPT)
@limiter.limit(PER_ACCOUNT, key_func=person, methods=["POST"])
def prove() -> AnyResponse:
    """Ask for the password once more; lead back to what it was wanted for."""
    given = request.args if request.method == "GET" else request.form
    onward = local_path(given.get("next")) or url_for("accounts.security")
    if request.method == "GET":
        return redirect(onward, 303) if is_proved() else prove_page(onward)
    to, kept = local_path(request.form.get("to")), kept_fields()
    try:
        asked = {n: text for n, text in typed_form().items() if not n.startswith(KEPT)}
        _verify(load(PROVE, asked)["password"])
    except Invalid as error:
        return prove_page(onward, to=to, kept=kept, errors=error.fields, status=422)
    prove_again(current_context(), reader().sign_in_id)
    return led_on(onward, to, kept)


def led_on(onward: str, to: str | None, kept: list[tuple[str, str]]) -> AnyResponse:
    """Lead whoever has just proved who they are back, or on with the form that was held up."""
    if to is None:
        return redirect(onward, 303)
    html = render_template("accounts/proved.html", to=to, kept=kept, onward=onward)
    return unstored(make_response(html))


def _verify(password: str) -> None:
    kept = my_credentials(current_context()).password_hash
    db.session.close()  # hashing takes long: hold no connection meanwhile
    if not in_thread(verify_password, kept, password):
        raise Invalid(
            _("That is not your password."),
            fields={"password": [_("That is not your password. Try again.")]},
        )


@pages.app_errorhandler(ProofNeeded)
def ask_for_proof(error: ProofNeeded) -> AnyResponse:
    """Hold a request up: ask for the proof it needs, and keep the form it brought."""
    if is_api():
        return problem(error)
    here = request.full_path.rstrip("?")
    if request.method in SAFE:
        return redirect(url_for("accounts.prove", next=here))
    page = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    typed = list(typed_form_pairs())
    whole = not any(_is_secret(name) for name, _text in typed)
    onward = local_path(page) or url_for("accounts.security")
    return prove_page(onward, to=here if whole else None, kept=typed if whole else [], status=403)


def typed_form_pairs() -> list[tuple[str, str]]:
    """Return the fields of the form as they were sent, also those of one name."""
    names = typed_form()
    return [(name, text) for name, text in request.form.items(multi=True) if name in names]


def _is_secret(name: str) -> bool:
    return any(word in name for word in SECRET)


def kept_fields() -> list[tuple[str, str]]:
    """Return the fields of the form that was held up, without its secrets."""
    return [
        (name.removeprefix(KEPT), text)
        for name, text in request.form.items(multi=True)
        if name.startswith(KEPT) and not _is_secret(name)
    ]


def prove_page(
    onward: str,
    *,
    to: str | None = None,
    kept: list[tuple[str, str]] | None = None,
    errors: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    """Ask for the proof, by whatever the person can prove it with; ``kept`` waits with it."""
    ctx = current_context()
    html = render_template(
        "accounts/prove.html",
        onward=onward,
        to=to,
        kept=kept or [],
        errors=errors or {},
        factors=factors_of(ctx.person),
        has_password=my_credentials(ctx).password_hash is not None,
        passkeys=site_of(installed().settings) is not None,
    )
    return unstored(make_response(html, status))
