"""Invitations as they are listed, and as whoever holds one sees it."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.secrets import digest_of
from community.spaces.models import Invitation, Membership, Role, Space
from community.spaces.policy import is_open, lets_in, visible_invitations
from community.spaces.rules import MAX_OPEN_INVITATIONS, TOKEN_LONGEST


def invitations_of(ctx: Context, space_id: uuid.UUID) -> sa.Select[Invitation]:
    """Select the invitations into a space the actor organises, the newest first, to be paged."""
    return (
        visible_invitations(ctx)
        .where(Invitation.space_id == space_id)
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )


def open_invitations(ctx: Context, space_id: uuid.UUID) -> Sequence[Any]:
    """Return the links that still let somebody in with their makers' names, newest first."""
    statement = (
        invitations_of(ctx, space_id)
        .join(User, User.id == Invitation.created_by)
        .add_columns(User.name)
        .where(Invitation.email.is_(None), *is_open(ctx.now))
        .limit(MAX_OPEN_INVITATIONS)
    )
    return db.session.execute(statement).all()


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """What the holder of an invitation link may know before joining."""

    id: uuid.UUID  # the invitation's
    space_id: uuid.UUID
    slug: str
    space_name: str
    summary: str
    role: Role
    inviter: str
    expires_at: dt.datetime
    member: bool  # the actor belongs already
    used_up: bool = False  # a link that has let in as many as it was for
    personal: bool = False  # a letter to one address
    email: str = ""
    name: str = ""
    note: str = ""
    declined_at: dt.datetime | None = None


def link_behind(ctx: Context, token: str) -> Link | None:
    """Return where a link leads; None for any that would not let the actor in.

    One that is only used up is told apart, so that its holder hears that it is full. The holder of
    the secret is no member yet, so this starts from the secret, not from a read rule.
    """
    if len(token) > TOKEN_LONGEST:
        return None
    row = db.session.execute(
        sa.select(
            Invitation,
            Space.slug,
            Space.name,
            Space.summary,
            User.name,
            User.deactivated_at,
            Membership,
        )
        .join(Space, Space.id == Invitation.space_id)
        .join(User, User.id == Invitation.created_by)
        .outerjoin(
            Membership,
            sa.and_(Membership.space_id == Invitation.space_id, Membership.user_id == ctx.actor_id),
        )
        .where(Invitation.digest == digest_of(token), Space.archived_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    invitation, slug, space_name, summary, inviter, shut_out_at, _joined = row
    membership: Membership | None = _joined
    belongs = membership is not None and membership.ended_at is None
    used_up = invitation.email is None and invitation.uses >= invitation.max_uses
    lets = lets_in(invitation, ctx.now, membership, count_uses=not used_up)
    if not belongs and (shut_out_at is not None or not lets):
        return None
    return Link(
        id=invitation.id,
        space_id=invitation.space_id,
        slug=slug,
        space_name=space_name,
        summary=summary,
        role=invitation.role,
        inviter=inviter,
        expires_at=invitation.expires_at,
        member=belongs,
        used_up=used_up,
        personal=invitation.email is not None,
        email=invitation.email or "",
        name=invitation.name,
        note=invitation.note,
        declined_at=invitation.declined_at,
    )
