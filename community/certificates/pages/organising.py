"""The certificates of a run, for those who organise it: the list, revoking, taking that back."""

import uuid

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.certificates.operations import reissue_certificate, revoke_certificate
from community.certificates.pages.blueprint import pages
from community.certificates.pages.mine import certificate_page
from community.certificates.policy import may_see_certificates
from community.certificates.queries import certificate, certificates_of, counts_of
from community.certificates.rules import REASON_WORDS
from community.certificates.schemas import RevokeIn
from community.cohorts.queries import space_with_run
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes, typed_form
from community.kernel.errors import Conflict, Invalid
from community.kernel.policy import require
from community.kernel.schemas import load

REVOKE = RevokeIn()
SORTS = {"valid": False, "revoked": True}


@pages.route("/spaces/<slug>/certificates")
@signed_in
def of_run(slug: str) -> str:
    """List the certificates of a run."""
    ctx = current_context()
    space, run = space_with_run(ctx, slug)
    require(may_see_certificates, ctx, run)
    state = request.args.get("state", "")
    state = state if state in SORTS else ""
    page = certificates_of(
        ctx, run.id, revoked=SORTS.get(state), page=request.args.get("page") or None
    )

    def page_url(bookmark: str | None) -> str | None:
        if bookmark is None:
            return None
        return url_for("certificates.of_run", slug=slug, state=state or None, page=bookmark)

    valid, revoked = counts_of(ctx, run.id)
    return render_template(
        "certificates/of_run.html",
        space=space,
        certificates=page.items,
        state=state,
        counts={"valid": valid, "revoked": revoked},
        reasons=REASON_WORDS,
        next_url=page_url(page.next),
        previous_url=page_url(page.previous),
    )


@pages.route("/certificates/<uuid:certificate_id>/revoke", methods=["POST"])
@signed_in
@takes("reason", "note")
def revoke(certificate_id: uuid.UUID) -> AnyResponse:
    """Revoke a certificate, and say why."""
    ctx = current_context()
    typed = typed_form()
    try:
        revoke_certificate(ctx, certificate_id, **load(REVOKE, typed))
    except Invalid as error:
        found = certificate(ctx, certificate_id)
        again = {"name": found.name, **typed}
        return certificate_page(ctx, found, typed=again, errors=error.fields, status=422)
    except Conflict as error:
        return _refused(certificate_id, error)
    flash(_("It is revoked, for whoever asks from now on. A letter tells them why."), "success")
    return _back(certificate_id)


@pages.route("/certificates/<uuid:certificate_id>/reissue", methods=["POST"])
@signed_in
def reissue(certificate_id: uuid.UUID) -> AnyResponse:
    """Let a revoked certificate hold again."""
    try:
        reissue_certificate(current_context(), certificate_id)
    except Conflict as error:
        return _refused(certificate_id, error)
    flash(_("It is valid again, under the same code. A letter tells them."), "success")
    return _back(certificate_id)


def _refused(certificate_id: uuid.UUID, error: Conflict) -> AnyResponse:
    ctx = current_context()
    found = certificate(ctx, certificate_id)
    return certificate_page(ctx, found, problem=str(error.message), status=error.status)


def _back(certificate_id: uuid.UUID) -> AnyResponse:
    return redirect(url_for("certificates.certificate", certificate_id=certificate_id), 303)
