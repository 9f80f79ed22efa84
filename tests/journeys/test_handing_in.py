"""A learner hands in, a facilitator gives it back and accepts the next version."""

import re
from collections.abc import Callable

import pytest
from factories.academy import assignment_settings, assignment_source, course_source, module_source
from factories.files import PDF
from factories.progress import make_learner, make_run
from journeys.served import ON_POSTGRES, Site
from journeys.window import Window
from playwright.sync_api import APIResponse, Route, expect

pytestmark = [pytest.mark.browser, ON_POSTGRES]
FILE = {"name": "wells.pdf", "mimeType": "application/pdf", "buffer": PDF}


def test_work_is_handed_in_given_back_and_accepted(
    site: Site, window: Callable[..., Window]
) -> None:
    source = assignment_source(settings=assignment_settings(due=3, time="18:00", grace=12))
    world = make_run(site.app, course_source(modules=(module_source(1, activities=(source,)),)))
    ana, _ = make_learner(site.app, world, "Ana Lind")
    path = f"/spaces/{world.slug}/learn/1/1"

    first, second = window(ana), window(ana)
    one, two = first.visit(path), second.visit(path)
    one.get_by_label("Your text").fill("Dear keeper of wells, please share your list with us.")
    expect(one.get_by_text("Draft saved")).to_be_visible()
    with second.refused(409):
        two.get_by_label("Your text").fill("Dear all.")
        expect(two.get_by_text("This was saved in another window")).to_be_visible()
    second.check()
    one.get_by_label("A file", exact=True).set_input_files([FILE])
    first.follow("Add the file", "button")
    expect(one.get_by_role("link", name="wells.pdf")).to_be_visible()
    first.follow("Hand in", "button")
    expect(one.get_by_text("It waits to be read.")).to_be_visible()

    lead = window(world.owner)
    desk = lead.visit(f"/spaces/{world.slug}/manage")
    expect(desk.get_by_role("link", name="1 hand-in waits to be read")).to_be_visible()
    lead.follow("Read it")
    page = lead.follow("Ana Lind")
    page.get_by_label("Partly").check()
    page.get_by_label("Kind").check()
    expect(page.locator("[data-sum]")).to_have_text("3")
    page.get_by_label("Comment").fill("Say **why** it matters to them.")
    lead.follow("Give back", "button")

    one.reload()
    expect(one.get_by_text("Given back by Olga Organiser")).to_be_visible()
    first.check()
    one.get_by_label("Your text").fill(
        "Dear keeper of wells, please share your list. It saves lives."
    )
    first.follow(re.compile("Hand in again"), "button")
    lead.visit(f"/spaces/{world.slug}/hand-ins")
    lead.follow("Ana Lind")
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_label("Clear").check()
    page.get_by_label("Kind").check()
    lead.follow("Accept", "button")
    lead.visit(path)
    lead.follow("More time for a learner")

    one.reload()
    expect(one.get_by_text("Accepted by Olga Organiser")).to_be_visible()
    one.get_by_text("What you handed in before").click()
    first.check()


def test_handing_in_waits_for_a_draft_that_is_on_its_way(
    site: Site, window: Callable[..., Window]
) -> None:
    source = assignment_source(settings=assignment_settings())
    world = make_run(site.app, course_source(modules=(module_source(1, activities=(source,)),)))
    ana_id, _ = make_learner(site.app, world, "Ana Lind")
    ana = window(ana_id)
    page = ana.visit(f"/spaces/{world.slug}/learn/1/1")
    held: list[tuple[Route, APIResponse]] = []

    def slow(route: Route) -> None:  # the first is kept by the server; its answer is under way
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route("**/work/draft", slow)
    text = page.get_by_label("Your text")
    text.fill("Dear keeper of wells.")
    while not held:
        page.wait_for_timeout(100)
    text.fill("Dear keeper of wells, please share your list.")
    page.get_by_role("button", name="Hand in").click()
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(page.get_by_text("It waits to be read.")).to_be_visible()
    expect(page.get_by_text("please share your list.")).to_be_visible()
