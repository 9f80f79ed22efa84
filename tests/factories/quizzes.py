"""Quizzes of every sort of question, as authors write them."""

from typing import Any

from community.academy.formats.source import ActivitySource
from community.academy.kinds.builtin import QUIZ
from factories.academy import course_source, module_source, quiz_source

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
