"""A place in a run: paused, left, withdrawn with a reason, and taken again."""

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from letters import text_of

from community.cohorts import queries
from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.cohorts.operations import (
    close_run,
    pause_learner,
    return_learner,
    withdraw_learner,
)
from community.cohorts.queries.enrolments import dues_of, history_of, my_enrolments
from community.cohorts.rules import FIRST, NEXT, paced_again, paced_due
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.jobs import run_everything
from community.kernel.log import EventRow
from community.progress.policy import may_learn
from community.progress.queries import course_view, matrix
from community.spaces.models import Membership, Role
from community.spaces.operations import add_member, change_role, remove_member

ACTIVE, PAUSED, WITHDRAWN = EnrolmentState
DAY = dt.timedelta(days=1)
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


@pytest.fixture
def cohort(inside):
    return make_cohort(inside, capacity=2)


@pytest.fixture
def organiser(cohort):
    return acting(cohort.organiser_id)


@pytest.fixture
def ana(inside, cohort, organiser):
    return enrol(inside, cohort, "Ana Lind", email="ana@example.org")


def enrol(app, cohort, name, **more):
    """Enrol somebody new; returns who."""
    user_id = make_user(app, name, **more)
    add_member(acting(cohort.organiser_id), cohort.space_id, user_id, role=Role.MEMBER)
    return user_id


def place(cohort, user_id):
    return db.session.scalar(
        sa.select(Enrolment)
        .where(Enrolment.run_id == cohort.run_id, Enrolment.user_id == user_id)
        .execution_options(populate_existing=True)
    )


def run_in(cohort):
    return db.session.get_one(Run, cohort.run_id, populate_existing=True)


def belongs(cohort, user_id):
    current = (Membership.user_id == user_id, Membership.ended_at.is_(None))
    found = sa.select(Membership.id).where(Membership.space_id == cohort.space_id, *current)
    return db.session.scalar(found) is not None


def steps(cohort, user_id):
    return [(step.state, step.reason) for step in history_of(place(cohort, user_id).id)]


# ------------------------------------------------------------------ pausing


def test_who_pauses_keeps_seat_and_access_and_comes_back(inside, cohort, ana):
    key = place(cohort, ana).id
    assert pause_learner(acting(ana), key, reason="A new baby").state is PAUSED
    assert pause_learner(acting(ana), key, reason="Twice").state is PAUSED
    assert run_in(cohort).enrolled == 1
    assert belongs(cohort, ana)
    assert may_learn(acting(ana), run_in(cohort))
    assert queries.enrolment_of(cohort.run_id, ana).id == key
    assert return_learner(acting(ana), key).state is ACTIVE
    assert return_learner(acting(ana), key).state is ACTIVE
    assert run_in(cohort).enrolled == 1
    assert steps(cohort, ana) == [(ACTIVE, ""), (PAUSED, "A new baby"), (ACTIVE, "")]


def test_a_seat_that_rests_is_not_given_to_somebody_else(inside, cohort, ana):
    enrol(inside, cohort, "Bo")
    pause_learner(acting(ana), place(cohort, ana).id)
    with pytest.raises(Conflict):
        enrol(inside, cohort, "Cy")


def test_a_reason_stands_in_no_event(inside, cohort, organiser, ana):
    key = place(cohort, ana).id
    pause_learner(acting(ana), key, reason="Chemotherapy")
    return_learner(organiser, key, reason="Chemotherapy")
    withdraw_learner(organiser, key, reason="Chemotherapy")
    payloads = db.session.scalars(sa.select(EventRow.payload)).all()
    assert not any("Chemo" in str(payload) for payload in payloads)


def test_nothing_is_late_and_nothing_waits_while_somebody_pauses(inside, cohort, organiser, ana):
    later = Context.begin(ana, now=acting(None).now + 60 * DAY)
    run = run_in(cohort)
    before = course_view(later, run)
    pause_learner(acting(ana), place(cohort, ana).id)
    view = course_view(Context.begin(ana, now=later.now), run)
    assert view.next is None
    assert view.waiting in ((), [])
    assert not any(a.late for module in view.modules for a in module.activities)
    assert all(module.due_at is None for module in view.modules)
    assert [m.access.open for m in view.modules] == [m.access.open for m in before.modules]
    seen = matrix(Context.begin(cohort.organiser_id, now=later.now), run)
    [row] = seen.rows
    assert (row.paused, row.late, row.signs) == (True, 0, None)
    assert (seen.figures.late, seen.figures.fading, seen.figures.paused) == (0, 0, 1)


# ------------------------------------------------------------------ leaving, withdrawing


def test_who_leaves_gives_the_seat_back_and_history_says_so(inside, cohort, ana):
    remove_member(acting(ana), cohort.space_id, ana)
    assert run_in(cohort).enrolled == 0
    [(state, _reason), _enrolled] = steps(cohort, ana)
    assert state is WITHDRAWN


def test_a_withdrawn_learner_loses_the_space_and_reads_why(inside, cohort, organiser, ana, postbox):
    key = place(cohort, ana).id
    withdraw_learner(organiser, key, reason="Four sessions missed.")
    withdraw_learner(organiser, key, reason="Said twice.")
    assert not belongs(cohort, ana)
    assert run_in(cohort).enrolled == 0
    assert steps(cohort, ana)[0] == (WITHDRAWN, "Four sessions missed.")
    [mine] = my_enrolments(acting(ana))
    assert (mine.state, mine.reason) == (WITHDRAWN, "Four sessions missed.")
    run_everything(inside)
    [letter] = postbox.letters_to("ana@example.org")
    assert "Four sessions missed." in text_of(letter)
    assert "has ended" in letter["Subject"]
    assert letter["Reply-To"] is None
    assert "answers to this letter are read by nobody" in text_of(letter)


def test_who_withdraws_a_learner_may_let_answers_come_to_their_own_address(
    inside, cohort, organiser, ana, postbox
):
    withdraw_learner(organiser, place(cohort, ana).id, reason="Ill.", replies=True)
    run_everything(inside)
    [letter] = postbox.letters_to("ana@example.org")
    assert letter["Reply-To"] is not None
    assert "your answer goes to them" in text_of(letter)


def test_to_withdraw_somebody_takes_a_reason(inside, cohort, organiser, ana):
    with pytest.raises(Invalid) as refused:
        withdraw_learner(organiser, place(cohort, ana).id, reason=" ")
    assert list(refused.value.fields) == ["reason"]
    assert belongs(cohort, ana)


def test_who_was_withdrawn_is_brought_back_on_a_free_seat(inside, cohort, organiser, ana):
    key = place(cohort, ana).id
    withdraw_learner(organiser, key, reason="Ill.")
    bo = enrol(inside, cohort, "Bo")
    enrol(inside, cohort, "Cy")
    with pytest.raises(Conflict):
        return_learner(organiser, key)
    assert not belongs(cohort, ana)
    remove_member(acting(bo), cohort.space_id, bo)
    assert return_learner(organiser, key, reason="Well again.").id == key
    assert (place(cohort, ana).state, belongs(cohort, ana)) == (ACTIVE, True)
    assert run_in(cohort).enrolled == 2
    assert steps(cohort, ana)[0] == (ACTIVE, "Well again.")


def test_who_left_by_themselves_is_not_fetched_back(inside, cohort, organiser, ana):
    remove_member(acting(ana), cohort.space_id, ana)
    with pytest.raises(Conflict):
        return_learner(organiser, place(cohort, ana).id)
    with pytest.raises(Forbidden):
        return_learner(acting(ana), place(cohort, ana).id)


def test_who_became_an_observer_is_brought_back_as_a_learner(inside, cohort, organiser, ana):
    change_role(organiser, cohort.space_id, ana, role=Role.OBSERVER)
    assert place(cohort, ana).state is WITHDRAWN
    return_learner(organiser, place(cohort, ana).id)
    assert place(cohort, ana).state is ACTIVE


def test_a_run_that_is_over_changes_no_place(inside, cohort, organiser, ana):
    key = place(cohort, ana).id
    close_run(organiser, cohort.run_id)
    with pytest.raises(Conflict):
        pause_learner(acting(ana), key)


def test_others_have_no_say(inside, cohort, organiser, ana):
    key = place(cohort, ana).id
    bo = enrol(inside, cohort, "Bo")
    facilitator = make_user(inside, "Fay")
    add_member(organiser, cohort.space_id, facilitator, role=Role.FACILITATOR)
    for who in (bo, facilitator, make_user(inside, "Out")):
        for act in (pause_learner, return_learner, withdraw_learner):
            with pytest.raises(NotFound):
                act(acting(who), key, reason="Mine to say")
    with pytest.raises(Forbidden):
        withdraw_learner(acting(ana), key, reason="I withdraw myself")
    assert place(cohort, ana).state is ACTIVE


# ------------------------------------------------------------------ coming late


def test_who_comes_in_time_has_the_dates_of_the_group():
    dues = [START + 7 * n * DAY for n in range(1, 9)]
    assert [paced_due(due, START, n) for n, due in enumerate(dues)] == dues


def test_who_comes_in_week_three_catches_up_one_module_after_the_other():
    dues = [START + 7 * n * DAY for n in range(1, 9)]
    joined = START + 16 * DAY
    theirs = [paced_due(due, joined, n) for n, due in enumerate(dues)]
    assert theirs[:3] == [joined + FIRST, joined + FIRST + NEXT, joined + FIRST + 2 * NEXT]
    assert all(later - sooner >= NEXT for sooner, later in itertools.pairwise(theirs))
    assert theirs[6:] == dues[6:]


def test_who_comes_back_goes_on_where_they_were():
    dues = [START + 7 * n * DAY for n in range(1, 9)]
    left, back = START + 15 * DAY, START + 40 * DAY
    again = paced_again(dues, START, left, back)
    assert paced_due(dues[2], again, 2) == back + FIRST
    assert paced_due(dues[3], again, 3) == back + FIRST + NEXT


def test_what_a_late_comer_reads_and_what_the_matrix_shows_are_the_same(inside):
    cohort = make_cohort(inside, capacity=30)
    run = run_in(cohort)
    dues = dues_of(run)
    everybody = {}
    for number in range(6):
        who = enrol(inside, cohort, f"Person {number}")
        everybody[who] = dues[0] + 4 * number * DAY
    with db.engines["write"].begin() as connection:
        for who, since in everybody.items():
            connection.execute(
                sa.update(Enrolment).where(Enrolment.user_id == who).values(enrolled_at=since)
            )
    for days in range(0, 60, 3):
        now = dues[0] + days * DAY
        seen = matrix(Context.begin(cohort.organiser_id, now=now), run)
        late = matrix(Context.begin(cohort.organiser_id, now=now), run, show="late")
        read = {}
        for row in seen.rows:
            view = course_view(Context.begin(row.user_id, now=now), run)
            read[row.user_id] = sum(
                a.late for m in view.modules if m.access.open for a in m.activities
            )
            assert row.late == read[row.user_id], (days, row.name)
        assert {row.user_id for row in late.rows} == {who for who, many in read.items() if many}
        assert late.figures.late == len(late.rows)
