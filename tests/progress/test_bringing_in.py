"""Results of another system: once each, in any order, with the time they had there."""

import dataclasses
import datetime as dt
import random
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.progress import (
    close,
    enrolment_id_of,
    make_learner,
    make_learners,
    make_member,
    make_run,
)

from community.cohorts.models import Run
from community.cohorts.operations import withdraw_learner
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.progress.models import ActivityState, Decision, LearningEvent, Summary
from community.progress.operations import Result, bring_in_results, decide, rebuild
from community.progress.operations.bringing_in import MOST_LEARNERS, MOST_RESULTS
from community.progress.queries import results
from community.progress.rules.states import Status
from community.spaces.models import Role
from community.spaces.operations import change_role

REASON = "Kept in the old system."
THEN = dt.datetime(2024, 5, 6, 12, tzinfo=dt.UTC)
PAGE, QUIZ = 0, 1


@pytest.fixture
def world(inside):
    return make_run(inside)


@pytest.fixture
def people(inside, world):
    return make_learners(inside, world, ["Ana Lind", "Bo Chen", "Cy Odhiambo"])


@pytest.fixture
def theirs(inside, world, people):
    return [enrolment_id_of(inside, world, user_id) for user_id in people]


def score(world, enrolment, value, client_id="1", *, number=QUIZ, days=0):
    return Result(
        enrolment_id=enrolment,
        activity_id=world.activities[number],
        client_id=client_id,
        at=THEN + dt.timedelta(days=days),
        score=value,
    )


def word(world, enrolment, client_id="w", *, number=PAGE, days=0):
    return dataclasses.replace(
        score(world, enrolment, 0, client_id, number=number, days=days), score=None
    )


def bring(world, *given, who=None, reason=REASON):
    ctx = acting(who or world.owner)
    return bring_in_results(ctx, world.run, results=given, reason=reason)


def stored():
    """Return states and totals without the keys of their rows."""
    states = db.session.execute(
        sa.select(
            *(ActivityState.enrolment_id, ActivityState.activity_id, ActivityState.status),
            *(ActivityState.evidence, ActivityState.begun_at, ActivityState.done_at),
        ).order_by(ActivityState.enrolment_id, ActivityState.activity_id)
    ).all()
    totals = db.session.execute(
        sa.select(
            *(Summary.enrolment_id, Summary.done, Summary.cells),
            Summary.last_active_at,
        ).order_by(Summary.enrolment_id)
    ).all()
    return states, totals


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_scores_and_words_become_states_and_totals_with_their_own_times(world, theirs):
    ana, bo, _cy = theirs
    made = bring(
        world,
        score(world, ana, 40, "1"),
        score(world, ana, 85, "2", days=3),
        score(world, ana, 50, "3", days=5),
        score(world, bo, 59, "1"),
        word(world, bo, days=9),
    )
    assert (made.new, made.known) == (5, 0)
    found = {
        (row.enrolment_id, row.activity_id): row
        for row in db.session.scalars(sa.select(ActivityState))
    }
    passed = found[ana, world.activities[QUIZ]]
    assert (passed.status, passed.evidence["best_score"]) == (Status.DONE, 85)
    assert (passed.begun_at, passed.done_at) == (THEN, THEN + dt.timedelta(days=3))
    assert found[bo, world.activities[QUIZ]].status is Status.BEGUN
    assert found[bo, world.activities[PAGE]].done_at == THEN + dt.timedelta(days=9)
    decision = db.session.scalars(sa.select(Decision)).one()
    assert (decision.reason, decision.decided_by) == (REASON, world.owner)
    totals = {row.enrolment_id: row for row in db.session.scalars(sa.select(Summary))}
    assert [totals[key].done for key in theirs] == [1, 1, 0]
    assert totals[ana].cells.startswith(".d")
    assert totals[bo].cells.startswith("db")
    assert totals[ana].last_active_at == THEN + dt.timedelta(days=5)


def test_what_came_of_each_activity_is_counted_for_who_has_a_seat(world, people, theirs):
    ana, bo, cy = theirs
    bring(world, *(score(world, key, value) for key, value in ((ana, 85), (bo, 58), (cy, 99))))
    withdraw_learner(acting(world.owner), cy, reason="Moved away.")
    run = db.session.get_one(Run, world.run)
    found = {row.activity_id: row for row in results(acting(world.owner), run)}
    row = found[world.activities[QUIZ]]
    assert (row.begun, row.settled, row.scored, row.mean) == (2, 1, 2, 71.5)
    assert found[world.activities[PAGE]].mean is None
    with pytest.raises(Forbidden):
        results(acting(people[0]), run)


@pytest.mark.parametrize("seed", range(4))
def test_any_order_and_any_repeat_gives_the_same(world, theirs, seed):
    chance = random.Random(seed)
    given = [
        score(world, key, chance.randrange(101), f"{n}", number=number, days=n)
        for key in theirs
        for n in range(4)
        for number in (QUIZ,)
    ] + [word(world, key, days=chance.randrange(9)) for key in theirs]
    bring(world, *given)
    whole = stored()
    events = count(EventRow)
    chance.shuffle(given)
    again = bring(world, *given)
    assert (again.new, again.known) == (0, len(given))
    assert stored() == whole
    assert count(EventRow) == events, "nothing happened"
    assert rebuild(acting(None, origin="shell"), world.run).states_corrected == 0

    # the same from nothing, one at a time, in another order
    with unit_of_work(acting(None)):
        for model in (LearningEvent, Decision, ActivityState):
            db.session.execute(sa.delete(model))
    chance.shuffle(given)
    for each in given:
        bring(world, each)
    assert stored() == whole


def test_what_was_done_here_counts_with_it_and_a_later_word_stands(world, people, theirs):
    ana = theirs[0]
    decide(
        acting(world.owner), ana, world.activities[PAGE], status=Status.EXCUSED, reason="Was ill."
    )
    bring(world, word(world, ana), score(world, ana, 100))
    state = db.session.scalars(
        sa.select(ActivityState).where(ActivityState.activity_id == world.activities[PAGE])
    ).one()
    assert state.status is Status.EXCUSED
    assert rebuild(acting(None, origin="shell"), world.run).summaries_corrected == 0


def test_who_has_left_keeps_a_record_that_is_added_to(world, theirs):
    withdraw_learner(acting(world.owner), theirs[0], reason="Moved away.")
    assert bring(world, score(world, theirs[0], 70)).new == 1


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (lambda w, t: [], "results"),
        (lambda w, t: [score(w, t[0], 101)], "results"),
        (lambda w, t: [score(w, t[0], -1)], "results"),
        (lambda w, t: [score(w, t[0], 1), score(w, t[0], 2)], "results"),
        (lambda w, t: [score(w, t[0], 1, "x" * 61)], "results"),
        (lambda w, t: [score(w, t[0], 1, days=99_999)], "results"),
        (lambda w, t: [score(w, t[0], 1, days=-99_999)], "results"),
        (lambda w, t: [score(w, t[0], 1, f"{n}") for n in range(MOST_RESULTS + 1)], "results"),
        (lambda w, t: [score(w, uuid.uuid4(), 1) for _ in range(MOST_LEARNERS + 1)], "results"),
    ],
)
def test_what_cannot_be_is_refused_whole(world, theirs, made, field):
    with pytest.raises(Invalid) as refused:
        bring(world, *made(world, theirs))
    assert list(refused.value.fields) == [field]
    assert count(LearningEvent) == 0


def test_nobody_brings_in_their_own(inside, world, people, theirs):
    """Who learned here and organises now keeps the old place, and its record."""
    change_role(acting(world.owner), world.space, people[0], role=Role.OWNER)
    with pytest.raises(Conflict, match="of your own"):
        bring(world, score(world, theirs[0], 90), who=people[0])
    assert bring(world, score(world, theirs[0], 90)).new == 1


def test_a_word_needs_a_reason_and_a_score_does_not(world, theirs):
    with pytest.raises(Invalid) as refused:
        bring(world, word(world, theirs[0]), reason="")
    assert list(refused.value.fields) == ["reason"]
    assert bring(world, score(world, theirs[0], 1), reason="").new == 1


def test_what_is_not_there_is_not_found_and_nothing_else_is_written(world, theirs):
    fine = score(world, theirs[0], 90)
    for lost in (
        score(world, uuid.uuid4(), 90, "2"),
        dataclasses.replace(fine, client_id="2", activity_id=uuid.uuid4()),
    ):
        with pytest.raises(NotFound):
            bring(world, fine, lost)
    assert count(LearningEvent) == 0


def test_an_id_means_one_result_and_only_quizzes_have_scores(world, theirs):
    bring(world, score(world, theirs[0], 90))
    with pytest.raises(Conflict, match="used for something else"):
        bring(world, score(world, theirs[0], 91))
    with pytest.raises(Conflict, match="Only quizzes have scores"):
        bring(world, score(world, theirs[0], 90, "2", number=PAGE))


def test_only_who_organises_brings_in_and_never_when_a_run_is_over(inside, world, people, theirs):
    given = score(world, theirs[0], 90)
    for who in (people[0], make_member(inside, world, "Fay Facilitator", Role.FACILITATOR)):
        with pytest.raises(Forbidden):
            bring(world, given, who=who)
    close(inside, world)
    with pytest.raises(Conflict):
        bring(world, given)


def test_over_json_a_batch_goes_in_and_is_read(app, browse):
    world = make_run(app)
    user_id, enrolment_id = make_learner(app, world)
    client = browse(world.owner)
    path = f"/api/v1/runs/{world.run}/results"
    quiz = str(world.activities[QUIZ])
    line = {"enrolment_id": str(enrolment_id), "activity_id": quiz, "client_id": "7", "score": 80}
    sent = {"results": [{**line, "at": "2024-05-06T12:00:00Z"}]}
    assert client.post(path, json=sent).json == {"new": 1, "known": 0}
    assert client.post(path, json=sent).json == {"new": 0, "known": 1}
    rows = {row["activity_id"]: row for row in client.get(path).json["activities"]}
    assert (rows[quiz]["scored"], rows[quiz]["mean"]) == (1, 80.0)
    assert client.post(path, json={"results": [{**line, "at": "soon"}]}).status_code == 422
    learner = browse(user_id)
    assert learner.post(path, json=sent).status_code == 403
    # their page of the quiz opens with a score behind which no attempt of ours stands
    page = learner.get(f"/spaces/{world.slug}/learn/1/{QUIZ + 1}")
    assert page.status_code == 200
    assert "Done" in page.text
