"""What one begins to write is there again: on another device, after a crash, from two windows."""

import contextlib
import uuid
from collections.abc import Callable

import pytest
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from journeys.served import ON_POSTGRES, Site
from journeys.window import Window
from playwright.sync_api import Error, Page, expect

from community.kernel.db import db
from community.spaces.models import Role, Space

pytestmark = [pytest.mark.browser, ON_POSTGRES]
BOX = "Your reply"


@pytest.fixture
def amina(site: Site) -> uuid.UUID:
    return make_user(site.app, "Amina Otieno")


@pytest.fixture
def thread(site: Site, amina: uuid.UUID) -> uuid.UUID:
    space = make_space(site.app)
    join(site.app, space, amina)
    owner = make_user(site.app, "Wanjiru K")
    join(site.app, space, owner, Role.ORGANISER)
    return make_thread(site.app, space, owner)


def begin(page: Page, text: str) -> None:
    """Write a reply, and wait until it is kept."""
    page.get_by_label(BOX).fill(text)
    expect(page.get_by_text("Kept as a draft.")).to_be_visible()


def test_a_reply_begun_at_the_desk_is_on_the_phone_and_goes_once_it_is_sent(
    site: Site, window: Callable[..., Window], amina: uuid.UUID, thread: uuid.UUID
) -> None:
    desk, phone = window(amina), window(amina, viewport={"width": 375, "height": 700})
    begin(desk.visit(f"/threads/{thread}"), "Ask the district office.")
    page = phone.visit("/drafts")
    expect(page.get_by_text("Ask the district office.")).to_be_visible()
    phone.follow("Who signs for the readings?")
    box = page.get_by_label(BOX)
    expect(box).to_have_value("Ask the district office.")
    expect(page.get_by_text("Draft from")).to_be_visible()
    expect(page.locator("#posts[data-live]")).to_be_attached()
    box.fill("Ask the district office. They answer.")
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator(".post:not(.sending)").get_by_text("They answer.")).to_be_visible()
    phone.visit("/drafts")
    expect(page.get_by_text("No drafts")).to_be_visible()


def test_what_is_discarded_is_put_back(
    site: Site, window: Callable[..., Window], amina: uuid.UUID, thread: uuid.UUID
) -> None:
    desk = window(amina)
    page = desk.visit(f"/threads/{thread}")
    begin(page, "Ask the district office.")
    desk.follow("Discard", "button")
    expect(page.get_by_label(BOX)).to_have_value("")
    desk.follow("Put it back")
    desk.follow("Put it back", "button")
    expect(page.get_by_label(BOX)).to_have_value("Ask the district office.")


def test_a_text_is_there_again_after_the_browser_was_killed(
    site: Site, window: Callable[..., Window], amina: uuid.UUID, thread: uuid.UUID
) -> None:
    first = window(amina)
    page = first.visit(f"/threads/{thread}")
    begin(page, "Ask the district office.")
    second = first.context.new_page()
    page.route("**/draft", lambda route: route.abort("internetdisconnected"))
    first.line_breaks = True
    page.get_by_label(BOX).press_sequentially(" And the ferry.")
    expect(page.get_by_text("Kept on this device; it is")).to_be_visible()
    with contextlib.suppress(Error):  # the renderer dies: no script runs at its end
        page.goto("chrome://crash", timeout=5_000)
    first.page = second
    second.goto(f"{site.url}/threads/{thread}")
    expect(second.get_by_label(BOX)).to_have_value("Ask the district office. And the ferry.")
    expect(second.get_by_text("Kept as a draft.")).to_be_visible()
    elsewhere = window(amina).visit(f"/threads/{thread}")
    expect(elsewhere.get_by_label(BOX)).to_have_value("Ask the district office. And the ferry.")


def test_what_is_typed_without_a_line_is_saved_when_it_is_back(
    site: Site, window: Callable[..., Window], amina: uuid.UUID, thread: uuid.UUID
) -> None:
    desk = window(amina)
    page = desk.visit(f"/threads/{thread}")
    desk.context.set_offline(True)
    desk.line_breaks = True
    page.get_by_label(BOX).fill("From the ferry.")
    expect(page.get_by_text("Kept on this device; it is")).to_be_visible()
    desk.context.set_offline(False)
    expect(page.get_by_text("Kept as a draft.")).to_be_visible()
    phone = window(amina).visit(f"/threads/{thread}")
    expect(phone.get_by_label(BOX)).to_have_value("From the ferry.")


def test_of_two_windows_the_one_that_falls_behind_has_the_choice(
    site: Site, window: Callable[..., Window], amina: uuid.UUID, thread: uuid.UUID
) -> None:
    one, two = window(amina), window(amina)
    first, second = one.visit(f"/threads/{thread}"), two.visit(f"/threads/{thread}")
    begin(first, "From the desk.")
    with two.refused(409):
        second.get_by_label(BOX).fill("From the phone.")
        expect(second.get_by_text("Another text for this was kept meanwhile")).to_be_visible()
    expect(second.locator("[data-draft-other]")).to_have_text("From the desk.")
    expect(second.get_by_label(BOX)).to_have_value("From the phone.")
    two.check()
    second.get_by_role("button", name="Keep mine").click()
    expect(second.get_by_text("Kept as a draft.")).to_be_visible()
    with one.refused(409):
        first.get_by_label(BOX).fill("From the desk, again.")
        expect(first.locator("[data-draft-other]")).to_have_text("From the phone.")
    first.get_by_role("link", name="Use this one").click()
    expect(first.get_by_label(BOX)).to_have_value("From the phone.")
    first.get_by_role("button", name="Put mine back").click()
    expect(first.get_by_label(BOX)).to_have_value("From the desk, again.")
    expect(first.get_by_text("Kept as a draft.")).to_be_visible()


def test_a_thread_and_an_edit_are_kept_and_begun(
    site: Site, window: Callable[..., Window], amina: uuid.UUID, thread: uuid.UUID
) -> None:
    with site.app.app_context():
        slug = db.session.scalars(db.select(Space.slug).order_by(Space.id.desc()).limit(1)).one()
    desk = window(amina)
    page = desk.visit(f"/spaces/{slug}/threads/new")
    page.get_by_label("Title").fill("Wells and springs")
    page.get_by_label("Ask", exact=False).first.check()
    expect(page.get_by_text("Kept as a draft.")).to_be_visible()
    page.get_by_label("First post").fill("Where are they?")
    expect(page.locator("[data-draft-state]")).to_be_visible()
    page.wait_for_timeout(2500)
    phone = window(amina)
    other = phone.visit(f"/spaces/{slug}/threads/new")
    expect(other.get_by_label("Title")).to_have_value("Wells and springs")
    expect(other.get_by_label("First post")).to_have_value("Where are they?")
    phone.follow("Begin the thread", "button")
    expect(other.get_by_role("heading", name="Wells and springs")).to_be_visible()
    phone.visit("/drafts")
    expect(other.get_by_text("No drafts")).to_be_visible()
