"""What is known of looking after a learner: what was written to them, and what to write."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.cohorts.models import SEATED, Enrolment, Run, RunState
from community.correspondence.queries import is_off
from community.correspondence.rules import Channel, Topic
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.progress.models import Nudge
from community.spaces.models import Membership, Space
from community.spaces.policy import FACILITATING, present, reaches

NUDGES_SHOWN = 20

_STILL_LEADS = sa.exists().where(
    Membership.space_id == Run.space_id,
    Membership.user_id == Nudge.sent_by,
    present(),
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


@dataclasses.dataclass(frozen=True, slots=True)
class Letters:
    """What was written to a learner, the newest first; whether they take letters; one's address."""

    sent: Sequence[Sent]
    reachable: bool
    my_address: str


def letters_to(ctx: Context, enrolment: Enrolment) -> Letters:
    """Return what is known before one writes to a learner whom the caller may look after.

    Raises NotFound if the caller's account was deactivated meanwhile.
    """
    me = aliased(User)
    stopped = is_off(enrolment.user_id, Topic.MESSAGE, Channel.MAIL).label("stopped")
    rows = db.session.execute(
        sa.select(me.email, stopped, Nudge.id, Nudge.subject, Nudge.text, User.name, Nudge.sent_at)
        .select_from(me)
        .outerjoin(Nudge, Nudge.enrolment_id == enrolment.id)
        .outerjoin(User, User.id == Nudge.sent_by)
        .where(me.id == ctx.person, me.deactivated_at.is_(None))
        .order_by(Nudge.sent_at.desc(), Nudge.id.desc())
        .limit(NUDGES_SHOWN)
    ).all()
    if not rows:
        raise NotFound
    sent = [Sent(*row[2:]) for row in rows if row.id is not None]
    return Letters(sent, not rows[0].stopped, rows[0].email)


def nudge_to_send(nudge_id: uuid.UUID) -> Any | None:
    """Return a nudge for the letter that carries it; None where it is not wanted any more.

    Columns: user_id, sent_by, subject, text, space_id, slug and space_name.
    """
    return db.session.execute(
        sa.select(
            Enrolment.user_id,
            Nudge.sent_by,
            Nudge.subject,
            Nudge.text,
            Space.id.label("space_id"),
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
            reaches(Enrolment.user_id, Run.space_id),
        )
    ).one_or_none()
