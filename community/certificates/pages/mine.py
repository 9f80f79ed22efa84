"""One's own certificates: what they say, how they name one, the PDF, the address to show."""

import uuid
from typing import Any

from flask import Response, flash, make_response, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.certificates.formats import as_pdf, days_words, told_of
from community.certificates.models import NAME_LONGEST, NOTE_LONGEST, Certificate
from community.certificates.operations import name_certificate, want_name
from community.certificates.pages.blueprint import pages
from community.certificates.policy import (
    may_name_certificate,
    may_reissue_certificate,
    may_revoke_certificate,
)
from community.certificates.queries import (
    Whole,
    certificate,
    certified,
    my_certificates,
    name_to_come,
)
from community.certificates.rules import GIVEN, REASON_WORDS, hours_of
from community.certificates.schemas import NameIn, WantedNameIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.doors import current_context, reader, signed_in, takes, typed_form
from community.kernel.errors import Conflict, Invalid
from community.kernel.files.sending import disposition
from community.kernel.frame import Frame, Group, NavItem
from community.kernel.http import limiter
from community.kernel.mail import in_language
from community.kernel.pages import errors_of
from community.kernel.policy import abilities
from community.kernel.schemas import load
from community.kernel.threads import OneAtATime, in_thread
from community.kernel.unstored import unstored
from community.spaces.policy import belongs_to

ABILITIES = {
    "name": may_name_certificate,
    "revoke": may_revoke_certificate,
    "reissue": may_reissue_certificate,
}
NAME, WANTED = NameIn(), WantedNameIn()
OFTEN = "30 per minute"
_SETTING = OneAtATime()


@pages.route("/certificates")
@signed_in
def certificates() -> Response:
    """List one's own certificates, and say how the next one will name one."""
    return _list_page()


@pages.route("/certificates/name", methods=["POST"])
@signed_in
@takes("name")
def want() -> AnyResponse:
    """Say how one wants to be named on certificates to come."""
    typed = typed_form()
    try:
        want_name(current_context(), **load(WANTED, typed))
    except Invalid as error:
        return _list_page(typed=typed.get("name", ""), errors=error.fields, status=error.status)
    flash(_("Saved."), "success")
    return redirect(url_for("certificates.certificates"), 303)


def _list_page(*, typed: str | None = None, errors: Any = None, status: int = 200) -> Response:
    ctx = current_context()
    html = render_template(
        "certificates/mine.html",
        certificates=my_certificates(ctx),
        typed=name_to_come(ctx) if typed is None else typed,
        errors=errors or {},
        longest=NAME_LONGEST,
    )
    return make_response(html, status)


@pages.route("/certificates/<uuid:certificate_id>", endpoint="certificate")
@signed_in
def show(certificate_id: uuid.UUID) -> Response:
    """Show a certificate: to its learner, and to those who organise the run."""
    ctx = current_context()
    return certificate_page(ctx, certificate(ctx, certificate_id))


def certificate_page(
    ctx: Context,
    found: Whole,
    *,
    typed: dict[str, str] | None = None,
    errors: Any = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    """Draw the page of a certificate; ``typed`` is what was not taken."""
    row = db.session.get_one(Certificate, found.id)
    can = abilities(ABILITIES, ctx, row)
    own = found.user_id == ctx.actor_id
    html = render_template(
        "certificates/certificate.html",
        certificate=found,
        can=can,
        space=None if own else belongs_to(ctx, found.space_id),
        hours=hours_of(found.minutes),
        days=days_words(found.starts_on, found.ends_on, reader().language),
        reasons=[(each.value, REASON_WORDS[each]) for each in GIVEN],
        typed=typed or {"name": found.name},
        errors=errors or {},
        problem=problem,
        longest={"name": NAME_LONGEST, "note": NOTE_LONGEST},
    )
    return unstored(make_response(html, status))


@pages.route("/certificates/<uuid:certificate_id>/name", methods=["POST"])
@signed_in
@takes("name")
def name(certificate_id: uuid.UUID) -> AnyResponse:
    """Put another name on one's own certificate."""
    ctx = current_context()
    typed = typed_form()
    try:
        name_certificate(ctx, certificate_id, **load(NAME, typed))
    except (Invalid, Conflict) as error:
        found = certificate(ctx, certificate_id)
        errors = errors_of(error, "name")
        return certificate_page(ctx, found, typed=typed, errors=errors, status=error.status)
    flash(_("That is the name on it now. Load the PDF anew."), "success")
    return redirect(url_for("certificates.certificate", certificate_id=certificate_id), 303)


@pages.route("/certificates/<uuid:certificate_id>/pdf")
@signed_in
@limiter.limit(OFTEN)
def pdf(certificate_id: uuid.UUID) -> Response:
    """Give a certificate as PDF, set anew; one that is revoked is not given."""
    found = certificate(current_context(), certificate_id)
    if not found.valid:
        raise Conflict(_("This certificate is revoked, so there is no PDF of it any more."))
    said = certified(found)
    with in_language(said.language):
        told = told_of(said)
    db.session.close()  # nothing is held while it is set
    with _SETTING:
        content = in_thread(as_pdf, told)
    response = make_response(content)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = disposition(_file_name(found))
    return unstored(response)


def _file_name(found: Whole) -> str:
    return f"{_('Certificate')} {found.course} {found.shown_code[:5]}.pdf"


def contribute(_ctx: Context, frame: Frame) -> None:
    """Add one's certificates to one's own pages."""
    frame.own_pages(_own_pages)


def _own_pages() -> list[NavItem]:
    url = url_for("certificates.certificates")
    return [NavItem(_("Certificates"), url, "certificate", group=Group.MINE)]
