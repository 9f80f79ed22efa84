"""Members are warned, silenced and suspended, with a case and without one; and it is lifted."""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, Invalid, NotFound, TooMany
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import require
from community.moderation.events import MeasureLifted, MeasureTaken
from community.moderation.models import Decision
from community.moderation.operations.recording import note_measure
from community.moderation.operations.settling import settle
from community.moderation.policy import (
    OF_MEASURES,
    find_case,
    find_measure,
    in_force,
    may_lift,
    may_measure_everywhere,
    place_of,
)
from community.moderation.rules import (
    LASTING,
    MEASURES,
    MEASURES_WITHIN,
    MOST_MEASURES,
    Lasts,
    Outcome,
    Reason,
    ends_at,
)
from community.spaces.operations import hold_everywhere
from community.spaces.policy import find_space, refuse_archived

ACTS = {Outcome.WARNED: "warn", Outcome.SILENCED: "silence", Outcome.SUSPENDED: "suspend"}
"""What the record calls a measure that is taken."""


@operation
def take_measure(
    ctx: Context,
    space_id: uuid.UUID,
    user_id: uuid.UUID,
    *,
    outcome: Outcome,
    lasts: Lasts | None = None,
    reason: Reason,
    words: str,
    note: str = "",
    case_id: uuid.UUID | None = None,
) -> Decision:
    """Warn, silence or suspend a member of a space; they are told why and until when.

    ``case_id`` is the case it is taken from, which stays as it is. Raises NotFound, Forbidden for
    who does not stand above them, Invalid for a measure without an end that needs one, Conflict
    where they are silenced or suspended so already and in an archived space, and TooMany.
    """
    space = find_space(ctx, space_id, lock=True)  # as whoever changes who belongs to it
    place = place_of(space_id, user_id)
    if place.role is None:
        raise NotFound(_("There is no such member."))
    require(OF_MEASURES[_measure(outcome)], ctx, place)
    refuse_archived(space)
    if case_id is not None and find_case(ctx, case_id).author_id != user_id:
        raise NotFound
    said = {"outcome": outcome, "reason": reason, "words": words, "note": note}
    return _take(ctx, _drawn_up(ctx, space_id, user_id, said), lasts, case_id)


@operation
def take_measure_everywhere(
    ctx: Context,
    user_id: uuid.UUID,
    *,
    outcome: Outcome,
    lasts: Lasts | None = None,
    reason: Reason,
    words: str,
    note: str = "",
) -> Decision:
    """Warn, silence or suspend somebody in every space, those they join later too.

    Where they are the owner they stay as they are. Raises NotFound, Forbidden for who is no
    administrator, about oneself and about an administrator, and else as ``take_measure``.
    """
    require(may_measure_everywhere, ctx, _somebody(user_id))
    hold_everywhere(user_id)
    require(may_measure_everywhere, ctx, _somebody(user_id))  # gone or appointed meanwhile
    _measure(outcome)
    said = {"outcome": outcome, "reason": reason, "words": words, "note": note}
    return _take(ctx, _drawn_up(ctx, None, user_id, said), lasts, None)


def _somebody(user_id: uuid.UUID) -> User:
    """Return an account as it is now, of somebody who has one; raises NotFound."""
    user = db.session.get(User, user_id, populate_existing=True)
    if user is None or user.deleted_at is not None or user.from_archive:
        raise NotFound(_("There is no such person."))
    return user


@operation
def lift_measure(ctx: Context, decision_id: uuid.UUID) -> Decision:
    """End a silence or a suspension before its time; from an archived space too.

    Raises NotFound, Forbidden, and Conflict for one that holds no more.
    """
    seen = find_measure(ctx, decision_id)
    hold_where_it_holds(ctx, seen)
    decision = find_measure(ctx, decision_id, lock=True)
    require(may_lift, ctx, decision)
    over = decision.until is not None and decision.until <= ctx.now
    if decision.overturned_at is not None or decision.lifted_at is not None or over:
        raise Conflict(_("This does not hold any more."))
    decision.lifted_at, decision.lifted_by = ctx.now, ctx.person
    settle(ctx, decision.about_id, decision.space_id)
    note_measure(ctx, decision, "lift", before=decision.outcome.value, after="lifted")
    _tell_lifted(ctx, decision)
    return decision


def hold_where_it_holds(ctx: Context, decision: Decision) -> None:
    """Hold where a measure holds, before the measure itself."""
    if decision.space_id is None:
        hold_everywhere(decision.about_id)
    else:
        find_space(ctx, decision.space_id, lock=True)


def _tell_lifted(ctx: Context, decision: Decision) -> None:
    record(
        MeasureLifted(
            space_id=decision.space_id, decision_id=decision.id, user_id=decision.about_id
        )
    )
    payload: dict[str, object] = {"decision_id": str(decision.id)}
    enqueue(ctx.acting_as(decision.about_id), "moderation.mail_lifted", payload)


def _measure(outcome: Outcome) -> Outcome:
    if outcome not in MEASURES:
        said = _("Warn, silence or suspend.")
        raise Invalid(said, fields={"outcome": [said]})
    return outcome


def _drawn_up(
    ctx: Context, space_id: uuid.UUID | None, user_id: uuid.UUID, said: Mapping[str, Any]
) -> Decision:
    """Return a measure as it is to be, not yet taken."""
    return Decision(
        id=new_key(),
        case_id=None,
        space_id=space_id,
        about_id=user_id,
        by_id=ctx.person,
        at=ctx.now,
        **said,
    )


def _take(
    ctx: Context, decision: Decision, lasts: Lasts | None, case_id: uuid.UUID | None
) -> Decision:
    """Take a measure that the rules allow, with all that follows from it."""
    _refuse_too_many(ctx)
    outcome, space_id, user_id = decision.outcome, decision.space_id, decision.about_id
    try:
        decision.until = ends_at(outcome, lasts, ctx.now)
    except ValueError:
        said = _("Choose how long it lasts. A suspension has to have an end.")
        raise Invalid(said, fields={"lasts": [said]}) from None
    if outcome in LASTING:
        _refuse_twice(ctx, space_id, user_id, outcome)
    db.session.add(decision)
    if outcome in LASTING:
        settle(ctx, user_id, space_id)
    note_measure(
        ctx, decision, ACTS[outcome], before="member", after=outcome.value, case_id=case_id
    )
    record(
        MeasureTaken(
            space_id=space_id, decision_id=decision.id, user_id=user_id, outcome=outcome.value
        )
    )
    payload: dict[str, object] = {"decision_id": str(decision.id)}
    enqueue(ctx.acting_as(user_id), "moderation.mail_decision", payload)
    return decision


def _refuse_twice(
    ctx: Context, space_id: uuid.UUID | None, user_id: uuid.UUID, outcome: Outcome
) -> None:
    """Raise Conflict where the same holds already: two who decide at once do not add up."""
    same = sa.select(Decision.id).where(
        Decision.about_id == user_id,
        Decision.outcome == outcome,
        Decision.space_id == space_id if space_id else Decision.space_id.is_(None),
        *in_force(ctx.now),
    )
    if execute(same.limit(1)).first() is not None:
        raise Conflict(_("Somebody has decided this already. Lift that first to decide otherwise."))


def _refuse_too_many(ctx: Context) -> None:
    recent = sa.select(sa.func.count()).where(
        Decision.by_id == ctx.actor_id,
        Decision.case_id.is_(None),
        Decision.at > ctx.now - MEASURES_WITHIN,
    )
    if execute(recent).scalar_one() >= MOST_MEASURES:
        said = _("You have decided about many people within an hour. Go on later.")
        raise TooMany(said, retry_after=int(MEASURES_WITHIN.total_seconds()))
