"""What one says of a post without words the other sees; by keys, and without scripts."""

import pytest
from journeys.axe import check_narrow
from journeys.test_talk import open_live, served, talk  # noqa: F401  # fixtures
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def chip(page, number, word):
    return page.locator(f"#p{number} .reaction", has_text=word)


def test_what_one_gives_the_other_sees_at_once_and_a_refusal_is_undone(talk):  # noqa: F811
    amina, jolien = talk.come_in(talk.amina), talk.come_in(talk.jolien)
    open_live(amina, talk)
    open_live(jolien, talk)
    react = jolien.locator("#p2 [data-react]")
    react.focus()
    jolien.keyboard.press("Enter")
    expect(jolien.locator(".react-panel button").first).to_be_focused()
    jolien.keyboard.press("Escape")
    expect(jolien.locator(".react-panel")).to_have_count(0)
    expect(react).to_be_focused()
    jolien.keyboard.press("Enter")
    jolien.locator(".react-panel").get_by_role("button", name="Helpful").press("Enter")
    own = chip(jolien, 2, "Helpful")
    expect(own).to_have_attribute("aria-pressed", "true")
    expect(chip(amina, 2, "Helpful")).to_contain_text("1")
    assert amina.locator("#p2 [data-react]").count() == 0, "not to one's own"
    assert own.bounding_box()["height"] >= 24

    own.click()
    expect(own).to_have_count(0)
    expect(chip(amina, 2, "Helpful")).to_have_count(0)

    jolien.route("**/reactions", lambda route: route.abort())
    react.click()
    jolien.locator(".react-panel").get_by_role("button", name="Thanks").click()
    expect(jolien.locator("#p2 .not-said")).to_have_text("There is no line just now. Try again.")
    expect(chip(jolien, 2, "Thanks")).to_have_count(0)


def test_without_scripts_the_same_buttons_post(talk):  # noqa: F811
    jolien = talk.come_in(talk.jolien, java_script_enabled=False)
    jolien.goto(talk.thread_url)
    jolien.locator("#p3 [data-react]").click()
    jolien.get_by_role("button", name="Thanks").click()
    chip(jolien, 3, "Thanks").click()
    expect(chip(jolien, 3, "Thanks")).to_have_count(0)


def test_they_read_well_in_both_themes_and_on_a_phone(talk):  # noqa: F811
    size = {"width": 375, "height": 812}
    jolien = talk.come_in(talk.jolien, viewport=size)
    open_live(jolien, talk)
    for word in ("Thanks", "Helpful", "Well done"):
        jolien.locator("#p2 [data-react]").click()
        jolien.locator(".react-panel").get_by_role("button", name=word).click()
    check_narrow(jolien)
