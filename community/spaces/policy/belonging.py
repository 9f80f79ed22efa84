"""Which spaces somebody belongs to, and in which role: what every rule of the house asks."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased

from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.doors import reader
from community.kernel.errors import NotFound
from community.kernel.localtime import say
from community.kernel.policy import ME, NOW, Refusal, refused_because
from community.spaces.models import Membership, Role, Space, SpaceKind
from community.spaces.rules import FOR_GOOD, REASONS, Reason

RANK: Mapping[Role, int] = {role: rank for rank, role in enumerate(reversed(Role))}
ORGANISING = frozenset({Role.OWNER, Role.ORGANISER})
FACILITATING = ORGANISING | {Role.FACILITATOR}


def present(place: Any = Membership, now: Any = NOW) -> sa.ColumnElement[bool]:
    """Return whether somebody belongs to a space and is not suspended from it at that moment.

    ``place`` is the membership. The one condition of what reaches somebody from a space; that they
    belong to it, and are shown to others there, is ``ended_at`` alone.
    """
    suspended = place.suspended_until
    return sa.and_(place.ended_at.is_(None), sa.or_(suspended.is_(None), suspended <= now))


_reached = aliased(Membership, name="reached")


def reaches(user_id: Any, space_id: Any) -> sa.ColumnElement[bool]:
    """Return whether what goes on in a space reaches somebody now, by columns of a statement."""
    return sa.exists().where(
        _reached.user_id == user_id, _reached.space_id == space_id, present(_reached)
    )


# under a name of its own, so that a query over memberships does not correlate with it
_kept = aliased(Membership, name="kept")
_mine = aliased(Membership, name="mine")
_BELONGING = (
    sa.select(
        Space.id,
        Space.slug,
        Space.name,
        Space.kind,
        Space.archived_at,
        Space.slow_seconds,
        Space.newcomer_links,
        Space.approve_first,
        Space.words_blocked,
        Membership.role,
        Membership.silenced_until,
        Membership.silence_id,
        Membership.silence_reason,
        Membership.joined_at,
        sa.exists()
        .where(_kept.user_id == ME, _kept.ended_at.is_(None), _kept.suspended_until > NOW)
        .label("suspended_anywhere"),
    )
    .join(Membership, Membership.space_id == Space.id)
    .where(Membership.user_id == ME, present())
    .order_by(Space.kind != SpaceKind.NETWORK, Space.created_at.desc(), Space.id)
)


def belonging(ctx: Context) -> Sequence[Any]:
    """Return the spaces the actor belongs to now: the network first, then the newest.

    Columns: id, slug, name, kind, archived_at, what limits posts there, and role, the actor's
    there, since when (``joined_at_of``), and by what they are silenced there (``silence_in``). Read
    once a context: rules ask it for a role, every page's frame for what it shows.
    """
    if ctx.actor_id is None:
        return ()
    given = {"me": ctx.person, "instant": ctx.now}
    return ctx.memo("spaces.belonging", lambda: execute(_BELONGING, given).all())


def suspended_anywhere(ctx: Context) -> bool:
    """Whether there may be a space the actor is suspended from; no statement of its own.

    To ask what it is, which most people need not: who belongs nowhere may be, too.
    """
    found = belonging(ctx)
    return bool(found[0].suspended_anywhere) if found else ctx.actor_id is not None


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


def joined_at_of(ctx: Context, space_id: uuid.UUID) -> dt.datetime | None:
    """Return since when the actor belongs to a space, None for who does not; no statement more."""
    found = (space.joined_at for space in belonging(ctx) if space.id == space_id)
    return next(found, None)


def organises(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor is owner or organiser of the space."""
    return role_in(ctx, space_id) in ORGANISING


def facilitates(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor is owner, organiser or facilitator of the space."""
    return role_in(ctx, space_id) in FACILITATING


@dataclasses.dataclass(frozen=True, slots=True)
class Silence:
    """That somebody does not write in a space: until when (None: until it is lifted), and why."""

    until: dt.datetime | None
    reason: Reason
    decision_id: uuid.UUID

    def words(self) -> str:
        """Return in words that one cannot write, until when and why."""
        said = {"reason": REASONS[self.reason]}
        if self.until is None:
            return str(
                _("You are silenced here until it is lifted: you read, and cannot write.", **said)
                + " "
                + _("The reason: %(reason)s.", **said)
            )
        who = reader()
        until = say(self.until, who.zone, who.language)
        return str(
            _("You are silenced here until %(until)s: you read, and cannot write.", until=until)
            + " "
            + _("The reason: %(reason)s.", **said)
        )


def silence_in(ctx: Context, space_id: uuid.UUID) -> Silence | None:
    """Return what silences the actor in a space now; None for who may speak; no statement more."""
    for space in belonging(ctx):
        if space.id == space_id:
            until = space.silenced_until
            if until is None or until <= ctx.now:
                return None
            lasts = None if until == FOR_GOOD else until
            return Silence(lasts, space.silence_reason, space.silence_id)
    return None


def speaks(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor is not silenced in a space; a rule that asks has them told why."""
    silence = silence_in(ctx, space_id)
    if silence is None:
        return True
    details = {"decision_id": str(silence.decision_id)}
    if silence.until is not None:
        details["silenced_until"] = silence.until.isoformat()
    refused_because(ctx, Refusal(silence.words, details))
    return False


def takes_part(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether the actor may write in the space: any role but observer, and not silenced."""
    return role_in(ctx, space_id) not in {None, Role.OBSERVER} and speaks(ctx, space_id)


def my_spaces(ctx: Context) -> sa.Select[uuid.UUID]:
    """Return the ids of the spaces the actor belongs to now, for ``.in_()`` in read rules.

    Not those they are suspended from: to them these are as if they were not there.
    """
    mine = sa.select(_mine.space_id).where(present(_mine, ctx.now))
    if ctx.actor_id is None:
        return mine.where(sa.false())
    return mine.where(_mine.user_id == ctx.actor_id)


def my_spaces_as(ctx: Context, roles: Collection[Role]) -> sa.Select[uuid.UUID]:
    """Return the ids of the spaces in which the actor has one of some roles now."""
    # no ``in_``: its list is written into the statement anew each time it runs, on every page
    held = (_mine.role == role for role in Role if role in roles)
    return my_spaces(ctx).where(sa.or_(sa.false(), *held))


def still_mine(ctx: Context) -> sa.Select[uuid.UUID]:
    """Return the ids of the spaces the actor has not left, also those they are suspended from.

    For what they are told of a suspension, and for nothing that is in those spaces.
    """
    return sa.select(_mine.space_id).where(_mine.ended_at.is_(None), _mine.user_id == ctx.actor_id)


def only_seen(ctx: Context, words: sa.ColumnElement[str] | Any) -> sa.ColumnElement[str | None]:
    """Return ``words`` of a space, null where the actor does not belong to it any more.

    For what is somebody's own in spaces they have left: theirs, but not what it is called now.
    """
    return sa.case((Space.id.in_(my_spaces(ctx)), words), else_=sa.null())
