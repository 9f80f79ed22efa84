"""The notifications feature, assembled."""

import datetime as dt

from community.discussions.events import ThreadStarted
from community.kernel.feature import Feature, Periodic, Personal, Sweep
from community.live.events import SessionCalledOff, SessionMoved, SessionReinstated
from community.notifications import letters, reactions
from community.notifications.models import Reminder, ScheduleNews
from community.notifications.operations import erase, owe_reminders, owe_schedule_news

KEPT = dt.timedelta(days=30)

FEATURE = Feature(
    name="notifications",
    reactions=(
        (ThreadStarted, reactions.on_thread_started),
        (SessionMoved, reactions.on_session_moved),
        (SessionCalledOff, reactions.on_session_called_off),
        (SessionReinstated, reactions.on_session_reinstated),
    ),
    jobs={
        "notifications.tell_announcement": letters.tell_announcement,
        "notifications.tell_schedule": letters.tell_schedule,
        "notifications.mail_announcement": letters.mail_announcement,
        "notifications.mail_reminder": letters.mail_reminder,
        "notifications.mail_schedule": letters.mail_schedule,
    },
    periodic=(
        Periodic(name="notifications.reminders", every=dt.timedelta(seconds=30), run=owe_reminders),
        Periodic(
            name="notifications.schedule", every=dt.timedelta(seconds=30), run=owe_schedule_news
        ),
    ),
    personal=Personal(export=lambda _ctx: {}, erase=erase),
    sweeps=(
        Sweep(model=Reminder, old=lambda now: Reminder.at < now - KEPT),
        Sweep(model=ScheduleNews, old=lambda now: ScheduleNews.at < now - KEPT),
    ),
)
