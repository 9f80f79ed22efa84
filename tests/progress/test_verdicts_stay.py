"""A verdict is never lost unasked, nor its certificate, whatever follows it."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, make_version, module_source, page_source, quiz_source
from factories.progress import make_learner, make_run
from factories.versions import move
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.certificates.models import Certificate
from community.cohorts.models import Run, RunState
from community.cohorts.operations import (
    close_run,
    pause_learner,
    reopen_run,
    return_learner,
    withdraw_learner,
)
from community.coursework.operations import submit_quiz
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.progress.models import CompletionVerdict, Summary
from community.progress.operations import (
    change_policy,
    decide,
    rebuild,
    report_reading,
    settle_verdicts,
    settle_version,
)
from community.progress.policy import plan
from community.progress.queries import judged_anew, policies_of
from community.progress.rules.changing import effect_of
from community.progress.rules.completion import Change, Criterion, Measure, Outcome, Terms
from community.progress.rules.states import Status

RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}
WRONG = {"q1": ["q1o1"], "q2": []}
PAGES = (page_source("a"), page_source("b"), page_source("unread", required=False))


class Aftermath:
    """A learner who has completed a run, and all that can follow but a loss that was asked for."""

    def __init__(self, app: Any) -> None:
        self.app, self.number = app, 0
        self.parts = [*PAGES, quiz_source("c")]
        self.world = make_run(app, self.course())
        self.user, self.mine = make_learner(app, self.world)
        self.owner = self.world.owner
        for place in (0, 1):
            self.read(place)
        self.answer(RIGHT)

    def course(self) -> Any:
        self.number += 1
        parts = (module_source(1, activities=tuple(self.parts)),)
        return replace(course_source(modules=parts), summary=f"Edition {self.number}")

    def run(self) -> Run:
        return db.session.get_one(Run, self.world.run, populate_existing=True)

    def places(self) -> Any:
        return plan(self.run().version_id).order

    def read(self, place: int) -> None:
        key = self.places()[place]
        report_reading(
            acting(self.user), self.world.run, key, fraction=1.0, client_id=f"read-{place:05}"
        )

    def answer(self, answers: Any) -> None:
        self.number += 1
        act = f"quiz-{self.number:05}"
        [key] = [
            key for key in self.places() if plan(self.run().version_id).lines[key].kind == "quiz"
        ]
        submit_quiz(acting(self.user), self.world.run, key, answers=answers, client_id=act)

    def answers_worse(self) -> None:
        self.answer(WRONG)

    def is_waived(self) -> None:
        self.decided(Status.WAIVED)

    def word_is_taken_back(self) -> None:
        self.decided(Status.EXCUSED)
        self.decided(None)

    def decided(self, status: Status | None) -> None:
        key = self.places()[0]
        decide(acting(self.owner), self.mine, key, status=status, reason="As I saw it.")

    def course_asks_more(self) -> None:
        self.parts.insert(0, page_source(f"new-{self.number}"))
        self.moved()

    def course_asks_other_things(self) -> None:
        self.parts = [page_source(f"other-{self.number}"), *PAGES[2:], quiz_source("c")]
        self.moved()

    def moved(self) -> None:
        version = make_version(self.app, self.world.network, self.course(), slug="sharing-data")
        move(self.owner, self.world.run, version)
        settle_version(acting(None), self.world.run)

    def rules_ask_more_and_keep(self) -> None:
        self.ruled(Change.KEEP)

    def rules_ask_more_and_grant(self) -> None:
        self.ruled(Change.GRANT)

    def ruled(self, change: Change) -> None:
        """Ask for all pages, of which the learner has never opened one."""
        ctx, run = acting(self.owner), self.run()
        over = run.state is RunState.CLOSED
        every = sum(each.kind == "page" for each in plan(run.version_id).lines.values())
        terms = Terms((Criterion(Measure.KIND, every, kind="page"),))
        change = Change.GRANT if over else change  # the other is not to be had then
        effect = effect_of(run.id, terms, change, list(judged_anew(ctx, run, terms)), over=over)
        number = max(each.number for each in policies_of(run.id))
        change_policy(ctx, run.id, terms=terms, change=change, number=number, seen=effect.seen)

    def pauses(self) -> None:
        pause_learner(acting(self.user), self.mine)

    def is_withdrawn(self) -> None:
        withdraw_learner(acting(self.owner), self.mine, reason="Moved away.")

    def returns(self) -> None:
        return_learner(acting(self.owner), self.mine)

    def run_is_closed(self) -> None:
        close_run(acting(self.owner), self.world.run)
        settle_verdicts(acting(None), self.world.run)

    def run_is_reopened(self) -> None:
        reopen_run(acting(self.owner), self.world.run)

    def is_rebuilt(self) -> None:
        rebuild(acting(None, origin="shell"), self.world.run)


ACTS = [
    name
    for name, each in vars(Aftermath).items()
    if callable(each)
    and name.startswith(("answers", "is_", "word", "course_", "rules", "pauses", "returns", "run_"))
]


def earned(enrolment_id: Any) -> tuple[Any, ...]:
    """Return the verdict as it was found, that it stands, and its certificate."""
    db.session.expire_all()
    row = db.session.scalars(
        sa.select(CompletionVerdict).where(
            CompletionVerdict.enrolment_id == enrolment_id,
            CompletionVerdict.outcome == Outcome.COMPLETED,
        )
    ).one()
    outcome = sa.select(Summary.outcome).where(Summary.enrolment_id == enrolment_id)
    paper = db.session.scalars(
        sa.select(Certificate).where(Certificate.enrolment_id == enrolment_id)
    ).one()
    return (
        (row.id, row.policy_id, row.at, row.decided_at, row.evidence, row.withdrawn_at),
        db.session.scalars(outcome).one(),
        (paper.id, paper.code, paper.edition, paper.revoked_at),
    )


def test_all_that_may_follow_is_tried():
    assert len(ACTS) == 13, ACTS


@pytest.mark.usefixtures("inside")
@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=4, max_size=12))
def test_whatever_follows_a_verdict_it_stands_as_it_was_found(app, acts):
    life = Aftermath(app)
    before = earned(life.mine)
    assert before[0][-1] is None
    assert before[1] is Outcome.COMPLETED
    for act in acts:
        # what is over or gone, or nothing to take back: it changes nothing
        with contextlib.suppress(Conflict, NotFound):
            getattr(life, act)()
        assert earned(life.mine) == before, act
    rebuild(acting(None, origin="shell"), life.world.run)
    assert earned(life.mine) == before
