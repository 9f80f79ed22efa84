"""What becomes of certificates when somebody deletes their account."""

import sqlalchemy as sa

from community.certificates.models import (
    Certificate,
    CertificateFormerName,
    CertificateLead,
    CertificateName,
)
from community.cohorts.models import Enrolment
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import operation


@operation
def erase(ctx: Context) -> None:
    """Remove the actor's certificates, and their name from those of runs they led.

    Whoever asks for a code of theirs then reads that there is no such certificate.
    """
    mine = sa.select(Enrolment.id).where(Enrolment.user_id == ctx.actor_id)
    own = sa.select(Certificate.id).where(Certificate.enrolment_id.in_(mine))
    for model in (CertificateLead, CertificateFormerName):
        execute(sa.delete(model).where(model.certificate_id.in_(own)))
    execute(sa.delete(CertificateLead).where(CertificateLead.user_id == ctx.actor_id))
    execute(sa.delete(CertificateName).where(CertificateName.user_id == ctx.actor_id))
    execute(sa.delete(Certificate).where(Certificate.enrolment_id.in_(mine)))
