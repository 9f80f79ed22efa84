"""What is known of looking after a learner: what was written to them, and what to write."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.cohorts.models import SEATED, Enrolment, Run, RunState
from community.kernel.db import db
from community.progress.models import Nudge
from community.spaces.models import Membership, Space
from community.spaces.policy import FACILITATING

NUDGES_SHOWN = 20

_STILL_LEADS = sa.exists().where(
    Membership.space_id == Run.space_id,
    Membership.user_id == Nudge.sent_by,
    Membership.ended_at.is_(None),
    Membership.role.in_(FACILITATING),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """A nudge, with the name of who wrote it."""

    id: uuid.UUID
    subject: str
    text: str
    by: str
    sent_at: dt.datetime


def nudges_of(enrolment_id: uuid.UUID) -> Sequence[Sent]:
    """Return what was written to a learner, the newest first; the caller may look after them."""
    rows = db.session.execute(
        sa.select(Nudge.id, Nudge.subject, Nudge.text, User.name, Nudge.sent_at)
        .join(User, User.id == Nudge.sent_by)
        .where(Nudge.enrolment_id == enrolment_id)
        .order_by(Nudge.sent_at.desc(), Nudge.id.desc())
        .limit(NUDGES_SHOWN)
    )
    return [Sent(*row) for row in rows]


def nudge_to_send(nudge_id: uuid.UUID) -> Any | None:
    """Return a nudge for the letter that carries it; None where it is not wanted any more.

    Columns: user_id, sent_by, subject, text, slug and space_name.
    """
    return db.session.execute(
        sa.select(
            Enrolment.user_id,
            Nudge.sent_by,
            Nudge.subject,
            Nudge.text,
            Space.slug,
            Space.name.label("space_name"),
        )
        .select_from(Nudge)
        .join(Enrolment, Enrolment.id == Nudge.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Space, Space.id == Run.space_id)
        .where(
            Nudge.id == nudge_id,
            Enrolment.state.in_(SEATED),
            Run.state != RunState.CLOSED,
            _STILL_LEADS,
        )
    ).one_or_none()
