"""A learner who finds the order of a question right as it is shown, and hands in."""

from collections.abc import Callable

import pytest
from factories.progress import make_learner, make_run
from factories.quizzes import course_with, grown_source
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, ON_SQLITE]


def test_an_order_left_as_it_is_shown_is_an_answer(
    site: Site, window: Callable[..., Window]
) -> None:
    world = make_run(site.app, course_with(grown_source()))
    learner, _enrolment = make_learner(site.app, world)
    theirs = window(learner)
    theirs.refusals = (422,)  # the other questions are left open
    page = theirs.visit(f"/spaces/{world.slug}/learn/1/1")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Hand in").click()
    alone = page.locator("fieldset[data-question='q3']")
    expect(page.locator("fieldset[data-question='q1'] .error-text")).to_be_visible()
    expect(alone).to_be_visible()
    expect(alone.locator(".error-text")).to_have_count(0)
