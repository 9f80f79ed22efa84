"""What a certificate is issued from, and what a letter tells of one."""

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.academy.models import Course
from community.academy.queries import outline
from community.accounts.models import User
from community.certificates.models import (
    Certificate,
    CertificateName,
)
from community.certificates.rules import Reason, last_day
from community.cohorts.models import Enrolment, Run
from community.cohorts.queries.people import leads_of
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.localtime import in_zone
from community.progress.models import CompletionPolicy
from community.progress.queries import Verdict, verdicts_of
from community.progress.rules.completion import Outcome
from community.spaces.models import Role, Space

MOST_LEADS = 12


@dataclasses.dataclass(frozen=True, slots=True)
class OfRun:
    """What all certificates of a run say alike, and who led it."""

    values: dict[str, Any]
    leads: Sequence[tuple[uuid.UUID, str]]


def of_run(ctx: Context, run_id: uuid.UUID) -> OfRun:
    """Return what certificates of a run say; read once a context."""
    return ctx.memo(("certificates.of_run", run_id), lambda: _of_run(run_id))


def _of_run(run_id: uuid.UUID) -> OfRun:
    run = db.session.get_one(Run, run_id)
    course = outline(run.version_id)
    network = aliased(Space)
    row = execute(
        sa.select(Space.name.label("run"), network.name.label("network"))
        .select_from(Space)
        .join(Course, Course.id == course.course_id)
        .join(network, network.id == Course.space_id)
        .where(Space.id == run.space_id)
    ).one()
    closed_on = in_zone(run.closed_at, run.zone).date() if run.closed_at else None
    led = leads_of(run)
    facilitators = [each for each in led if each.role is Role.FACILITATOR] or led
    return OfRun(
        values={
            "course": course.title,
            "run": row.run,
            "network": row.network,
            "starts_on": run.starts_on,
            "ends_on": last_day(run.starts_on, run.timeline.ends_on, closed_on),
            "zone": run.zone,
            "minutes": sum(line.minutes for line in course.activities if line.required),
        },
        leads=[(each.person.id, each.person.name) for each in facilitators[:MOST_LEADS]],
    )


def learner_of(enrolment_id: uuid.UUID) -> Any:
    """Return who is enrolled so, as they are named on certificates; None: nobody any more.

    ``user_id``, ``name``, ``language``, ``run_id``. Their account is held against being deleted.
    """
    return execute(
        sa.select(
            User.id.label("user_id"),
            sa.func.coalesce(CertificateName.name, User.name).label("name"),
            User.language,
            Enrolment.run_id,
        )
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(CertificateName, CertificateName.user_id == User.id)
        .where(Enrolment.id == enrolment_id, User.deleted_at.is_(None))
        .with_for_update(of=User, read=True, key_share=True)
    ).one_or_none()


def standing_verdict(enrolment_id: uuid.UUID) -> Verdict | None:
    """Return the verdict that a learner has completed the run, while it stands."""
    found = (each for each in verdicts_of(enrolment_id) if each.outcome is Outcome.COMPLETED)
    return next(found, None)


def words_of_rules(ctx: Context, run_id: uuid.UUID) -> str:
    """Return what was said of the newest change to the rules of a run; read once a context."""
    newest = (
        sa.select(CompletionPolicy.note)
        .where(CompletionPolicy.run_id == run_id)
        .order_by(CompletionPolicy.number.desc())
        .limit(1)
    )
    return ctx.memo(("certificates.rules", run_id), lambda: execute(newest).scalar() or "")


# ------------------------------------------------------------------ letters


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A certificate as a letter tells of it."""

    id: uuid.UUID
    user_id: uuid.UUID
    course: str
    run: str
    edition: int
    reason: Reason | None
    note: str


def to_tell(certificate_id: uuid.UUID, edition: int, *, revoked: bool) -> Told | None:
    """Return an edition for the job that tells its learner of it, while it stands so; no rule."""
    row = execute(
        sa.select(
            Certificate.id,
            Enrolment.user_id,
            Certificate.course,
            Certificate.run,
            Certificate.edition,
            Certificate.reason,
            Certificate.note,
        )
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(
            Certificate.id == certificate_id,
            Certificate.edition == edition,
            Certificate.revoked_at.is_not(None) == revoked,
        )
    ).one_or_none()
    return Told(*row) if row else None
