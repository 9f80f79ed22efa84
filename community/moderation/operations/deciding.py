"""Cases are taken on, let go of and decided."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.accounts.models import User
from community.discussions.models import Post, Removal, Thread
from community.discussions.operations import approve_post, hide_post
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, Invalid
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation, record
from community.kernel.policy import require
from community.moderation.events import CaseClaimed, CaseDecided, CaseReleased
from community.moderation.models import Case, Decision, Report
from community.moderation.operations.holding import hold_post_of, open_case
from community.moderation.operations.recording import note_act
from community.moderation.policy import find_case, may_decide_case, may_warn
from community.moderation.rules import (
    CLAIM_LASTS,
    NOTICED,
    OF_CASES,
    OF_WAITING,
    TOLD,
    Outcome,
    Reason,
)
from community.spaces.policy import belongs_to, facilitates, refuse_archived

MOST_TOLD = 200  # reporters of one case who learn that it was looked at


@operation
def claim_case(ctx: Context, case_id: uuid.UUID) -> Case:
    """Say that one looks at a case now; one's own claim is made anew.

    Raises NotFound, Forbidden, and Conflict for one that is decided, that somebody else looks at,
    or in an archived space.
    """
    case = find_case(ctx, case_id, lock=True)  # two who take it on at once take turns
    _refuse_undecidable(ctx, case)
    _refuse_taken(ctx, case)
    before = "open" if case.claimed_by is None else "claimed"
    case.claimed_by, case.claimed_at = ctx.person, ctx.now
    note_act(ctx, case, "claim", before=before, after="claimed")
    record(CaseClaimed(space_id=case.space_id, case_id=case.id))
    return case


@operation
def release_case(ctx: Context, case_id: uuid.UUID) -> Case:
    """Let go of a case that one looks at, so that others go on; one that is not held stays so.

    Raises NotFound, Forbidden, and Conflict for one that is decided, that somebody else looks at,
    or in an archived space.
    """
    case = find_case(ctx, case_id, lock=True)
    _refuse_undecidable(ctx, case)
    _refuse_taken(ctx, case)
    if case.claimed_by is not None:
        case.claimed_by = case.claimed_at = None
        note_act(ctx, case, "release", before="claimed", after="open")
        record(CaseReleased(space_id=case.space_id, case_id=case.id))
    return case


@operation
def decide_case(
    ctx: Context,
    case_id: uuid.UUID,
    *,
    outcome: Outcome,
    reason: Reason | None = None,
    words: str = "",
    note: str = "",
    edition: int | None = None,
) -> Decision:
    """Decide about a reported post: it is kept, hidden, or kept with a warning to its author.

    One that waits for approval is approved, or hidden: then it was declined. ``edition`` is that of
    the words that were read: others are not approved by it, and it is asked for nothing else.
    ``words`` tell the author why, ``note`` is for those who lead the space. Who reported learns
    that it was looked at. Raises NotFound, Forbidden, Invalid for what the author is told without
    a reason or words, and Conflict for a case that is decided, that somebody else looks at, or in
    an archived space, and where what is to be approved was written anew meanwhile.
    """
    # the thread first, as whoever reports: no report joins a case that is being closed
    thread, post = hold_post_of(find_case(ctx, case_id))
    case = find_case(ctx, case_id, lock=True)
    _refuse_undecidable(ctx, case)
    waits = post.removal is Removal.WAITING
    if outcome not in (OF_WAITING if waits else OF_CASES):
        _refuse_taken(ctx, case)
        said = _("Approve or decline it.") if waits else _("Keep the post, hide it, or warn.")
        raise Invalid(said, fields={"outcome": [said]})
    if outcome is Outcome.WARNED:
        require(may_warn, ctx, case)
    _refuse_taken(ctx, case)
    if outcome in TOLD:
        _refuse_unsaid(reason, words)
    if outcome is Outcome.HIDDEN:
        _hide(ctx, thread, post)
    if outcome is Outcome.APPROVED:
        _refuse_elsewhere(ctx, thread)
        _refuse_merged_away(thread)
        _refuse_unread(post, edition)
        approve_post(ctx, thread, post)
    if outcome not in TOLD:
        reason, words = None, ""
    return _close(ctx, case, outcome, reason=reason, words=words, note=note)


def decide_removed(
    ctx: Context, space_id: uuid.UUID, post: Post, *, reason: Reason | None
) -> Decision:
    """Have a post that the actor took away, whose space they lead, decided about as hidden.

    Its open case is closed, whoever looks at it; where there is none one is made. Inside an
    operation that holds the post.
    """
    case_id = open_case(ctx, space_id, post)
    case = db.session.get_one(Case, case_id, with_for_update=True, populate_existing=True)
    return _close(ctx, case, Outcome.HIDDEN, reason=reason)


def _close(
    ctx: Context,
    case: Case,
    outcome: Outcome,
    *,
    reason: Reason | None = None,
    words: str = "",
    note: str = "",
) -> Decision:
    """Close a case, which is held, by a decision; whom it concerns is told."""
    decision = Decision(
        id=new_key(),
        case_id=case.id,
        space_id=case.space_id,
        about_id=case.author_id,
        by_id=ctx.person,
        outcome=outcome,
        reason=reason,
        words=words,
        note=note,
        at=ctx.now,
    )
    db.session.add(decision)
    before = "open" if case.claimed_by is None else "claimed"
    case.closed_at = ctx.now
    case.claimed_by, case.claimed_at = None, None
    note_act(ctx, case, "decide", before=before, after=outcome.value)
    record(
        CaseDecided(
            space_id=case.space_id,
            case_id=case.id,
            decision_id=decision.id,
            user_id=case.author_id if outcome in NOTICED else None,
            outcome=outcome.value,
        )
    )
    if outcome in TOLD:
        payload: dict[str, object] = {"decision_id": str(decision.id)}
        enqueue(ctx.acting_as(case.author_id), "moderation.mail_decision", payload)
    _owe_thanks(ctx, case)
    return decision


def _hide(ctx: Context, thread: Thread, post: Post) -> None:
    """Take a post away so that its author does not put it back, also if they took it away first.

    Raises Conflict for one that was moved to a space where the actor does not lead.
    """
    _refuse_elsewhere(ctx, thread)
    hide_post(ctx, thread, post)


def _refuse_elsewhere(ctx: Context, thread: Thread) -> None:
    if not facilitates(ctx, thread.space_id):
        said = _("This post was moved to another space. Those who lead that space decide about it.")
        raise Conflict(said)


def _owe_thanks(ctx: Context, case: Case) -> None:
    """Owe a letter to each who reported: that it was looked at."""
    of_case = sa.select(Report.id, Report.reporter_id).where(
        Report.case_id == case.id, Report.reporter_id.is_not(None)
    )
    for report_id, reporter_id in execute(of_case.order_by(Report.at, Report.id).limit(MOST_TOLD)):
        payload: dict[str, object] = {"report_id": str(report_id)}
        enqueue(ctx.acting_as(reporter_id), "moderation.mail_looked_at", payload)


def _refuse_undecidable(ctx: Context, case: Case) -> None:
    """Raise what refuses the actor to decide about a case."""
    require(may_decide_case, ctx, case)
    refuse_archived(belongs_to(ctx, case.space_id))


def _refuse_taken(ctx: Context, case: Case) -> None:
    """Raise Conflict for a case that is decided, or that somebody else looks at now."""
    if case.closed_at is not None:
        decided = execute(sa.select(Decision.id).where(Decision.case_id == case.id)).first()
        if decided is None:
            raise Conflict(_("Its author took it away. Nothing is to be decided any more."))
        raise Conflict(_("This was decided already."))
    held = case.claimed_at is not None and case.claimed_at > ctx.now - CLAIM_LASTS
    if held and case.claimed_by != ctx.actor_id:
        name = execute(sa.select(User.name).where(User.id == case.claimed_by)).scalar()
        raise Conflict(_("%(name)s is looking at this.", name=name or _("Somebody else")))


def _refuse_merged_away(thread: Thread) -> None:
    if thread.merged_into_id is not None:
        raise Conflict(_("Its thread was merged with another one. It can only be declined."))


def _refuse_unread(post: Post, edition: int | None) -> None:
    if edition is None:
        said = _("Say which edition of the post you have read.")
        raise Invalid(said, fields={"edition": [said]})
    if edition != post.edition:
        raise Conflict(_("Its author has changed it since you read it. Here it is as it is now."))


def _refuse_unsaid(reason: Reason | None, words: str) -> None:
    """Raise Invalid where the author would not learn why."""
    missing = {}
    if reason is None:
        missing["reason"] = [_("Choose a reason. Its author is told it.")]
    if not words:
        missing["words"] = [_("Say in a sentence or two what is wrong. Its author reads it.")]
    if missing:
        raise Invalid(_("Its author has to learn why."), fields=missing)
