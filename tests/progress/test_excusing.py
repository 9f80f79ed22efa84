"""One word on an activity for several learners: all or none, and the way back."""

import uuid

import pytest
from conftest import acting
from factories.forms import send
from factories.home import words
from factories.progress import close, enrolment_id_of, make_learners, make_run

from community.cohorts.models import Run
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.progress.operations import decide, excuse_many, take_back_many
from community.progress.operations.excusing import MOST_AT_ONCE
from community.progress.queries import matrix
from community.progress.rules.states import Status

REASON = "The hall was closed."


@pytest.fixture
def world(inside):
    return make_run(inside)


@pytest.fixture
def people(inside, world):
    return make_learners(inside, world, ["Ana Lind", "Bo Chen", "Cy Odhiambo"])


@pytest.fixture
def theirs(inside, world, people):
    return [enrolment_id_of(inside, world, user_id) for user_id in people]


def run_of(world):
    return db.session.get_one(Run, world.run)


def excuse(world, enrolments, *, who=None, number=0, status=Status.EXCUSED):
    return excuse_many(
        acting(who or world.owner),
        world.run,
        world.activities[number],
        enrolment_ids=enrolments,
        status=status,
        reason=REASON,
    )


def first_cells(world):
    rows = matrix(acting(world.owner), run_of(world)).rows
    return {row.name: row.cells[0] for row in rows}


def test_several_are_excused_with_one_reason_and_who_has_settled_it_stays(world, theirs):
    decide(
        acting(world.owner), theirs[0], world.activities[0], status=Status.DONE, reason="I saw it."
    )
    _batch, number = excuse(world, theirs[:2])
    assert number == 1
    assert first_cells(world) == {"Ana Lind": "d", "Bo Chen": "e", "Cy Odhiambo": "o"}


def test_all_of_it_is_taken_back_but_what_was_decided_anew(world, theirs):
    batch, number = excuse(world, theirs)
    assert number == 3
    decide(
        acting(world.owner), theirs[2], world.activities[0], status=Status.DONE, reason="I saw it."
    )
    taken = take_back_many(acting(world.owner), world.run, batch)
    assert taken == 2
    assert first_cells(world) == {"Ana Lind": "o", "Bo Chen": "o", "Cy Odhiambo": "d"}
    with pytest.raises(Conflict):
        take_back_many(acting(world.owner), world.run, batch)


def test_one_who_is_not_of_the_run_stops_it_for_all(inside, world, theirs):
    elsewhere = make_run(inside)
    [other] = make_learners(inside, elsewhere, ["Dana Elsewhere"])
    with pytest.raises(NotFound):
        excuse(world, [*theirs, enrolment_id_of(inside, elsewhere, other)])
    assert set(first_cells(world).values()) == {"o"}


@pytest.mark.parametrize("status", [Status.DONE, Status.BEGUN])
def test_several_are_excused_or_waived_and_nothing_else(world, theirs, status):
    with pytest.raises(Invalid) as refused:
        excuse(world, theirs, status=status)
    assert list(refused.value.fields) == ["status"]


@pytest.mark.parametrize("number", [0, MOST_AT_ONCE + 1])
def test_nobody_and_too_many_are_refused_by_name(world, number):
    with pytest.raises(Invalid) as refused:
        excuse(world, [uuid.uuid4() for _ in range(number)])
    assert list(refused.value.fields) == ["enrolments"]


def test_learners_excuse_nobody_and_nobody_is_excused_when_it_is_over(
    inside, world, people, theirs
):
    with pytest.raises(Forbidden):
        excuse(world, theirs, who=people[0])
    batch, _number = excuse(world, theirs)
    with pytest.raises(Forbidden):
        take_back_many(acting(people[0]), world.run, batch)
    close(inside, world)
    db.session.expire_all()
    with pytest.raises(Conflict):
        take_back_many(acting(world.owner), world.run, batch)
    with pytest.raises(Conflict):
        excuse(world, theirs, number=1)


def test_the_page_chooses_decides_and_undoes(app, browse):
    world = make_run(app)
    people = make_learners(app, world, ["Ana Lind", "Bo Chen"])
    keys = [str(enrolment_id_of(app, world, user_id)) for user_id in people]
    page = f"/spaces/{world.slug}/progress/excuse"
    client = browse(world.owner)
    chosen = f"{page}?activity={world.activities[0]}"
    assert "Ana Lind" in words(client.get(chosen))
    fields = {"activity": str(world.activities[0]), "status": "excused", "reason": REASON}
    nobody = send(client, chosen, page, **fields)
    assert nobody.status_code == 422
    assert REASON in nobody.text
    done = send(client, chosen, page, **fields, learner=keys)
    assert done.status_code == 303
    said = client.get(done.location)
    assert "Decided for 2 learners" in words(said)
    assert "Nobody here is left to excuse" in words(said)
    undo = next(part for part in said.text.split('action="') if "/undo" in part).split('"')[0]
    assert "Taken back for 2 learners." in words(client.post(undo, follow_redirects=True))
    with app.app_context():
        assert set(first_cells(world).values()) == {"o"}
