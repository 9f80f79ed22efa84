"""Letters of invitation: sent to a list, sent again, declined.

What is sent is written by a job when it leaves (``letters``). The secret in its link is derived
from the installation's key and the invitation's id, so it is the same in every letter of one
invitation, and neither the outbox nor the database holds it. A letter is accepted as a link is, see
``invitations``. Locks are taken in the order space, invitation.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound, TooMany
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import find, require
from community.kernel.secrets import derive, digest_of
from community.spaces.events import InvitationCreated, InvitationDeclined, InvitationResent
from community.spaces.models import Invitation, Role
from community.spaces.operations.invitations import locked_invitation
from community.spaces.policy import (
    find_space,
    is_waiting,
    may_invite,
    may_resend_invitation,
    refuse_archived,
    visible_invitations,
)
from community.spaces.queries import belongs_already, fates, letters_sent_since
from community.spaces.rules import (
    LETTER_DAYS,
    MAX_LETTERS_A_DAY,
    MAX_LINES,
    OVER,
    RESEND_AFTER,
    Entry,
    Fate,
    Judged,
    State,
    rest_of,
    state_of,
)

JOB = "spaces.mail_invitation"
LASTS = dt.timedelta(days=LETTER_DAYS)


def secret_of(invitation_id: uuid.UUID) -> str:
    """Return the secret in the link of a letter."""
    return derive("spaces.invitation", invitation_id)


@operation
def invite_by_list(
    ctx: Context,
    space_id: uuid.UUID,
    entries: Sequence[Entry],
    *,
    role: Role,
    note: str = "",
    beyond: bool = False,
) -> list[Judged]:
    """Write to everybody on a list who may be invited; returns what became of each line.

    What ``fates`` said is asked again under the space's lock; so a list that is sent twice reaches
    nobody twice. Raises TooMany when the space has written to too many people today.
    """
    find_space(ctx, space_id, lock=True)
    judged = fates(ctx, space_id, entries[:MAX_LINES], role=role, beyond=beyond)
    chosen = [one for one in judged if one.fate is Fate.INVITE]
    _refuse_floods(ctx, space_id, len(chosen))
    _forget_run_out(ctx, space_id, [one.entry.email for one in chosen])
    for one in chosen:
        key = new_key()
        db.session.add(
            Invitation(
                id=key,
                space_id=space_id,
                role=Role(one.role),
                digest=digest_of(secret_of(key)),
                created_by=ctx.person,
                created_at=ctx.now,
                expires_at=ctx.now + LASTS,
                max_uses=1,
                uses=0,
                email=one.entry.email,
                name=one.entry.name,
                note=note,
                sent_count=1,
                last_sent_at=ctx.now,
            )
        )
        record(InvitationCreated(space_id=space_id, invitation_id=key))
        _owe(ctx, key, 1)
    return judged


@operation
def resend_invitation(ctx: Context, invitation_id: uuid.UUID) -> Invitation:
    """Send a letter again that nobody has answered; it can be answered for three weeks from now.

    Raises Conflict for one that is answered or taken back, and for a plain link; TooMany within an
    hour of the last time.
    """
    invitation = find(visible_invitations(ctx), invitation_id, lock=True)
    require(may_resend_invitation, ctx, invitation)
    refuse_archived(find_space(ctx, invitation.space_id))
    if invitation.email is None:
        raise Conflict(_("A join link is not sent by us. Pass it on yourself, or make a new one."))
    if state_of(invitation, ctx.now) in OVER:
        raise Conflict(_("This invitation is answered or taken back; it is not sent again."))
    if rest := rest_of(invitation, ctx.now):
        raise TooMany(
            _("This was sent less than an hour ago. Give it some time."),
            retry_after=int(rest.total_seconds()) + 1,
        )
    _refuse_floods(ctx, invitation.space_id, 1)
    _send_again(ctx, invitation)
    return invitation


@operation
def resend_unanswered(ctx: Context, space_id: uuid.UUID) -> int:
    """Send the letters again that nobody has answered, 500 at most; returns how many.

    Left aside are those sent within the hour, those whose mailbox does not exist, and who came
    by another way.
    """
    space = find_space(ctx, space_id, lock=True)
    require(may_invite, ctx, space)
    refuse_archived(space)
    rows = db.session.scalars(
        visible_invitations(ctx)
        .where(
            Invitation.space_id == space_id,
            Invitation.last_sent_at <= ctx.now - RESEND_AFTER,
            Invitation.refused_at.is_(None),
            ~belongs_already(),
            *is_waiting(),
        )
        .order_by(Invitation.id)
        .limit(MAX_LINES)
        .with_for_update()
    ).all()
    mine = [row for row in rows if may_resend_invitation(ctx, row)]
    _refuse_floods(ctx, space_id, len(mine))
    for invitation in mine:
        _send_again(ctx, invitation)
    return len(mine)


@operation
def decline_invitation(ctx: Context, token: str) -> Invitation:
    """Say no to a letter, signed in or not; saying it twice changes nothing.

    Raises NotFound for a secret that is no letter's, or one that was answered, ran out or was taken
    back.
    """
    invitation = locked_invitation(token)
    over = state_of(invitation, ctx.now) in {State.ACCEPTED, State.REVOKED}
    if invitation.email is None or over or invitation.expires_at <= ctx.now:
        raise NotFound(_("This invitation cannot be used any more."))
    if invitation.declined_at is None:
        invitation.declined_at = ctx.now
        record(InvitationDeclined(space_id=invitation.space_id, invitation_id=invitation.id))
    return invitation


@operation
def note_sent(ctx: Context, invitation_id: uuid.UUID, *, accepted: bool) -> None:
    """Keep what the mail server said of a letter: it took it, or it knows no such mailbox."""
    invitation = db.session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None:
        return
    if accepted:
        invitation.sent_at, invitation.refused_at = invitation.sent_at or ctx.now, None
    else:
        invitation.refused_at = ctx.now


def _send_again(ctx: Context, invitation: Invitation) -> None:
    invitation.digest = digest_of(secret_of(invitation.id))  # the installation's key may be new
    invitation.expires_at = ctx.now + LASTS
    invitation.last_sent_at = ctx.now
    invitation.refused_at = None
    invitation.sent_count += 1
    record(InvitationResent(space_id=invitation.space_id, invitation_id=invitation.id))
    _owe(ctx, invitation.id, invitation.sent_count)


def _owe(ctx: Context, key: uuid.UUID, number: int) -> None:
    payload: dict[str, object] = {"invitation_id": str(key), "number": number}
    enqueue(ctx, JOB, payload, once=f"spaces.invitation:{key.hex}:{number}")


def _refuse_floods(ctx: Context, space_id: uuid.UUID, more: int) -> None:
    day = dt.timedelta(days=1)
    if more and letters_sent_since(space_id, ctx.now - day) + more > MAX_LETTERS_A_DAY:
        raise TooMany(
            _("This space writes to at most %(most)d people a day.", most=MAX_LETTERS_A_DAY),
            retry_after=3600,
        )


def _forget_run_out(ctx: Context, space_id: uuid.UUID, emails: Sequence[str]) -> None:
    """Take back the letters to some addresses that ran out: a new one takes their place."""
    rows = db.session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.space_id == space_id,
            Invitation.email.in_(emails),
            Invitation.expires_at <= ctx.now,
            *is_waiting(),
        )
        .order_by(Invitation.id)
        .with_for_update()
    )
    for invitation in rows:
        invitation.revoked_at = ctx.now
    db.session.flush()  # before the new ones: the database keeps one letter an address
