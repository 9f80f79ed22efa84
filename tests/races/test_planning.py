"""A form that plans something is sent twice at the same moment: one thing is planned.

The lock is that of the row it is planned in. Without it the second copy fails on PostgreSQL, with
a refusal where the first one's answer belongs.
"""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.cohorts import make_cohort
from races.parallel import at_once

from community.cohorts.models import Run
from community.cohorts.operations import create_run
from community.kernel.db import db
from community.live.models import LiveSession
from community.live.operations import schedule_session

pytestmark = pytest.mark.races

COPIES = 8


def test_a_run_is_planned_once(app):
    cohort = make_cohort(app, opened=False)
    plan = {
        "version_id": cohort.version_id,
        "name": "Cohort 10",
        "starts_on": dt.date(2026, 9, 7),
        "weeks": 8,
        "zone": "Africa/Nairobi",
        "capacity": 25,
        "client_id": "the-same-form",
    }
    answers = at_once(
        app, [lambda: create_run(acting(cohort.organiser_id), **plan).id for _ in range(COPIES)]
    )
    assert len(set(answers)) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Run)) == 2


def test_a_session_is_planned_once(app):
    cohort = make_cohort(app, opened=False)
    plan = {
        "title": "Question clinic",
        "plan": "",
        "local_at": dt.datetime(2026, 9, 9, 18, 30),  # noqa: DTZ001  # by the clock of the zone
        "zone": "Africa/Nairobi",
        "minutes": 60,
        "client_id": "the-same-form",
    }
    answers = at_once(
        app,
        [
            lambda: schedule_session(acting(cohort.organiser_id), cohort.space_id, **plan).id
            for _ in range(COPIES)
        ],
    )
    assert len(set(answers)) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LiveSession)) == 1
