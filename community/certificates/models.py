"""Certificates, who led what they are for, and how people want to be named on theirs."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from community.certificates.rules import CODE_LENGTH, Reason
from community.kernel.db import Keyed, choice

NAME_LONGEST = 120  # code points, as that of an account
NOTE_LONGEST = 500


class Certificate(Keyed):
    """That a learner completed a run, as it stood when it was issued; one an enrolment.

    Names and dates are copies: a run that is renamed, or whose course is written anew, changes no
    certificate. ``edition`` rises when another name stands on it, and when it is issued again after
    it was revoked; the code stays. ``note`` is for the learner and the organisers only.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (reason IS NULL) AND (revoked_at IS NOT NULL OR note = '')",
            name="revoked_whole",
        ),
        sa.CheckConstraint("edition >= 1", name="edition"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("enrolment.id"), unique=True)
    code: Mapped[str] = mapped_column(sa.String(CODE_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(sa.String(NAME_LONGEST))
    course: Mapped[str] = mapped_column(sa.String(200))
    run: Mapped[str] = mapped_column(sa.String(200))
    network: Mapped[str] = mapped_column(sa.String(200))
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    zone: Mapped[str] = mapped_column(sa.String(64))  # of the run: in which its days are said
    minutes: Mapped[int]
    policy: Mapped[int]  # the number of the rules that were met
    language: Mapped[str] = mapped_column(sa.String(16))
    edition: Mapped[int] = mapped_column(default=1)
    issued_at: Mapped[dt.datetime]
    edition_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reason: Mapped[Reason | None] = mapped_column(choice(Reason))
    note: Mapped[str] = mapped_column(sa.String(NOTE_LONGEST), default="")


class CertificateFormerName(Keyed):
    """Whom a certificate named before: its code was the same, and it may lie around printed so.

    ``edition`` is the last one that named them so, ``ended_at`` when another name took its place.
    """

    __tablename__ = "certificate_former_name"
    __table_args__ = (sa.UniqueConstraint("certificate_id", "edition"),)

    certificate_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("certificate.id"))
    edition: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(NAME_LONGEST))
    ended_at: Mapped[dt.datetime]


class CertificateLead(Keyed):
    """Somebody who led the run of a certificate, as they were called then."""

    __tablename__ = "certificate_lead"
    __table_args__ = (sa.UniqueConstraint("certificate_id", "user_id"),)

    certificate_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("certificate.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120))


class CertificateName(Keyed):
    """How somebody wants to be named on certificates to come; without a row, as their account."""

    __tablename__ = "certificate_name"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    name: Mapped[str] = mapped_column(sa.String(NAME_LONGEST))
    changed_at: Mapped[dt.datetime]
