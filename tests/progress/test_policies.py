"""The rules of a run change by number; what was earned is lost only where somebody says so."""

import dataclasses
import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source, page_source
from factories.progress import close, make_learner, make_member, make_run

from community.academy.queries import outline
from community.certificates.models import Certificate
from community.cohorts.models import Run, RunState
from community.cohorts.operations import copy_run, withdraw_run
from community.cohorts.queries.copies import copy_of
from community.cohorts.rules import RunPlan
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.log import EventRow
from community.kernel.outbox import OutboxRow
from community.progress.models import CompletionPolicy, CompletionVerdict, Summary
from community.progress.operations import (
    change_policy,
    policies,
    rebuild,
    report_reading,
    settle_verdicts,
)
from community.progress.queries import judged_anew, policies_of, verdicts_of
from community.progress.reactions import say_withdrawn_job, settle_verdicts_job
from community.progress.rules.changing import effect_of
from community.progress.rules.completion import Change, Criterion, Measure, Outcome, Terms
from community.spaces.models import Role

SHELL = {"origin": "shell"}
SHARE = Measure.REQUIRED


def asks(*completed, participated=()):
    return Terms(completed, participated)


HALF, ALL = asks(Criterion(SHARE, 50)), asks(Criterion(SHARE, 100))


def effect_by(ctx, run, terms, change):
    learners = list(judged_anew(ctx, run, terms))
    return effect_of(run.id, terms, change, learners, over=run.state is RunState.CLOSED)


@dataclasses.dataclass
class Group:
    """A run of four pages in which Ana has read all of them, Bo two and Cy none."""

    world: object
    people: dict[str, tuple[uuid.UUID, uuid.UUID]]

    def reads(self, name, *numbers):
        for number in numbers:
            report_reading(
                acting(self.people[name][0]),
                self.world.run,
                self.world.activities[number],
                fraction=1.0,
                client_id=f"{name}-read-{number}",
            )

    def outcomes(self):
        return {
            name: [verdict.outcome.value for verdict in verdicts_of(enrolment)]
            for name, (_user, enrolment) in self.people.items()
        }

    def verdict(self, name):
        [found] = verdicts_of(self.people[name][1])
        return found

    def change(self, terms, change, *, by=None, number=1, confirmed=False, seen=None):
        ctx = acting(by or self.world.owner)
        run = db.session.get_one(Run, self.world.run)
        effect = effect_by(ctx, run, terms, change)
        policy = change_policy(
            ctx,
            run.id,
            terms=terms,
            change=change,
            number=number,
            seen=effect.seen if seen is None else seen,
            confirmed=confirmed,
            note="As the group asked.",
        )
        return effect, policy


def next_like(world):
    """Plan the next run like the world's; returns its id."""
    ctx = acting(world.owner)
    plan = {
        "name": "Cohort 10",
        "starts_on": dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30),
        "weeks": 10,
        "zone": "UTC",
        "capacity": 20,
        "breaks": (),
    }
    run = db.session.get_one(Run, world.run)
    seen = copy_of(ctx, run, RunPlan(**plan), ()).seen
    return copy_run(ctx, world.run, **plan, seen=seen).id


@pytest.fixture
def group(inside):
    source = course_source(
        modules=(module_source(1, activities=tuple(page_source(f"p{n}") for n in range(4))),)
    )
    world = make_run(inside, source)
    names = ("Ana", "Bo", "Cy")
    group = Group(world, {name: make_learner(inside, world, name) for name in names})
    group.reads("Ana", 0, 1, 2, 3)
    group.reads("Bo", 0, 1)
    return group


def test_a_milder_rule_that_keeps_judges_what_is_done_from_now_on(group):
    effect, policy = group.change(HALF, Change.KEEP)
    assert (effect.gains, effect.losses, policy.number) == ((), (), 2)
    assert group.outcomes() == {"Ana": ["completed"], "Bo": [], "Cy": []}
    assert rebuild(acting(None, **SHELL)).verdicts_added == 0
    group.reads("Bo", 2)
    assert group.outcomes()["Bo"] == ["completed"]
    assert group.verdict("Bo").policy_number == 2
    assert group.verdict("Bo").at >= policy.made_at
    assert group.verdict("Ana").policy_number == 1


def test_granted_forward_it_counts_from_now_and_nobody_loses(group):
    effect, policy = group.change(HALF, Change.GRANT)
    assert [(each.name, outcome) for each, outcome in effect.gains] == [("Bo", Outcome.COMPLETED)]
    assert group.outcomes() == {"Ana": ["completed"], "Bo": ["completed"], "Cy": []}
    assert group.verdict("Bo").at == policy.made_at
    assert rebuild(acting(None, **SHELL)).verdicts_added == 0


def test_a_stricter_rule_takes_nothing_back_unasked(group):
    group.change(HALF, Change.GRANT)
    for number, change in ((2, Change.KEEP), (3, Change.GRANT)):
        effect, _policy = group.change(ALL, change, number=number)
        assert effect.losses == ()
        assert group.outcomes() == {"Ana": ["completed"], "Bo": ["completed"], "Cy": []}
    settle_verdicts(acting(None), group.world.run)
    rebuild(acting(None, **SHELL))
    assert group.outcomes()["Bo"] == ["completed"]


def test_recomputed_it_is_dated_when_it_was_truly_met(group):
    done_at = db.session.scalar(
        sa.select(Summary.last_active_at).where(Summary.enrolment_id == group.people["Bo"][1])
    )
    group.change(HALF, Change.RECOMPUTE)
    assert group.verdict("Bo").at == done_at
    assert {group.verdict(name).policy_number for name in ("Ana", "Bo")} == {2}


def test_who_loses_is_listed_and_must_be_confirmed(group):
    group.change(HALF, Change.RECOMPUTE)
    with pytest.raises(Invalid) as refused:
        group.change(ALL, Change.RECOMPUTE, number=2)
    assert list(refused.value.fields) == ["confirmed"]
    assert group.outcomes()["Bo"] == ["completed"]
    effect, _policy = group.change(ALL, Change.RECOMPUTE, number=2, confirmed=True)
    assert [each.name for each, _outcome in effect.losses] == ["Bo"]
    assert group.outcomes() == {"Ana": ["completed"], "Bo": [], "Cy": []}
    kept = db.session.scalars(
        sa.select(CompletionVerdict).where(CompletionVerdict.enrolment_id == group.people["Bo"][1])
    ).one()
    assert kept.withdrawn_at is not None
    assert (
        db.session.scalar(
            sa.select(Summary.outcome).where(Summary.enrolment_id == group.people["Bo"][1])
        )
        is None
    )
    told = [row.name for row in db.session.scalars(sa.select(EventRow))]
    assert told.count("progress.verdict_withdrawn") == 1


# ------------------------------------------------------------------ more than one transaction says


def owed(job):
    rows = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.job == job))
    return [row.payload for row in rows]


def said(name):
    return [row.name for row in db.session.scalars(sa.select(EventRow))].count(name)


def valid_certificates():
    return db.session.scalar(
        sa.select(sa.func.count()).select_from(Certificate).where(Certificate.revoked_at.is_(None))
    )


def test_who_gains_beyond_what_fits_is_found_by_a_job_owed_with_the_change(group, monkeypatch):
    group.reads("Cy", 0, 1)
    monkeypatch.setattr(policies, "AT_ONCE", 1)
    effect, policy = group.change(HALF, Change.GRANT)
    assert len(effect.gains) == 2
    assert group.outcomes() == {"Ana": ["completed"], "Bo": ["completed"], "Cy": []}
    [payload] = owed("progress.settle_verdicts")
    for _again in range(2):
        settle_verdicts_job(acting(None), **payload)
        assert group.outcomes()["Cy"] == ["completed"]
    assert group.verdict("Cy").at == policy.made_at
    assert said("progress.verdict_reached") == valid_certificates() == 3


def test_all_who_lose_do_so_with_the_change_and_are_told_in_batches(group, monkeypatch):
    group.reads("Cy", 0, 1)
    group.change(HALF, Change.RECOMPUTE)
    assert owed("progress.settle_verdicts") == []
    monkeypatch.setattr(policies, "AT_ONCE", 1)
    group.change(ALL, Change.RECOMPUTE, number=2, confirmed=True)
    assert group.outcomes() == {"Ana": ["completed"], "Bo": [], "Cy": []}
    summed = sa.select(sa.func.count()).select_from(Summary).where(Summary.outcome.is_not(None))
    assert db.session.scalar(summed) == 1
    assert (said("progress.verdict_withdrawn"), valid_certificates()) == (1, 2)
    [payload] = owed("progress.say_withdrawn")
    say_withdrawn_job(acting(group.world.owner), **payload)
    assert (said("progress.verdict_withdrawn"), valid_certificates()) == (2, 1)


def test_who_has_it_again_before_the_batch_comes_keeps_the_certificate(group, monkeypatch):
    group.change(HALF, Change.RECOMPUTE)
    monkeypatch.setattr(policies, "AT_ONCE", 0)
    group.change(ALL, Change.RECOMPUTE, number=2, confirmed=True)
    group.reads("Bo", 2, 3)
    [payload] = owed("progress.say_withdrawn")
    say_withdrawn_job(acting(group.world.owner), **payload)
    assert (said("progress.verdict_withdrawn"), valid_certificates()) == (0, 2)


def test_a_verdict_taken_back_is_reached_again(group):
    group.change(HALF, Change.RECOMPUTE)
    group.change(ALL, Change.RECOMPUTE, number=2, confirmed=True)
    group.reads("Bo", 2, 3)
    assert group.outcomes()["Bo"] == ["completed"]
    assert group.verdict("Bo").policy_number == 3


def test_two_who_change_the_rules_at_once_are_told(group):
    group.change(HALF, Change.KEEP)
    with pytest.raises(Conflict, match="Somebody has changed these rules"):
        group.change(ALL, Change.KEEP, number=1)


def test_what_is_done_is_what_was_shown(group):
    ctx, run = acting(group.world.owner), db.session.get_one(Run, group.world.run)
    seen = effect_by(ctx, run, HALF, Change.GRANT).seen
    group.reads("Cy", 0, 1)
    with pytest.raises(Conflict, match="meanwhile"):
        group.change(HALF, Change.GRANT, seen=seen)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CompletionPolicy)) == 1


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (asks(), "completed"),
        (asks(Criterion(SHARE, 0)), "completed"),
        (asks(Criterion(SHARE, 101)), "completed"),
        (asks(Criterion(SHARE, 50), Criterion(SHARE, 60)), "completed"),
        (asks(Criterion(Measure.SESSIONS, 1)), "completed"),
        (asks(Criterion(Measure.KIND, 5, kind="page")), "completed"),
        (asks(Criterion(Measure.ACTIVITIES, named=(uuid.uuid4(),))), "completed"),
        (asks(Criterion(Measure.SCORE, 50, named=(uuid.uuid4(),))), "completed"),
        (asks(Criterion(SHARE, 9), participated=(Criterion(Measure.KIND, 1, kind="page"),)),
         "participated"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_used_are_refused_by_name(group, terms, field):
    with pytest.raises(Invalid) as refused:
        group.change(terms, Change.KEEP)
    assert list(refused.value.fields) == [field]


def test_only_organisers_change_the_rules(inside, group):
    for role, refusal in (
        (Role.FACILITATOR, Forbidden),
        (Role.MEMBER, Forbidden),
        (None, NotFound),
    ):
        somebody = (
            make_member(inside, group.world, f"{role} Example", role) if role else uuid.uuid4()
        )
        with pytest.raises(refusal):
            group.change(HALF, Change.KEEP, by=somebody)
    organiser = make_member(inside, group.world, "Or Ganiser", Role.ORGANISER)
    group.change(HALF, Change.KEEP, by=organiser)


def test_a_closed_run_is_judged_for_the_past_or_forward_only(inside, group):
    close(inside, group.world)
    with pytest.raises(Invalid) as refused:
        group.change(HALF, Change.KEEP)
    assert list(refused.value.fields) == ["change"]
    group.change(HALF, Change.RECOMPUTE)
    assert group.outcomes() == {"Ana": ["completed"], "Bo": ["completed"], "Cy": []}


def test_judged_anew_in_a_closed_run_who_has_not_completed_it_has_participated(inside, group):
    group.change(HALF, Change.GRANT)
    close(inside, group.world)
    strict = asks(Criterion(SHARE, 100), participated=(Criterion(SHARE, 25),))
    effect, _policy = group.change(strict, Change.RECOMPUTE, number=2, confirmed=True)
    assert [(each.name, outcome) for each, outcome in effect.losses] == [("Bo", Outcome.COMPLETED)]
    assert [(each.name, outcome) for each, outcome in effect.gains] == [
        ("Bo", Outcome.PARTICIPATED)
    ]
    assert group.outcomes() == {"Ana": ["completed"], "Bo": ["participated"], "Cy": []}
    assert rebuild(acting(None, **SHELL)).summaries_corrected == 0


def test_closing_says_who_took_part(inside, group):
    close(inside, group.world)
    settle_verdicts(acting(None), group.world.run)
    assert group.outcomes() == {"Ana": ["completed"], "Bo": ["participated"], "Cy": []}
    assert rebuild(acting(None, **SHELL)).verdicts_added == 0
    assert settle_verdicts(acting(None), group.world.run) == 0


def test_what_was_named_is_found_in_a_newer_version_by_what_it_is(group):
    lines = outline(group.world.version).activities
    wanted = asks(Criterion(Measure.ACTIVITIES, named=(lines[0].lineage, lines[1].lineage)))
    group.change(wanted, Change.GRANT)
    assert group.outcomes()["Bo"] == ["completed"]
    assert group.verdict("Bo").findings[0].need == 2
    assert isinstance(group.verdict("Bo").at, dt.datetime)


def test_the_next_run_asks_for_the_same(inside, group):
    group.change(HALF, Change.KEEP)
    made = next_like(group.world)
    newest = policies_of(made)[0]
    assert (newest.number, newest.terms) == (2, HALF)


def test_a_run_that_is_withdrawn_takes_its_rules_along(inside):
    world = make_run(inside, opened=False)
    withdraw_run(acting(world.owner), world.run)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CompletionPolicy)) == 0
