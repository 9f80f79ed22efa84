"""Who leads a run, and who could."""

import dataclasses
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from community.academy.models import Course
from community.academy.queries import outline
from community.accounts.models import User
from community.accounts.queries import called
from community.accounts.rules import search_terms
from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.frame import Person
from community.spaces.models import Membership, Role
from community.spaces.policy import FACILITATING, visible_memberships

MOST_LEADS = 50
MOST_FOUND = 12


@dataclasses.dataclass(frozen=True, slots=True)
class Lead:
    """Somebody who leads a run; ``stays`` says whether the network has them.

    ``left``: it had them once, and has them no more. Who never was in it leads as well as others.
    """

    person: Person
    role: Role
    stays: bool
    left: bool


def course_of(run: Run) -> Course:
    """Return the course that a run is of; the space that keeps it is the run's network."""
    return db.session.get_one(Course, outline(run.version_id).course_id)


def network_of(run: Run) -> uuid.UUID:
    """Return the space that keeps the course of a run: whose people may come to lead it."""
    return course_of(run).space_id


def leads_of(run: Run) -> Sequence[Lead]:
    """Return who leads a run the caller sees, by rank and name; at most 50, two statements."""
    once = sa.select(Membership.user_id).where(Membership.space_id == network_of(run))
    network = once.where(Membership.ended_at.is_(None)).scalar_subquery()
    rank = sa.case({Role.OWNER: 0, Role.ORGANISER: 1}, value=Membership.role, else_=2)
    rows = db.session.execute(
        sa.select(
            User.id,
            User.name,
            User.face,
            Membership.role,
            User.id.in_(network).label("stays"),
            User.id.in_(once.scalar_subquery()).label("once"),
        )
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.space_id == run.space_id,
            Membership.ended_at.is_(None),
            Membership.role.in_(FACILITATING),
            User.deactivated_at.is_(None),
        )
        .order_by(rank, User.name, User.id)
        .limit(MOST_LEADS)
    )
    return [
        Lead(
            Person(row.id, row.name, row.face),
            row.role,
            stays=bool(row.stays),
            left=bool(row.once and not row.stays),
        )
        for row in rows
    ]


def could_lead(ctx: Context, run: Run, words: str) -> Sequence[Person]:
    """Return whose names hold some words, of those who do not lead a run and could; at most 12.

    They belong to the run's space, or to the network that keeps its course where the actor does.
    """
    if not search_terms(words):
        return []
    around = visible_memberships(ctx).where(
        Membership.space_id.in_([run.space_id, network_of(run)])
    )
    leading = visible_memberships(ctx).where(
        Membership.space_id == run.space_id, Membership.role.in_(FACILITATING)
    )
    rows = db.session.execute(
        sa.select(User.id, User.name, User.face)
        .where(
            User.id.in_(around.with_only_columns(Membership.user_id)),
            User.id.not_in(leading.with_only_columns(Membership.user_id)),
            called(words),
            User.deactivated_at.is_(None),
        )
        .order_by(User.name, User.id)
        .limit(MOST_FOUND)
    )
    return [Person(row.id, row.name, row.face) for row in rows]
