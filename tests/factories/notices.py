"""What people are told in their inbox."""

import uuid

import sqlalchemy as sa
from flask import Flask

from community.kernel.db import db
from community.notifications.models import InboxNotice


def notice_of(app: Flask, user_id: uuid.UUID, subject_id: uuid.UUID) -> uuid.UUID:
    """Return what tells somebody of something."""
    with app.app_context():
        return db.session.scalars(
            sa.select(InboxNotice.id).filter_by(user_id=user_id, subject_id=subject_id)
        ).one()
