"""Two windows of one learner, and many who answer at once: nothing is lost, nothing counts twice.

The locks are that of the learner's totals (``progress.operations.doing.enter``) and, for who
answers without a name, that of the survey's box (``coursework.operations.surveys``).
"""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    ASKS,
    course_source,
    make_version,
    module_source,
    reflection_source,
    survey_source,
)
from factories.progress import make_learners, make_run
from factories.versions import move
from races.parallel import at_once, in_line

from community.coursework.models import Reflection, SurveyAnswer, SurveyBox, SurveyText
from community.coursework.operations import (
    answer_survey,
    hand_in_reflection,
    save_draft,
    take_back_reflection,
)
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.progress.models import Summary

pytestmark = pytest.mark.races


def world_of(app, *activities):
    return make_run(app, course_source(modules=(module_source(1, activities=activities),)))


def test_of_texts_from_many_windows_one_is_kept_and_the_others_hear_of_it(app):
    world = world_of(app, reflection_source())
    [ana] = make_learners(app, world, ["Ana Lind"])

    def save(number):
        text = f"From window {number}"
        return save_draft(acting(ana), world.run, world.activities[0], text=text, revision=0)

    answers = at_once(app, [lambda n=n: save(n) for n in range(6)])
    clashes = [answer for answer in answers if isinstance(answer, Conflict)]
    [kept] = [answer for answer in answers if not isinstance(answer, Conflict)]
    assert len(clashes) == 5
    assert {clash.details["kept"]["text"] for clash in clashes} == {kept.draft}
    with app.app_context():
        row = db.session.scalars(sa.select(Reflection)).one()
        assert (row.draft, row.revision) == (kept.draft, 1)


def test_handed_in_and_taken_back_at_once_is_one_or_the_other(app):
    world = world_of(app, reflection_source())
    [ana] = make_learners(app, world, ["Ana Lind"])
    key, text = world.activities[0], "The words of one text."

    def hand_in(number):
        act = f"handed-in-{number % 2}"
        return hand_in_reflection(acting(ana), world.run, key, text=text, revision=0, client_id=act)

    acts = [lambda n=n: hand_in(n) for n in range(4)]
    acts += [lambda: take_back_reflection(acting(ana), world.run, key)] * 2
    answers = at_once(app, acts)
    assert not [each for each in answers if isinstance(each, Exception)]
    with app.app_context():
        row = db.session.scalars(sa.select(Reflection)).one()
        assert row.draft == text
        assert (row.text is None) == (row.readers is None) == (row.html == "")


@pytest.mark.parametrize("anonymous", [True, False])
def test_many_answer_at_once_each_is_counted_once(app, anonymous):
    settings = {"anonymous": anonymous, "counts": False, "asks": ASKS}
    world = world_of(app, survey_source(settings=settings))
    people = make_learners(app, world, [f"Learner {number}" for number in range(6)])

    def answer(who, number):
        return answer_survey(
            acting(who),
            world.run,
            world.activities[0],
            answers={"q1": ["q1o1"], "q4": [f"Thanks {number}"]},
            client_id="answered-it",
        )

    twice = [(who, number) for number, who in enumerate(people)] * 2
    answers = at_once(app, [lambda each=each: answer(*each) for each in twice])
    assert not [each for each in answers if isinstance(each, Exception)]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SurveyAnswer)) == 6
        boxes = db.session.scalars(sa.select(SurveyBox)).all()
        texts = db.session.scalar(sa.select(sa.func.count()).select_from(SurveyText))
    if anonymous:
        [box] = boxes
        assert (box.answered, len(box.waiting), box.counts["q1"]) == (6, 1, {"q1o1": 5})
        assert texts == 5
    else:
        assert (boxes, texts) == ([], 0)


def test_a_text_taken_back_while_its_run_is_moved_is_read_by_nobody(app):
    world = world_of(app, reflection_source())
    [ana] = make_learners(app, world, ["Ana Lind"])
    key = world.activities[0]
    newer = course_source(
        modules=(module_source(1, activities=(reflection_source(),)),), summary="Another edition."
    )
    with app.app_context():
        hand_in_reflection(
            acting(ana),
            world.run,
            key,
            text="Words of mine alone.",
            revision=0,
            client_id="handed-in-1",
        )
    version = make_version(app, world.network, newer, slug="sharing-data")
    in_line(
        app,
        sa.select(Summary.id),
        [
            lambda: move(world.owner, world.run, version),
            lambda: take_back_reflection(acting(ana), world.run, key),
        ],
    )
    with app.app_context():
        row = db.session.scalars(sa.select(Reflection)).one()
        assert row.activity_id != key
        assert (row.text, row.readers, row.draft) == (None, None, "Words of mine alone.")
