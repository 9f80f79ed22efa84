"""Certificates, issued as a verdict issues them."""

import uuid

import sqlalchemy as sa
from flask import Flask

from community.certificates.models import Certificate
from community.cohorts.models import Enrolment
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import record, unit_of_work
from community.progress.events import VerdictReached, VerdictWithdrawn
from community.progress.models import CompletionPolicy, CompletionVerdict
from community.progress.rules.completion import Outcome


def reach(app: Flask, enrolment_id: uuid.UUID, outcome: Outcome = Outcome.COMPLETED) -> None:
    """Let a learner have reached an outcome, by the newest rules of the run."""
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        enrolment = db.session.get_one(Enrolment, enrolment_id)
        policy = db.session.scalars(
            sa.select(CompletionPolicy)
            .where(CompletionPolicy.run_id == enrolment.run_id)
            .order_by(CompletionPolicy.number.desc())
            .limit(1)
        ).one()
        row = _row(enrolment_id, outcome) or CompletionVerdict(
            enrolment_id=enrolment_id, outcome=outcome, evidence=[]
        )
        db.session.add(row)
        row.policy_id, row.at, row.decided_at = policy.id, ctx.now, ctx.now
        row.withdrawn_at = None
        record(
            VerdictReached(
                run_id=enrolment.run_id,
                enrolment_id=enrolment_id,
                user_id=enrolment.user_id,
                outcome=outcome.value,
            )
        )


def lose(app: Flask, enrolment_id: uuid.UUID, outcome: Outcome = Outcome.COMPLETED) -> None:
    """Take that verdict back."""
    ctx = Context.begin(None)
    with app.app_context(), unit_of_work(ctx):
        enrolment = db.session.get_one(Enrolment, enrolment_id)
        row = _row(enrolment_id, outcome)
        assert row is not None
        row.withdrawn_at = ctx.now
        record(
            VerdictWithdrawn(
                run_id=enrolment.run_id,
                enrolment_id=enrolment_id,
                user_id=enrolment.user_id,
                outcome=outcome.value,
            )
        )


def _row(enrolment_id: uuid.UUID, outcome: Outcome) -> CompletionVerdict | None:
    found: CompletionVerdict | None = db.session.scalar(
        sa.select(CompletionVerdict).where(
            CompletionVerdict.enrolment_id == enrolment_id, CompletionVerdict.outcome == outcome
        )
    )
    return found


def make_certificate(app: Flask, enrolment_id: uuid.UUID) -> uuid.UUID:
    """Let a learner have completed the run; returns the id of their certificate."""
    reach(app, enrolment_id)
    with app.app_context():
        found = sa.select(Certificate.id).where(Certificate.enrolment_id == enrolment_id)
        return db.session.scalars(found).one()


def code_of(app: Flask, certificate_id: uuid.UUID) -> str:
    """Return the code of a certificate."""
    with app.app_context():
        return db.session.get_one(Certificate, certificate_id).code
