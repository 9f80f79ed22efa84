"""Who reads certificates, changes the name on one, and revokes them."""

import uuid

import sqlalchemy as sa

from community.certificates.models import Certificate, CertificateName
from community.cohorts.models import Enrolment, Run
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.policy import read_rule, rule
from community.spaces.policy import ORGANISING, my_spaces_as, organises


@read_rule
def visible_certificates(ctx: Context) -> sa.Select[Certificate]:
    """One's own, wherever one belongs by now, and those of runs one organises.

    What a certificate says, whoever has its code sees too, without any rule.
    """
    if ctx.actor_id is None:
        return sa.select(Certificate).where(sa.false())
    organised = my_spaces_as(ctx, ORGANISING)
    return (
        sa.select(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(sa.or_(Enrolment.user_id == ctx.actor_id, Run.space_id.in_(organised)))
    )


@read_rule
def visible_certificate_names(ctx: Context) -> sa.Select[CertificateName]:
    """How one wants to be named oneself."""
    return sa.select(CertificateName).where(CertificateName.user_id == ctx.actor_id)


@rule
def may_see_certificates(ctx: Context, run: Run) -> bool:
    """Organisers of the run's space see all certificates of the run."""
    return organises(ctx, run.space_id)


@rule
def may_name_certificate(ctx: Context, certificate: Certificate) -> bool:
    """The learner says how they are named on it; nobody else does."""
    return ctx.actor_id is not None and holder_of(ctx, certificate) == ctx.actor_id


@rule
def may_revoke_certificate(ctx: Context, certificate: Certificate) -> bool:
    """Organisers of the run revoke it."""
    return organises(ctx, space_of(ctx, certificate))


@rule
def may_reissue_certificate(ctx: Context, certificate: Certificate) -> bool:
    """Organisers of the run issue one again that was revoked."""
    return organises(ctx, space_of(ctx, certificate))


def holder_of(ctx: Context, certificate: Certificate) -> uuid.UUID:
    """Return whose certificate it is."""
    return _of(ctx, certificate)[0]


def run_of(ctx: Context, certificate: Certificate) -> uuid.UUID:
    """Return the run it is for."""
    return _of(ctx, certificate)[2]


def space_of(ctx: Context, certificate: Certificate) -> uuid.UUID:
    """Return the space of that run."""
    return _of(ctx, certificate)[1]


def _of(ctx: Context, certificate: Certificate) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """Return the learner, the space and the run; one statement a context."""

    def read() -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
        row = execute(
            sa.select(Enrolment.user_id, Run.space_id, Run.id)
            .join(Run, Run.id == Enrolment.run_id)
            .where(Enrolment.id == certificate.enrolment_id)
        ).one()
        return row.user_id, row.space_id, row.id

    return ctx.memo(("certificates.of", certificate.enrolment_id), read)
