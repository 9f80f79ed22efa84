"""Certificates over JSON: one's own, those of a run, and whether one holds, for anybody."""

import uuid
from typing import Any

from flask import Response, request

from community.certificates.operations import (
    name_certificate,
    reissue_certificate,
    revoke_certificate,
    want_name,
)
from community.certificates.policy import may_see_certificates
from community.certificates.queries import (
    Said,
    Whole,
    behind,
    certificate,
    certificates_of,
    my_certificates,
    name_to_come,
)
from community.certificates.rules import typed
from community.certificates.schemas import (
    CertificatesIn,
    LinesOut,
    MineOut,
    NameIn,
    RevokeIn,
    VerifiedOut,
    WantedNameIn,
    WholeCertificateOut,
)
from community.cohorts.policy import find_run
from community.kernel.api import ApiBlueprint
from community.kernel.context import Context
from community.kernel.doors import current_context, public, signed_in
from community.kernel.errors import NotFound
from community.kernel.http import limiter
from community.kernel.paging import Page
from community.kernel.policy import require
from community.kernel.sources import client_address
from community.kernel.unstored import unstored

VERIFY = "certificates_api.verify"
api = ApiBlueprint("certificates", "Certificates of completed runs")

PER_SOURCE = "60 per minute"
CODE = {
    "name": "code",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z-]{26,30}$"},
    "description": "As it is printed; hyphens may be left out.",
}


@api.route("/me/certificates")
@signed_in
@api.response(200, MineOut)
def mine() -> dict[str, Any]:
    """List your certificates."""
    return _mine(current_context())


@api.route("/me/certificates/name", methods=["PUT"])
@signed_in
@api.arguments(WantedNameIn)
@api.response(200, MineOut)
def want(given: dict[str, Any]) -> dict[str, Any]:
    """Say how you want to be named on certificates to come."""
    ctx = current_context()
    want_name(ctx, **given)
    return _mine(ctx)


def _mine(ctx: Context) -> dict[str, Any]:
    return {"items": my_certificates(ctx), "name": name_to_come(ctx)}


@api.route("/certificates/<uuid:certificate_id>")
@signed_in
@api.response(200, WholeCertificateOut)
def read(certificate_id: uuid.UUID) -> Whole:
    """Read a certificate: your own, or one of a run you organise."""
    return certificate(current_context(), certificate_id)


@api.route("/certificates/<uuid:certificate_id>/name", methods=["PUT"])
@signed_in
@api.arguments(NameIn)
@api.response(200, WholeCertificateOut)
def name(given: dict[str, Any], certificate_id: uuid.UUID) -> Whole:
    """Put another name on your certificate: it is then its next edition."""
    ctx = current_context()
    name_certificate(ctx, certificate_id, **given)
    return certificate(ctx, certificate_id)


@api.route("/certificates/<uuid:certificate_id>/revoke", methods=["POST"])
@signed_in
@api.arguments(RevokeIn)
@api.response(200, WholeCertificateOut)
def revoke(given: dict[str, Any], certificate_id: uuid.UUID) -> Whole:
    """Revoke a certificate of a run you organise; its learner is told by letter."""
    ctx = current_context()
    revoke_certificate(ctx, certificate_id, **given)
    return certificate(ctx, certificate_id)


@api.route("/certificates/<uuid:certificate_id>/reissue", methods=["POST"])
@signed_in
@api.response(200, WholeCertificateOut)
def reissue(certificate_id: uuid.UUID) -> Whole:
    """Make a revoked certificate valid again; its learner is told by letter."""
    ctx = current_context()
    reissue_certificate(ctx, certificate_id)
    return certificate(ctx, certificate_id)


@api.route("/runs/<uuid:run_id>/certificates")
@signed_in
@api.arguments(CertificatesIn, location="query")
@api.response(200, LinesOut)
def of_run(asked: dict[str, Any], run_id: uuid.UUID) -> Page:
    """List the certificates of a run you organise."""
    ctx = current_context()
    run = find_run(ctx, run_id)
    require(may_see_certificates, ctx, run)
    return certificates_of(ctx, run.id, **asked)


@api.route("/verify/<string:code>", parameters=[CODE])
@public
@limiter.limit(PER_SOURCE, key_func=client_address)
@api.response(200, VerifiedOut)
def verify(code: str) -> Said:
    """Ask whether a certificate is valid, by its code; nobody needs to be signed in."""
    found = behind(typed(code))
    if found is None:
        raise NotFound
    return found


@api.after_request
def _apart(response: Response) -> Response:
    """Keep what anybody may ask out of caches and search engines, as its page is."""
    return unstored(response, by_secret=True) if request.endpoint == VERIFY else response
