"""Certificates, issued as a verdict issues them."""

import uuid

import sqlalchemy as sa
from flask import Flask

from community.certificates.models import Certificate
from community.certificates.operations import issue_certificate
from community.kernel.context import Context
from community.kernel.db import db


def make_certificate(app: Flask, enrolment_id: uuid.UUID, *, policy: int = 1) -> uuid.UUID:
    """Issue the certificate of an enrolment; returns its id."""
    with app.app_context():
        issue_certificate(Context.begin(None), enrolment_id, policy=policy)
        found = sa.select(Certificate.id).where(Certificate.enrolment_id == enrolment_id)
        return db.session.scalars(found).one()


def code_of(app: Flask, certificate_id: uuid.UUID) -> str:
    """Return the code of a certificate."""
    with app.app_context():
        return db.session.get_one(Certificate, certificate_id).code
