"""Two learners write and answer: kept as one types, shown in both windows, for whom it is meant."""

from collections.abc import Callable

import pytest
from factories.academy import course_source, module_source, reflection_source, survey_source
from factories.progress import make_learner, make_run
from journeys.served import ON_POSTGRES, Site
from journeys.window import Window
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, ON_POSTGRES]


def test_what_one_writes_is_kept_and_read_by_those_it_is_for(
    site: Site, window: Callable[..., Window]
) -> None:
    activities = (reflection_source(), survey_source())
    world = make_run(site.app, course_source(modules=(module_source(1, activities=activities),)))
    ana, _ = make_learner(site.app, world, "Ana Lind")
    ben, _ = make_learner(site.app, world, "Ben Ito")
    path = f"/spaces/{world.slug}/learn/1"

    first, second = window(ana), window(ana)
    one, two = first.visit(f"{path}/1"), second.visit(f"{path}/1")
    expect(
        one.get_by_text("Everybody in this cohort reads this, once you share it.")
    ).to_be_visible()
    one.get_by_label("Your text").fill("We named one dataset each, and whom to ask.")
    expect(one.get_by_text("Draft saved")).to_be_visible()
    with second.refused(409):
        two.get_by_label("Your text").fill("We named two.")
        expect(two.get_by_text("This was saved in another window")).to_be_visible()
    expect(two.get_by_label("Your text")).to_have_value("We named two.")
    second.check()
    two.get_by_role("link", name="Take what is kept").click()
    expect(two.get_by_label("Your text")).to_have_value(
        "We named one dataset each, and whom to ask."
    )
    second.follow("Share with the cohort", "button")
    expect(two.get_by_text("Shared with your cohort:")).to_be_visible()
    second.check()

    peer = window(ben)
    peer.visit(f"{path}/1")
    read = peer.follow("Read the reflections (1)")
    expect(read.get_by_text("whom to ask")).to_be_visible()
    peer.check()

    asked = peer.visit(f"{path}/2")
    expect(asked.get_by_text("With your name.")).to_be_visible()
    asked.get_by_label("Good").check()
    asked.get_by_label("3", exact=True).check()
    peer.follow("Send my answers", "button")
    expect(asked.get_by_text("You answered")).to_be_visible()
    peer.check()

    lead = window(world.owner)
    lead.visit(f"{path}/2")
    results = lead.follow("See the results")
    expect(results.get_by_role("table").first).to_contain_text("100%")
    lead.check()
