"""Quizzes of every sort of question, as authors write them."""

import datetime as dt
from typing import Any

from conftest import acting

from community.academy.formats.source import ActivitySource
from community.academy.kinds.builtin import QUIZ
from community.coursework.operations import begin_quiz, keep_answers, submit_quiz
from community.coursework.queries import attempts_of, quiz_view
from community.kernel.db import db
from community.progress.policy import plan
from factories.academy import course_source, module_source, quiz_source
from factories.progress import enrolment_id_of, make_learner, make_run

GROWN = """Every sort of question.

## Which of these is data?

- ( ) A rumour
  > Not yet.
- (x) A list of wells

## Which apply? {points=2}

- [x] Findable
- [x] Reusable
- [ ] Secret

## What comes first?

- (1) Collect
- (2) Clean
- (3) Share
  > Not before it is clean.

## What goes with what?

- (=) Well = A point
- (=) River = A line
- (=) = A cloud

## How high is it?

- (#) 12.5 +- 0.5
  > In metres.
- (#) 1250 +- 2%

## Who looks after data? {exact=accents}

- (~) data steward
- (~) Ren\u00e9
"""


def settings_of(body: str = GROWN, **front: Any) -> dict[str, Any]:
    """Return the settings of a quiz from its text and its front matter."""
    return QUIZ.read(front, body, 1).settings


def course_with(*quizzes: ActivitySource) -> Any:
    """Return a course of one module with these quizzes."""
    return course_source(modules=(module_source(1, activities=quizzes),))


def grown_source(slug: str = "grown", body: str = GROWN, **front: Any) -> ActivitySource:
    """Return a quiz as an activity."""
    return quiz_source(slug, settings=settings_of(body, **front))


def right_answers(sheet: Any) -> dict[str, list[str]]:
    """Return what earns all points of an attempt."""
    found = {}
    for question in sheet["questions"]:
        options = question["options"]
        match question["kind"]:
            case "single" | "multiple":
                answer = [each["id"] for each in options if each["right"]]
            case "ordering":
                answer = [f"{each['id']}={each['place']}" for each in options]
            case "matching":
                answer = [f"{each['id']}={each['match']}" for each in options]
            case _:
                answer = [options[0]["text"]]
        found[question["id"]] = answer
    return found


RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}
WRONG = {"q1": ["q1o1"], "q2": []}
NOW = dt.datetime.now(dt.UTC)
MINUTE = dt.timedelta(minutes=1)


class Taker:
    """A learner in a run of quizzes, and the clock they act by."""

    def __init__(self, app, *quizzes):
        self.world = make_run(app, course_with(*quizzes))
        self.user, _enrolment = make_learner(app, self.world)
        self.mine = enrolment_id_of(app, self.world, self.user)
        self.now = NOW

    def _do(self, act, number, who=None, **given):
        ctx = acting(who or self.user, now=self.now)
        return act(ctx, self.world.run, self.world.activities[number], **given)

    def begin(self, client_id="begin-01", number=0, **more):
        return self._do(begin_quiz, number, client_id=client_id, **more)

    def keep(self, answers, number=0, **more):
        return self._do(keep_answers, number, answers=answers, **more)

    def hand_in(self, answers, client_id="hand-in-1", number=0, at=None, **more):
        if at is not None:
            more["number"] = at
        ctx = acting(more.pop("who", self.user), now=self.now)
        return submit_quiz(
            ctx,
            self.world.run,
            self.world.activities[number],
            answers=answers,
            client_id=client_id,
            **more,
        )

    def attempts(self):
        db.session.rollback()
        return attempts_of(self.mine, self.world.activities[0])

    def view(self):
        line = plan(self.world.version).lines[self.world.activities[0]]
        return quiz_view(line, self.attempts(), self.now)
