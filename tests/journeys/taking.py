"""A course with every kind of activity, and how a learner takes each of them in a browser."""

import re

from factories.academy import (
    FILMS,
    assignment_settings,
    assignment_source,
    checklist_source,
    course_source,
    discussion_source,
    film_source,
    link_source,
    module_source,
    page_source,
    quiz_source,
    reflection_source,
    session_source,
    survey_source,
)
from factories.files import PDF, file_source
from factories.quizzes import GROWN, settings_of
from journeys.window import Window
from playwright.sync_api import Locator, Page, expect

from community.academy.formats.source import CourseSource

PAGE, QUIZ, TALK, SESSION, CHECKLIST, FILM, FILE, REFLECTION, SURVEY, ASSIGNMENT = range(1, 11)
"""The places of the kinds in the module."""

ORDER = ("Collect", "Clean", "Share")
ESSAY = "What would you do first, and why? {points=2}"
WORK = {"name": "wells.pdf", "mimeType": "application/pdf", "buffer": PDF}


def quiz_text() -> str:
    """Return a quiz with every sort of question, as an author writes it."""
    return f"{GROWN}\n## {ESSAY}\n\n- (_) 50\n"


def every_kind() -> CourseSource:
    """Return a course of one module that holds one activity of every kind, all of them required."""
    slides = {"file": "files/slides.pdf", "link": None}
    activities = (
        page_source(),
        quiz_source(settings=settings_of(quiz_text())),
        discussion_source(),
        session_source(),
        checklist_source(),
        film_source(),
        link_source(settings=slides),
        reflection_source(),
        survey_source(),
        assignment_source(settings=assignment_settings(due=3, grace=12)),
    )
    return course_source(
        modules=(module_source(1, activities=activities),),
        files=(*FILMS, file_source("files/slides.pdf", PDF)),
    )


def go_to_activity(learner: Window, slug: str, number: int) -> Page:
    """Open an activity of the only module."""
    return learner.visit(f"/spaces/{slug}/learn/1/{number}")


def read_on(page: Page) -> None:
    """Read to the last line, as somebody who reads fast."""
    page.mouse.move(600, 500)
    for _ in range(20):
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(20)


def question(page: Page, words: str) -> Locator:
    """Return the box of a question that is answered by writing."""
    return page.get_by_role("textbox", name=re.compile(re.escape(words)))


def answer_the_quiz(page: Page, *, scripts: bool = True) -> None:
    """Answer every sort of question as it should be, and write the essay."""
    page.get_by_label("A list of wells").check()
    for apt in ("Findable", "Reusable"):
        page.get_by_label(apt).check()
    if scripts:
        put_in_order(page)
    else:
        for place, thing in enumerate(ORDER, 1):
            page.get_by_label(thing, exact=True).select_option(label=str(place))
    page.get_by_label("Well", exact=True).select_option(label="A point")
    page.get_by_label("River", exact=True).select_option(label="A line")
    question(page, "How high is it?").fill("12,4")
    question(page, "Who looks after data?").fill("Data steward")
    question(page, "What would you do first").fill("I would ask who holds it, since they know.")


def put_in_order(page: Page) -> None:
    """Move what is to be put in order up to its place, by the buttons."""
    for place, thing in enumerate(ORDER):
        up = page.get_by_role("button", name=f"Move up: {thing}", exact=True)
        for _ in range(in_order(page).index(thing) - place):
            up.click()
    assert in_order(page) == list(ORDER)


def in_order(page: Page) -> list[str]:
    """Return the things as they stand."""
    return [each.strip() for each in page.locator("[data-ordering] label").all_inner_texts()]


def tick_off(page: Page) -> None:
    """Tick all of the checklist."""
    for box in page.locator("#checklist").get_by_role("checkbox").all():
        box.check()


def fill_in_the_survey(page: Page) -> None:
    """Answer each question of the survey."""
    survey = page.locator("#survey")
    survey.get_by_label("Good").check()
    survey.get_by_label("Talking").check()
    survey.get_by_label(re.compile("^3")).check()
    survey.get_by_label("Your answer").fill("More time for it.")


def write_the_work(learner: Window, words: str, *, file: bool = False) -> None:
    """Write what is handed in; a file is added on the way."""
    page = learner.page
    page.get_by_label("Your text").fill(words)
    if file:
        page.get_by_label("A file", exact=True).set_input_files([WORK])
        learner.follow("Add the file", "button")
        expect(page.get_by_role("link", name="wells.pdf")).to_be_visible()
        expect(page.get_by_label("Your text")).to_have_value(words)


def shown_in_time(page: Page, place: Locator) -> None:
    """Load the page again until the worker has done its part."""
    for _ in range(60):
        if place.count():
            break
        page.wait_for_timeout(300)
        page.reload()
    expect(place.first).to_be_visible()
