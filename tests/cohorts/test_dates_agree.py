"""After a shift over changes of the clocks, pages, JSON and calendar files say the same times."""

import datetime as dt
import zoneinfo

import pytest
import sqlalchemy as sa
import time_machine
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import join
from ical.calendar_stream import IcsCalendarStream

from community.accounts.models import User
from community.cohorts.models import Run
from community.cohorts.operations import shift_run
from community.cohorts.queries.changes import change_of, shift_of
from community.cohorts.rules import Break
from community.kernel import localtime
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.live.models import LiveSession
from community.live.operations import schedule_session
from community.notifications.operations import owe_schedule_news
from community.notifications.rules import QUIET
from community.spaces.models import Role

# A winter's Monday long ahead; so many days later it is summer, and winter again.
MONDAY = dt.date(clock().year + 1, 1, 11)
TO_SUMMER, TO_WINTER = 150, 190
ZONES = {  # hours from UTC on a day of January and of July, as the zones' authorities print them
    "Europe/Vienna": (1, 2),
    "America/New_York": (-5, -4),
    "Africa/Nairobi": (3, 3),
    "Australia/Lord_Howe": (11, 10.5),
    "Asia/Kolkata": (5.5, 5.5),
}


def shift(cohort, days):
    ctx = acting(cohort.organiser_id, now=clock())
    run = db.session.get_one(Run, cohort.run_id)
    seen = change_of(ctx, run, shift_of(run, days, 1)).seen
    shift_run(ctx, cohort.run_id, days=days, seen=seen)


@pytest.mark.parametrize("zone", ZONES)
def test_pages_and_files_agree_after_two_changes_of_the_clocks(app, browse, zone):
    cohort = make_cohort(app, zone=zone, starts_on=MONDAY, breaks=[Break(1, 7)])
    reader = make_user(app, "Ana Lind")
    join(app, cohort.space_id, reader, Role.MEMBER)
    with app.app_context():
        schedule_session(
            acting(cohort.organiser_id, now=clock()),
            cohort.space_id,
            title="Clinic",
            plan="",
            local_at=dt.datetime.combine(MONDAY, dt.time(9, 45)),
            zone=zone,
            minutes=60,
        )
    client = browse(reader)
    identities = set()
    winter, summer = ZONES[zone]
    for moves, (days, hours) in enumerate(((0, winter), (TO_SUMMER, summer), (TO_WINTER, winter))):
        with app.app_context():
            if days:
                shift(cohort, days)
            rows = db.session.scalars(sa.select(LiveSession).order_by(LiveSession.starts_at)).all()
            person = db.session.get_one(User, reader)
        released = client.get(f"/api/v1/runs/{cohort.run_id}/calendar").json["releases"]
        for given in released:
            opens_at = dt.datetime.fromisoformat(given["opens_at"])
            assert given["local_at"].endswith("T00:00:00")
            assert opens_at.astimezone(zoneinfo.ZoneInfo(zone)).strftime("%H:%M") == "00:00"
        for row in rows:
            [event] = IcsCalendarStream.calendar_from_ics(
                client.get(f"/sessions/{row.id}.ics").text
            ).events
            identities.add(event.uid)
            assert event.dtstart.replace(tzinfo=None) == row.local_at
            assert event.dtstart.astimezone(dt.UTC) == row.starts_at
            assert event.sequence == row.sequence == moves
            assert row.starts_at == row.local_at.replace(tzinfo=dt.UTC) - dt.timedelta(hours=hours)
            said = localtime.say(row.starts_at, person.zone, "en")
            assert said in client.get(f"/sessions/{row.id}").text
            clock_there = f"{row.local_at:%H:%M}"
            assert clock_there in {"09:45", "15:00"}
        assert len(rows) == 3
    assert len(identities) == 3


def test_the_letter_about_a_shift_says_the_same_times(app, postbox):
    cohort = make_cohort(app, zone="Europe/Vienna", starts_on=MONDAY)
    reader = make_user(app, "Ana Lind")
    join(app, cohort.space_id, reader, Role.MEMBER)
    with app.app_context():
        shift(cohort, TO_SUMMER)
        address = db.session.get_one(User, reader).email
        rows = db.session.scalars(sa.select(LiveSession).order_by(LiveSession.starts_at)).all()
    with time_machine.travel(clock() + QUIET + dt.timedelta(seconds=1)):
        with app.app_context():
            owe_schedule_news(acting(None))
        run_everything(app)
    [letter] = postbox.letters_to(address)
    told = [
        event
        for file in letter.iter_attachments()
        for event in IcsCalendarStream.calendar_from_ics(
            file.get_payload(decode=True).decode()
        ).events
    ]
    assert sorted(event.dtstart.astimezone(dt.UTC) for event in told) == [
        row.starts_at for row in rows
    ]
    assert {event.sequence for event in told} == {1}
