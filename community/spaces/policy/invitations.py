"""Who sees the invitations into a space, whom they let in, and who may write them."""

import datetime as dt

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.policy import read_rule, rule
from community.spaces.models import Invitation, Membership, Space
from community.spaces.policy.belonging import ORGANISING, my_spaces_as, organises
from community.spaces.policy.people import Grant, may_grant


@read_rule
def visible_invitations(ctx: Context) -> sa.Select[Invitation]:
    """Invitations into the spaces the actor organises, whatever became of them."""
    organised = my_spaces_as(ctx, ORGANISING)
    return sa.select(Invitation).where(Invitation.space_id.in_(organised))


def is_open(now: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Return, for a WHERE, what an invitation must be to let somebody in at ``now``."""
    return (
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
        Invitation.uses < Invitation.max_uses,
    )


def is_waiting() -> tuple[sa.ColumnElement[bool], ...]:
    """Return, for a WHERE, what a letter without an answer is, whether it still opens or not."""
    return (
        Invitation.email.is_not(None),
        Invitation.revoked_at.is_(None),
        Invitation.answered_at.is_(None),
        Invitation.declined_at.is_(None),
    )


def lets_in(
    invitation: Invitation,
    now: dt.datetime,
    former: Membership | None = None,
    *,
    count_uses: bool = True,
) -> bool:
    """Whether a loaded invitation lets somebody in at ``now``: the same as ``is_open``.

    ``former`` is their ended membership, if there is one: who left or was removed comes back only
    by an invitation made afterwards, not by an old link they kept.
    """
    if former is not None and former.ended_at and invitation.created_at <= former.ended_at:
        return False
    return (
        invitation.revoked_at is None
        and invitation.expires_at > now
        and (not count_uses or invitation.uses < invitation.max_uses)
    )


@rule
def may_invite(ctx: Context, space: Space) -> bool:
    """Owners and organisers invite people and see the invitations there are."""
    return organises(ctx, space.id)


@rule
def may_resend_invitation(ctx: Context, invitation: Invitation) -> bool:
    """Owners and organisers send a letter of invitation again, into a role they may give."""
    return may_grant(ctx, Grant(invitation.space_id, invitation.role))


@rule
def may_revoke_invitation(ctx: Context, invitation: Invitation) -> bool:
    """Owners and organisers take back any invitation into their space."""
    return organises(ctx, invitation.space_id)
