"""A member who uses no pointer: signs in, finds the way, answers in a thread, signs out."""

from collections.abc import Callable

import pytest
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.discussions import make_thread
from factories.progress import make_run
from factories.spaces import join
from journeys.keys import go_to
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from playwright.sync_api import expect

from community.accounts.models import User
from community.kernel.db import db

pytestmark = [pytest.mark.browser, ON_SQLITE]


def test_a_member_without_a_pointer(site: Site, window: Callable[..., Window]) -> None:
    world = make_run(site.app, weeks_ago=0)
    jolien_id = make_user(site.app, "Jolien Visser", password_hash=PASSWORD_HASH)
    join(site.app, world.space, jolien_id)
    title = "Who signs for the readings?"
    make_thread(site.app, world.space, world.owner, title=title, replies=1)
    jolien = window()
    page = jolien.visit("/sign-in")

    go_to(page, page.get_by_label("Email address"))
    page.keyboard.type(site.do(lambda: db.session.get_one(User, jolien_id).email))
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/home")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).not_to_be_in_viewport()

    go_to(page, page.get_by_role("link", name="Cohort 9").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cohort 9")
    for tab in ("Learn", "Live", "People", "Talk"):
        go_to(page, page.get_by_label("Cohort 9").get_by_role("link", name=tab, exact=True))
        page.keyboard.press("Enter")
        expect(page.locator(".tabs [aria-current=page]")).to_have_text(tab)
    go_to(page, page.get_by_role("link", name=title))
    page.keyboard.press("Enter")
    expect(page.locator("#posts[data-live]")).to_be_attached()

    go_to(page, page.get_by_role("link", name="Reply to Olga Organiser, post 1", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.keyboard.type("I do, on Tuesdays.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#posts > .post:not(.sending) .prose").last).to_have_text(
        "I do, on Tuesdays."
    )
    expect(page.get_by_role("link", name="answers Olga Organiser, post 1")).to_be_visible()

    go_to(page, page.locator(".rail-foot summary"))
    page.keyboard.press("Enter")
    go_to(page, page.locator(".rail-foot").get_by_role("button", name="Sign out"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
