"""The matrix: each cell as the learner's own page has it; who fades, who is late."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import reply
from factories.progress import close, enrolment_id_of, have_come, make_learners, make_run

from community.cohorts.models import Enrolment, Run
from community.cohorts.queries import placements
from community.kernel.db import db
from community.kernel.errors import Forbidden, Invalid
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession
from community.progress.operations import decide, report_reading
from community.progress.queries import matrix
from community.progress.queries.matrix.windows import window_of
from community.progress.rules.states import Status


@pytest.fixture
def world(inside):
    return make_run(inside, weeks_ago=1)


@pytest.fixture
def people(inside, world):
    """Three learners whose first week is over."""
    found = make_learners(inside, world, ["Ana Lind", "Bo Chen", "Cy Odhiambo"])
    have_come(inside, world, 8)
    return found


def read(who, world, number, fraction=1.0):
    report_reading(
        acting(who),
        world.run,
        world.activities[number],
        fraction=fraction,
        client_id=f"event-{number:03}-{int(100 * fraction)}",
    )


def waive(inside, world, who, *numbers, status=Status.WAIVED):
    mine = enrolment_id_of(inside, world, who)
    for number in numbers:
        decide(
            acting(world.owner), mine, world.activities[number], status=status, reason="As I saw."
        )


def see(world, **how):
    run = db.session.get_one(Run, world.run)
    ctx = how.pop("ctx", None) or acting(world.owner)
    return matrix(ctx, run, **how)


def cells(world, **how):
    return {row.name: row.cells for row in see(world, **how).rows}


def test_cells_say_done_begun_late_excused_waived_open_and_locked(inside, world, people):
    ana, bo, _cy = people
    read(ana, world, 0)
    waive(inside, world, ana, 1)
    waive(inside, world, ana, 2, status=Status.EXCUSED)
    waive(inside, world, bo, 0, 1, 2, 3)
    read(bo, world, 4, 0.5)
    assert cells(world) == {
        "Ana Lind": "dwelxxxx",
        "Bo Chen": "wwwwbooo",
        "Cy Odhiambo": "llllxxxx",
    }


def test_begun_and_too_late_is_late(world, people):
    read(people[0], world, 0, 0.5)
    assert cells(world)["Ana Lind"] == "llllxxxx"


def test_what_was_done_ahead_is_shown_though_the_module_is_locked(inside, world, people):
    reply(inside, placements(world.run)[world.activities[6]].thread_id, people[0])
    found = see(world, show="late")
    assert {row.name: row.cells for row in found.rows}["Ana Lind"] == "llllxxdx"
    assert found.figures.late == 3


def test_a_session_that_nobody_began_is_neither_late_nor_locks(inside, world, people):
    """What nobody can do is no reason to write to anybody."""
    ago(world, 9)
    key = placements(world.run)[world.activities[3]].session_id
    with unit_of_work(acting(None)):
        session = db.session.get_one(LiveSession, key)
        session.starts_at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=5)
    ana, bo, cy = people
    waive(inside, world, ana, 0, 1, 2)
    waive(inside, world, bo, *range(8))
    waive(inside, world, cy, 0, 1, 2, 4, 5, 6, 7)
    make_learners(inside, world, ["Dana New"])
    have_come(inside, world, 9)
    assert cells(world) == {
        "Ana Lind": "wwwooooo",
        "Bo Chen": "wwwwwwww",
        "Cy Odhiambo": "wwwowwww",
        "Dana New": "llloxxxx",
    }
    assert [row.name for row in see(world, show="late").rows] == ["Dana New"]
    # who has done all that can be done has nothing to do
    assert [row.name for row in see(world, show="fading").rows] == ["Ana Lind", "Dana New"]


def test_something_late_lists_whoever_has_it(inside, world, people):
    waive(inside, world, people[0], 0, 1, 2, 3)
    found = see(world, show="late")
    assert [row.name for row in found.rows] == ["Bo Chen", "Cy Odhiambo"]
    assert (found.figures.everybody, found.figures.late) == (3, 2)
    assert all(row.late > 0 for row in found.rows)


def test_nothing_is_late_for_somebody_in_their_first_week(inside, world, people):
    make_learners(inside, world, ["Dana New"])
    assert cells(world)["Dana New"] == "ooooxxxx"
    found = see(world, show="late")
    assert "Dana New" not in [row.name for row in found.rows]
    assert found.figures.late == 3


def test_nothing_is_late_any_more_in_a_closed_run(inside, world, people):
    read(people[0], world, 0, 0.5)
    close(inside, world)
    found = see(world)
    assert {row.name: row.cells for row in found.rows}["Ana Lind"] == "boooxxxx"
    assert (found.figures.late, found.figures.fading) == (0, 0)


def ago(world, days):
    """Let the run have been open, and its people enrolled, for so many days."""
    with unit_of_work(acting(None)):
        at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        db.session.get_one(Run, world.run).opened_at = at
        db.session.execute(sa.update(Enrolment).values(enrolled_at=at))


def test_fading_are_those_without_an_act_for_a_week_who_have_something_to_do(inside, world, people):
    ago(world, 9)
    ana, bo, _cy = people
    read(ana, world, 0)
    waive(inside, world, bo, *range(8))
    found = see(world, show="fading")
    why = ["no sign of work for 7 days", "4 activities late"]
    assert [(row.name, row.why) for row in found.rows] == [("Cy Odhiambo", why)]
    assert found.figures.fading == 1
    assert {row.name: row.why for row in see(world).rows} == {
        "Ana Lind": [],
        "Bo Chen": [],
        "Cy Odhiambo": why,
    }


def test_nobody_fades_in_the_first_week_or_in_a_closed_run(world, people):
    ago(world, 6)
    assert see(world, show="fading").rows == []
    ago(world, 30)
    with unit_of_work(acting(None)):
        run = db.session.get_one(Run, world.run)
        run.state, run.closed_at = "closed", dt.datetime.now(dt.UTC)
    assert see(world, show="fading").rows == []
    assert {row.signs for row in see(world).rows} == {None}


def test_a_run_that_is_not_open_yet_is_all_locked(inside):
    world = make_run(inside, opened=False)
    make_learners(inside, world, ["Ana Lind"])
    assert cells(world) == {"Ana Lind": "xxxxxxxx"}


def test_learners_come_by_name_and_in_windows(world, people):
    first = see(world, limit=2)
    rest = see(world, limit=2, page=first.next)
    assert [row.name for row in first.rows] == ["Ana Lind", "Bo Chen"]
    assert [row.name for row in rest.rows] == ["Cy Odhiambo"]
    assert (first.previous, rest.next) == (None, None)
    with pytest.raises(Invalid):
        see(world, page="nonsense")


def test_only_facilitators_see_everybody(world, people):
    with pytest.raises(Forbidden):
        see(world, ctx=acting(people[0]))


def test_the_matrix_takes_few_statements_whatever_the_size(inside, count_queries):
    counted = []
    for size in (2, 30):
        world = make_run(inside)
        make_learners(inside, world, [f"Learner {n}" for n in range(size)])
        see(world)
        db.session.remove()
        run = db.session.get_one(Run, world.run)
        count_queries.clear()
        matrix(acting(world.owner), run)
        counted.append(len([s for s in count_queries if not s.startswith("PRAGMA")]))
    assert counted[0] == counted[1] <= 5


@pytest.mark.parametrize(
    ("activities", "learners"), [(0, 60), (50, 60), (150, 60), (300, 30), (2_400, 10)]
)
def test_a_page_holds_fewer_learners_where_a_course_is_very_wide(activities, learners):
    assert window_of(activities) == learners
