"""What was written and answered follows its run to a newer version: never to more readers."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    ASKS,
    RUBRIC,
    assignment_settings,
    assignment_source,
    course_source,
    make_version,
    module_source,
    reflection_source,
    survey_source,
)
from factories.progress import make_learner, make_run
from factories.versions import move

from community.academy.queries import outline
from community.coursework.models import (
    AssignmentWork,
    Marking,
    Reflection,
    Submission,
    SurveyAnswer,
    SurveyBox,
    SurveyText,
)
from community.coursework.operations import (
    answer_survey,
    hand_in_reflection,
    hand_in_work,
    mark_submission,
    save_draft,
)
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.progress.operations import rebuild, settle_version

WORDS = "What I shall tell them."


def course(*activities):
    return course_source(modules=(module_source(1, activities=activities),))


def thoughts(readers, words=3):
    return reflection_source(settings={"readers": readers, "words": words, "most": 200})


def asked(asks=ASKS, **more):
    return survey_source(settings={"anonymous": False, "counts": False, "asks": asks, **more})


def newer(app, world, source):
    """Publish a newer version and move the run to it; returns its first activity."""
    version = make_version(app, world.network, source, slug="sharing-data")
    move(world.owner, world.run, version)
    db.session.rollback()
    return outline(version).activities[0].id


def only(model):
    found = sa.select(model).execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def write(user, world, text=WORDS, revision=0, client_id="handed-in-1", key=None):
    return hand_in_reflection(
        acting(user),
        world.run,
        key or world.activities[0],
        text=text,
        revision=revision,
        client_id=client_id,
    )


def agrees(world):
    settle_version(acting(world.owner), world.run)
    found = rebuild(acting(None, origin="shell"))
    return (found.states_corrected, found.summaries_corrected) == (0, 0)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("private", "cohort", "private"),
        ("mentor", "cohort", "mentor"),
        ("cohort", "mentor", "mentor"),
        ("cohort", "private", "private"),
    ],
)
def test_what_was_written_for_few_is_never_read_by_more(app, inside, before, after, told):
    world = make_run(app, course(thoughts(before)))
    user, _mine = make_learner(app, world)
    write(user, world)
    now = newer(app, world, course(thoughts(after, words=100)))
    row = only(Reflection)
    assert (row.activity_id, row.text, row.readers) == (now, WORDS, told)
    assert agrees(world)


def test_handing_in_again_is_for_those_it_is_said_to_be_for_now(app, inside):
    world = make_run(app, course(thoughts("private")))
    user, _mine = make_learner(app, world)
    write(user, world)
    now = newer(app, world, course(thoughts("cohort")))
    ctx = acting(user)
    save_draft(ctx, world.run, world.activities[0], text="Another one", revision=1)
    assert only(Reflection).readers == "private"
    with pytest.raises(Conflict):  # it was said there that nobody else reads it
        write(user, world, "Another one, for me.", 2, "handed-in-2")
    assert only(Reflection).readers == "private"
    write(user, world, "Another one, for all.", 2, "handed-in-2", now)
    assert only(Reflection).readers == "cohort"


OTHER = [
    {**ASKS[3], "id": "q1"},
    {
        **ASKS[1],
        "id": "q2",
        "options": [{"id": "q2o1", "text": "Time"}, {"id": "q2o2", "text": "Silence"}],
    },
]
GIVEN = {"q1": ["q1o1"], "q2": ["q2o1", "q2o3"], "q4": ["Thanks"]}


def test_named_answers_stay_with_what_they_answer(app, inside):
    world = make_run(app, course(asked()))
    user, _mine = make_learner(app, world)
    key = world.activities[0]
    answer_survey(acting(user), world.run, key, answers=GIVEN, client_id="answered-1")
    now = newer(app, world, course(asked(OTHER)))
    row = only(SurveyAnswer)
    assert (row.activity_id, row.answers) == (now, {"q1": ["Thanks"], "q2": ["q2o1"]})
    assert agrees(world)


def test_counts_texts_and_what_waits_stay_with_what_they_answer(app, inside):
    world = make_run(app, course(asked(anonymous=True)))
    key = world.activities[0]
    for number in range(6):
        user, _mine = make_learner(app, world, f"Learner {number}")
        answer_survey(acting(user), world.run, key, answers=GIVEN, client_id="answered-1")
    now = newer(app, world, course(asked(OTHER, anonymous=True)))
    box = only(SurveyBox)
    assert (box.activity_id, box.answered) == (now, 6)
    assert box.counts == {"q2": {"q2o1": 5}}
    assert box.waiting == [{"q1": ["Thanks"], "q2": ["q2o1"]}]
    texts = db.session.execute(sa.select(SurveyText.activity_id, SurveyText.question)).all()
    assert texts == [(now, "q1")] * 5
    user, _mine = make_learner(app, world, "Late Comer")
    answers = {"q1": ["More"]}
    answer_survey(acting(user), world.run, now, answers=answers, client_id="answered-1")
    assert only(SurveyBox).answered == 7
    assert agrees(world)


def test_an_answer_to_other_questions_is_not_counted_beside_four_that_were_not_asked(app, inside):
    world = make_run(app, course(asked(anonymous=True)))
    key = world.activities[0]

    def answer(name, at, answers):
        user, _mine = make_learner(app, world, name)
        answer_survey(acting(user), world.run, at, answers=answers, client_id="answered-1")

    for number in range(4):
        answer(f"Early {number}", key, GIVEN)
    now = newer(app, world, course(asked(OTHER, anonymous=True)))
    user, _mine = make_learner(app, world, "Of Before")
    with pytest.raises(Conflict):  # what was read were other questions
        answer_survey(acting(user), world.run, key, answers=GIVEN, client_id="answered-1")
    for number in range(4):
        answer(f"Late {number}", now, {"q2": ["q2o2"]})
        assert only(SurveyBox).counts == {}
        assert db.session.scalars(sa.select(SurveyText)).all() == []
    answer("Late 4", now, {"q2": ["q2o2"]})
    box = only(SurveyBox)
    assert (box.answered, box.fresh, box.waiting) == (9, 0, [])
    assert box.counts == {"q2": {"q2o1": 4, "q2o2": 5}}


def test_what_was_handed_in_follows_with_the_rubric_it_was_handed_in_under(app, inside):
    world = make_run(app, course(assignment_source()))
    user, _ = make_learner(app, world)
    where = (world.run, world.activities[0])
    hand_in_work(acting(user), *where, text=WORDS, revision=0, client_id="handed-in-1")
    bare = assignment_source(settings=assignment_settings(rubric=[], words=50))
    now = newer(app, world, course(bare))
    assert only(AssignmentWork).activity_id == now
    version = only(Submission)
    assert version.rubric == RUBRIC
    marked = mark_submission(
        acting(world.owner),
        version.id,
        levels={"c1": "c1l1", "c2": "c2l2"},
        comment="",
        edition=0,
        outcome=Marking.ACCEPTED,
    )
    assert marked.outcome is Marking.ACCEPTED
    assert agrees(world)
