"""Invitations: made, used, taken back.

The secret in the link is 256 random bits; the database keeps its digest, so that neither a copy of
it nor a log opens a door. A link that is unknown, expired, used up or revoked, one into an archived
space, one whose maker is shut out, and one made before its holder left the space are all the same:
not found.
"""

import datetime as dt
import secrets
import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import User
from community.accounts.operations import refuse_newcomers, register_user
from community.accounts.rules import fold_email
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound, Unauthenticated
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import find, require
from community.kernel.secrets import digest_of
from community.spaces.events import InvitationCreated, InvitationRevoked
from community.spaces.models import Invitation, Membership, Role, Space
from community.spaces.operations.belonging import begin_membership, membership_row
from community.spaces.policy import (
    Grant,
    find_space,
    is_open,
    lets_in,
    may_grant,
    may_invite,
    may_revoke_invitation,
    refuse_archived,
    visible_invitations,
)
from community.spaces.rules import MAX_OPEN_INVITATIONS, check_invitation


@operation
def create_invitation(
    ctx: Context, space_id: uuid.UUID, *, role: Role, days: int, max_uses: int
) -> tuple[Invitation, str]:
    """Make a link that lets ``max_uses`` people in; returns it with its secret, told only here.

    Raises Invalid naming ``days`` or ``max_uses``, Conflict if the space has too many open ones, or
    is archived.
    """
    space = find_space(ctx, space_id, lock=True)
    require(may_invite, ctx, space)
    require(may_grant, ctx, Grant(space_id, role))
    refuse_archived(space)
    check_invitation(days, max_uses)
    open_ones = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Invitation)
        .where(Invitation.space_id == space_id, Invitation.email.is_(None), *is_open(ctx.now))
    )
    if (open_ones or 0) >= MAX_OPEN_INVITATIONS:
        raise Conflict(_("There are too many open invitations. Revoke some first."))
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        id=new_key(),
        space_id=space_id,
        role=role,
        digest=digest_of(token),
        created_by=ctx.person,
        created_at=ctx.now,
        expires_at=ctx.now + dt.timedelta(days=days),
        max_uses=max_uses,
        uses=0,
        revoked_at=None,
    )
    db.session.add(invitation)
    record(InvitationCreated(space_id=space_id, invitation_id=invitation.id))
    return invitation, token


@operation
def revoke_invitation(ctx: Context, invitation_id: uuid.UUID) -> Invitation:
    """Take an invitation back; who joined by it stays. Revoking twice changes nothing."""
    invitation = find(visible_invitations(ctx), invitation_id, lock=True)
    require(may_revoke_invitation, ctx, invitation)
    if invitation.revoked_at is None:
        invitation.revoked_at = ctx.now
        record(InvitationRevoked(space_id=invitation.space_id, invitation_id=invitation.id))
    return invitation


@operation
def accept_invitation(ctx: Context, token: str) -> Membership:
    """Join by the secret of a link or a letter; who is a member stays one, and uses nothing up.

    A letter lets in whoever holds it, once, under whichever address they are known here: people
    have several. Those who invite see who came by it.

    Uses are counted under the lock of the invitation. Raises NotFound for a link that lets nobody
    in; what a reaction refuses (a full cohort: Conflict) undoes it all.
    """
    if ctx.actor_id is None:
        raise Unauthenticated(_("Sign in to join."))
    return _accept(ctx, locked_invitation(token))


def accept_by_id(ctx: Context, invitation_id: uuid.UUID) -> Membership:
    """Join by an invitation whose secret a door has seen before: inside a unit of work.

    Raises Conflict if it lets nobody in any more, as ``accept_invitation`` raises NotFound.
    """
    digest = db.session.scalar(sa.select(Invitation.digest).where(Invitation.id == invitation_id))
    try:
        return _accept(ctx, _locked_by_digest(digest or ""))
    except NotFound as gone:
        raise Conflict(gone.message) from gone


def _accept(ctx: Context, invitation: Invitation) -> Membership:
    membership = membership_row(invitation.space_id, ctx.person)
    if membership is not None and membership.ended_at is None:
        return membership
    if not lets_in(invitation, ctx.now, membership):
        raise _no_such_link()
    invitation.uses += 1
    if invitation.email is not None:
        invitation.answered_at, invitation.answered_by = ctx.now, ctx.person
        invitation.declined_at = None  # they said no, and thought again
    return begin_membership(ctx, invitation.space_id, ctx.person, invitation.role)


@operation
def register_and_join(
    ctx: Context,
    token: str,
    *,
    email: str,
    name: str,
    password_hash: str,
    zone: str,
    language: str,
) -> Membership:
    """Make an account and join with it, both or neither; for whoever holds a letter to them.

    ``ctx`` acts as the id the newcomer is to have. Raises NotFound for a link that lets nobody in,
    Conflict if the address has an account, the cohort is full or nobody gets an account now.
    """
    refuse_newcomers(invited=True)
    invitation = locked_invitation(token)
    if not lets_in(invitation, ctx.now):
        raise _no_such_link()
    register_user(
        ctx,
        email=email,
        name=name,
        password_hash=password_hash,
        zone=zone,
        language=language,
        verified=fold_email(email) == invitation.email,
    )
    return accept_invitation(ctx, token)


def locked_invitation(token: str) -> Invitation:
    """Return the invitation behind a secret with its space and itself locked, in that order."""
    return _locked_by_digest(digest_of(token))


def _locked_by_digest(digest: str) -> Invitation:
    space_id = db.session.scalar(sa.select(Invitation.space_id).where(Invitation.digest == digest))
    if space_id is None:
        raise _no_such_link()
    space = db.session.scalar(
        sa.select(Space)
        .where(Space.id == space_id, Space.archived_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    invitation = db.session.scalar(
        sa.select(Invitation)
        .join(User, User.id == Invitation.created_by)
        .where(Invitation.digest == digest, User.deactivated_at.is_(None))
        .with_for_update(of=Invitation)
        .execution_options(populate_existing=True)
    )
    if space is None or invitation is None:
        raise _no_such_link()
    return invitation


def _no_such_link() -> NotFound:
    return NotFound(_("This invitation cannot be used any more."))
