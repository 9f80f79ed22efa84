"""What learners did follows their run to a newer version of its course."""

import contextlib
import random
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    QUESTIONS,
    checklist_source,
    course_source,
    discussion_source,
    make_version,
    module_source,
    page_source,
    quiz_source,
)
from factories.discussions import reply
from factories.progress import make_learner, make_run
from factories.versions import Author, move

from community.academy.models import Activity
from community.academy.queries import outline, successors
from community.cohorts.models import Run
from community.cohorts.queries import placements
from community.coursework.models import Checklist, QuizAttempt
from community.coursework.operations import (
    answer_survey,
    hand_in_reflection,
    open_file,
    submit_quiz,
    tick,
)
from community.coursework.queries import attempts_of
from community.coursework.queries.attempts import filled
from community.kernel.db import db
from community.kernel.errors import CommunityError, Conflict, NotFound
from community.progress.models import ActivityState, Decision, LearningEvent, Summary
from community.progress.operations import decide, rebuild, report_reading, settle_version
from community.progress.policy import plan
from community.progress.queries import course_view
from community.progress.rules import cells
from community.progress.rules.states import SETTLED, Kind, Status

SHELL = {"origin": "shell"}
RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}


def one(activities, **more):
    return course_source(modules=(module_source(1, activities=activities),), **more)


def newer(app, world, source):
    """Publish a newer version of the run's course and move the run to it; returns its lines."""
    version = make_version(app, world.network, source, slug="sharing-data")
    move(world.owner, world.run, version)
    return outline(version).activities


def states(enrolment):
    rows = db.session.scalars(
        sa.select(ActivityState)
        .where(ActivityState.enrolment_id == enrolment)
        .execution_options(populate_existing=True)
    )
    return {row.activity_id: row for row in rows}


def totals(enrolment):
    return db.session.scalars(
        sa.select(Summary)
        .where(Summary.enrolment_id == enrolment)
        .execution_options(populate_existing=True)
    ).one()


def agrees(world):
    """Whether a rebuild finds nothing to correct."""
    settle_version(acting(world.owner), world.run)
    found = rebuild(acting(None, **SHELL))
    return (found.states_corrected, found.summaries_corrected) == (0, 0)


def test_all_that_was_done_is_found_in_the_newer_version(app, inside):
    source = one((page_source(), quiz_source(), checklist_source(), discussion_source()))
    world = make_run(app, source)
    user, mine = make_learner(app, world)
    page, quiz, lists, talk = world.activities
    ctx = acting(user)
    report_reading(ctx, world.run, page, fraction=1, client_id="read-it-all")
    submit_quiz(ctx, world.run, quiz, answers=RIGHT, client_id="answered-it")
    tick(ctx, world.run, lists, items=["i1"], client_id="ticked-one")
    reply(app, placements(world.run)[talk].thread_id, user)
    decide(acting(world.owner), mine, lists, status=Status.WAIVED, reason="As agreed.")
    before = {key: (row.status, row.evidence) for key, row in states(mine).items()}
    old, kept = totals(mine), totals(mine).cells

    lines = newer(app, world, one((page_source("more"), *source.modules[0].activities)))
    follows = dict(zip(world.activities, (line.id for line in lines[1:]), strict=True))
    assert {key: (row.status, row.evidence) for key, row in states(mine).items()} == {
        follows[key]: value for key, value in before.items()
    }
    for model in (LearningEvent, QuizAttempt, Decision, Checklist):
        keys = set(db.session.scalars(sa.select(model.activity_id)))
        assert keys <= set(follows.values())
        assert keys
    now = totals(mine)
    assert now.done == 4
    assert now.cells == "." + kept
    assert now.last_activity_id == follows[old.last_activity_id]
    assert agrees(world)


def test_what_was_done_in_a_part_that_is_gone_is_kept(app, inside):
    world = make_run(app, one((page_source("a"), page_source("b"))))
    user, mine = make_learner(app, world)
    gone = world.activities[0]
    report_reading(acting(user), world.run, gone, fraction=1, client_id="read-it-all")
    [line] = newer(app, world, one((page_source("b"),)))
    assert states(mine)[gone].status is Status.DONE
    assert (totals(mine).done, totals(mine).cells) == (0, ".")
    assert agrees(world)
    assert gone in states(mine)
    with pytest.raises(NotFound):
        report_reading(acting(user), world.run, gone, fraction=1, client_id="once-more")
    report_reading(acting(user), world.run, line.id, fraction=1, client_id="read-the-rest")
    assert (totals(mine).done, totals(mine).cells) == (1, "d")


def test_what_comes_back_in_a_later_version_finds_what_was_done(app, inside):
    first = one((page_source("a"), page_source("b")))
    world = make_run(app, first)
    user, mine = make_learner(app, world)
    report_reading(acting(user), world.run, world.activities[0], fraction=1, client_id="read-it")
    newer(app, world, one((page_source("b"),)))
    key = db.session.get_one(Activity, world.activities[0]).lineage
    version = make_version(app, world.network, first, slug="sharing-data")
    assert outline(version).activities[0].lineage != key  # the folder cannot know
    move(world.owner, world.run, version)
    assert world.activities[0] in states(mine)
    assert agrees(world)


def test_what_is_done_stays_done_where_more_is_asked(app, inside):
    easy = {"attempts": None, "pass": 40, "questions": QUESTIONS}
    world = make_run(app, one((quiz_source(settings=easy), page_source())))
    user, mine = make_learner(app, world)
    half = {"q1": ["q1o2"], "q2": []}
    submit_quiz(acting(user), world.run, world.activities[0], answers=half, client_id="half-of-it")
    done_at = states(mine)[world.activities[0]].done_at
    lines = newer(app, world, one((quiz_source(settings={**easy, "pass": 100}), page_source())))
    assert agrees(world)
    row = states(mine)[lines[0].id]
    assert (row.status, row.done_at) == (Status.DONE, done_at)
    assert totals(mine).done == 1


def test_a_word_that_is_taken_back_leaves_what_was_done_by_the_earlier_rule(app, inside):
    easy = {"attempts": None, "pass": 40, "questions": QUESTIONS}
    world = make_run(app, one((quiz_source(settings=easy), quiz_source("b", settings=easy))))
    user, mine = make_learner(app, world)
    owner = acting(world.owner)
    half = {"q1": ["q1o2"], "q2": []}
    submit_quiz(acting(user), world.run, world.activities[0], answers=half, client_id="half-of-it")
    for key, status in zip(world.activities, (Status.WAIVED, Status.DONE), strict=True):
        decide(owner, mine, key, status=status, reason="As I saw it.")
    hard = {**easy, "pass": 100}
    lines = newer(app, world, one((quiz_source(settings=hard), quiz_source("b", settings=hard))))
    assert agrees(world)
    for line in lines:
        decide(owner, mine, line.id, status=None, reason="Not after all.")
    assert {key: row.status for key, row in states(mine).items()} == {lines[0].id: Status.DONE}
    assert agrees(world)


def test_who_has_enough_for_a_milder_rule_is_done_when_it_is_judged_anew(app, inside):
    hard = {"attempts": None, "pass": 100, "questions": QUESTIONS}
    world = make_run(app, one((quiz_source(settings=hard), page_source())))
    user, mine = make_learner(app, world)
    half = {"q1": ["q1o2"], "q2": []}
    submit_quiz(acting(user), world.run, world.activities[0], answers=half, client_id="half-of-it")
    lines = newer(app, world, one((quiz_source(settings={**hard, "pass": 40}), page_source())))
    assert states(mine)[lines[0].id].status is Status.BEGUN
    settle_version(acting(world.owner), world.run)
    assert states(mine)[lines[0].id].status is Status.DONE
    assert (totals(mine).done, totals(mine).cells) == (1, "d.")
    assert agrees(world)


def test_answers_to_other_questions_are_not_marked_by_the_new_ones(app, inside, browse):
    world = make_run(app, one((quiz_source(), page_source())))
    user, mine = make_learner(app, world)
    submit_quiz(acting(user), world.run, world.activities[0], answers=RIGHT, client_id="all-of-it")
    settings = {"attempts": None, "pass": 60, "questions": QUESTIONS[:1]}
    lines = newer(app, world, one((quiz_source(settings=settings), page_source())))
    [attempt] = attempts_of(mine, lines[0].id)
    assert attempt.outdated
    assert filled(attempt.id).answers == RIGHT
    page = browse(user).get(f"/spaces/{world.slug}/learn/1/1")
    assert page.status_code == 200
    assert "Its questions were others then" in page.text
    answers = {"q1": ["q1o2"]}
    submit_quiz(acting(user), world.run, lines[0].id, answers=answers, client_id="the-new-one")
    assert [a.outdated for a in attempts_of(mine, lines[0].id)] == [True, False]
    assert (
        "Its questions were others then"
        not in browse(user).get(f"/spaces/{world.slug}/learn/1/1").text
    )


def test_items_of_another_list_stay_ticked_by_what_they_say(app, inside):
    world = make_run(app, one((checklist_source(), page_source())))
    user, _mine = make_learner(app, world)
    tick(acting(user), world.run, world.activities[0], items=["i1", "i3"], client_id="two-of-them")
    items = checklist_source().settings["items"]
    other = {
        "ticks": None,
        "items": [
            {"id": "i1", "text": "Something new"},
            {"id": "i2", "text": items[2]["text"]},
            {"id": "i3", "text": items[1]["text"]},
        ],
    }
    newer(app, world, one((checklist_source(settings=other), page_source())))
    assert list(db.session.scalars(sa.select(Checklist.ticked))) == [["i2"]]


def test_an_act_sent_from_a_page_of_the_earlier_version_counts_in_the_newer(app, inside):
    """But for answers: they are to the questions that stood there then."""
    world = make_run(app, one((page_source(), quiz_source(), checklist_source())))
    user, mine = make_learner(app, world)
    page, quiz, lists = world.activities
    lines = newer(
        app,
        world,
        one(
            (
                page_source("more"),
                *one(()).modules[0].activities,
                page_source(),
                quiz_source(),
                checklist_source(),
            )
        ),
    )
    ctx = acting(user)
    report_reading(ctx, world.run, page, fraction=1, client_id="read-it-all")
    with pytest.raises(Conflict, match="newer version"):
        submit_quiz(ctx, world.run, quiz, answers=RIGHT, client_id="answered-it")
    tick(ctx, world.run, lists, items=["i1"], client_id="ticked-one")
    decide(acting(world.owner), mine, lists, status=Status.EXCUSED, reason="As agreed.")
    assert set(states(mine)) == {lines[1].id, lines[3].id}
    assert set(db.session.scalars(sa.select(Checklist.activity_id))) == {lines[3].id}
    assert agrees(world)


def test_a_page_of_the_earlier_version_does_not_act_on_what_stands_there_now(app, inside, browse):
    world = make_run(app, one((page_source("a"), quiz_source(), checklist_source())))
    user, mine = make_learner(app, world)
    client, where = browse(user), f"/spaces/{world.slug}/learn/1"
    for place in (1, 2, 3):
        assert f'name="version" value="{world.version}"' in client.get(f"{where}/{place}").text
    newer(app, world, one((page_source("other"), quiz_source("b"), checklist_source("c"))))
    for path, given in (
        ("1/read", {}),
        ("2/answers", {"answer.q1": "q1o2"}),
        ("3/checklist", {"items": "i1"}),
    ):
        form = {"client_id": "an-act-of-mine", "version": str(world.version), **given}
        refused = client.post(f"{where}/{path}", data=form)
        assert refused.status_code == 409
        assert "newer version since this page was opened" in refused.text
    assert states(mine) == {}


def test_a_post_in_the_thread_of_a_part_that_is_gone_counts_for_nothing(app, inside):
    world = make_run(app, one((page_source(), discussion_source())))
    user, mine = make_learner(app, world)
    thread = placements(world.run)[world.activities[1]].thread_id
    newer(app, world, one((page_source(),)))
    reply(app, thread, user)
    assert states(mine) == {}
    assert placements(world.run) == {}


def test_the_statements_do_not_grow_with_the_learners(app, inside, count_queries):
    counted = []
    for learners in (1, 6):
        world = make_run(app, one((page_source(), quiz_source(), discussion_source())))
        for number in range(learners):
            user, _mine = make_learner(app, world, f"Learner {number}")
            key = world.activities[0]
            report_reading(acting(user), world.run, key, fraction=1, client_id="read-it-all")
        version = make_version(
            app, world.network, one((page_source(minutes=9), quiz_source())), slug="sharing-data"
        )
        count_queries.clear()
        move(world.owner, world.run, version)
        counted.append(len([s for s in count_queries if not s.startswith("PRAGMA")]))
    assert counted[1] <= counted[0], counted


class Life:
    """A random history of a run whose course changes under it again and again."""

    def __init__(self, app, seed):
        self.app, self.chance, self.author = app, random.Random(seed), Author(seed)
        self.course = self.author.course()
        self.world = make_run(app, self.course, weeks_ago=4)
        self.version = self.world.version
        self.learners = [make_learner(app, self.world, name) for name in ("Ana Lind", "Bo Chen")]
        self.ever: dict[tuple[uuid.UUID, uuid.UUID], str] = {}

    def live(self, steps):
        lines = outline(self.version).activities
        for _ in range(steps):
            user, enrolment = self.chance.choice(self.learners)
            line = self.chance.choice(lines)
            with contextlib.suppress(CommunityError):
                self.act(acting(user), enrolment, line, f"act-{self.chance.randint(0, 10**9):010}")

    def act(self, ctx, enrolment, line, client_id):
        run = self.world.run
        if self.chance.random() < 0.4:
            status = self.chance.choice([None, Status.DONE, Status.EXCUSED, Status.WAIVED])
            decide(acting(self.world.owner), enrolment, line.id, status=status, reason="I saw it.")
        elif line.kind == "page":
            part = self.chance.choice([0.4, 1.0, 1.0])
            report_reading(ctx, run, line.id, fraction=part, client_id=client_id)
        elif line.kind == "quiz":
            known = {question["id"] for question in line.settings["questions"]}
            given = {"q1": [self.chance.choice(["q1o1", "q1o2"])], "q2": RIGHT["q2"]}
            answers = {key: given[key] for key in known}
            submit_quiz(ctx, run, line.id, answers=answers, client_id=client_id)
        elif line.kind == "checklist":
            tick(
                ctx,
                run,
                line.id,
                items=["i1", "i2", "i3"][: self.chance.randint(0, 3)],
                client_id=client_id,
            )
        elif line.kind == "file":
            open_file(ctx, run, line.id)
        elif line.kind == "reflection":
            hand_in_reflection(
                ctx, run, line.id, text="Three words here", revision=0, client_id=client_id
            )
        elif line.kind == "survey":
            answer_survey(ctx, run, line.id, answers={"q1": ["q1o1"]}, client_id=client_id)
        elif line.kind == "discussion":
            reply(self.app, placements(run)[line.id].thread_id, ctx.person)

    def move(self):
        self.course = self.author.changed(self.course)
        former, self.version = (
            self.version,
            make_version(self.app, self.world.network, self.course, slug="sharing-data"),
        )
        follows = successors(outline(former), outline(self.version))
        before = {
            key: (row.status, row.fraction)
            for _, mine in self.learners
            for key, row in (((mine, k), r) for k, r in states(mine).items())
        }
        move(self.world.owner, self.world.run, self.version)
        return former, follows, before


@pytest.mark.parametrize("seed", range(6))
def test_whatever_changes_nothing_that_was_done_is_lost_and_a_rebuild_agrees(app, inside, seed):
    life = Life(app, seed)
    for _round in range(3):
        life.live(40)
        _former, follows, before = life.move()
        course = plan(life.version)
        for _user, mine in life.learners:
            now = states(mine)
            for (enrolment, key), (status, _fraction) in before.items():
                if enrolment == mine:
                    new = follows.get(key)
                    assert now[new.id if new else key].status is status
            summary = totals(mine)
            letters = {
                course.at[key]: course.cell(key, row.status)
                for key, row in now.items()
                if key in course.at
            }
            assert summary.cells == cells.row(course.nothing, letters)
            settled = {key for key, row in now.items() if row.status in SETTLED}
            assert summary.done == len(course.required & settled)
        assert agrees(life.world)
        for (enrolment, key), (status, _fraction) in before.items():
            if status in SETTLED:
                new = follows.get(key)
                assert states(enrolment)[new.id if new else key].status is status
        run = db.session.get_one(Run, life.world.run, populate_existing=True)
        course_view(acting(life.learners[0][0]), run)


def test_the_record_shows_what_was_part_of_an_earlier_version(app, browse):
    world = make_run(app, one((page_source("a", title="The old tale"), page_source("b"))))
    user, mine = make_learner(app, world)
    with app.app_context():
        key = world.activities[0]
        report_reading(acting(user), world.run, key, fraction=1, client_id="read-it-all")
    where = f"/spaces/{world.slug}/progress/{mine}"
    assert "From earlier versions" not in browse(user).get(where).text
    with app.app_context():
        newer(app, world, one((page_source("b"),)))
    for who in (user, world.owner):
        text = browse(who).get(where).text
        assert "From earlier versions of the course" in text
        assert "The old tale" in text
        assert "was part of version 1" in text


def test_pictures_in_threads_stay_where_people_read_them(app, browse):
    talk = discussion_source(body="Look at ![two waves](assets/waves.svg).")
    world = make_run(app, one((page_source(body="No picture."), talk)))
    user, _mine = make_learner(app, world)
    address = f"/courses/{world.version}/files/assets/waves.svg"
    with app.app_context():
        newer(app, world, one((page_source("b"),)))
    assert browse(user).get(address).status_code == 200
    outside = make_run(app, one((page_source("b"),)))
    other, _theirs = make_learner(app, outside, "Zed Other")
    assert browse(other).get(address).status_code == 404


def test_an_act_of_the_keeping_is_shown_in_words(app, inside, browse):
    easy = {"attempts": None, "pass": 40, "questions": QUESTIONS}
    world = make_run(app, one((quiz_source(settings=easy), page_source())))
    user, mine = make_learner(app, world)
    half = {"q1": ["q1o2"], "q2": []}
    submit_quiz(acting(user), world.run, world.activities[0], answers=half, client_id="half-of-it")
    lines = newer(app, world, one((quiz_source(settings={**easy, "pass": 90}), page_source())))
    kinds = set(db.session.scalars(sa.select(LearningEvent.kind)))
    assert kinds == {Kind.SCORED.value, Kind.KEPT.value}
    text = browse(world.owner).get(f"/spaces/{world.slug}/progress/{mine}/{lines[0].id}").text
    assert "had completed it in version 1 of the course" in text
    with pytest.raises(Conflict):
        decide(acting(world.owner), mine, lines[0].id, status=None, reason="Nothing to take.")
