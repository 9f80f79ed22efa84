"""What organisers do with certificates: revoke one with a reason, and take that back."""

import uuid

from flask_babel import gettext as _

from community.certificates.models import Certificate
from community.certificates.operations.issuing import end, let_hold
from community.certificates.policy import (
    may_reissue_certificate,
    may_revoke_certificate,
    space_of,
    visible_certificates,
)
from community.certificates.queries import standing_verdict
from community.certificates.rules import Reason
from community.kernel.context import Context
from community.kernel.errors import Conflict
from community.kernel.operation import operation
from community.kernel.policy import find, require
from community.spaces.policy import belongs_to, refuse_archived


@operation
def revoke_certificate(
    ctx: Context, certificate_id: uuid.UUID, *, reason: Reason, note: str
) -> Certificate:
    """Revoke a certificate: from this moment it holds no more, for whoever asks.

    Everybody who has its code reads ``reason``; ``note`` is for the learner, who is told, and the
    organisers. The same again changes nothing. Raises NotFound, Forbidden, and Conflict for one
    that is revoked otherwise, and in an archived space.
    """
    certificate = find(visible_certificates(ctx), certificate_id, lock=True)
    require(may_revoke_certificate, ctx, certificate)
    refuse_archived(belongs_to(ctx, space_of(ctx, certificate)))
    if certificate.revoked_at is None:
        end(ctx, certificate, reason, note)
    elif (certificate.reason, certificate.note) != (reason, note):
        raise Conflict(_("This certificate is revoked already."))
    return certificate


@operation
def reissue_certificate(ctx: Context, certificate_id: uuid.UUID) -> Certificate:
    """Let a revoked certificate hold again, as its next edition; its learner is told.

    One that holds stays as it is. Raises NotFound, Forbidden, and Conflict where the run is not
    completed any more by its rules, and in an archived space.
    """
    certificate = find(visible_certificates(ctx), certificate_id, lock=True)
    require(may_reissue_certificate, ctx, certificate)
    refuse_archived(belongs_to(ctx, space_of(ctx, certificate)))
    if certificate.revoked_at is None:
        return certificate
    if standing_verdict(certificate.enrolment_id) is None:
        raise Conflict(
            _("By the rules of the run they have not completed it, so there is nothing to certify.")
        )
    let_hold(ctx, certificate)
    return certificate
