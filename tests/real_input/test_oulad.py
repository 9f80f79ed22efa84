"""Twenty-two real course runs: enrolments, outcomes and scores brought in, and counted twice.

The Open University Learning Analytics Dataset as CSV. What we say of each run is compared with what
pandas makes of the files. What a file says becomes what we have for it:

- an assessment is a quiz, passed from 40 per cent (the university's rule) and required where it
  weighs something; weight and day stand in its text, since an activity of ours has no weight,
- a submission with a score is an attempt on its day, also one that was carried over from an earlier
  run (``is_banked``); 173 submissions without a score say nothing that an attempt could hold,
- the final result does not follow from the scores: most examinations are not in the files. So it is
  a decision on an activity of its own, for Pass and Distinction; Fail is that nobody decided so.
"""

import dataclasses
import datetime as dt
import gzip
import math
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from conftest import acting
from databases import missing
from factories.accounts import make_user
from factories.spaces import join, make_space
from flask import Flask

from bench.data.bulk import insert
from bench.data.people import members
from community.academy.formats.source import ActivitySource, CourseSource, ModuleSource
from community.academy.operations import import_course
from community.academy.queries import outline
from community.accounts.models import User
from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.cohorts.operations import create_run, open_run
from community.cohorts.queries.enrolments import counts_by_state
from community.kernel.db import WRITE, db
from community.kernel.keys import new_key
from community.progress.models import ActivityState, Decision, LearningEvent, Summary
from community.progress.operations import Result, bring_in_results, rebuild
from community.progress.operations.bringing_in import MOST_LEARNERS, MOST_RESULTS
from community.progress.queries import matrix, results
from community.progress.rules.cells import totals
from community.spaces.models import Membership, Role, SpaceKind

pytestmark = pytest.mark.real_input

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "progress"
PASS_MARK = 40
STARTS = {"2013B": dt.date(2013, 2, 4), "2013J": dt.date(2013, 10, 7)}
STARTS |= {"2014B": dt.date(2014, 2, 3), "2014J": dt.date(2014, 10, 6)}
FINAL = "final-result"
REASON = "Passed, as the university's record says: "
ON_POSTGRES = 5
"""How many runs, the smallest, are brought in there: the others differ in size only."""
Name = tuple[str, str]


@pytest.fixture(scope="module")
def files() -> dict[str, Any]:
    """Return the files as pandas reads them."""
    if not DATA.is_dir():
        missing("the real course runs (../shared)", "lay the shared folder beside the checkout")
    import pandas as pd  # noqa: PLC0415  # in this test alone

    names = ("assessment", "course", "student", "student_assessment", "student_registration")
    return {name: pd.read_csv(gzip.open(DATA / f"{name}.csv.gz")) for name in names}


@dataclasses.dataclass
class Learner:
    """A row of the registrations, with the outcome."""

    enrolment: uuid.UUID
    outcome: str

    @property
    def reason(self) -> str:
        """Why they passed, in words; empty where they did not."""
        return REASON + self.outcome if self.outcome in {"Pass", "Distinction"} else ""


@dataclasses.dataclass
class Brought:
    """A run with its learners, and what is to be brought in for them."""

    run: uuid.UUID
    starts: dt.datetime
    activities: dict[str, uuid.UUID]
    """By slug."""
    learners: dict[int, Learner]
    results: dict[str, list[Result]]
    """By the reason that goes with them."""


@pytest.fixture
def owner(app: Flask) -> uuid.UUID:
    return make_user(app, "Olga Organiser")


@pytest.fixture
def runs(app: Flask, owner: uuid.UUID, files: dict[str, Any]) -> dict[Name, Brought]:
    """Return the runs, open, with everybody enrolled; nothing is brought in yet."""
    network = make_space(app, "The network", kind=SpaceKind.NETWORK)
    join(app, network, owner, Role.OWNER)
    student = files["student"]
    sizes = student.groupby(["code_module", "code_presentation"]).size().sort_values()
    with app.app_context():
        is_sqlite = db.engines[WRITE].dialect.name == "sqlite"
    names = list(sizes.index if is_sqlite else sizes.index[:ON_POSTGRES])
    made = {name: _run(app, owner, network, files, name) for name in names}
    with app.app_context(), db.engines[WRITE].begin() as connection:
        _enrol(connection, made, files)
    return made


def _of(frame: Any, name: Name) -> Any:
    return frame[(frame.code_module == name[0]) & (frame.code_presentation == name[1])]


def _run(
    app: Flask, owner: uuid.UUID, network: uuid.UUID, files: dict[str, Any], name: Name
) -> Brought:
    """Import the assessments of a run as a course, and open a run of it."""
    assessments = _of(files["assessment"], name).to_dict("records")
    activities = tuple(
        ActivitySource(
            slug=f"a{row['id_assessment']}",
            kind="quiz",
            title=f"{row['assessment_type']} {row['id_assessment']}",
            minutes=60,
            required=row["weight"] > 0,
            settings={"attempts": None, "pass": PASS_MARK, "questions": [QUESTION]},
            body=f"Weighs {row['weight']:g} %, due on day "
            + ("of the examination." if math.isnan(row["date"]) else f"{row['date']:g}."),
        )
        for row in assessments
    )
    final = ActivitySource(
        slug=FINAL, kind="page", title="Final result", minutes=1, required=False, body="Decided."
    )
    module = ModuleSource("assessments", "Assessments", activities=(*activities, final))
    source = CourseSource(f"{name[0]} {name[1]}", modules=(module,))
    starts_on = STARTS[name[1]]
    starts = dt.datetime.combine(starts_on, dt.time(12), dt.UTC)
    then = acting(owner, now=starts)  # nobody plans a run of twelve years ago
    with app.app_context():
        version = import_course(acting(None, origin="shell"), network, source).id
        run = create_run(
            then,
            version_id=version,
            name=f"{name[0]} {name[1]}",
            starts_on=starts_on,
            weeks=40,
            zone="Europe/London",
            capacity=5_000,
        )
        run_id = run.id
        open_run(then, run_id)
        lines = {line.slug: line.id for line in outline(version).activities}
    return Brought(run_id, starts, lines, {}, {})


QUESTION = {
    "id": "q1",
    "prompt": "Is it handed in?",
    "kind": "single",
    "options": [
        {"id": "q1o1", "text": "Yes", "right": True, "feedback": ""},
        {"id": "q1o2", "text": "No", "right": False, "feedback": ""},
    ],
    "explanation": "",
}


def _enrol(connection: sa.Connection, made: dict[Name, Brought], files: dict[str, Any]) -> None:
    """Add accounts, memberships and enrolments as rows: how they come about is tried elsewhere."""
    keys: dict[int, uuid.UUID] = {}
    joined = dt.datetime(2013, 1, 1, tzinfo=dt.UTC)
    seats, places = {}, []
    for name, brought in made.items():
        registered = _of(files["student_registration"], name).set_index("id_student")
        there = []
        for row in _of(files["student"], name).itertuples():
            user_id = keys.setdefault(row.id_student, new_key())
            left_on = registered.date_unregistration[row.id_student]
            left = row.final_result == "Withdrawn"
            day = None if math.isnan(left_on) else int(left_on)
            learner = Learner(new_key(), row.final_result)
            brought.learners[row.id_student] = learner
            ended = brought.starts + dt.timedelta(days=day or 0)
            places.append(
                {
                    "id": learner.enrolment,
                    "run_id": brought.run,
                    "user_id": user_id,
                    "state": EnrolmentState.WITHDRAWN if left else EnrolmentState.ACTIVE,
                    "enrolled_at": brought.starts,
                    "ended_at": ended if left else None,
                }
            )
            if not left:
                there.append(user_id)
        seats[brought.run] = there
    users = ({**_user(number), "id": key} for number, key in keys.items())
    insert(connection, User, users)
    insert(connection, Enrolment, places)
    spaces = dict(connection.execute(sa.select(Run.id, Run.space_id)).all())
    belong = {spaces[run]: there for run, there in seats.items()}
    insert(connection, Membership, members(belong, joined))
    for run, there in seats.items():
        connection.execute(sa.update(Run).where(Run.id == run).values(enrolled=len(there)))


def _user(number: int) -> dict[str, Any]:
    return {
        "email": f"student-{number}@example.org",
        "name": f"Student {number}",
        "name_folded": f"student {number}",
        "password_hash": None,
        "zone": "Europe/London",
        "language": "en",
        "admin": False,
        "created_at": dt.datetime(2013, 1, 1, tzinfo=dt.UTC),
        "deactivated_at": None,
    }


def prepare(runs: dict[Name, Brought], files: dict[str, Any]) -> int:
    """Make results of the files; returns how many submissions say no score."""
    by_assessment = {
        int(slug[1:]): brought
        for brought in runs.values()
        for slug in brought.activities
        if slug != FINAL
    }
    unsaid = 0
    for row in files["student_assessment"].itertuples():
        brought = by_assessment.get(row.id_assessment)
        if brought is None:
            continue
        if math.isnan(row.score):
            unsaid += 1
            continue
        learner = brought.learners[row.id_student]
        brought.results.setdefault(learner.reason, []).append(
            Result(
                enrolment_id=learner.enrolment,
                activity_id=brought.activities[f"a{row.id_assessment}"],
                client_id=str(row.id_assessment),
                at=brought.starts + dt.timedelta(days=row.date_submitted),
                score=int(row.score),
            )
        )
    for brought in runs.values():
        for learner in brought.learners.values():
            if learner.reason:
                decided = Result(
                    enrolment_id=learner.enrolment,
                    activity_id=brought.activities[FINAL],
                    client_id=FINAL,
                    at=brought.starts + dt.timedelta(days=270),
                )
                brought.results.setdefault(learner.reason, []).append(decided)
    return unsaid


def batches(given: Iterable[Result]) -> Iterator[list[Result]]:
    """Yield results in the order they are given in, as many as fit into one act."""
    batch: list[Result] = []
    learners: set[uuid.UUID] = set()
    for result in given:
        new = result.enrolment_id not in learners
        if len(batch) == MOST_RESULTS or (new and len(learners) == MOST_LEARNERS):
            yield batch
            batch, learners = [], set()
        batch.append(result)
        learners.add(result.enrolment_id)
    yield batch


def bring_in(app: Flask, owner: uuid.UUID, runs: dict[Name, Brought]) -> Counter[str]:
    """Bring everything in; returns how much of it was new and how much was known."""
    counted: Counter[str] = Counter()
    for brought in runs.values():
        for reason, given in brought.results.items():
            for batch in batches(given):
                with app.app_context():
                    made = bring_in_results(
                        acting(owner), brought.run, results=batch, reason=reason
                    )
                counted.update(new=made.new, known=made.known)
    return counted


def test_what_we_say_of_each_run_is_what_pandas_says(
    app: Flask,
    owner: uuid.UUID,
    runs: dict[Name, Brought],
    files: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    unsaid = prepare(runs, files)
    for brought in runs.values():  # one learner after the other: a batch holds whole histories
        for given in brought.results.values():
            given.sort(key=lambda result: (result.enrolment_id, result.at))
    begun = time.perf_counter()
    counted = bring_in(app, owner, runs)
    first = time.perf_counter() - begun
    theirs = {name: of_pandas(files, name) for name in runs}
    ours = {name: of_ours(app, owner, brought) for name, brought in runs.items()}
    with capsys.disabled():
        show(theirs, ours, first)
    assert ours == theirs
    with app.app_context():
        events = db.session.scalar(sa.select(sa.func.count()).select_from(LearningEvent))
        words = db.session.scalar(sa.select(sa.func.count()).select_from(Decision))
    if len(runs) == len(files["course"]):
        assert (len(runs), unsaid, events, words) == (22, 173, 173_739, 15_385)
        assert sum(len(brought.learners) for brought in runs.values()) == 32_593
    assert counted["new"] == events + words
    assert counted["known"] == 0

    # everything once more, in another order: nothing changes
    before = fingerprint(app)
    chance = random.Random(7)
    backwards = dict(reversed(runs.items()))
    for brought in backwards.values():
        for given in brought.results.values():
            keys = list({result.enrolment_id for result in given})
            chance.shuffle(keys)
            place = {key: number for number, key in enumerate(keys)}
            chance.shuffle(given)
            given.sort(key=lambda result: place[result.enrolment_id])
    again = bring_in(app, owner, backwards)
    assert (again["new"], again["known"]) == (0, counted["new"])
    assert fingerprint(app) == before

    # and a rebuild from events finds nothing to correct, in the smallest run
    with app.app_context():
        rebuilt = rebuild(acting(None, origin="shell"), next(iter(runs.values())).run)
    assert (rebuilt.states_corrected, rebuilt.summaries_corrected) == (0, 0)


def of_pandas(files: dict[str, Any], name: Name) -> dict[str, Any]:
    """Return the figures of a run as pandas has them."""
    student = _of(files["student"], name)
    stays = student[student.final_result != "Withdrawn"]
    assessments = _of(files["assessment"], name)
    scores = (
        files["student_assessment"].dropna(subset="score").merge(assessments, on="id_assessment")
    )
    seated = scores[scores.id_student.isin(stays.id_student)]
    by_assessment = seated.groupby("id_assessment").score
    passed = seated[seated.score >= PASS_MARK]
    required = assessments[assessments.weight > 0]
    done = passed[passed.weight > 0].groupby("id_student").size()
    done = done.reindex(stays.id_student, fill_value=0)
    most = len(required)
    return {
        "enrolled": len(student),
        "withdrawn": len(student) - len(stays),
        "passed": int(student.final_result.isin(["Pass", "Distinction"]).sum()),
        "failed": int((student.final_result == "Fail").sum()),
        "scores": len(seated),
        "mean": float(seated.score.mean()),
        "scored": by_assessment.size().to_dict(),
        "means": by_assessment.mean().to_dict(),
        "assessments passed": passed.groupby("id_assessment").size().to_dict(),
        "percents": Counter((100 * done // most).tolist() if most else [100] * len(stays)),
    }


def of_ours(app: Flask, owner: uuid.UUID, brought: Brought) -> dict[str, Any]:
    """Return the same figures by our own reads."""
    with app.app_context():
        ctx = acting(owner)
        run = db.session.get_one(Run, brought.run)
        states = counts_by_state(ctx, run.id)
        came = {row.activity_id: row for row in results(ctx, run)}
        final = came[brought.activities[FINAL]]
        rows = {
            int(slug[1:]): came[key] for slug, key in brought.activities.items() if slug != FINAL
        }
        scored = {key: row for key, row in rows.items() if row.scored}
        window = matrix(ctx, run, limit=1)
        seated = window.figures.everybody
        assert seated == run.enrolled == states[EnrolmentState.ACTIVE]
        rows_of_cells = db.session.scalars(
            sa.select(Summary.cells)
            .join(Enrolment, Enrolment.id == Summary.enrolment_id)
            .where(Enrolment.run_id == run.id, Enrolment.state == EnrolmentState.ACTIVE)
        )
        counted = Counter(totals(each).percent for each in rows_of_cells)
        # who has no result of any kind has no totals yet, which read as nothing done
        without = seated - counted.total()
        if without:
            counted[0] += without
        number = sum(row.scored for row in scored.values())
        total = sum(round(row.scored * (row.mean or 0)) for row in scored.values())
    return {
        "enrolled": sum(states.values()),
        "withdrawn": states[EnrolmentState.WITHDRAWN],
        "passed": final.settled,
        "failed": seated - final.settled,
        "scores": number,
        "mean": total / number,
        "scored": {key: row.scored for key, row in scored.items()},
        "means": {key: row.mean for key, row in scored.items()},
        "assessments passed": {key: row.settled for key, row in scored.items() if row.settled},
        "percents": counted,
    }


def fingerprint(app: Flask) -> list[Any]:
    """Return what is stored of progress, in sums that any change would change."""
    with app.app_context():
        read = db.session.execute
        return [
            read(
                sa.select(sa.func.count(), sa.func.max(sa.cast(LearningEvent.id, sa.String)))
            ).one(),
            read(sa.select(sa.func.count(), sa.func.max(sa.cast(Decision.id, sa.String)))).one(),
            read(
                sa.select(
                    sa.func.count(),
                    sa.func.max(sa.cast(ActivityState.id, sa.String)),
                    sa.func.sum(ActivityState.evidence["best_score"].as_integer()),
                    sa.func.sum(ActivityState.evidence["attempts"].as_integer()),
                    sa.func.max(ActivityState.done_at),
                )
            ).one(),
            sorted(read(sa.select(Summary.enrolment_id, Summary.done, Summary.cells))),
        ]


def show(theirs: dict[Name, Any], ours: dict[Name, Any], seconds: float) -> None:
    """Print the figures of both."""
    columns = ("enrolled", "withdrawn", "passed", "failed", "scores", "mean")
    sys.stdout.write(f"\n{'run':12}" + "".join(f"{column:>12}" for column in columns) + "\n")
    for name, found in theirs.items():
        for who, row in (("pandas", found), ("ours", ours[name])):
            label = " ".join(name) if who == "pandas" else "  ours"
            figures = "".join(
                f"{row[column]:12.2f}" if column == "mean" else f"{row[column]:12}"
                for column in columns
            )
            sys.stdout.write(f"{label:12}{figures}\n")
    sys.stdout.write(f"brought in within {seconds:.1f} s\n")
