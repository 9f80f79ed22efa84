"""Certificates as pages and answers show them."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.accounts.queries import account
from community.certificates.formats import Certified
from community.certificates.models import (
    Certificate,
    CertificateFormerName,
    CertificateLead,
)
from community.certificates.policy import visible_certificate_names, visible_certificates
from community.certificates.rules import REASON_WORDS, Reason, grouped
from community.cohorts.models import Enrolment, Run
from community.kernel.addresses import public_url
from community.kernel.context import Context
from community.kernel.db import db, execute, values_of
from community.kernel.errors import NotFound
from community.kernel.frame import Person
from community.kernel.localtime import in_zone
from community.kernel.paging import LIMIT, Page, page_of
from community.spaces.models import Space

MINE_SHOWN = 100

_SAID = tuple(each for each in Certificate.__table__.columns if each.name != "enrolment_id")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a certificate says to anybody who has its code, whether it holds, and why not."""

    id: uuid.UUID
    code: str
    name: str
    course: str
    run: str
    network: str
    starts_on: dt.date
    ends_on: dt.date
    zone: str
    minutes: int
    policy: int
    language: str
    edition: int
    issued_at: dt.datetime
    edition_at: dt.datetime
    revoked_at: dt.datetime | None
    revoked_by: uuid.UUID | None
    reason: Reason | None
    note: str

    @property
    def valid(self) -> bool:
        return self.revoked_at is None

    @property
    def why(self) -> str:
        """Why it holds no more, in words for everybody; "" where it holds."""
        return str(REASON_WORDS[self.reason]) if self.reason else ""

    @property
    def shown_code(self) -> str:
        return grouped(self.code)

    @property
    def verify_url(self) -> str:
        """The whole address at which anybody sees whether it holds."""
        return public_url("certificates.verify", code=self.shown_code)

    @property
    def issued_on(self) -> dt.date:
        """The day it was issued first, where the run is."""
        return in_zone(self.issued_at, self.zone).date()

    @property
    def revoked_on(self) -> dt.date | None:
        return in_zone(self.revoked_at, self.zone).date() if self.revoked_at else None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Said):
    """A certificate with all that its learner and the organisers of the run see."""

    enrolment_id: uuid.UUID
    run_id: uuid.UUID
    space_id: uuid.UUID
    slug: str
    user_id: uuid.UUID
    account_name: str
    revoker: str | None
    leads: tuple[str, ...]

    @property
    def learner(self) -> Person:
        """Whose it is, as their account is called."""
        return Person(self.user_id, self.account_name)


def certificate(ctx: Context, certificate_id: uuid.UUID) -> Whole:
    """Return one with all its parts, in two statements; raises NotFound."""
    revoker = aliased(User)
    row = execute(
        visible_certificates(ctx)
        .join(User, User.id == Enrolment.user_id)
        .join(Space, Space.id == Run.space_id)
        .outerjoin(revoker, revoker.id == Certificate.revoked_by)
        .where(Certificate.id == certificate_id)
        .with_only_columns(
            *_SAID,
            Certificate.enrolment_id,
            Run.id.label("run_id"),
            Run.space_id,
            Space.slug,
            User.id.label("user_id"),
            User.name.label("account_name"),
            revoker.name.label("revoker"),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Whole(**values_of(row), leads=_leads(certificate_id))


def _leads(certificate_id: uuid.UUID) -> tuple[str, ...]:
    rows = execute(
        sa.select(CertificateLead.name)
        .where(CertificateLead.certificate_id == certificate_id)
        .order_by(CertificateLead.position)
    )
    return tuple(row.name for row in rows)


def certified(found: Whole) -> Certified:
    """Return what is printed of a certificate."""
    return Certified(
        name=found.name,
        course=found.course,
        run=found.run,
        network=found.network,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        minutes=found.minutes,
        leads=found.leads,
        policy=found.policy,
        language=found.language,
        code=found.code,
        edition=found.edition,
        issued_on=found.issued_on,
        edition_at=found.edition_at,
        verify_url=found.verify_url,
    )


def behind(code: str) -> Said | None:
    """Return the certificate of a code, for whoever has it; None where there is none.

    The code is all that is asked for: no rule stands before it, and nobody comes upon one by
    trying.
    """
    row = execute(sa.select(*_SAID).where(Certificate.code == code)).one_or_none()
    return Said(**values_of(row)) if row else None


def my_certificates(ctx: Context) -> Sequence[Said]:
    """Return one's own certificates, revoked ones too, the newest first; at most 100."""
    rows = execute(
        visible_certificates(ctx)
        .where(Enrolment.user_id == ctx.actor_id)
        .with_only_columns(*_SAID)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
        .limit(MINE_SHOWN)
    )
    return [Said(**values_of(row)) for row in rows]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A certificate in the list of its run; ``former`` are the names on it before, the last first.

    A name that came and went more than once stands there once.
    """

    id: uuid.UUID
    name: str
    issued_at: dt.datetime
    edition: int
    revoked_at: dt.datetime | None
    reason: Reason | None
    user_id: uuid.UUID
    account_name: str
    former: Sequence[str]


def certificates_of(
    ctx: Context,
    run_id: uuid.UUID,
    *,
    revoked: bool | None = None,
    limit: int = LIMIT,
    page: str | None = None,
) -> Page:
    """Return a page of the certificates of a run (``Line``) by name; two statements.

    ``revoked`` None: both sorts. The caller organises the run.
    """
    found: Any = (
        visible_certificates(ctx)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.run_id == run_id)
        .with_only_columns(
            *(Certificate.id, Certificate.name, Certificate.issued_at, Certificate.edition),
            *(Certificate.revoked_at, Certificate.reason),
            User.id.label("user_id"),
            User.name.label("account_name"),
        )
    )
    if revoked is not None:
        found = found.where(Certificate.revoked_at.is_not(None) == revoked)
    rows = page_of(found.order_by(Certificate.name, Certificate.id), limit=limit, page=page)
    former = _former_names([row.id for row in rows.items])
    lines = [Line(**values_of(row), former=former.get(row.id, ())) for row in rows.items]
    return Page(lines, rows.next, rows.previous)


def _former_names(certificate_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Return what certificates said before, the last first; each edition at most one."""
    found: dict[uuid.UUID, list[str]] = {}
    for certificate_id, name in execute(_FORMER, {"certificates": list(certificate_ids)}):
        names = found.setdefault(certificate_id, [])
        if name not in names:
            names.append(name)
    return found


_FORMER = (
    sa.select(CertificateFormerName.certificate_id, CertificateFormerName.name)
    .where(
        CertificateFormerName.certificate_id.in_(
            sa.bindparam("certificates", type_=sa.Uuid(), expanding=True)
        )
    )
    .order_by(CertificateFormerName.certificate_id, CertificateFormerName.edition.desc())
)


def counts_of(ctx: Context, run_id: uuid.UUID) -> tuple[int, int]:
    """Return how many certificates of a run hold, and how many are revoked."""
    row = execute(
        visible_certificates(ctx)
        .where(Enrolment.run_id == run_id)
        .with_only_columns(
            sa.func.count(Certificate.id).label("number"),
            sa.func.count(Certificate.revoked_at).label("revoked"),
        )
    ).one()
    return row.number - row.revoked, row.revoked


def own_of_run(ctx: Context, run_id: uuid.UUID) -> uuid.UUID | None:
    """Return the id of one's own certificate of a run; None where there is none."""
    found: uuid.UUID | None = execute(
        visible_certificates(ctx)
        .where(Enrolment.run_id == run_id, Enrolment.user_id == ctx.actor_id)
        .with_only_columns(Certificate.id)
    ).scalar()
    return found


def name_to_come(ctx: Context) -> str:
    """Return how one will be named on the next certificate."""
    wanted = db.session.scalar(visible_certificate_names(ctx))
    return wanted.name if wanted is not None else account(ctx).name


# ------------------------------------------------------------------ to take along


def personal(ctx: Context) -> dict[str, Any]:
    """Return one's certificates, and how one wants to be named on those to come."""
    wanted = db.session.scalar(visible_certificate_names(ctx))
    mine = my_certificates(ctx)
    former = _former_names([each.id for each in mine])
    return {
        "certificates": [
            {
                **{name: getattr(each, name) for name in _EXPORTED},
                "code": each.shown_code,
                "address": each.verify_url,
                "former_names": former.get(each.id, []),
            }
            for each in mine
        ],
        "name_on_certificates": wanted.name if wanted else None,
    }


_EXPORTED = (
    *("name", "course", "run", "network", "starts_on", "ends_on", "minutes", "policy"),
    *("edition", "issued_at", "edition_at", "revoked_at", "reason", "note"),
)
