"""What follows for decisions from what happens elsewhere, in the same transaction."""

import sqlalchemy as sa

from community.discussions.events import PostHeld, PostRemoved, PostRestored, PostWithdrawn
from community.discussions.models import Post
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import enqueue, record
from community.moderation.events import MeasureLifted
from community.moderation.models import Case, Decision
from community.moderation.operations import decide_removed, settle
from community.moderation.operations.holding import open_case
from community.moderation.operations.recording import note_act
from community.moderation.operations.settling import hides
from community.moderation.rules import Reason
from community.spaces.events import MemberJoined, RoleChanged
from community.spaces.models import Role
from community.spaces.operations import hold_person


def on_post_held(ctx: Context, event: PostHeld) -> None:
    """What waits for approval stands in the queue of its space, as what was reported does."""
    open_case(ctx, event.space_id, db.session.get_one(Post, event.post_id))


def on_post_withdrawn(ctx: Context, event: PostWithdrawn) -> None:
    """What its author took away waits for nobody."""
    open_ = Case.post_id == event.post_id, Case.closed_at.is_(None)
    for case in db.session.scalars(sa.select(Case).where(*open_).with_for_update()):
        case.closed_at, case.claimed_by, case.claimed_at = ctx.now, None, None


def on_post_removed(ctx: Context, event: PostRemoved) -> None:
    """Make a decision of it that who leads a space took a post of somebody's away."""
    if event.led:
        post = db.session.get_one(Post, event.post_id)
        reason = Reason(event.reason) if event.reason else None
        decide_removed(ctx, event.space_id, post, reason=reason)


def on_post_restored(ctx: Context, event: PostRestored) -> None:
    """Lift the decisions that hid a post which somebody put back; the record says who."""
    hiding = db.session.execute(
        sa.select(Case, Decision)
        .join(Decision, Decision.case_id == Case.id)
        .where(Case.post_id == event.post_id, *hides())
        .order_by(Decision.at, Decision.id)
        .with_for_update(of=Decision)
    ).all()
    for case, decision in hiding:
        decision.lifted_at, decision.lifted_by = ctx.now, ctx.person
        note_act(ctx, case, "restore", before="hidden", after="restored")
        lifted = {"decision_id": decision.id, "user_id": decision.about_id}
        record(MeasureLifted(space_id=decision.space_id, **lifted))
    if hiding:
        payload: dict[str, object] = {"decision_id": str(decision.id)}
        enqueue(ctx.acting_as(decision.about_id), "moderation.mail_lifted", payload)


def on_member_joined(ctx: Context, event: MemberJoined) -> None:
    """Let what was decided about somebody hold where they come in, or come back to."""
    hold_person(event.user_id)  # what holds everywhere may be decided at this moment
    settle(ctx, event.user_id, event.space_id)


def on_role_changed(ctx: Context, event: RoleChanged) -> None:
    """Nothing keeps an owner out of their space; who is none any more is as others are."""
    if Role.OWNER in {event.role, event.former_role}:
        settle(ctx, event.user_id, event.space_id)
