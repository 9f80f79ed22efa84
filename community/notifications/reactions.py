"""What happened that people are to learn of, in their inbox and by letter."""

import uuid

import sqlalchemy as sa

from community.accounts.models import User
from community.certificates.events import (
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
)
from community.cohorts.models import Enrolment, Run
from community.coursework.events import AttemptMarked, WorkMarked
from community.discussions.events import (
    PeopleMentioned,
    PostReacted,
    ReplyPosted,
    ThreadRead,
    ThreadStarted,
    ThreadUnread,
)
from community.discussions.models import Post, Reaction, Thread, ThreadKind
from community.discussions.policy import ANSWERED
from community.discussions.queries import WATCHED
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.operation import enqueue
from community.live.events import SessionCalledOff, SessionMoved, SessionReinstated
from community.live.models import LiveSession
from community.moderation.events import CaseDecided, MeasureLifted, MeasureTaken
from community.notifications.models import ScheduleNews
from community.notifications.operations import (
    note_post,
    put,
    put_reaction,
    read_as_far,
    unread_from,
)
from community.notifications.queries import answered_by
from community.notifications.rules import Reason, Said, told_of
from community.progress.events import LearnerNudged


def on_thread_started(ctx: Context, event: ThreadStarted) -> None:
    """An announcement goes to everybody of its space; any thread to who watches all of it."""
    of_thread = sa.select(Thread.kind, WATCHED).where(Thread.id == event.thread_id)
    kind, watched = execute(of_thread).one()
    if kind is ThreadKind.ANNOUNCEMENT:
        payload: dict[str, object] = {"thread_id": str(event.thread_id)}
        enqueue(ctx.acting_as(event.author_id), "notifications.tell_announcement", payload)
    if watched:
        _tell_watchers(ctx, event)


def on_people_mentioned(ctx: Context, event: PeopleMentioned) -> None:
    """Whom a post mentions learns of it; of a group everybody, which takes a worker."""
    mentioned = [uuid.UUID(key) for key in event.people]
    said = Said(author=event.author_id, mentioned=mentioned)
    note_post(ctx, event.post_id, told_of(said), at=ctx.now)
    if event.groups:
        payload: dict[str, object] = {"post_id": str(event.post_id), "groups": list(event.groups)}
        enqueue(ctx.acting_as(event.author_id), "notifications.tell_group", payload)


def on_reply_posted(ctx: Context, event: ReplyPosted) -> None:
    """Who is answered learns of it: whose post it is, and whose question; and who watches."""
    row = answered_by(event.thread_id, event.reply_to)
    asker = row.asker_id if row.kind in ANSWERED else None
    said = Said(author=event.author_id, answered=row.answered_id, asker=asker)
    note_post(ctx, event.post_id, told_of(said), at=ctx.now)
    if row.watched:
        _tell_watchers(ctx, event)


def _tell_watchers(ctx: Context, event: ThreadStarted | ReplyPosted) -> None:
    """Owe it as the author's, whoever approved the post: it is told while the author is there."""
    payload: dict[str, object] = {"post_id": str(event.post_id)}
    enqueue(ctx.acting_as(event.author_id), "notifications.tell_watchers", payload)


def on_session_moved(ctx: Context, event: SessionMoved) -> None:
    """Members learn when it takes place now."""
    _note(ctx, event, was_at=event.was_at, was_minutes=event.was_minutes)


def on_session_called_off(ctx: Context, event: SessionCalledOff) -> None:
    """Members learn that it does not take place."""
    session = db.session.get_one(LiveSession, event.session_id)
    _note(ctx, event, was_at=session.starts_at, was_minutes=session.minutes)


def on_session_reinstated(ctx: Context, event: SessionReinstated) -> None:
    """Members learn that it takes place after all."""
    _note(ctx, event)


def _note(
    ctx: Context,
    event: SessionMoved | SessionCalledOff | SessionReinstated,
    **before: object,
) -> None:
    db.session.add(
        ScheduleNews(
            space_id=event.space_id,
            session_id=event.session_id,
            actor_id=ctx.actor_id,
            at=ctx.now,
            **before,
        )
    )


def on_post_reacted(ctx: Context, event: PostReacted) -> None:
    """Whose post it is learns that somebody reacted to it; not that they took it back."""
    reacted = sa.exists().where(Reaction.post_id == event.post_id, Reaction.user_id == ctx.actor_id)
    author = execute(
        sa.select(Post.author_id)
        .join(User, User.id == Post.author_id)
        .where(Post.id == event.post_id, ~User.from_archive, reacted)
    ).scalar_one_or_none()
    if author is not None:
        put_reaction(ctx, author, event.post_id)


def on_thread_read(ctx: Context, event: ThreadRead) -> None:
    """What was read in the thread is read in the inbox."""
    read_as_far(ctx, event.user_id, event.thread_id, event.number)


def on_thread_unread(_ctx: Context, event: ThreadUnread) -> None:
    """What is to be read again in the thread is new in the inbox again."""
    unread_from(event.user_id, event.thread_id, event.number)


def on_work_marked(ctx: Context, event: WorkMarked) -> None:
    """A learner learns that somebody answered what they handed in."""
    _tell_learner(ctx, event.enrolment_id, event.submission_id, Reason.WORK)


def on_attempt_marked(ctx: Context, event: AttemptMarked) -> None:
    """A learner learns that what they wrote in a quiz was marked."""
    _tell_learner(ctx, event.enrolment_id, event.attempt_id, Reason.SCORE)


def on_learner_nudged(ctx: Context, event: LearnerNudged) -> None:
    """A learner learns that somebody who leads the run wrote to them."""
    _tell_learner(ctx, event.enrolment_id, event.nudge_id, Reason.MESSAGE)


def _tell_learner(
    ctx: Context, enrolment_id: uuid.UUID, subject_id: uuid.UUID, why: Reason
) -> None:
    learner = (
        sa.select(Enrolment.user_id, Run.space_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(Enrolment.id == enrolment_id)
    )
    user_id, space_id = execute(learner).one()
    put(ctx, user_id, subject_id, why, space_id=space_id)


def on_certificate_changed(
    ctx: Context, event: CertificateIssued | CertificateRevoked | CertificateReissued
) -> None:
    """A learner learns that there is a certificate, or that it holds no more, or again."""
    put(ctx, event.user_id, event.certificate_id, Reason.CERTIFICATE)


def on_case_decided(ctx: Context, event: CaseDecided) -> None:
    """Whose post was hidden or approved, or who was warned, learns at once; no news if it stays."""
    if event.user_id is not None:
        put(ctx, event.user_id, event.decision_id, Reason.MEASURE)


def on_measure_changed(ctx: Context, event: MeasureTaken | MeasureLifted) -> None:
    """Somebody learns at once that they were warned, silenced or suspended; or no more.

    Of no space: whom it keeps out of it is told, too.
    """
    put(ctx, event.user_id, event.decision_id, Reason.MEASURE)
