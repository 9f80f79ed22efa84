"""Letters of invitation: what is known of the addresses on a list, and who has not answered."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db, execute, values_of
from community.kernel.paging import LIMIT, Page, page_of
from community.kernel.policy import require
from community.spaces.models import Invitation, Membership, Role, Space
from community.spaces.policy import (
    Grant,
    find_space,
    is_waiting,
    may_grant,
    may_invite,
    refuse_archived,
    visible_invitations,
)
from community.spaces.queries.spaces import joining
from community.spaces.rules import AGAIN_AFTER, Entry, Facts, Judged, judge_list

ANSWERED = sa.or_(Invitation.answered_at.is_not(None), Invitation.declined_at.is_not(None))
_answerer = aliased(User, name="answerer")


def fates(
    ctx: Context, space_id: uuid.UUID, entries: Sequence[Entry], *, role: Role, beyond: bool = False
) -> list[Judged]:
    """Return what would become of each line of a list; nothing is sent.

    Raises Forbidden for who may not invite into the space, NotFound where it is not theirs.
    """
    space = find_space(ctx, space_id)
    require(may_invite, ctx, space)
    refuse_archived(space)
    facts = _facts_of(
        ctx, space_id, {entry.email for entry in entries if entry.email}, beyond=beyond
    )
    grants = {each.value: may_grant(ctx, Grant(space_id, each)) for each in Role}
    return judge_list(entries, facts, role=role.value, grants=grants)


def _facts_of(
    ctx: Context, space_id: uuid.UUID, emails: Collection[str], *, beyond: bool = False
) -> Facts:
    """Return what a space knows of some addresses.

    It looks at who belongs to the space and at its own letters, never at who has an account.
    ``beyond``: more may be invited than there are seats.
    """
    keys = list(emails)
    current = sa.select(Membership.user_id).where(
        Membership.space_id == space_id, Membership.ended_at.is_(None)
    )
    members = set(
        db.session.scalars(sa.select(User.email).where(User.email.in_(keys), User.id.in_(current)))
    )
    invited: dict[str, dt.datetime] = {}
    declined: dict[str, dt.datetime] = {}
    rows = db.session.execute(
        sa.select(
            Invitation.email,
            Invitation.answered_by.in_(current).label("belongs"),
            Invitation.answered_at,
            Invitation.declined_at,
            Invitation.last_sent_at,
            Invitation.created_at,
            Invitation.expires_at,
        )
        .where(
            Invitation.space_id == space_id,
            Invitation.email.in_(keys),
            Invitation.revoked_at.is_(None),
        )
        .order_by(Invitation.created_at)
    )
    for row in rows:
        if row.answered_at is not None:
            if row.belongs:
                members.add(row.email)
        elif row.declined_at is not None:
            if row.declined_at > ctx.now - AGAIN_AFTER:
                declined[row.email] = row.declined_at
        elif row.expires_at > ctx.now:
            invited[row.email] = row.last_sent_at or row.created_at
    return Facts(
        members=members,
        invited=invited,
        declined=declined,
        seats=_seats(ctx, space_id, beyond=beyond),
    )


def _seats(ctx: Context, space_id: uuid.UUID, *, beyond: bool) -> int | None:
    """Return how many more may be invited to learn: free seats that no letter offers yet."""
    told = joining(space_id)
    if told.over:
        return 0
    if beyond or told.seats is None:
        return None
    offered = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Invitation)
        .where(
            Invitation.space_id == space_id,
            Invitation.role == Role.MEMBER,
            Invitation.expires_at > ctx.now,
            *is_waiting(),
        )
    )
    return max(0, told.seats - (offered or 0))


def letters_sent_since(space_id: uuid.UUID, since: dt.datetime) -> int:
    """Return how many addresses a space has written to since an instant."""
    count = sa.select(sa.func.count()).select_from(Invitation)
    found = db.session.scalar(
        count.where(Invitation.space_id == space_id, Invitation.last_sent_at > since)
    )
    return found or 0


def belongs_already() -> sa.ColumnElement[bool]:
    """Whether a member of an invitation's space has its address: they came by another way."""
    return (
        sa.exists()
        .where(
            Membership.space_id == Invitation.space_id,
            Membership.ended_at.is_(None),
            Membership.user_id == User.id,
            User.email == Invitation.email,
        )
        .correlate(Invitation)
    )


class Tally(NamedTuple):
    """How many letters there are that were not taken back, by what became of them."""

    waiting: int
    accepted: int
    declined: int


def tally(ctx: Context, space_id: uuid.UUID) -> Tally:
    """Return how many have answered a letter into a space the actor organises, and how."""
    row = execute(
        visible_invitations(ctx)
        .where(
            Invitation.space_id == space_id,
            Invitation.email.is_not(None),
            Invitation.revoked_at.is_(None),
        )
        .with_only_columns(
            sa.func.count(),
            sa.func.count(Invitation.answered_at),
            sa.func.count(Invitation.declined_at),
        )
    ).one()
    return Tally(row[0] - row[1] - row[2], row[1], row[2])


def letters_of(
    ctx: Context,
    space_id: uuid.UUID,
    *,
    answered: bool = False,
    limit: int = LIMIT,
    page: str | None = None,
) -> Page:
    """Return a page of the letters into a space the actor organises, the newest first.

    Each row is an invitation, the name of whoever accepted it, and whether the address is that of a
    member by now. Without ``answered`` those nobody has answered. Raises Invalid when ``page`` is
    no bookmark of this list.
    """
    which = (
        (Invitation.revoked_at.is_(None), ANSWERED, Invitation.email.is_not(None))
        if answered
        else is_waiting()
    )
    statement: sa.Select[Any] = (
        visible_invitations(ctx)
        .where(Invitation.space_id == space_id, *which)
        .outerjoin(_answerer, _answerer.id == Invitation.answered_by)
        .add_columns(_answerer.name, belongs_already().label("belongs"))
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
    )
    return page_of(statement, limit=limit, page=page)


@dataclasses.dataclass(frozen=True, slots=True)
class Due:
    """A letter that is to leave; ``repr`` keeps the address out of logs."""

    id: uuid.UUID
    email: str = dataclasses.field(repr=False)
    name: str = dataclasses.field(repr=False)
    note: str = dataclasses.field(repr=False)
    role: Role
    expires_at: dt.datetime
    created_by: uuid.UUID
    space_id: uuid.UUID
    space_name: str
    summary: str


def due_letter(ctx: Context, invitation_id: uuid.UUID, number: int) -> Due | None:
    """Return a letter if it is still wanted, for the job that writes it.

    It starts from the invitation, not from a read rule: whoever sent it may have left since, and
    then it was taken back.
    """
    row = db.session.execute(
        sa.select(
            Invitation.id,
            Invitation.email,
            Invitation.name,
            Invitation.note,
            Invitation.role,
            Invitation.expires_at,
            Invitation.created_by,
            Invitation.space_id,
            Space.name.label("space_name"),
            Space.summary,
        )
        .join(Space, Space.id == Invitation.space_id)
        .where(
            Invitation.id == invitation_id,
            Invitation.sent_count == number,
            Invitation.expires_at > ctx.now,
            Space.archived_at.is_(None),
            ~belongs_already(),
            *is_waiting(),
        )
    ).one_or_none()
    return Due(**values_of(row)) if row else None
