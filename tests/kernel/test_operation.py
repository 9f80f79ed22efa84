"""The laws of the unit of work."""

import contextlib

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.cohorts import make_cohort

from community.accounts.events import UserRegistered
from community.accounts.models import User
from community.cohorts.models import Run
from community.kernel.db import db, insert_missing
from community.kernel.errors import Conflict, NotFound
from community.kernel.installed import installed
from community.kernel.keys import new_key
from community.kernel.log import EventRow, heads
from community.kernel.operation import MAX_DEPTH, operation, record, tell, unit_of_work
from community.kernel.outbox import OutboxRow
from community.notifications.events import InboxChanged

pytestmark = pytest.mark.usefixtures("inside")


def person(email: str = "a@example.org") -> User:
    return User(
        id=new_key(), email=email, name="A", zone="UTC", language="en", created_at=acting(None).now
    )


def people() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(User)) or 0


@operation
def add(ctx, email="a@example.org"):
    row = person(email)
    db.session.add(row)
    record(UserRegistered(user_id=row.id))
    return row


@operation
def add_and_fail(ctx):
    add(ctx, "b@example.org")
    raise NotFound("no")


def test_an_operation_commits_its_changes_and_its_events_together():
    row = add(acting(None))
    assert row.email == "a@example.org"
    assert people() == 1
    assert db.session.scalars(sa.select(EventRow.name)).all() == ["accounts.user_registered"]


def test_a_failing_operation_keeps_nothing():
    with pytest.raises(NotFound):
        add_and_fail(acting(None))
    assert people() == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EventRow)) == 0


def test_a_nested_failure_dooms_the_outer_operation_even_if_it_is_swallowed():
    @operation
    def swallow(ctx):
        add(ctx, "c@example.org")
        with contextlib.suppress(NotFound):
            add_and_fail(ctx)

    with pytest.raises(RuntimeError, match="nested"):
        swallow(acting(None))
    assert people() == 0


def test_reads_cannot_write():
    with pytest.raises(sa.exc.DBAPIError):
        db.session.execute(
            sa.insert(User).values(
                id=new_key(),
                email="x@example.org",
                name="X",
                zone="UTC",
                language="en",
                admin=False,
                created_at=acting(None).now,
            )
        )
    db.session.rollback()
    assert people() == 0


def test_an_operation_refuses_to_begin_over_changes_nobody_made_in_one():
    db.session.add(person())
    with pytest.raises(RuntimeError, match="outside an operation"):
        add(acting(None))
    db.session.rollback()


def test_a_key_that_is_taken_is_a_conflict():
    add(acting(None))
    with pytest.raises(Conflict):
        add(acting(None))
    assert people() == 1


def test_a_row_that_is_there_is_a_conflict():
    again = person("b@example.org")
    again.id = add(acting(None)).id
    with pytest.raises(Conflict), unit_of_work(acting(None)):
        db.session.add(again)
    assert people() == 1


def test_a_promise_that_would_break_is_a_conflict(app):
    cohort = make_cohort(app, capacity=1, opened=False)
    with pytest.raises(Conflict), unit_of_work(acting(None)):
        db.session.execute(sa.update(Run).where(Run.id == cohort.run_id).values(enrolled=2))
    assert db.session.get_one(Run, cohort.run_id).enrolled == 0


def test_what_else_the_database_refuses_is_a_fault_and_no_race(app):
    cohort = make_cohort(app, opened=False)
    before, nobody = people(), new_key()
    faults = (
        sa.update(Run).where(Run.id == cohort.run_id).values(weeks=99),  # a check of ours
        sa.update(Run).where(Run.id == cohort.run_id).values(created_by=nobody),
        sa.update(User).values(name=None),
    )
    for fault in faults:
        with pytest.raises(sa.exc.IntegrityError), unit_of_work(acting(None)):
            db.session.execute(fault)
    assert people() == before


def test_reads_after_an_operation_see_it_and_no_transaction_stays_open():
    assert people() == 0
    add(acting(None))
    assert people() == 1
    with unit_of_work(acting(None)):
        db.session.add(person("d@example.org"))
    assert people() == 2


def test_whoever_a_context_acts_for_next_has_read_nothing_yet():
    ctx = acting(new_key(), admin=True)
    ctx.keep("mine", 1)
    other = ctx.acting_as(new_key())
    assert other.memo("mine", lambda: 2) == 2
    assert ctx.memo("mine", lambda: 3) == 1
    assert (other.now, other.request_id, other.admin) == (ctx.now, ctx.request_id, False)


def test_a_row_that_is_there_is_not_said_to_be_new():
    ctx = acting(None)
    row = {"job": "a.job", "once": "a.job:1", "payload": {}, "due_at": ctx.now, "attempts": 0}
    said = []
    for _again in range(2):
        with unit_of_work(ctx):
            said.append(insert_missing(OutboxRow, {"id": new_key(), **row}, unique=("once",)))
    assert said == [True, False]


def happened():
    return db.session.scalar(sa.select(sa.func.count()).select_from(EventRow)) or 0


def test_an_act_on_many_may_say_as_much_as_it_does(monkeypatch):
    led_to = []
    monkeypatch.setattr(
        installed(), "reactions", {UserRegistered: [lambda _ctx, event: led_to.append(event)]}
    )
    with unit_of_work(acting(None)):
        for _ in range(2_600):  # a hundred learners to each of whom a whole course opens
            record(UserRegistered(user_id=new_key()))
    assert (happened(), len(led_to)) == (2_600, 2_600)


@pytest.mark.parametrize("most", [MAX_DEPTH, None])
def test_reactions_that_feed_one_another_for_ever_keep_nothing(monkeypatch, most):
    seen = []

    def again(_ctx, event):
        seen.append(event)
        if most is None or len(seen) <= most:
            record(event)

    monkeypatch.setattr(installed(), "reactions", {UserRegistered: [again]})
    ends = contextlib.nullcontext() if most else pytest.raises(RuntimeError, match="in a row")
    with ends:
        add(acting(None))
    assert happened() == people() * (MAX_DEPTH + 1)
    assert people() == (1 if most else 0)


def test_what_is_only_told_raises_the_head_of_its_stream_once_and_leaves_no_row():
    ana, bo = new_key(), new_key()
    with unit_of_work(acting(None)):
        for reader in (bo, ana, bo):
            tell(InboxChanged(user_id=reader))
    assert heads([ana, bo]) == {ana: 1, bo: 1}
    with unit_of_work(acting(None)):
        tell(InboxChanged(user_id=bo))
    assert heads([ana, bo]) == {ana: 1, bo: 2}
    with contextlib.suppress(NotFound), unit_of_work(acting(None)):
        tell(InboxChanged(user_id=ana))
        raise NotFound
    assert heads([ana]) == {ana: 1}, "what was not kept is not told"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EventRow)) == 0
