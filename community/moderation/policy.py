"""Who reads what was reported and decides about it, and who may ask for a second look.

Organisers and facilitators look after their own spaces and no other; nobody looks after a post of
their own. Who reported is known to those who look after the space, never to the author.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from community.accounts.models import User
from community.accounts.policy import may_administer
from community.discussions.models import Post, Thread
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.policy import Finder, find, read_rule, rule
from community.moderation.models import Appeal, Case, Decision, ModerationAct, Report
from community.moderation.rules import APPEAL_WITHIN, LASTING, NOTICED, TOLD, Outcome
from community.spaces.models import Membership, Role, Space
from community.spaces.policy import (
    FACILITATING,
    ORGANISING,
    RANK,
    facilitates,
    my_spaces_as,
    organises,
    present,
    role_in,
    speaks,
)


@read_rule
def visible_cases(ctx: Context) -> sa.Select[Case]:
    """What was reported in the spaces the actor looks after, but their own posts."""
    led = my_spaces_as(ctx, FACILITATING)
    return sa.select(Case).where(Case.space_id.in_(led), Case.author_id != ctx.actor_id)


@read_rule
def visible_reports(ctx: Context) -> sa.Select[Report]:
    """What was said of the cases the actor sees; nobody else reads it."""
    seen = visible_cases(ctx).with_only_columns(Case.id)
    return sa.select(Report).where(Report.case_id.in_(seen))


@read_rule
def visible_decisions(ctx: Context) -> sa.Select[Decision]:
    """Decisions about cases and people the actor looks after; of their own, what they are told."""
    seen = visible_cases(ctx).with_only_columns(Case.id)
    measures = visible_measures(ctx).with_only_columns(Decision.id)
    return sa.select(Decision).where(
        sa.or_(_told_to(ctx), Decision.case_id.in_(seen), Decision.id.in_(measures))
    )


@read_rule
def visible_measures(ctx: Context) -> sa.Select[Decision]:
    """What was decided about people in the spaces the actor leads; everywhere, to administrators.

    Not what concerns themselves.
    """
    led: sa.ColumnElement[bool] = Decision.space_id.in_(my_spaces_as(ctx, FACILITATING))
    if may_administer(ctx, None):
        led = sa.or_(led, Decision.space_id.is_(None))
    return sa.select(Decision).where(
        Decision.case_id.is_(None), Decision.about_id != ctx.actor_id, led
    )


def _told_to(ctx: Context) -> sa.ColumnElement[bool]:
    return sa.and_(Decision.about_id == ctx.actor_id, Decision.outcome.in_(NOTICED))


@read_rule
def visible_appeals(ctx: Context) -> sa.Select[Appeal]:
    """Second looks that were asked for, at decisions the actor sees."""
    seen = visible_decisions(ctx).with_only_columns(Decision.id)
    return sa.select(Appeal).where(Appeal.decision_id.in_(seen))


@read_rule
def visible_moderation_acts(ctx: Context) -> sa.Select[ModerationAct]:
    """What was done in the spaces the actor looks after, to administrators everywhere.

    Not what concerns themselves.
    """
    about = ModerationAct.about_id
    others = sa.or_(about.is_(None), about != ctx.actor_id)
    about_others = sa.select(ModerationAct).where(others)
    if may_administer(ctx, None):
        return about_others
    return about_others.where(ModerationAct.space_id.in_(my_spaces_as(ctx, FACILITATING)))


find_case = Finder(visible_cases)
find_decision = Finder(visible_decisions)


def find_measure(ctx: Context, decision_id: uuid.UUID, *, lock: bool = False) -> Decision:
    """Return what was decided about a person whom the actor looks after; raises NotFound."""
    return find(visible_measures(ctx), decision_id, lock=lock)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Somebody in a space, about whom something is to be decided; no role: not a member now."""

    space_id: uuid.UUID
    user_id: uuid.UUID
    role: Role | None


def place_of(space_id: uuid.UUID, user_id: uuid.UUID) -> Place:
    """Return somebody's place in a space as it is now."""
    return Place(space_id, user_id, _role_of(space_id, user_id))


def was_here(space_id: uuid.UUID, user_id: uuid.UUID) -> bool:
    """Whether somebody belongs to a space or did: who leads it may ask what was decided about them.

    A case about a post of theirs is there all the same.
    """
    there = sa.select(Membership.id).where(
        Membership.space_id == space_id, Membership.user_id == user_id
    )
    return execute(there).first() is not None


@rule
def may_report(ctx: Context, post: Post) -> bool:
    """Whoever belongs to a post's space reports it, who only reads there too; not its author."""
    return post.author_id != ctx.actor_id and role_in(ctx, _space_of(post.id)) is not None


@rule
def may_moderate(ctx: Context, space: Space) -> bool:
    """Organisers and facilitators look after what is reported in their space."""
    return facilitates(ctx, space.id)


@rule
def may_set_limits(ctx: Context, space: Space) -> bool:
    """Owners and organisers of a space set what limits posts of those who do not lead it."""
    return organises(ctx, space.id)


@rule
def may_decide_case(ctx: Context, case: Case) -> bool:
    """Organisers and facilitators keep a reported post or hide it; never their own."""
    return case.author_id != ctx.actor_id and facilitates(ctx, case.space_id)


@rule
def may_warn(ctx: Context, case: Case) -> bool:
    """A warning is about a person: nobody warns who has a higher role in the space.

    It is said in words: nor does who is silenced there.
    """
    mine, theirs = role_in(ctx, case.space_id), _last_role_of(case.space_id, case.author_id)
    if mine is None or not may_decide_case(ctx, case):
        return False
    above = theirs is not None and RANK[theirs] > RANK[mine]
    return not above and speaks(ctx, case.space_id)


@rule
def may_warn_member(ctx: Context, place: Place) -> bool:
    """Who leads a space warns whom they stand above; nobody of their own role, nor themselves."""
    return _looks_after(ctx, place, Outcome.WARNED) and speaks(ctx, place.space_id)


@rule
def may_silence_member(ctx: Context, place: Place) -> bool:
    """Who leads a space silences whom they stand above; so nobody silences an owner."""
    return _looks_after(ctx, place, Outcome.SILENCED) and speaks(ctx, place.space_id)


@rule
def may_suspend_member(ctx: Context, place: Place) -> bool:
    """Owners and organisers suspend whom they stand above; so no owner is kept out."""
    return _looks_after(ctx, place, Outcome.SUSPENDED) and speaks(ctx, place.space_id)


OF_MEASURES = {
    Outcome.WARNED: may_warn_member,
    Outcome.SILENCED: may_silence_member,
    Outcome.SUSPENDED: may_suspend_member,
}


@rule
def may_measure_everywhere(ctx: Context, user: User) -> bool:
    """Administrators warn, silence and suspend in all spaces at once; not another of them."""
    return may_administer(ctx, None) and user.id != ctx.actor_id and not user.admin


@rule
def may_lift(ctx: Context, decision: Decision) -> bool:
    """Who may silence or suspend somebody lifts it, too; what holds everywhere, administrators.

    Without words, so who is silenced does as well.
    """
    if decision.outcome not in LASTING or decision.about_id == ctx.actor_id:
        return False
    if decision.space_id is None:
        return may_administer(ctx, None)
    return _looks_after(ctx, place_of(decision.space_id, decision.about_id), decision.outcome)


@rule
def may_appeal(ctx: Context, decision: Decision) -> bool:
    """Whom a decision concerns asks for a second look at it."""
    return decision.about_id == ctx.actor_id and decision.outcome in TOLD


@rule
def may_answer_appeal(ctx: Context, decision: Decision) -> bool:
    """Somebody else than who decided takes the second look, if somebody else could.

    At what was decided about a person, somebody who could have decided it.
    """
    if decision.space_id is None:
        looks = may_administer(ctx, None) and decision.about_id != ctx.actor_id
        return looks and (decision.by_id != ctx.actor_id or not _other_administrators(decision))
    if decision.case_id is None:
        place = place_of(decision.space_id, decision.about_id)
        roles = _DECIDING[decision.outcome] & _above(place)
        looks = _looks_after(ctx, place, decision.outcome)
    else:
        roles = FACILITATING
        looks = may_decide_case(ctx, db.session.get_one(Case, decision.case_id))
    if not looks:
        return False
    return decision.by_id != ctx.actor_id or not _others(decision.space_id, decision, roles)


def is_late(ctx: Context, decision: Decision) -> bool:
    """Whether it is too late to ask for a second look."""
    return ctx.now - decision.at > APPEAL_WITHIN


def _space_of(post_id: uuid.UUID) -> uuid.UUID:
    place = sa.select(Thread.space_id).join(Post, Post.thread_id == Thread.id)
    found: uuid.UUID = execute(place.where(Post.id == post_id)).scalar_one()
    return found


def _role_of(space_id: uuid.UUID, user_id: uuid.UUID) -> Role | None:
    there = sa.select(Membership.role).where(
        Membership.space_id == space_id,
        Membership.user_id == user_id,
        Membership.ended_at.is_(None),
    )
    role: Role | None = execute(there).scalar()
    return role


def _last_role_of(space_id: uuid.UUID, user_id: uuid.UUID) -> Role | None:
    """Return somebody's role in a space, or the one they had when they left."""
    there = sa.select(Membership.role).where(
        Membership.space_id == space_id, Membership.user_id == user_id
    )
    role: Role | None = execute(there).scalar()
    return role


_DECIDING: Mapping[Outcome, frozenset[Role]] = {
    Outcome.WARNED: FACILITATING,
    Outcome.SILENCED: FACILITATING,
    Outcome.SUSPENDED: ORGANISING,
}


def _looks_after(ctx: Context, place: Place, outcome: Outcome) -> bool:
    """Whether the actor has a role that decides so, and a higher one than somebody in a space.

    Nobody stands above themselves.
    """
    mine = role_in(ctx, place.space_id)
    return place.user_id != ctx.actor_id and mine in _DECIDING[outcome] & _above(place)


def _above(place: Place) -> frozenset[Role]:
    """Return the roles that stand above somebody in a space.

    Who left keeps the rank they had, but owners stand above any of them.
    """
    theirs = place.role or _last_role_of(place.space_id, place.user_id)
    above = frozenset(role for role in Role if theirs is None or RANK[role] > RANK[theirs])
    return above if place.role else above | {Role.OWNER}


def _other_administrators(decision: Decision) -> bool:
    """Whether there is an administrator who did not decide."""
    others = sa.select(User.id).where(
        User.admin,
        User.deactivated_at.is_(None),
        User.id.not_in([decision.by_id, decision.about_id]),
    )
    return execute(others.limit(1)).first() is not None


def _others(space_id: uuid.UUID, decision: Decision, roles: Collection[Role]) -> bool:
    """Whether somebody else than who decided, and whom it concerns, has one of some roles."""
    others = (
        sa.select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.space_id == space_id,
            present(),
            Membership.role.in_(roles),
            Membership.user_id.not_in([decision.by_id, decision.about_id]),
            User.deactivated_at.is_(None),
        )
        .limit(1)
    )
    return execute(others).first() is not None


def in_force(now: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Return, for a WHERE, what a measure is that holds at a moment."""
    return (
        Decision.outcome.in_(LASTING),
        Decision.overturned_at.is_(None),
        Decision.lifted_at.is_(None),
        sa.or_(Decision.until.is_(None), Decision.until > now),
    )
