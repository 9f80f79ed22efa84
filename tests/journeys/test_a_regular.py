"""What regulars of a forum do in a week: ask, answer, accept, name somebody later, mute, unmute."""

import re

import pytest
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space
from journeys.served import ON_POSTGRES, Site
from playwright.sync_api import Page, expect

from community.spaces.models import Role

pytestmark = [pytest.mark.browser, ON_POSTGRES]

PHONE = {"width": 375, "height": 812}


def unread(page: Page):
    return page.locator("[data-inbox-count]:visible [data-number]")


def choose(page: Page, level: str) -> None:
    """Say how closely one follows what the page shows."""
    page.locator(".follow summary").click()
    with page.expect_navigation():
        page.locator(".follow").get_by_role("button", name=level).click()


def live(page: Page) -> Page:
    expect(page.locator("#posts[data-live]")).to_be_attached()
    return page


def test_a_question_is_asked_answered_and_accepted_and_a_name_added_later_is_told(
    site: Site, window
) -> None:
    space_id = make_space(site.app, "Tide school")
    amina, jolien, wanjiru = (
        make_user(site.app, name) for name in ("Amina Otieno", "Jolien Visser", "Wanjiru Kamau")
    )
    for each in (amina, jolien):
        join(site.app, space_id, each)
    join(site.app, space_id, wanjiru, Role.FACILITATOR)
    looking_on = window(wanjiru).visit("/home")

    asks = window(amina)
    asks.visit("/home")
    asks.follow("Tide school")
    asks.follow("Talk")
    page = asks.follow("New thread")
    page.get_by_role("radio", name="Question").check()
    page.get_by_label("Title").fill("How long is a tide table kept?")
    page.get_by_label("First post").fill("The paper ones fade.")
    page.get_by_label("First post").press("Control+Enter")
    page.wait_for_url(re.compile("/threads/[0-9a-f-]{36}"))
    live(asks.check())

    answers = window(jolien, viewport=PHONE)
    other = live(answers.visit(page.url.removeprefix(site.url).split("?")[0].split("#")[0]))
    other.get_by_label("Your reply").fill("As long as somebody sails by it.")
    other.get_by_role("button", name="Reply", exact=True).click()
    answer = page.locator("#p2")
    expect(answer).to_contain_text("As long as somebody sails by it.")
    expect(unread(page)).to_have_count(0)  # it is read as it comes, where one looks

    answer.get_by_role("button", name="This answers it").press("Enter")
    expect(other.locator("#p2.accepted")).to_be_visible()
    expect(unread(looking_on)).to_have_count(0)

    other.locator("#p2 .menu summary").click()
    other.locator("#p2 [data-edit]").click()
    other.get_by_label("Your words").press_sequentially(" Ask @Wanjiru Kamau.", delay=0)
    other.get_by_role("button", name="Save", exact=True).click()
    expect(answer).to_contain_text("Ask @Wanjiru Kamau.")
    expect(unread(looking_on)).to_have_text("1")
    told = window(wanjiru).visit("/inbox")
    expect(told.get_by_role("listitem").filter(has_text="How long is")).to_contain_text("mention")


def test_what_is_muted_is_silent_but_for_one_thread_and_is_heard_again(site: Site, window) -> None:
    space_id = make_space(site.app, "Reef school")
    amina, jolien = (make_user(site.app, name) for name in ("Amina Otieno", "Jolien Visser"))
    for each in (amina, jolien):
        join(site.app, space_id, each)
    titles = ("Where to dive", "What to wear")
    threads = [make_thread(site.app, space_id, jolien, title=title) for title in titles]
    reader = window(amina)
    reader.visit("/home")
    reader.follow("Reef school")
    page = reader.follow("Talk")
    for title in titles:
        expect(page.get_by_role("listitem").filter(has_text=title)).to_contain_text("new")

    choose(page, "Muted")
    expect(page.locator(".follow summary")).to_contain_text("Muted")
    for title in titles:
        expect(page.get_by_role("listitem").filter(has_text=title)).not_to_contain_text("new")
    reader.check()
    page = reader.visit(f"/threads/{threads[0]}")
    choose(page, "Watching")
    for thread_id in threads:
        reply(site.app, thread_id, jolien, "By the wreck.")
    page = reader.visit("/home")
    expect(unread(page)).to_have_text("1")
    page = reader.visit("/inbox")
    expect(page.get_by_role("listitem").filter(has_text=titles[0])).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=titles[1])).to_have_count(0)

    reader.visit("/me/following")
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="As is usual").click()
    expect(page.get_by_text("You follow all your spaces as is usual.")).to_be_visible()
    reader.check()
