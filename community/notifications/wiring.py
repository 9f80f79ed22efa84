"""The notifications feature, assembled."""

import datetime as dt
import functools

import sqlalchemy as sa

from community.certificates.events import (
    CertificateIssued,
    CertificateReissued,
    CertificateRevoked,
)
from community.correspondence.rules import Channel
from community.coursework.events import AttemptMarked, WorkMarked
from community.discussions.events import (
    PeopleMentioned,
    PostReacted,
    ReplyPosted,
    ThreadRead,
    ThreadStarted,
    ThreadUnread,
)
from community.kernel.feature import Feature, Live, Periodic, Personal, Sweep
from community.kernel.posting import postings
from community.kernel.realtime.connection import stream_room
from community.live.events import SessionCalledOff, SessionMoved, SessionReinstated
from community.moderation.events import CaseDecided, MeasureLifted, MeasureTaken
from community.notifications import letters, reactions
from community.notifications.api import api
from community.notifications.events import InboxChanged
from community.notifications.models import AnswerNews, InboxNotice, Reminder, ScheduleNews
from community.notifications.operations import erase, owe_answers, owe_reminders, owe_schedule_news
from community.notifications.pages import contribute, pages
from community.notifications.queries import personal
from community.notifications.schemas import render_changes
from community.notifications.sockets import CHANGED, SOCKETS
from community.progress.events import LearnerNudged

KEPT = dt.timedelta(days=30)
KEPT_UNREAD = dt.timedelta(days=90)


def _past(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Notices that were read a month ago, or that nobody has read for three."""
    return sa.or_(InboxNotice.read_at < now - KEPT, InboxNotice.at < now - KEPT_UNREAD)


FEATURE = Feature(
    name="notifications",
    pages=(pages,),
    apis=(api,),
    frame=contribute,
    live=(
        Live(
            event=InboxChanged,
            name=CHANGED,
            room=lambda event: stream_room(event.user_id),
            render_many=render_changes,
            pause=dt.timedelta(seconds=0.25),
        ),
    ),
    sockets=SOCKETS,
    reactions=(
        (ThreadStarted, reactions.on_thread_started),
        (PeopleMentioned, reactions.on_people_mentioned),
        (ReplyPosted, reactions.on_reply_posted),
        (PostReacted, reactions.on_post_reacted),
        (ThreadRead, reactions.on_thread_read),
        (ThreadUnread, reactions.on_thread_unread),
        (WorkMarked, reactions.on_work_marked),
        (AttemptMarked, reactions.on_attempt_marked),
        (LearnerNudged, reactions.on_learner_nudged),
        (CertificateIssued, reactions.on_certificate_changed),
        (CertificateRevoked, reactions.on_certificate_changed),
        (CertificateReissued, reactions.on_certificate_changed),
        (CaseDecided, reactions.on_case_decided),
        (MeasureTaken, reactions.on_measure_changed),
        (MeasureLifted, reactions.on_measure_changed),
        (SessionMoved, reactions.on_session_moved),
        (SessionCalledOff, reactions.on_session_called_off),
        (SessionReinstated, reactions.on_session_reinstated),
    ),
    jobs={
        "notifications.tell_announcement": letters.tell_announcement,
        "notifications.tell_schedule": letters.tell_schedule,
        "notifications.tell_group": letters.tell_group,
        "notifications.tell_watchers": letters.tell_watchers,
        **postings(
            {
                "notifications.mail_answers": letters.write_answers,
                "notifications.mail_announcement": letters.write_announcement,
                "notifications.mail_reminder": letters.write_reminder,
                "notifications.mail_schedule": letters.write_schedule,
            },
            pushed={
                "notifications.mail_answers": functools.partial(
                    letters.write_answers, channel=Channel.PUSH
                ),
                "notifications.mail_announcement": letters.write_announcement,
                "notifications.mail_reminder": letters.write_reminder,
                "notifications.mail_schedule": letters.write_schedule,
            },
        ),
    },
    periodic=(
        Periodic(name="notifications.reminders", every=dt.timedelta(seconds=30), run=owe_reminders),
        Periodic(
            name="notifications.schedule", every=dt.timedelta(seconds=30), run=owe_schedule_news
        ),
        Periodic(name="notifications.answers", every=dt.timedelta(seconds=30), run=owe_answers),
    ),
    personal=Personal(export=personal, erase=erase),
    sweeps=(
        Sweep(
            model=AnswerNews,
            old=lambda now: sa.and_(AnswerNews.telling.is_not(None), AnswerNews.at < now - KEPT),
        ),
        Sweep(model=InboxNotice, old=_past),
        Sweep(model=Reminder, old=lambda now: Reminder.at < now - KEPT),
        Sweep(model=ScheduleNews, old=lambda now: ScheduleNews.at < now - KEPT),
    ),
)
