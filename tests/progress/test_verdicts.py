"""Verdicts come about with the act that meets the rules, and stay."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source, page_source
from factories.progress import make_learner, make_run

from community.kernel.db import db
from community.progress.models import CompletionPolicy, Summary
from community.progress.operations import report_reading
from community.progress.queries import verdicts_of
from community.progress.rules.completion import Outcome


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
