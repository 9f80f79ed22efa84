"""How somebody is named on their certificates: they say so themselves."""

import uuid

from flask_babel import gettext as _

from community.certificates.events import CertificateNamed
from community.certificates.models import Certificate, CertificateFormerName, CertificateName
from community.certificates.policy import (
    holder_of,
    may_name_certificate,
    run_of,
    visible_certificate_names,
    visible_certificates,
)
from community.certificates.rules import is_name
from community.kernel.context import Context
from community.kernel.db import db, insert_missing
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import find, require

MOST_EDITIONS = 50


@operation
def name_certificate(ctx: Context, certificate_id: uuid.UUID, *, name: str) -> Certificate:
    """Put another name on one's own certificate: it is then its next edition, its code stays.

    What it said before is kept for who organises the run. The same name again changes nothing.
    Raises NotFound, Forbidden, Invalid for what is no name, Conflict for a revoked one and where it
    was changed very often.
    """
    certificate = find(visible_certificates(ctx), certificate_id, lock=True)
    require(may_name_certificate, ctx, certificate)
    _refuse_nameless(name)
    if certificate.revoked_at is not None:
        raise Conflict(_("This certificate is revoked; nothing on it changes any more."))
    if certificate.name == name:
        return certificate
    if certificate.edition >= MOST_EDITIONS:
        raise Conflict(_("The name on this certificate has been changed too often."))
    db.session.add(
        CertificateFormerName(
            certificate_id=certificate.id,
            edition=certificate.edition,
            name=certificate.name,
            ended_at=ctx.now,
        )
    )
    certificate.name = name
    certificate.edition += 1
    certificate.edition_at = ctx.now
    record(
        CertificateNamed(
            run_id=run_of(ctx, certificate),
            certificate_id=certificate.id,
            user_id=holder_of(ctx, certificate),
            edition=certificate.edition,
        )
    )
    return certificate


@operation
def want_name(ctx: Context, *, name: str) -> None:
    """Say how one wants to be named on certificates to come; "": as one's account is called then.

    Raises Invalid for what is no name.
    """
    row = db.session.scalar(visible_certificate_names(ctx).with_for_update())
    if not name:
        if row is not None:
            db.session.delete(row)
        return
    _refuse_nameless(name)
    if row is None:
        values = {"id": new_key(), "user_id": ctx.person, "name": name, "changed_at": ctx.now}
        if insert_missing(CertificateName, values, unique=("user_id",)):
            return
        row = db.session.scalars(visible_certificate_names(ctx).with_for_update()).one()
    row.name, row.changed_at = name, ctx.now


def _refuse_nameless(name: str) -> None:
    if not is_name(name):
        words = _("Write a name: letters, no address. Put a space after each full stop.")
        raise Invalid(words, fields={"name": [words]})
