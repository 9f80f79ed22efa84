"""A room outlives the process that holds it, and so does the time people spent in it."""

import datetime as dt
import time

import pytest
import sqlalchemy as sa
from conftest import acting
from processes.conftest import PATIENCE

from community.kernel.db import db
from community.live.models import Attendance, Presence
from community.live.operations import end_session, schedule_session, start_session
from community.spaces.models import Role

pytestmark = [
    pytest.mark.races,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # see conftest
]


def seen(site, user_id):
    """Return when somebody came, and when their process last said that they are there."""
    return site.do(
        lambda: db.session.execute(
            sa.select(Presence.joined_at, Presence.last_seen_at).where(Presence.user_id == user_id)
        ).one()
    )


def test_attendance_is_kept_up_to_the_kill_of_a_process(site):
    space = site.space()
    host, ana = site.member(space, "Hana Host", role=Role.OWNER), site.member(space, "Ana Lind")
    now = dt.datetime.now(dt.UTC)
    session = site.do(
        lambda: schedule_session(
            acting(host),
            space,
            title="Clinic",
            plan="",
            local_at=now.replace(tzinfo=None, second=0, microsecond=0),
            zone="UTC",
            minutes=30,
        )
    )
    site.do(lambda: start_session(acting(host), session.id))
    room = {"session_id": str(session.id), "since": 0}
    site.connect(0, host).ask("room.join", room)
    lost = site.connect(1, ana)
    lost.ask("room.join", room)
    said = {"session_id": str(session.id), "body": "I am here", "client_id": "said-0001"}
    lost.ask("room.say", said)
    deadline = time.monotonic() + PATIENCE + 15
    while seen(site, ana).last_seen_at == seen(site, ana).joined_at:
        assert time.monotonic() < deadline, "the process did not renew its leases"
        time.sleep(0.2)
    site.nodes[1].kill()
    killed = dt.datetime.now(dt.UTC)
    site.do(lambda: end_session(acting(host), session.id))
    rows = site.do(
        lambda: {
            row.user_id: row
            for row in db.session.scalars(
                sa.select(Attendance).where(Attendance.session_id == session.id)
            )
        }
    )
    assert rows[ana].seconds >= 5
    last = dt.datetime.fromisoformat(rows[ana].intervals[-1][1])
    assert last <= killed + dt.timedelta(seconds=1)
    assert rows[host].seconds >= rows[ana].seconds
    site.restart(1)
    back = site.connect(1, ana).ask("room.join", room)
    assert "I am here" in str(back)
