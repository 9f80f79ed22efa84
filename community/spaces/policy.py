"""Who sees a space, and who may change who belongs to it.

Every other feature asks here: a thread, a session or a run hangs on a space, and what one may do
with it follows from one's role there.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased

from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import Conflict, NotFound
from community.kernel.policy import ME, Finder, read_rule, rule
from community.spaces.models import Invitation, Membership, Role, Space, SpaceKind

RANK: Mapping[Role, int] = {role: rank for rank, role in enumerate(reversed(Role))}
ORGANISING = frozenset({Role.OWNER, Role.ORGANISER})
FACILITATING = ORGANISING | {Role.FACILITATOR}

# under a name of its own, so that a query over memberships does not correlate with it
_mine = aliased(Membership, name="mine")
_BELONGING = (
    sa.select(Space.id, Space.slug, Space.name, Space.kind, Space.archived_at, Membership.role)
    .join(Membership, Membership.space_id == Space.id)
    .where(Membership.user_id == ME, Membership.ended_at.is_(None))
    .order_by(Space.kind != SpaceKind.NETWORK, Space.created_at.desc(), Space.id)
)


@dataclasses.dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody is about to be given in a space."""

    space_id: uuid.UUID
    role: Role


# ------------------------------------------------------------------ what one is


def belonging(ctx: Context) -> Sequence[Any]:
    """Return the spaces the actor belongs to now: the network first, then the newest.

    Columns: id, slug, name, kind, archived_at, and role, the actor's there. Read once a context:
    rules ask it for a role, every page's frame for what it shows.
    """
    if ctx.actor_id is None:
        return ()
    given = {"me": ctx.person}
    return ctx.memo("spaces.belonging", lambda: execute(_BELONGING, given).all())


def memberships(ctx: Context) -> Mapping[uuid.UUID, Role]:
    """Return the actor's role in each space they belong to now."""
    return ctx.memo(
        "spaces.memberships", lambda: {space.id: space.role for space in belonging(ctx)}
    )


def belongs_to(ctx: Context, space_id: uuid.UUID) -> Any:
    """Return the row of ``belonging`` of one space; raises NotFound for one that is not theirs."""
    for space in belonging(ctx):
        if space.id == space_id:
            return space
    raise NotFound


def role_in(ctx: Context, space_id: uuid.UUID) -> Role | None:
    """Return the actor's role in a space, None for somebody who does not belong to it."""
    return memberships(ctx).get(space_id)


def organises(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor is owner or organiser of the space."""
    return role_in(ctx, space_id) in ORGANISING


def facilitates(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor is owner, organiser or facilitator of the space."""
    return role_in(ctx, space_id) in FACILITATING


def takes_part(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor may write in the space: any role but observer."""
    return role_in(ctx, space_id) not in {None, Role.OBSERVER}


# ------------------------------------------------------------------ reading


def my_spaces(ctx: Context) -> sa.Select[uuid.UUID]:
    """Return the ids of the spaces the actor belongs to now, for ``.in_()`` in read rules."""
    mine = sa.select(_mine.space_id).where(_mine.ended_at.is_(None))
    if ctx.actor_id is None:
        return mine.where(sa.false())
    return mine.where(_mine.user_id == ctx.actor_id)


@read_rule
def visible_spaces(ctx: Context) -> sa.Select[Space]:
    """Spaces the actor belongs to; nobody else learns that they exist."""
    return sa.select(Space).where(Space.id.in_(my_spaces(ctx)))


find_space = Finder(visible_spaces)


@read_rule
def visible_memberships(ctx: Context) -> sa.Select[Membership]:
    """Who belongs now to the spaces the actor belongs to."""
    return sa.select(Membership).where(
        Membership.space_id.in_(my_spaces(ctx)), Membership.ended_at.is_(None)
    )


@read_rule
def visible_invitations(ctx: Context) -> sa.Select[Invitation]:
    """Invitations into the spaces the actor organises, whatever became of them."""
    organised = my_spaces(ctx).where(_mine.role.in_(ORGANISING))
    return sa.select(Invitation).where(Invitation.space_id.in_(organised))


# ------------------------------------------------------------------ who is let in


def is_open(now: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Return, for a WHERE, what an invitation must be to let somebody in at ``now``."""
    return (
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
        Invitation.uses < Invitation.max_uses,
    )


def lets_in(invitation: Invitation, now: dt.datetime, former: Membership | None = None) -> bool:
    """Whether a loaded invitation lets somebody in at ``now``: the same as ``is_open``.

    ``former`` is their ended membership, if there is one: who left or was removed comes back only
    by an invitation made afterwards, not by an old link they kept.
    """
    if former is not None and former.ended_at and invitation.created_at <= former.ended_at:
        return False
    return (
        invitation.revoked_at is None
        and invitation.expires_at > now
        and invitation.uses < invitation.max_uses
    )


# ------------------------------------------------------------------ doing


@rule
def may_create_space(ctx: Context, kind: SpaceKind) -> bool:
    """The network itself is made by an administrator; a cohort by whoever organises something."""
    if kind is SpaceKind.NETWORK:
        return ctx.admin
    return ctx.admin or any(role in ORGANISING for role in memberships(ctx).values())


@rule
def may_invite(ctx: Context, space: Space) -> bool:
    """Owners and organisers invite people and see the invitations there are."""
    return organises(ctx, space.id)


@rule
def may_grant(ctx: Context, grant: Grant) -> bool:
    """Owners and organisers give roles up to their own; so only owners make owners."""
    mine = role_in(ctx, grant.space_id)
    return mine is not None and mine in ORGANISING and RANK[grant.role] <= RANK[mine]


@rule
def may_change_role(ctx: Context, membership: Membership) -> bool:
    """Owners and organisers change the role of whoever does not stand above them."""
    return may_grant(ctx, Grant(membership.space_id, membership.role))


@rule
def may_remove_member(ctx: Context, membership: Membership) -> bool:
    """Anybody may leave; owners and organisers remove whoever does not stand above them."""
    if membership.user_id == ctx.actor_id:
        return role_in(ctx, membership.space_id) is not None
    return may_grant(ctx, Grant(membership.space_id, membership.role))


@rule
def may_revoke_invitation(ctx: Context, invitation: Invitation) -> bool:
    """Owners and organisers take back any invitation into their space."""
    return organises(ctx, invitation.space_id)


# ------------------------------------------------------------------ the state


def refuse_archived(space: Any) -> None:
    """Raise Conflict for a space that is archived, whoever asks: nothing new is written there.

    ``space`` is its row, or what ``belongs_to`` says of it.
    """
    if space.archived_at is not None:
        raise Conflict(_("%(space)s is archived: it can be read, not written.", space=space.name))
