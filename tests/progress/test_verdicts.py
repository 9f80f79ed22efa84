"""Verdicts come about with the act that meets the rules, and stay."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    course_source,
    make_version,
    module_source,
    page_source,
    session_source,
)
from factories.progress import close, hold_session, make_learner, make_run, settle
from factories.versions import move

from community.cohorts.models import Run
from community.cohorts.operations import (
    open_module,
    pause_learner,
    reopen_run,
    withdraw_learner,
)
from community.cohorts.queries import placements
from community.kernel.db import db
from community.kernel.outbox import OutboxRow
from community.live.models import LiveSession
from community.live.operations import call_off_session
from community.live.operations.planning import move_sessions
from community.live.rules import lapses_at
from community.progress.models import CompletionPolicy, Summary
from community.progress.operations import (
    decide,
    rebuild,
    report_reading,
    settle_verdicts,
    settle_version,
)
from community.progress.queries import verdicts_of
from community.progress.queries.matrix import figures
from community.progress.queries.mine import my_progress
from community.progress.reactions import settle_for_session_job
from community.progress.rules.completion import Outcome
from community.progress.rules.wording import how_far


def pages(count: int = 2):
    """A course of one module of pages."""
    return course_source(
        modules=(module_source(1, activities=tuple(page_source(f"p{n}") for n in range(count))),)
    )


@pytest.fixture
def world(inside):
    return make_run(inside, pages())


def read(world, user, number):
    report_reading(
        acting(user),
        world.run,
        world.activities[number],
        fraction=1.0,
        client_id=f"read-{number:05}",
    )


def test_a_run_has_rules_from_its_first_moment(world):
    [policy] = db.session.scalars(sa.select(CompletionPolicy)).all()
    assert (policy.run_id, policy.number) == (world.run, 1)


def test_the_last_act_brings_the_verdict_dated_as_the_act(inside, world):
    user, mine = make_learner(inside, world)
    read(world, user, 0)
    assert verdicts_of(mine) == []
    read(world, user, 1)
    [verdict] = verdicts_of(mine)
    summary = db.session.scalars(sa.select(Summary)).one()
    assert (verdict.outcome, verdict.policy_number) == (Outcome.COMPLETED, 1)
    assert verdict.at == summary.last_active_at
    assert summary.outcome is Outcome.COMPLETED
    assert [(each.have, each.need, each.met) for each in verdict.findings] == [(2, 2, True)]


def session_course(*, more=()):
    """A course of a page and a live session, and ``more``."""
    parts = (page_source("a"), session_source(), *more)
    return course_source(modules=(module_source(1, activities=parts),))


def test_a_session_that_is_called_off_leaves_nothing_to_ask(inside):
    world = make_run(inside, session_course())
    user, mine = make_learner(inside, world)
    read(world, user, 0)
    assert verdicts_of(mine) == []
    session_id = placements(world.run)[world.activities[1]].session_id
    call_off_session(acting(world.owner), session_id, reason="")
    settle_for_session_job(acting(None), str(session_id))
    [verdict] = verdicts_of(mine)
    summary = db.session.scalars(sa.select(Summary)).one()
    assert verdict.at == summary.last_active_at, "dated by the learner's own act"
    assert rebuild(acting(None, origin="shell")).verdicts_added == 0


def lapses_owed():
    rows = db.session.scalars(
        sa.select(OutboxRow)
        .where(OutboxRow.job == "progress.settle_for_session", OutboxRow.once.is_not(None))
        .order_by(OutboxRow.due_at)
    )
    return list(rows)


def test_a_session_that_nobody_begins_completes_who_has_done_the_rest(inside):
    world = make_run(inside, session_course(), weeks_ago=-1)
    [owed] = lapses_owed()
    session = db.session.get_one(LiveSession, placements(world.run)[world.activities[1]].session_id)
    assert owed.due_at == lapses_at(session.starts_at)
    planned = session.local_at
    for local_at in (planned + dt.timedelta(days=1), planned):
        move_sessions(acting(world.owner), {session.id: local_at})
    assert [row.due_at - owed.due_at for row in lapses_owed()] == [
        dt.timedelta(),
        dt.timedelta(days=1),
    ], "once for each time it was planned for"
    user, mine = make_learner(inside, world)
    settle(inside, world, user, [0])
    before = owed.due_at - dt.timedelta(minutes=1)
    settle_for_session_job(acting(None, now=before), str(session.id))
    assert verdicts_of(mine) == []
    for _again in range(2):
        settle_for_session_job(acting(None, now=owed.due_at), str(session.id))
        assert [each.outcome for each in verdicts_of(mine)] == [Outcome.COMPLETED]


def test_a_session_that_took_place_is_asked_of_everybody(inside):
    world = make_run(inside, session_course())
    user, mine = make_learner(inside, world)
    settle(inside, world, user, [0])
    session_id = hold_session(inside, world, {}, number=1)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=9)
    settle_for_session_job(acting(None, now=later), str(session_id))
    assert verdicts_of(mine) == []


def test_nobody_has_completed_a_course_of_which_more_opens_later(inside):
    source = course_source(
        modules=(
            module_source(1, activities=(page_source("a"),)),
            module_source(2, opens_later=True, activities=()),
        )
    )
    world = make_run(inside, source)
    user, mine = make_learner(inside, world)
    read(world, user, 0)
    assert verdicts_of(mine) == []
    run = db.session.get_one(Run, world.run)
    [finding] = my_progress(acting(user), run, mine, "UTC").asked
    assert (finding.have, finding.need, finding.met) == (1, 1, False)
    assert "more modules open later" in how_far(finding)
    close(inside, world)
    settle_verdicts(acting(None), world.run)
    assert [each.outcome for each in verdicts_of(mine)] == [Outcome.PARTICIPATED]


def test_what_closing_calls_off_completes_nobody(inside):
    world = make_run(inside, session_course())
    user, mine = make_learner(inside, world)
    read(world, user, 0)
    close(inside, world)
    settle_verdicts(acting(None), world.run)
    assert [each.outcome for each in verdicts_of(mine)] == [Outcome.PARTICIPATED]


def test_who_is_done_in_a_run_that_was_reopened_has_completed_it(inside, world):
    user, mine = make_learner(inside, world)
    read(world, user, 0)
    close(inside, world)
    settle_verdicts(acting(None), world.run)
    reopen_run(acting(world.owner), world.run)
    assert [each.outcome for each in verdicts_of(mine)] == [Outcome.PARTICIPATED], "see 0021"
    read(world, user, 1)
    assert [each.outcome for each in verdicts_of(mine)] == list(Outcome)
    assert db.session.scalars(sa.select(Summary.outcome)).one() is Outcome.COMPLETED


def test_a_waiver_that_is_taken_back_takes_no_verdict_back(inside, world):
    user, mine = make_learner(inside, world)
    settle(inside, world, user, [0, 1])
    assert len(verdicts_of(mine)) == 1
    decide(acting(world.owner), mine, world.activities[0], status=None, reason="It was a mistake.")
    assert len(verdicts_of(mine)) == 1
    assert rebuild(acting(None, origin="shell")).summaries_corrected == 0


def test_who_pauses_may_be_done_and_who_has_left_is_judged_no_more(inside, world):
    ana, hers = make_learner(inside, world, "Ana Lind")
    bo, his = make_learner(inside, world, "Bo Chen")
    pause_learner(acting(ana), hers)
    for number in (0, 1):
        read(world, ana, number)
    assert len(verdicts_of(hers)) == 1
    read(world, bo, 0)
    withdraw_learner(acting(world.owner), his, reason="Moved away.")
    withdraw_learner(acting(world.owner), hers, reason="Moved away.")
    close(inside, world)
    settle_verdicts(acting(None), world.run)
    assert verdicts_of(his) == []
    assert len(verdicts_of(hers)) == 1, "what was earned stays"


def test_the_desk_counts_who_is_done_also_where_each_learner_is_judged_by_rules(inside, world):
    ana, hers = make_learner(inside, world, "Ana Lind")
    bo, _his = make_learner(inside, world, "Bo Chen")
    cy, theirs = make_learner(inside, world, "Cy Doe")
    for number in (0, 1):
        read(world, ana, number)
    read(world, bo, 0)
    read(world, cy, 0)
    pause_learner(acting(ana), hers)
    pause_learner(acting(cy), theirs)
    close(inside, world)
    settle_verdicts(acting(None), world.run)
    before = desk_figures(world)
    assert (before.everybody, before.completed, before.participated) == (3, 1, 2)
    reopen_run(acting(world.owner), world.run)
    before = desk_figures(world)
    open_module(acting(world.owner), world.run, world.modules[0])
    assert desk_figures(world) == before


def desk_figures(world):
    ctx, run = acting(world.owner), db.session.get_one(Run, world.run, populate_existing=True)
    return figures(ctx, [run])[world.run]


def test_a_newer_version_that_asks_more_takes_nothing_back(inside, world):
    user, mine = make_learner(inside, world)
    for number in (0, 1):
        read(world, user, number)
    move(world.owner, world.run, make_version(inside, world.network, pages(3), slug="sharing-data"))
    settle_version(acting(None), world.run)
    summary = db.session.scalars(sa.select(Summary)).one()
    assert (summary.done, summary.cells, summary.outcome) == (2, "dd.", Outcome.COMPLETED)
    assert len(verdicts_of(mine)) == 1


def test_a_newer_version_that_asks_less_completes_who_has_it(inside):
    world = make_run(inside, pages(3))
    user, mine = make_learner(inside, world)
    for number in (0, 1):
        read(world, user, number)
    move(world.owner, world.run, make_version(inside, world.network, pages(2), slug="sharing-data"))
    settle_version(acting(None), world.run)
    assert [each.outcome for each in verdicts_of(mine)] == [Outcome.COMPLETED]


def test_who_is_far_from_done_costs_no_statement(inside, count_queries):
    world = make_run(inside, pages(6))
    user, _mine = make_learner(inside, world)
    other, _theirs = make_learner(inside, world, "Bo Chen")
    read(world, other, 0)  # the rules are known to this process
    count_queries.clear()
    read(world, user, 0)
    asked = [each for each in count_queries if "completion_verdict" in each]
    assert asked == []
    rules = [each for each in count_queries if "completion_policy" in each]
    assert len(rules) == 1, "in the statement that asks whether the act is known"
    assert "learning_event" in rules[0]
