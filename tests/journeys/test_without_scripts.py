"""A learner whose browser runs no scripts does what is asked, and reads the certificate."""

from collections.abc import Callable

import pytest
from factories.certificates import make_certificate
from factories.progress import make_learner, make_run
from journeys import taking
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, ON_SQLITE]


def test_every_kind_that_is_answered_is_answered_without_scripts(
    site: Site, window: Callable[..., Window]
) -> None:
    world = make_run(site.app, taking.every_kind(), weeks_ago=0)
    ana_id, enrolment = make_learner(site.app, world, "Ana Lind")
    ana = window(ana_id, java_script_enabled=False)

    page = taking.go_to_activity(ana, world.slug, taking.PAGE)
    ana.follow("I have read this", "button")
    expect(page.get_by_text("Read to the end.")).to_be_visible()

    taking.go_to_activity(ana, world.slug, taking.QUIZ)
    ana.follow("Begin", "button")
    taking.answer_the_quiz(page, scripts=False)
    ana.follow("Keep for later", "button")
    expect(page.get_by_label("Collect", exact=True).locator("option:checked")).to_have_text("1")
    expect(taking.question(page, "How high is it?")).to_have_value("12,4")
    ana.follow("Hand in", "button")
    expect(page.get_by_text("Some of it is read by a person.")).to_be_visible()

    taking.go_to_activity(ana, world.slug, taking.CHECKLIST)
    taking.tick_off(page)
    ana.follow("Keep my list", "button")
    expect(page.get_by_text("3 of 3 ticked.")).to_be_visible()

    taking.go_to_activity(ana, world.slug, taking.FILM)
    page.get_by_text("Watched it elsewhere").click()
    ana.follow("I know what is in it", "button")
    expect(page.locator("#film .ok[role=status]")).to_be_visible()

    taking.go_to_activity(ana, world.slug, taking.REFLECTION)
    page.get_by_label("Your text").fill("Ask them.")
    with ana.refused(422):
        ana.follow("Share with the cohort", "button")
    expect(page.get_by_label("Your text")).to_have_value("Ask them.")
    page.get_by_label("Your text").fill("Ask the one who walks there.")
    ana.follow("Share with the cohort", "button")
    expect(page.locator("#reflection .ok[role=status]")).to_be_visible()

    taking.go_to_activity(ana, world.slug, taking.SURVEY)
    with ana.refused(422):
        ana.follow("Send my answers", "button")
    taking.fill_in_the_survey(page)
    ana.follow("Send my answers", "button")
    expect(page.get_by_text("You answered")).to_be_visible()

    taking.go_to_activity(ana, world.slug, taking.ASSIGNMENT)
    taking.write_the_work(ana, "Dear keeper of wells, please share.", file=True)
    ana.follow("Hand in", "button")
    expect(page.get_by_text("It waits to be read.")).to_be_visible()
    expect(page.get_by_role("link", name="wells.pdf")).to_be_visible()

    ana.visit(f"/spaces/{world.slug}/my-progress")
    missing = page.locator("#missing").get_by_role("listitem")
    expect(missing).to_have_count(5)
    make_certificate(site.app, enrolment)
    ana.visit(f"/spaces/{world.slug}/my-progress")
    ana.follow("Your certificate")
    with page.expect_download() as loading:
        page.get_by_role("link", name="Load the PDF").click()
    assert loading.value.path().read_bytes().startswith(b"%PDF-")
    ana.follow(page.locator("#address").inner_text())
    expect(page.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
