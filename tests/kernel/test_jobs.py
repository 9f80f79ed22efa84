"""The outbox: a promise kept at least once, whatever happens to the queue."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting

from community.kernel import jobs
from community.kernel.db import db
from community.kernel.installed import installed
from community.kernel.operation import enqueue, operation, unit_of_work
from community.kernel.outbox import OutboxRow

DONE: list[tuple[str, object]] = []


@pytest.fixture
def house(inside):
    before = installed().jobs
    DONE.clear()

    def note(ctx, *, word):
        DONE.append((word, ctx.actor_id))

    def fail(ctx, *, word):
        raise ZeroDivisionError(word)

    installed().jobs = {**before, "test.note": note, "test.fail": fail}
    yield inside
    installed().jobs = before


def owe(job="test.note", actor=None, word="hello"):
    ctx = acting(actor)
    with unit_of_work(ctx):
        enqueue(ctx, job, {"word": word})


@operation
def enqueue_and_fail(ctx):
    enqueue(ctx, "test.note", {"word": "x"})
    raise ZeroDivisionError


def owe_and_fail():
    enqueue_and_fail(acting(None))


def rows():
    db.session.rollback()
    return db.session.execute(
        sa.select(OutboxRow.attempts, OutboxRow.done_at, OutboxRow.last_error)
    ).all()


def test_what_is_owed_is_done_once_as_the_person_it_serves(house):
    owe(word="one")
    owe(word="two")
    assert jobs.run_everything(house) == 2
    assert [word for word, _actor in DONE] == ["one", "two"]
    assert jobs.run_everything(house) == 0
    assert all(row.done_at for row in rows())


def test_work_of_an_operation_that_fails_is_not_owed(house):
    with pytest.raises(ZeroDivisionError):
        owe_and_fail()
    assert jobs.run_everything(house) == 0


def test_a_failure_is_counted_though_the_job_rolled_back(house):
    owe("test.fail", word="secret words")
    with pytest.raises(ZeroDivisionError):
        jobs.run_everything(house)
    [row] = rows()
    assert (row.attempts, row.done_at) == (1, None)
    assert row.last_error == "ZeroDivisionError"  # the kind only: no data of people


def test_a_row_lost_on_the_way_is_relayed_again(house):
    owe()
    first = jobs.relay_rows(acting(None))
    assert len(first) == 1
    assert jobs.relay_rows(acting(None)) == []
    later = dt.datetime.now(dt.UTC) + jobs.RELAY_AGAIN + dt.timedelta(seconds=1)
    assert jobs.waiting(later)
    assert jobs.relay_rows(acting(None, now=later)) == first


def test_a_row_already_done_is_not_done_again(house):
    owe()
    [key] = jobs.relay_rows(acting(None))
    jobs.do_row(key)
    jobs.do_row(key)
    assert len(DONE) == 1


def test_an_unknown_job_is_refused_at_once(house):
    with pytest.raises(RuntimeError, match="no feature has a job"):
        owe("test.unknown")
