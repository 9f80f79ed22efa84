"""What follows from a verdict: a certificate, or the end of one. Nobody asks for either."""

import secrets
import uuid

import sqlalchemy as sa

from community.certificates.events import (
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
)
from community.certificates.models import Certificate, CertificateLead
from community.certificates.queries import learner_of, of_run
from community.certificates.rules import BYTES, Reason, code_of
from community.cohorts.models import Enrolment
from community.kernel.context import Context
from community.kernel.db import db, insert_missing
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation, record

TELL_ISSUED, TELL_REVOKED = "certificates.mail_issued", "certificates.mail_revoked"


@operation
def issue_certificate(ctx: Context, enrolment_id: uuid.UUID, *, policy: int) -> None:
    """Issue the certificate of a learner who completed a run by its rules of this number.

    One that is there stays, whatever has changed since. One that was revoked with its verdict holds
    again; one that an organiser revoked does not, until they say so. Who deleted their account gets
    none.
    """
    learner = learner_of(enrolment_id)
    if learner is None:
        return
    found = of_run(ctx, learner.run_id)
    key = new_key()
    made = insert_missing(
        Certificate,
        {
            "id": key,
            "enrolment_id": enrolment_id,
            "code": code_of(secrets.token_bytes(BYTES)),
            "name": learner.name,
            **found.values,
            "policy": policy,
            "language": learner.language,
            "edition": 1,
            "issued_at": ctx.now,
            "edition_at": ctx.now,
            "note": "",
        },
        unique=("enrolment_id",),
    )
    if not made:
        _issue_again(ctx, enrolment_id, policy)
        return
    db.session.add_all(
        CertificateLead(certificate_id=key, user_id=user_id, position=position, name=name)
        for position, (user_id, name) in enumerate(found.leads)
    )
    record(CertificateIssued(run_id=learner.run_id, certificate_id=key, user_id=learner.user_id))
    tell(ctx, TELL_ISSUED, key, 1)


def _issue_again(ctx: Context, enrolment_id: uuid.UUID, policy: int) -> None:
    certificate = held(enrolment_id)
    if certificate is not None and certificate.reason is Reason.VERDICT:
        certificate.policy = policy
        let_hold(ctx, certificate)


@operation
def withdraw_certificate(ctx: Context, enrolment_id: uuid.UUID, *, note: str = "") -> None:
    """Revoke the certificate of a learner whose verdict was taken back; ``note`` says why.

    Where there is none, or one that is revoked already, nothing changes.
    """
    certificate = held(enrolment_id)
    if certificate is not None and certificate.revoked_at is None:
        end(ctx, certificate, Reason.VERDICT, note)


def held(enrolment_id: uuid.UUID) -> Certificate | None:
    """Return the certificate of an enrolment, held till the commit."""
    found: Certificate | None = db.session.scalar(
        sa.select(Certificate)
        .where(Certificate.enrolment_id == enrolment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


def end(ctx: Context, certificate: Certificate, reason: Reason, note: str) -> None:
    """Let a certificate, which is held, hold no more from this moment on; its learner is told."""
    certificate.revoked_at, certificate.revoked_by = ctx.now, ctx.actor_id
    certificate.reason, certificate.note = reason, note
    run_id, user_id = _whose(certificate)
    record(
        CertificateRevoked(
            run_id=run_id, certificate_id=certificate.id, user_id=user_id, reason=reason.value
        )
    )
    tell(ctx, TELL_REVOKED, certificate.id, certificate.edition)


def let_hold(ctx: Context, certificate: Certificate) -> None:
    """Let a revoked certificate, which is held, hold again as its next edition."""
    certificate.revoked_at = certificate.revoked_by = certificate.reason = None
    certificate.note = ""
    certificate.edition += 1
    certificate.edition_at = ctx.now
    run_id, user_id = _whose(certificate)
    record(
        CertificateReissued(
            run_id=run_id,
            certificate_id=certificate.id,
            user_id=user_id,
            edition=certificate.edition,
        )
    )
    tell(ctx, TELL_ISSUED, certificate.id, certificate.edition)


def _whose(certificate: Certificate) -> tuple[uuid.UUID, uuid.UUID]:
    enrolment = db.session.get_one(Enrolment, certificate.enrolment_id)
    return enrolment.run_id, enrolment.user_id


def tell(ctx: Context, job: str, certificate_id: uuid.UUID, edition: int) -> None:
    """Owe the learner a letter about an edition of their certificate."""
    enqueue(ctx, job, {"certificate_id": str(certificate_id), "edition": edition})
