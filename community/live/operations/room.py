"""What people do in a room: write, raise and lower hands. Each is numbered in its stream."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.operations import refuse_links
from community.kernel import log
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.markdown import linked
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.live import queries
from community.live.events import HandLowered, HandRaised, MessagePosted
from community.live.models import Hand, LiveSession, RoomMessage, SessionState
from community.live.policy import find_session, may_lower_any_hand, may_post_message, may_raise_hand
from community.spaces.policy import belongs_to, refuse_archived, refuse_blocked_words


@operation
def post_message(
    ctx: Context, session_id: uuid.UUID, *, body: str, client_id: str | None = None
) -> RoomMessage:
    """Write a line to the room, plain text; a repeat under the same ``client_id`` counts once.

    Raises NotFound, Forbidden, Conflict when the room is not open yet or never will be, when the
    session is over, in an archived space, or for a ``client_id`` that stood for another text, and
    Invalid for a word that is blocked in the space and for more links than who is new may put in.
    """
    session = find_session(ctx, session_id, lock=True)
    require(may_post_message, ctx, session)
    before = log.earlier(ctx, session_id, client_id, MessagePosted)
    if before is not None:
        return _same_message(before, body)
    refuse_archived(belongs_to(ctx, session.space_id))
    if session.called_off:
        raise Conflict(_("This session was called off; its chat can only be read."))
    if session.state is SessionState.ENDED:
        raise Conflict(_("This session is over; its chat can only be read."))
    if queries.is_missed(session, ctx.now):
        raise Conflict(_("This session did not take place; its chat can only be read."))
    if not queries.is_open(session, ctx.now):
        raise Conflict(_("The room is not open yet. It opens half an hour before the start."))
    refuse_blocked_words(ctx, session.space_id, {"body": body})
    refuse_links(ctx, session.space_id, linked(body))
    message = RoomMessage(
        id=new_key(),
        session_id=session.id,
        author_id=ctx.person,
        body=body,
        created_at=ctx.now,
    )
    db.session.add(message)
    record(
        MessagePosted(session_id=session.id, message_id=message.id, author_id=ctx.person),
        client_id=client_id,
    )
    return message


@operation
def raise_hand(ctx: Context, session_id: uuid.UUID, *, client_id: str | None = None) -> None:
    """Raise one's hand; a hand that is up stays where it is in the queue.

    Raises NotFound, Forbidden, Conflict when the session does not run, or in an archived space.
    """
    session = find_session(ctx, session_id, lock=True)
    require(may_raise_hand, ctx, session)
    if log.earlier(ctx, session_id, client_id, HandRaised):
        return
    refuse_archived(belongs_to(ctx, session.space_id))
    if session.state is not SessionState.LIVE:
        raise Conflict(_("Hands can be raised while the session runs."))
    if _raised(session.id, ctx.person) is not None:
        return
    db.session.add(Hand(id=new_key(), session_id=session.id, user_id=ctx.person, raised_at=ctx.now))
    record(HandRaised(session_id=session.id, user_id=ctx.person), client_id=client_id)


@operation
def lower_hand(
    ctx: Context, session_id: uuid.UUID, user_id: uuid.UUID, *, client_id: str | None = None
) -> None:
    """Lower one's own hand, or as a facilitator anybody's; one that is down stays down.

    Raises NotFound, Forbidden, Conflict in an archived space.
    """
    session = find_session(ctx, session_id, lock=True)
    if user_id != ctx.person:
        require(may_lower_any_hand, ctx, session)
    if log.earlier(ctx, session_id, client_id, HandLowered):
        return
    refuse_archived(belongs_to(ctx, session.space_id))
    hand = _raised(session.id, user_id)
    if hand is not None:
        lower(ctx, session, hand, client_id)


def lower(ctx: Context, session: LiveSession, hand: Hand, client_id: str | None) -> None:
    """Take a raised hand out of the queue, inside a unit of work that locked the session."""
    hand.lowered_at = ctx.now
    record(HandLowered(session_id=session.id, user_id=hand.user_id), client_id=client_id)


def _raised(session_id: uuid.UUID, user_id: uuid.UUID) -> Hand | None:
    return db.session.scalar(
        sa.select(Hand).where(
            Hand.session_id == session_id, Hand.user_id == user_id, Hand.lowered_at.is_(None)
        )
    )


def _same_message(before: log.Logged, body: str) -> RoomMessage:
    """Return the line an earlier act wrote; refuse to pass it off as another's."""
    message = db.session.get(RoomMessage, getattr(before.event, "message_id", None))
    if message is None or message.body != body:
        raise Conflict(_("This was sent before, with another text. Send it as a new one."))
    return message
