"""Our own academy: written in full, and as its studio would have a course written."""

import re
from pathlib import Path

import pytest

from community.academy.formats.folder import read_folder
from community.academy.kinds.builtin import KINDS
from community.academy.kinds.quiz.answers import MATCHING, MULTIPLE, NUMERIC, ORDERING, SINGLE, TEXT
from community.academy.rules.hints import hints
from community.academy.rules.minutes import estimated_minutes

ACADEMY = Path(__file__).parents[2] / "courses" / "data-stewardship-academy"
COURSE = read_folder(ACADEMY, KINDS)
ACTIVITIES = [(m.slug, each) for m in COURSE.modules for each in m.activities]
WEEK = {"page", "quiz", "discussion", "live_session", "reflection"}


def test_all_eight_weeks_are_there_and_none_is_an_outline():
    assert len(COURSE.modules) == 8
    for module in COURSE.modules:
        kinds = [each.kind for each in module.activities]
        assert not module.opens_later
        assert set(kinds) >= WEEK, module.slug
        assert kinds.count("page") >= 2, module.slug


def test_each_kind_that_needs_no_film_is_used():
    assert {each.kind for _, each in ACTIVITIES} >= WEEK | {"checklist", "file", "survey"}


def test_its_quizzes_ask_in_every_way():
    questions = [q for _, each in ACTIVITIES for q in each.settings.get("questions", ())]
    sorts = {question["kind"] for question in questions}
    assert sorts == {SINGLE, MULTIPLE, ORDERING, MATCHING, NUMERIC, TEXT}


@pytest.mark.parametrize(
    ("module", "activity"), ACTIVITIES, ids=[f"{m}/{each.slug}" for m, each in ACTIVITIES]
)
def test_the_studio_has_no_hint_for_it(module, activity):
    _, body = KINDS[activity.kind].write(activity.settings, activity.body)
    asked = activity.settings.get("questions", activity.settings.get("asks", ()))
    assert hints(body) == ()
    # A survey's questions are answered faster than they are counted.
    if activity.kind != "survey":
        assert activity.minutes >= estimated_minutes(body, questions=len(asked))


def test_texts_of_modules_have_no_hints_either():
    assert [hints(text) for text in (COURSE.body, *(m.body for m in COURSE.modules))] == [()] * 9


@pytest.mark.parametrize(
    "picture", sorted((ACADEMY / "assets").glob("*.svg")), ids=lambda path: path.stem
)
def test_a_picture_says_what_it_shows_and_follows_the_theme(picture):
    drawn = picture.read_text("utf-8")
    assert re.search(r"<title id=\"[a-z-]+\">[^<]{30,}</title>", drawn)
    assert "prefers-color-scheme:dark" in drawn
    assert "max-width:460px" in drawn
    used = sum(f"assets/{picture.name} " in each.body for _, each in ACTIVITIES)
    assert used == 1
