"""A facilitator marks, excuses or waives, with a reason; it wins, and can be taken back."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.progress import close, make_learner, make_member, make_run

from community.cohorts.models import Run
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.log import EventRow
from community.progress.models import ActivityState, Decision, Summary
from community.progress.operations import decide, report_reading
from community.progress.policy import accesses
from community.progress.rules.states import Status
from community.spaces.models import Role
from community.spaces.operations import remove_member

WHY = "She was ill that week."


def state(enrolment_id, activity_id):
    return db.session.scalars(
        sa.select(ActivityState).where(
            ActivityState.enrolment_id == enrolment_id, ActivityState.activity_id == activity_id
        )
    ).one_or_none()


def summary_of(enrolment_id):
    return db.session.scalars(sa.select(Summary).where(Summary.enrolment_id == enrolment_id)).one()


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def world(inside):
    return make_run(inside)


@pytest.fixture
def ana(inside, world):
    return make_learner(inside, world)


@pytest.mark.parametrize("status", [Status.DONE, Status.EXCUSED, Status.WAIVED])
def test_a_decision_settles_an_activity(world, ana, status):
    _user, mine = ana
    decide(acting(world.owner), mine, world.activities[3], status=status, reason=WHY)
    found = state(mine, world.activities[3])
    assert (found.status, found.fraction) == (status, 1.0)
    assert summary_of(mine).done == 1
    row = db.session.scalars(sa.select(Decision)).one()
    assert (row.reason, row.decided_by) == (WHY, world.owner)


def test_one_missed_session_locks_nobody_out(world, ana):
    user, mine = ana
    for number in range(3):
        decide(acting(world.owner), mine, world.activities[number], status=Status.DONE, reason=WHY)
    run = db.session.get_one(Run, world.run)
    assert not accesses(acting(user), run)[world.modules[1]].open
    decide(acting(world.owner), mine, world.activities[3], status=Status.EXCUSED, reason=WHY)
    run = db.session.get_one(Run, world.run)
    assert accesses(acting(user), run)[world.modules[1]].open
    names = list(db.session.scalars(sa.select(EventRow.name)))
    assert names.count("progress.module_unlocked") == 1
    assert names.count("progress.decision_made") == 4


def test_a_decision_taken_back_leaves_what_was_done(world, ana):
    user, mine = ana
    page, quiz = world.activities[:2]
    report_reading(acting(user), world.run, page, fraction=0.5, client_id="event-001")
    for activity in (page, quiz):
        decide(acting(world.owner), mine, activity, status=Status.WAIVED, reason=WHY)
    assert summary_of(mine).done == 2
    for activity in (page, quiz):
        decide(acting(world.owner), mine, activity, status=None, reason="A mistake of mine.")
    assert (state(mine, page).status, state(mine, page).fraction) == (Status.BEGUN, 0.5)
    assert state(mine, quiz) is None
    assert (summary_of(mine).done, summary_of(mine).cells[:2]) == (0, "b.")
    last = db.session.scalars(
        sa.select(EventRow.payload)
        .where(EventRow.name == "progress.progress_made")
        .order_by(EventRow.id.desc())
    ).first()
    assert last is not None
    assert (last["activity_id"], last["status"]) == (str(quiz), "")


def test_what_is_done_under_a_decision_counts_when_it_is_taken_back(world, ana):
    user, mine = ana
    page = world.activities[0]
    decide(acting(world.owner), mine, page, status=Status.EXCUSED, reason=WHY)
    report_reading(acting(user), world.run, page, fraction=1.0, client_id="event-001")
    assert state(mine, page).status is Status.EXCUSED
    decide(acting(world.owner), mine, page, status=None, reason="She did it after all.")
    assert state(mine, page).status is Status.DONE
    assert summary_of(mine).done == 1


def test_there_must_be_something_to_take_back(world, ana):
    _user, mine = ana
    with pytest.raises(Conflict, match="no decision"):
        decide(acting(world.owner), mine, world.activities[0], status=None, reason=WHY)


@pytest.mark.parametrize("reason", ["", "  ", "no", "x" * 501])
def test_a_reason_is_required_and_not_endless(world, ana, reason):
    _user, mine = ana
    with pytest.raises(Invalid) as caught:
        decide(acting(world.owner), mine, world.activities[0], status=Status.DONE, reason=reason)
    assert list(caught.value.fields) == ["reason"]
    assert (count(Decision), count(ActivityState)) == (0, 0)


def test_begun_is_no_decision(world, ana):
    _user, mine = ana
    with pytest.raises(Invalid) as caught:
        decide(acting(world.owner), mine, world.activities[0], status=Status.BEGUN, reason=WHY)
    assert list(caught.value.fields) == ["status"]


def test_only_who_facilitates_decides_and_others_do_not_see_the_record(inside, world, ana):
    user, mine = ana
    other, _theirs = make_learner(inside, world, "Bo Chen")
    observer = make_member(inside, world, "Ola Observer", role=Role.OBSERVER)
    arguments = {"status": Status.DONE, "reason": WHY}
    with pytest.raises(Forbidden):
        decide(acting(user), mine, world.activities[0], **arguments)
    for stranger in (other, observer, make_user(inside)):
        with pytest.raises(NotFound):
            decide(acting(stranger), mine, world.activities[0], **arguments)
    guide = make_member(inside, world, "Femi Guide", role=Role.FACILITATOR)
    decide(acting(guide), mine, world.activities[0], **arguments)
    assert count(Decision) == 1


def test_an_activity_of_another_course_is_not_found(inside, world, ana):
    _user, mine = ana
    elsewhere = make_run(inside)
    with pytest.raises(NotFound):
        decide(acting(world.owner), mine, elsewhere.activities[0], status=Status.DONE, reason=WHY)


def test_in_a_closed_run_nothing_is_decided(inside, world, ana):
    _user, mine = ana
    close(inside, world)
    with pytest.raises(Conflict, match="over"):
        decide(acting(world.owner), mine, world.activities[0], status=Status.DONE, reason=WHY)


def test_the_record_of_who_left_is_not_open_any_more(inside, world, ana):
    user, mine = ana
    remove_member(acting(world.owner), world.space, user)
    with pytest.raises(NotFound):
        decide(acting(world.owner), mine, world.activities[0], status=Status.DONE, reason=WHY)
