"""An attempt that runs out while its run is closed counts only once that is open again."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.progress import close
from factories.quizzes import MINUTE, NOW, Taker, grown_source, right_answers

from community.cohorts.operations import reopen_run
from community.coursework.operations import (
    close_attempt,
    count_run_out,
)
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.jobs import run_everything
from community.progress.models import ActivityState, LearningEvent
from community.progress.operations import rebuild
from community.progress.rules.states import Status


@pytest.fixture
def take(inside):
    return lambda *quizzes: Taker(inside, *quizzes)


@pytest.fixture
def timed(take):
    return take(grown_source(time_limit=20, attempts=3))


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_in_a_run_that_closed_before_its_time_was_over_it_is_not_counted(app, timed):
    attempt = timed.begin()
    close(app, timed.world, NOW)
    with pytest.raises(Conflict):
        timed.keep({"q1": ["q1o2"]})
    assert close_attempt(acting(None, now=NOW + 60 * MINUTE), attempt.id)
    assert count(LearningEvent) == 0
    assert timed.attempts()[0].score == 0


@pytest.mark.parametrize("counts", ["best", "first"])
def test_what_ran_out_in_a_run_closed_by_mistake_counts_once_it_is_open_again(app, take, counts):
    more = {} if counts == "best" else {"counts": counts}
    timed = take(grown_source(time_limit=20, attempts=3, **more))
    attempt = timed.begin()
    timed.keep(right_answers(attempt.sheet))
    close(app, timed.world, NOW)
    assert close_attempt(acting(None, now=NOW + 60 * MINUTE), attempt.id)
    assert count(LearningEvent) == 0
    reopen_run(acting(timed.world.owner), timed.world.run)
    for _twice in range(2):
        count_run_out(acting(None, now=NOW + 90 * MINUTE), timed.world.run)
    db.session.rollback()
    [event] = db.session.scalars(sa.select(LearningEvent).where(LearningEvent.kind == "scored"))
    assert (event.value, event.happened_at) == (100, attempt.ends_at)
    state = db.session.scalars(sa.select(ActivityState)).one()
    assert (state.status, state.done_at) == (Status.DONE, attempt.ends_at)
    assert rebuild(acting(None, origin="shell")).states_corrected == 0


def test_who_opens_a_run_again_has_it_counted(app, timed):
    attempt = timed.begin()
    close(app, timed.world, NOW)
    close_attempt(acting(None, now=NOW + 60 * MINUTE), attempt.id)
    reopen_run(acting(timed.world.owner), timed.world.run)
    run_everything(app)
    db.session.rollback()
    assert count(LearningEvent) == 1
    close(app, timed.world, NOW)
    count_run_out(acting(None), timed.world.run)
    assert count(LearningEvent) == 1
