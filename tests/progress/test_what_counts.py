"""What counts for a learner is the same on every page, in every file and for verdicts.

A learner with everything done read "88%": totals counted a session that was not held, and the
verdict did not.
"""

import contextlib
import csv
import datetime as dt
import io
import random

import pytest
from conftest import acting
from factories.academy import course_source, module_source, page_source, session_source
from factories.progress import close, hold_session, make_learner, make_run
from hypothesis import given
from hypothesis import strategies as st
from page_text import text_of

from community.cohorts.models import Enrolment, Run
from community.cohorts.operations import reopen_run
from community.cohorts.queries import placements
from community.home.queries.overview import space_with_my_run
from community.home.queries.runs import live_runs
from community.home.queries.sessions import sessions_since
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession
from community.live.operations import call_off_session, reinstate_session
from community.progress.operations import decide, rebuild, report_reading
from community.progress.policy import plan
from community.progress.queries import course_view, matrix, record_view, row_of, verdicts_of
from community.progress.queries.judging import deeds_of
from community.progress.queries.mine import my_progress
from community.progress.rules import cells
from community.progress.rules.completion import DEFAULT, Outcome, judged
from community.progress.rules.counting import percent, totals
from community.progress.rules.states import SETTLED, Status

API = "/api/v1"
HOUR = dt.timedelta(hours=1)


def course():
    """Two modules of a page and a session each; what nobody must do is a page."""
    return course_source(
        modules=(
            module_source(
                1,
                activities=(page_source("a"), session_source(), page_source("b", required=False)),
            ),
            module_source(2, activities=(page_source("c"), session_source("second"))),
        )
    )


@pytest.fixture
def world(inside):
    return make_run(inside, course(), weeks_ago=3)


@pytest.fixture
def ana(inside, world):
    """A learner: the ids of the user and of the enrolment."""
    return make_learner(inside, world)


def the_run(world):
    return db.session.get_one(Run, world.run, populate_existing=True)


def session_of(world, number):
    return placements(world.run)[world.activities[number]].session_id


def ahead(world, number):
    """Let a session's time be to come."""
    with unit_of_work(acting(None)):
        session = db.session.get_one(LiveSession, session_of(world, number))
        session.starts_at = acting(None).now + 48 * HOUR
        session.local_at = session.starts_at.replace(tzinfo=None)


def call_off(world, number=1):
    ahead(world, number)
    call_off_session(acting(world.owner), session_of(world, number), reason="A storm.")


def reinstate(world, number=1):
    in_days = (acting(None).now + 48 * HOUR).replace(tzinfo=None, second=0, microsecond=0)
    reinstate_session(acting(world.owner), session_of(world, number), local_at=in_days)


def lapse(world, number=1):
    """Let the time of a session pass: nobody began it, and no worker has looked since."""
    with unit_of_work(acting(None)):
        session = db.session.get_one(LiveSession, session_of(world, number))
        session.starts_at = acting(None).now - 5 * HOUR


def read(world, who, number):
    given = {"fraction": 1.0, "client_id": f"read-{number:05}"}
    return report_reading(acting(who[0]), world.run, world.activities[number], **given)


def sums(found):
    return found.done, found.required, found.percent


def said(world, who):
    """Return what each page, each list and the rules say somebody has: all the same, or it fails.

    (done, required, per cent)
    """
    user, mine = who
    run, owner = the_run(world), acting(world.owner)
    enrolment = db.session.get_one(Enrolment, mine)
    deeds = deeds_of(owner, run, DEFAULT.completed, [mine])[mine]
    [rule] = judged(DEFAULT.completed, plan(run.version_id).outline.activities, deeds).findings
    own = my_progress(acting(user), run, mine, "UTC")
    expected = (rule.have, rule.of, percent(rule.have, rule.of))
    assert expected == sums(course_view(acting(user), run))
    assert expected == sums(course_view(acting(user), run, with_places=False))
    assert expected == sums(record_view(acting(world.owner), run, enrolment))
    assert expected == sums(own.view)
    assert expected == sums(space_with_my_run(acting(user), world.slug)[1].view)
    assert [(each.have, each.of) for each in own.asked] == [expected[:2]]
    assert len(own.missing) == rule.of - rule.have, "what is missing is what makes up the rest"
    for ctx in (acting(user), acting(user)):
        lines = sessions_since(ctx, ctx.now)
        for each in (*live_runs(ctx), *live_runs(ctx, lines)):
            assert expected == sums(each.view)
    rows = {row.enrolment_id: row.percent for row in matrix(acting(world.owner), run).rows}
    one = row_of(acting(world.owner), run, mine)
    assert rows[mine] == one.percent == expected[2] <= 100
    shell = rebuild(acting(None, origin="shell"), world.run)
    assert (shell.states_corrected, shell.summaries_corrected) == (0, 0)
    db.session.remove()
    return expected


@pytest.mark.parametrize("never_held", [call_off, lapse])
def test_who_has_done_all_that_can_be_done_has_done_all(inside, world, ana, never_held):
    read(world, ana, 0)
    never_held(world, 1)
    never_held(world, 4)
    assert said(world, ana) == (1, 2, 50)
    read(world, ana, 3)
    assert said(world, ana) == (2, 2, 100)
    assert [each.outcome for each in verdicts_of(ana[1])] == [Outcome.COMPLETED]
    assert course_view(acting(ana[0]), the_run(world)).complete


def test_a_session_that_is_held_after_all_counts_again(world, ana):
    read(world, ana, 0)
    assert said(world, ana) == (1, 4, 25)
    call_off(world)
    assert said(world, ana) == (1, 3, 33)
    reinstate(world)
    assert said(world, ana) == (1, 4, 25)


def test_a_session_whose_time_passes_counts_no_more_without_anybody_doing_anything(world, ana):
    read(world, ana, 0)
    lapse(world)
    assert said(world, ana) == (1, 3, 33)
    ahead(world, 1)
    assert said(world, ana) == (1, 4, 25), "it got another time"


def test_a_session_that_was_held_and_missed_still_counts(inside, world, ana):
    bo = make_learner(inside, world, "Bo Chen")
    read(world, ana, 0)
    hold_session(inside, world, {bo[0]: 3_600}, number=1)
    run_everything(inside)
    assert (said(world, ana), said(world, bo)) == ((1, 4, 25), (1, 4, 25))


def test_it_counts_for_who_was_excused_before_it_was_called_off(world, ana):
    excused = {"status": Status.EXCUSED, "reason": "She was ill."}
    decide(acting(world.owner), ana[1], world.activities[1], **excused)
    call_off(world)
    assert said(world, ana) == (1, 4, 25)
    call_off(world, 4)
    assert said(world, ana) == (1, 3, 33)


def test_what_closing_a_run_calls_off_is_still_asked(inside, world, ana):
    """Else a run closed by mistake in its second week would have completed everybody."""
    read(world, ana, 0)
    call_off(world)
    ahead(world, 4)
    with unit_of_work(acting(None)):
        db.session.get_one(LiveSession, session_of(world, 1)).called_off_at -= HOUR
    close(inside, world)
    assert said(world, ana) == (1, 3, 33)
    view = course_view(acting(ana[0]), the_run(world))
    before, by_closing = view.modules[0].activities[1], view.modules[1].activities[1]
    assert (before.off, before.counts, view.off) == (True, False, 1)
    assert (by_closing.off, by_closing.counts) == (True, True)
    assert str(by_closing.missing) == "It did not take place before the run closed"
    reopen_run(acting(world.owner), world.run)
    assert said(world, ana) == (1, 3, 33), "that one takes place after all"


def test_an_act_and_the_desk_are_told_the_same_as_the_pages(world, ana):
    call_off(world)
    call_off(world, 4)
    first = read(world, ana, 0)
    assert (first.done, first.required, first.percent) == (1, 2, 50)
    last = read(world, ana, 3)
    assert (last.done, last.required, last.percent) == (2, 2, 100) == said(world, ana)


def test_pages_answers_and_files_say_a_hundred_per_cent(app, browse):
    world = make_run(app, course(), weeks_ago=3)
    ana = make_learner(app, world)
    with app.app_context():
        call_off(world)
        call_off(world, 4)
        read(world, ana, 0)
        read(world, ana, 3)
    learner, owner = browse(ana[0]), browse(world.owner)
    learn = text_of(learner.get(f"/spaces/{world.slug}/learn"))
    assert "100% done: 2 of 2 required activities. 2 sessions are not held" in learn
    assert "100% done" in text_of(learner.get(f"/spaces/{world.slug}/my-progress"))
    api = learner.get(f"{API}/runs/{world.run}/progress").json
    assert (api["done"], api["required"], api["percent"], api["missing"]) == (2, 2, 100, [])
    outline = learner.get(f"{API}/runs/{world.run}/outline").json
    assert (outline["percent"], outline["required"]) == (100, 2)
    [row] = owner.get(f"{API}/runs/{world.run}/matrix").json["items"]
    assert (row["percent"], row["outcome"]) == (100, "completed")
    record = text_of(owner.get(f"/spaces/{world.slug}/progress/{ana[1]}"))
    assert "100% done: 2 of 2" in record
    taken = owner.get(f"/spaces/{world.slug}/manage/matrix/csv").get_data().decode("utf-8-sig")
    assert [line[1] for line in csv.reader(io.StringIO(taken))] == ["Done", "100%"]


def statements(count_queries, act):
    count_queries.clear()
    act()
    return [each for each in count_queries if not each.startswith(("BEGIN", "PRAGMA"))]


def test_counting_costs_an_act_no_statement_of_its_own(app, count_queries):
    """It reads the sessions with the run, once."""
    parts = (page_source("a"), session_source(), page_source("b"))
    world = make_run(app, course_source(modules=(module_source(1, activities=parts),)))
    ana, bo = (make_learner(app, world, name) for name in ("Ana Lind", "Bo Chen"))
    with app.app_context():
        call_off(world)
        read(world, bo, 0)  # the rules are known to this process
        acted = statements(count_queries, lambda: read(world, ana, 0))
    assert sum("live_session" in each for each in acted) == 1, acted


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_everything_says_the_same(inside, seed):
    """Sessions come and go while people learn, are excused, and take that back."""
    chance = random.Random(seed)
    world = make_run(inside, course(), weeks_ago=3)
    learners = [make_learner(inside, world, name) for name in ("Ana Lind", "Bo Chen")]
    ruled = [None, Status.DONE, Status.EXCUSED, Status.WAIVED]
    acts = [
        lambda: read(world, chance.choice(learners), chance.choice((0, 2, 3))),
        lambda: decide(
            acting(world.owner),
            chance.choice(learners)[1],
            chance.choice(world.activities),
            status=chance.choice(ruled),
            reason="As I saw it.",
        ),
        *(lambda act=act: act(world, chance.choice((1, 4))) for act in (call_off, reinstate)),
    ]
    for _step in range(20):
        # locked, used before, called off already: it changes nothing
        with contextlib.suppress(Conflict, NotFound):
            chance.choice(acts)()
        for who in learners:
            done, required, share = said(world, who)
            assert 0 <= done <= required <= 4
            assert (share == 100) == (done == required)


# ------------------------------------------------------------------ the rule alone

SIGNS = st.lists(
    st.tuples(st.sampled_from([None, *Status]), st.booleans(), st.booleans()), max_size=8
)
"""Of each activity: where somebody stands, whether it is required, whether nobody can do it."""


@given(SIGNS)
def test_a_row_of_cells_counts_what_the_rule_counts(stood):
    """The matrix counts letters; all else counts activities."""
    row = "".join(cells.letter(status, required=needed) for status, needed, _off in stood)
    settled = {at for at, (status, *_rest) in enumerate(stood) if status in SETTLED}
    required = [at for at, (_status, needed, _off) in enumerate(stood) if needed]
    off = {at for at, (*_rest, off) in enumerate(stood) if off}
    found = totals(required, settled, off)
    assert cells.totals(row, sorted(off)) == found
    assert 0 <= found.done <= found.required <= len(required)
    assert 0 <= found.percent <= 100
    assert (found.percent == 100) == (settled.union(off) >= set(required))
