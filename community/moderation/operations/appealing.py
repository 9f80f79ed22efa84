"""Whom a decision concerns asks for a second look, and somebody else takes it."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.models import Post, Removal, Thread
from community.discussions.operations import approve_post, may_still_come_back, restore_post
from community.discussions.policy import may_restore_post
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import require
from community.moderation.events import AppealAnswered, DecisionAppealed
from community.moderation.models import Appeal, Case, Decision
from community.moderation.operations.holding import hold_post_of
from community.moderation.operations.measuring import hold_where_it_holds
from community.moderation.operations.recording import note_act, note_measure
from community.moderation.operations.settling import hides, settle
from community.moderation.policy import (
    find_decision,
    find_measure,
    is_late,
    may_answer_appeal,
    may_appeal,
)
from community.moderation.rules import LASTING, Outcome
from community.spaces.policy import belongs_to, refuse_archived


@operation
def appeal_decision(ctx: Context, decision_id: uuid.UUID, *, text: str) -> Appeal:
    """Ask for a second look at a decision, once, saying why.

    Raises NotFound, Forbidden for who is not concerned, and Conflict for a second time, when it is
    too late, and when the decision was taken back.
    """
    decision = find_decision(ctx, decision_id, lock=True)
    require(may_appeal, ctx, decision)
    if _appeal_of(decision_id) is not None:
        raise Conflict(_("You have asked for a second look at this already."))
    if decision.overturned_at is not None:
        raise Conflict(_("This decision was taken back."))
    if decision.outcome is Outcome.HIDDEN and decision.lifted_at is not None:
        raise Conflict(_("Your post was put back. It is there to be read again."))
    if is_late(ctx, decision):
        raise Conflict(_("It is too long ago. Write to who leads the space."))
    appeal = Appeal(id=new_key(), decision_id=decision_id, text=text, at=ctx.now)
    db.session.add(appeal)
    record(DecisionAppealed(space_id=decision.space_id, decision_id=decision_id))
    return appeal


@operation
def answer_appeal(
    ctx: Context, decision_id: uuid.UUID, *, overturn: bool, words: str = ""
) -> Decision:
    """Take the second look that was asked for: the decision holds, or it is taken back.

    A post that was hidden comes back with it, while its words are kept and nothing else hides it.
    ``words`` are for whom it concerns. Raises NotFound, Forbidden for who decided where somebody
    else could look, and Conflict where nobody asked, when it was answered, and in an archived
    space.
    """
    seen = find_decision(ctx, decision_id)
    require(may_answer_appeal, ctx, seen)
    if seen.case_id is None:
        raise NotFound
    case = db.session.get_one(Case, seen.case_id)
    thread, post = hold_post_of(case)
    decision = find_decision(ctx, decision_id, lock=True)  # two who answer at once take turns
    refuse_archived(belongs_to(ctx, case.space_id))
    after = _answer(ctx, decision, overturn=overturn, words=words)
    if overturn and decision.outcome is Outcome.HIDDEN:
        _bring_back(ctx, thread, post)
    note_act(ctx, case, "answer", before=decision.outcome.value, after=after)
    return decision


@operation
def answer_measure(
    ctx: Context, decision_id: uuid.UUID, *, overturn: bool, words: str = ""
) -> Decision:
    """Take the second look at a measure: it holds on, or ends at once.

    Raises NotFound, Forbidden for who decided where somebody else could look, and Conflict where
    nobody asked, when it was answered, and in an archived space.
    """
    seen = find_measure(ctx, decision_id)
    hold_where_it_holds(ctx, seen)
    decision = find_measure(ctx, decision_id, lock=True)
    require(may_answer_appeal, ctx, decision)
    if decision.space_id is not None:
        refuse_archived(belongs_to(ctx, decision.space_id))
    after = _answer(ctx, decision, overturn=overturn, words=words)
    if overturn and decision.outcome in LASTING:
        settle(ctx, decision.about_id, decision.space_id)
    note_measure(ctx, decision, "answer", before=decision.outcome.value, after=after)
    return decision


def _answer(ctx: Context, decision: Decision, *, overturn: bool, words: str) -> str:
    """Write the answer down, and have whom it concerns told; returns what is the case now."""
    appeal = _appeal_of(decision.id)
    if appeal is None:
        raise Conflict(_("Nobody has asked for a second look at this."))
    if appeal.answered_at is not None:
        raise Conflict(_("Somebody has taken the second look already."))
    appeal.answered_by, appeal.answered_at, appeal.words = ctx.person, ctx.now, words
    if overturn:
        decision.overturned_at = ctx.now
    record(AppealAnswered(space_id=decision.space_id, decision_id=decision.id, overturned=overturn))
    payload: dict[str, object] = {"decision_id": str(decision.id)}
    enqueue(ctx.acting_as(decision.about_id), "moderation.mail_answer", payload)
    return "overturned" if overturn else decision.outcome.value


def _bring_back(ctx: Context, thread: Thread, post: Post) -> None:
    """Put a hidden post back where it still can be.

    Not one that somebody put back, that was wiped, that another decision hides, or that stands
    where the actor does not lead. One that was declined while it waited is approved, unless its
    thread was merged with another one.
    """
    if post.removal is not Removal.STAFF or not may_still_come_back(ctx, post):
        return
    if not may_restore_post(ctx, post) or _hidden_by_another(post.id):
        return
    if post.number < 0:
        if thread.merged_into_id is None:
            approve_post(ctx, thread, post)
    else:
        restore_post(ctx, post.id)


def _hidden_by_another(post_id: uuid.UUID) -> bool:
    """Whether a decision hides a post, once another one was taken back."""
    hiding = (
        sa.select(Decision.id)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.post_id == post_id, *hides())
    )
    return db.session.execute(hiding.limit(1)).first() is not None


def _appeal_of(decision_id: uuid.UUID) -> Appeal | None:
    found: Appeal | None = db.session.scalar(
        sa.select(Appeal)
        .where(Appeal.decision_id == decision_id)
        .execution_options(populate_existing=True)
    )
    return found
