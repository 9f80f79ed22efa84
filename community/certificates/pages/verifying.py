"""Whether a certificate holds, for anybody who has its code: no sign-in, no script."""

from typing import TypeVar

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from community.certificates.formats import day_words, days_words
from community.certificates.pages.blueprint import pages
from community.certificates.queries import behind
from community.certificates.rules import TYPED_LONGEST, grouped, hours_of, typed
from community.kernel.addresses import url_for
from community.kernel.doors import public, reader
from community.kernel.http import limiter
from community.kernel.sources import client_address
from community.kernel.unstored import unstored

R = TypeVar("R", bound=AnyResponse)
PER_SOURCE = "60 per minute"


@pages.route("/verify")
@public
@limiter.limit(PER_SOURCE, key_func=client_address)
def ask() -> AnyResponse:
    """Ask for a code, and lead to what it stands for."""
    said = request.args.get("code", "")[:TYPED_LONGEST].strip()
    if not said:
        return _page("")
    code = typed(said)
    if not code:
        return _page(said, status=404)
    return _apart(redirect(url_for("certificates.verify", code=grouped(code)), 303))


@pages.route("/verify/<code>")
@public
@limiter.limit(PER_SOURCE, key_func=client_address)
def verify(code: str) -> Response:
    """Show what the certificate of a code says, and whether it holds.

    A code that is none, one that nobody has and one whose certificate is gone are answered alike.
    """
    found = behind(typed(code))
    if found is None:
        return _page(code[:TYPED_LONGEST], status=404)
    language = reader().language
    html = render_template(
        "certificates/verified.html",
        certificate=found,
        hours=hours_of(found.minutes),
        days=days_words(found.starts_on, found.ends_on, language),
        issued=day_words(found.issued_on, language),
        revoked=day_words(found.revoked_on, language) if found.revoked_on else "",
    )
    return _apart(make_response(html))


def _page(code: str, status: int = 200) -> Response:
    html = render_template(
        "certificates/verify.html", code=code, unknown=status == 404, longest=TYPED_LONGEST
    )
    return _apart(make_response(html, status))


def _apart(response: R) -> R:
    """What it says may end at any moment, and its address is for those who were given it."""
    return unstored(response, by_secret=True)
