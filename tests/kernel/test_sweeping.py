"""What is of use for a while only is deleted, a few hundred rows a transaction; the rest stays."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_sign_in, make_token, make_user
from factories.live import make_lease, make_session
from factories.spaces import make_space
from huey import MemoryHuey

from community.accounts.models import ApiToken, SignIn
from community.app import FEATURES
from community.kernel import sweeping
from community.kernel.db import db, execute
from community.kernel.jobs import Worker
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.kernel.outbox import KEEP_DONE, OutboxRow
from community.kernel.revocation import KEPT, LOOK_BACK, Revocation
from community.kernel.sweeping import sweep
from community.live.models import LiveSession, Presence, SessionState
from community.schema import METADATA

pytestmark = pytest.mark.usefixtures("inside")

SWEEPS = (*sweeping.OWN, *(each for feature in FEATURES for each in feature.sweeps))


def change(statement, given=()):
    with unit_of_work(acting(None)):
        execute(statement, given)


def left(model):
    return set(db.session.scalars(sa.select(model.id)))


def long_after():
    """Return nobody's context of a time when everything of today is old."""
    return acting(None, now=acting(None).now + dt.timedelta(days=400))


def job(**more):
    now = acting(None).now
    return {"id": new_key(), "job": "test.note", "payload": {}, "due_at": now, **more}


def test_nothing_refers_to_what_is_swept():
    swept = {each.model.__tablename__ for each in SWEEPS}
    referred = {key.column.table.name for t in METADATA.tables.values() for key in t.foreign_keys}
    assert swept & referred == set()


def test_work_that_is_done_goes_and_what_is_owed_or_failed_stays():
    now = acting(None).now
    old, young = now - KEEP_DONE - dt.timedelta(seconds=1), now - dt.timedelta(days=1)
    rows = [
        job(done_at=old),
        job(done_at=young),
        job(due_at=old, done_at=None),
        job(due_at=old, done_at=None, attempts=20),
    ]
    change(sa.insert(OutboxRow), [{"done_at": None, "attempts": 0, **row} for row in rows])
    assert sweep(acting(None)) == 1
    assert left(OutboxRow) == {row["id"] for row in rows[1:]}


def test_a_revocation_goes_when_nobody_looks_back_so_far():
    assert KEPT > 10 * LOOK_BACK
    now = acting(None).now
    ages = (KEPT + dt.timedelta(seconds=1), LOOK_BACK)
    old, young = ({"id": new_key(), "at": now - age, "user_id": new_key()} for age in ages)
    change(sa.insert(Revocation), [old, young])
    assert sweep(acting(None)) == 1
    assert left(Revocation) == {young["id"]}


def test_what_opens_nothing_any_more_goes(app):
    ana = make_user(app)
    now, long_ago = acting(None).now, acting(None).now - dt.timedelta(days=30)
    ended, expired, just_ended, in_use = (make_sign_in(app, ana) for _ in range(4))
    for key, values in (
        (ended, {"ended_at": long_ago}),
        (expired, {"expires_at": long_ago}),
        (just_ended, {"ended_at": now}),
    ):
        change(sa.update(SignIn).where(SignIn.id == key).values(values))
    make_token(app, ana, label="revoked")
    make_token(app, ana, label="in use")
    change(sa.update(ApiToken).where(ApiToken.label == "revoked").values(revoked_at=long_ago))
    assert sweep(acting(None)) == 3
    assert left(SignIn) == {just_ended, in_use}
    assert list(db.session.scalars(sa.select(ApiToken.label))) == ["in use"]


def test_a_lease_goes_when_its_time_is_in_the_attendance(app):
    ana = make_user(app)
    space = make_space(app)
    runs = make_session(app, space, ana, state=SessionState.LIVE)
    over = make_session(app, space, ana, state=SessionState.ENDED)
    now = acting(None).now
    long_ago = now - dt.timedelta(days=2)
    kept = {
        make_lease(app, runs, ana, left_at=long_ago),  # to be counted when the session ends
        make_lease(app, over, ana, left_at=now),
        make_lease(app, over, ana, last_seen_at=long_ago),  # to be reaped
    }
    make_lease(app, over, ana, left_at=long_ago)
    assert sweep(acting(None)) == 1
    assert left(Presence) == kept
    assert left(LiveSession) == {runs, over}


def test_many_rows_go_in_batches_and_in_several_turns(monkeypatch, count_queries):
    monkeypatch.setattr(sweeping, "BATCH", 3)
    monkeypatch.setattr(sweeping, "BATCHES", 2)
    now = acting(None).now
    done = {"attempts": 0, "done_at": now}
    change(sa.insert(OutboxRow), [{**job(), **done} for _ in range(8)])
    count_queries.clear()
    assert sweep(long_after()) == 6
    assert len([each for each in count_queries if each.startswith("DELETE")]) == 2
    assert sweep(long_after()) == 2
    assert left(OutboxRow) == set()


def test_an_idle_house_only_reads(count_queries):
    count_queries.clear()
    assert sweep(acting(None)) == 0
    assert len(count_queries) == len(SWEEPS)
    assert all(each.startswith("SELECT") for each in count_queries)


def test_the_worker_sweeps(app):
    done = {"attempts": 0, "done_at": acting(None).now - 2 * KEEP_DONE}
    change(sa.insert(OutboxRow), [{**job(), **done}])
    Worker(app, MemoryHuey()).run_periodic()
    assert left(OutboxRow) == set()
