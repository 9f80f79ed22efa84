"""The inbox: its count in every window at once; by keyboard, on a phone, without scripts."""

import dataclasses
import uuid

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from journeys import axe
from journeys.served import ON_POSTGRES
from playwright.sync_api import Page, expect

from community.discussions.operations import post_reply

pytestmark = [pytest.mark.browser, ON_POSTGRES]


@dataclasses.dataclass(frozen=True)
class Asked:
    """A question of Amina's in a space of hers, and Jolien, who answers."""

    site: object
    amina: uuid.UUID
    jolien: uuid.UUID
    thread_id: uuid.UUID

    def answer(self, body: str = "By the well.") -> None:
        self.site.do(lambda: post_reply(acting(self.jolien), self.thread_id, body=body))


@pytest.fixture
def asked(site) -> Asked:
    space_id = make_space(site.app, "Tide school")
    amina = make_user(site.app, "Amina Otieno")
    jolien = make_user(site.app, "Jolien Visser")
    for each in (amina, jolien):
        join(site.app, space_id, each)
    thread_id = make_thread(site.app, space_id, amina, title="Where do readings go?")
    return Asked(site, amina, jolien, thread_id)


def count(page: Page):
    return page.locator("[data-inbox-count]:visible [data-number]")


def reply_in_browser(window, asked: Asked, body: str) -> None:
    page = window(asked.jolien).visit(f"/threads/{asked.thread_id}")
    page.get_by_label("Your reply").fill(body)
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator("#posts")).to_contain_text(body)


def test_the_count_changes_at_once_and_after_reading_in_another_window(window, asked):
    home = window(asked.amina).visit("/home")
    expect(count(home)).to_have_count(0)
    reply_in_browser(window, asked, "By the well.")
    expect(count(home)).to_have_text("1")

    inbox = window(asked.amina).visit("/inbox")
    entry = inbox.get_by_role("listitem").filter(has_text="Where do readings go?")
    expect(entry).to_contain_text("1 answer by Jolien Visser")
    expect(entry).to_contain_text("It answers the thread that you began.")
    expect(entry).to_contain_text("Unread")
    axe.check(inbox)
    entry.get_by_role("link", name="Where do readings go?").press("Enter")
    expect(inbox.locator("#p2")).to_be_in_viewport()
    expect(count(home)).to_have_count(0)
    expect(count(inbox)).to_have_count(0)


def test_one_is_marked_all_is_marked_and_that_undone_by_keyboard(window, asked):
    asked.answer()
    page = window(asked.amina).visit("/inbox")
    page.get_by_role("button", name="Mark as read").press("Enter")
    expect(count(page)).to_have_count(0)
    page.get_by_role("button", name="Mark as unread").press("Enter")
    expect(count(page)).to_have_text("1")
    page.get_by_role("button", name="Mark all as read").press("Enter")
    expect(page.get_by_text("You marked all of it as read")).to_be_visible()
    expect(count(page)).to_have_count(0)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("One notice is unread again.")).to_be_visible()
    expect(count(page)).to_have_text("1")
    page.get_by_role("link", name="Unread", exact=True).press("Enter")
    expect(page.get_by_role("link", name="Where do readings go?")).to_be_visible()


def test_without_scripts_on_a_phone_all_of_it_works(window, asked):
    asked.answer()
    size = {"width": 375, "height": 812}
    page = window(asked.amina, java_script_enabled=False, viewport=size).visit("/home")
    expect(count(page)).to_have_text("1")
    page.locator(".top-bar").get_by_role("link", name="Inbox").click()
    page.locator(".follow summary").click()
    page.get_by_role("button", name="Watching").click()
    expect(page.get_by_text("How you follow “Where do readings go?”: Watching.")).to_be_visible()
    page.get_by_role("button", name="Mark as read").click()
    page.get_by_role("link", name="Unread", exact=True).click()
    expect(page.get_by_text("Nothing unread")).to_be_visible()


def test_it_reads_well_on_a_phone(window, asked):
    asked.answer()
    page = window(asked.amina, viewport={"width": 375, "height": 812}).visit("/inbox")
    expect(count(page)).to_have_text("1")
    axe.check_narrow(page)
