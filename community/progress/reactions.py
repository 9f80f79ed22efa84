"""What happens elsewhere and is progress here, in the same transaction; and the work it leaves."""

import uuid

from community.cohorts.events import (
    LearnerEnrolled,
    RunClosed,
    RunCopied,
    RunCreated,
    RunVersionMoved,
)
from community.discussions.events import ReplyPosted, ThreadStarted
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import enqueue
from community.kernel.revocation import revoke
from community.live.events import SessionMoved, SessionReinstated, SessionScheduled
from community.live.models import LiveSession
from community.live.rules import lapses_at
from community.progress.operations import (
    begin_policy,
    begin_record,
    copy_policy,
    count_attendance,
    count_post,
    follow_version,
    let_go,
    say_withdrawn,
    settle_for_session,
    settle_verdicts,
    settle_version,
    wait_for_acts,
)
from community.spaces.events import MemberRemoved, RoleChanged
from community.spaces.models import Role
from community.spaces.policy import FACILITATING

SETTLE_FOR_SESSION = "progress.settle_for_session"


def on_run_created(ctx: Context, event: RunCreated) -> None:
    """Let a new run have rules for who completes it from its first moment."""
    begin_policy(ctx, event.run_id)


def on_run_copied(ctx: Context, event: RunCopied) -> None:
    """Let a run that was planned like another ask for the same."""
    copy_policy(ctx, event.like_id, event.run_id)


def on_run_closed(ctx: Context, event: RunClosed) -> None:
    """Let what is counted come before the run is closed, or find it closed."""
    wait_for_acts(ctx, event.run_id)


def settle_verdicts_job(ctx: Context, run_id: str, **_event: object) -> None:
    """Find, in batches, who has come to an outcome as the run closed."""
    settle_verdicts(ctx, uuid.UUID(run_id))


def say_withdrawn_job(ctx: Context, run_id: str, verdict_ids: list[str]) -> None:
    """Say of a batch of verdicts that a change of the rules took them back."""
    say_withdrawn(ctx, uuid.UUID(run_id), [uuid.UUID(key) for key in verdict_ids])


def settle_for_session_job(ctx: Context, session_id: str, **_event: object) -> None:
    """Find who has completed a run of which a session does not take place."""
    settle_for_session(ctx, uuid.UUID(session_id))


def on_session_planned(
    ctx: Context, event: SessionScheduled | SessionMoved | SessionReinstated
) -> None:
    """Look again at the moment from which a session can begin no more: it is asked of nobody then.

    Owed once for each time a session is planned for; that of a time it was moved from finds
    nothing to do.
    """
    session = db.session.get_one(LiveSession, event.session_id)
    lapses = lapses_at(session.starts_at)
    if lapses > ctx.now:
        once = f"progress.lapse:{session.id.hex}:{session.starts_at:%Y%m%d%H%M}"
        enqueue(ctx, SETTLE_FOR_SESSION, {"session_id": str(session.id)}, once=once, due_at=lapses)


def on_learner_enrolled(ctx: Context, event: LearnerEnrolled) -> None:
    """Begin a learner's totals with the enrolment."""
    begin_record(ctx, event.run_id, event.enrolment_id)


def on_run_version_moved(ctx: Context, event: RunVersionMoved) -> None:
    """Let what learners did follow their run, by a few statements for all of them."""
    follow_version(ctx, event.run_id, event.former_id)


def settle_version_job(ctx: Context, run_id: str) -> None:
    """Judge anew, in batches, what a newer version asks for otherwise."""
    settle_version(ctx, uuid.UUID(run_id))


def on_thread_started(ctx: Context, event: ThreadStarted) -> None:
    """Count the first post of a thread that was begun for an activity."""
    count_post(ctx, event.thread_id, event.post_id, event.author_id, number=1)


def on_reply_posted(ctx: Context, event: ReplyPosted) -> None:
    """Count a reply in a thread that was begun for an activity."""
    count_post(ctx, event.thread_id, event.post_id, event.author_id, number=event.number)


def count_attendance_job(ctx: Context, session_id: str, **_event: object) -> None:
    """Count who was there, in batches: an ended session may have had a thousand people in it."""
    count_attendance(ctx, uuid.UUID(session_id))


def on_member_removed(ctx: Context, event: MemberRemoved) -> None:
    """Whom somebody had taken who has left, others may take; nobody holds a learner who left."""
    let_go(ctx, event.space_id, of=event.user_id, by=event.user_id)


def on_role_changed(ctx: Context, event: RoleChanged) -> None:
    """Let nobody go on watching a run they do not facilitate any more, nor hold its learners."""
    if event.role != Role.MEMBER:
        let_go(ctx, event.space_id, of=event.user_id)
    if event.former_role in FACILITATING and event.role not in FACILITATING:
        let_go(ctx, event.space_id, by=event.user_id)
        revoke(event.user_id, space_id=event.space_id)
