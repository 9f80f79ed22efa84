"""Somebody who types into the one search box is suggested where to go, by keyboard and by hand."""

import dataclasses
import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from conftest import acting, make_settings
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from flask import Flask
from journeys.axe import check
from playwright.sync_api import Browser, Page, expect
from running import running

from community.accounts.models import User
from community.app import create_app
from community.kernel.db import db
from community.search.operations import rebuild

pytestmark = pytest.mark.browser
expect.set_options(timeout=40_000)  # milliseconds; a machine that runs all tests at once is slow


@dataclasses.dataclass(frozen=True)
class Shelf:
    """A served space with threads about tides, and somebody in it who looks for one."""

    url: str
    thread_id: uuid.UUID
    open: Callable[..., Page]


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[Flask, str]]:
    settings = make_settings(tmp_path_factory.mktemp("suggesting"))
    with running(settings, worker=False) as server:
        yield create_app(settings), server.url


@pytest.fixture(scope="module")
def place(served) -> tuple[uuid.UUID, uuid.UUID]:
    app, _url = served
    space_id = make_space(app, "Tide school")
    reader, writer = (
        make_user(app, name, password_hash=PASSWORD_HASH) for name in ("Ana Reader", "Zoë Ngũgĩ")
    )
    for each in (reader, writer):
        join(app, space_id, each)
    title = "Zones of the tide, and how they are told apart on a map of a coast with many islands"
    thread_id = make_thread(app, space_id, writer, title=title)
    with app.app_context():
        rebuild(acting(None))
    return reader, thread_id


@pytest.fixture
def shelf(served, place, browser: Browser) -> Iterator[Shelf]:
    app, url = served
    reader, thread_id = place
    opened = []

    def open_page(path="/home", **options) -> Page:
        context = browser.new_context(**options)
        opened.append(context)
        page = context.new_page()
        with app.app_context():
            email = db.session.get_one(User, reader).email
        page.goto(f"{url}/sign-in")
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda address: "sign-in" not in address)
        page.goto(f"{url}{path}")
        return page

    yield Shelf(url, thread_id, open_page)
    for context in opened:
        context.close()


def options(page: Page):
    return page.get_by_role("option")


def test_a_thread_is_opened_by_keyboard(shelf):
    page = shelf.open()
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("zo")
    expect(options(page)).to_have_text(
        [
            "Search for “zo”",
            "Zoë NgũgĩPerson",
            re.compile("^Zones of the tide.*Question · Tide school$"),
        ]
    )
    expect(page.get_by_role("status").filter(has_text="3 to choose from")).to_be_attached()
    expect(box).to_have_attribute("aria-expanded", "true")
    listed = page.get_by_role("listbox", name="Suggestions")
    assert box.get_attribute("aria-controls") == listed.get_attribute("id")
    assert box.get_attribute("aria-activedescendant") == options(page).first.get_attribute("id")
    check(page)
    box.press("ArrowUp")
    last = page.get_by_role("option", selected=True)
    expect(last).to_contain_text("Zones of the tide")
    assert box.get_attribute("aria-activedescendant") == last.get_attribute("id")

    box.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("zo")
    box.press_sequentially("nes")
    expect(options(page)).to_have_count(2)
    box.press("Tab")  # leaves, and takes nothing
    expect(options(page)).to_have_count(0)
    expect(box).not_to_be_focused()
    box.focus()
    box.press("End")
    box.press_sequentially(" o")
    expect(options(page)).to_have_count(2)
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(f"{shelf.url}/threads/{shelf.thread_id}")


def test_enter_asks_as_it_always_did(shelf):
    page = shelf.open()
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("zone")
    expect(options(page)).to_have_count(2)
    box.press("Enter")
    page.wait_for_url(f"{shelf.url}/search?q=zone")
    page.goto(f"{shelf.url}/home")
    page.get_by_role("combobox", name="Search").press_sequentially("zone")
    page.keyboard.press("Enter")  # before anything is suggested
    page.wait_for_url(f"{shelf.url}/search?q=zone")


def test_on_a_phone_it_is_tapped_and_stays_within_the_page(shelf):
    page = shelf.open("/search", viewport={"width": 375, "height": 700}, has_touch=True)
    box = page.get_by_role("combobox", name="What are you looking for?")
    box.tap()
    box.press_sequentially("zone")
    expect(options(page)).to_have_count(2)
    frame = page.get_by_role("listbox").bounding_box()
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= 375
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    check(page)
    options(page).last.tap()
    page.wait_for_url(f"{shelf.url}/threads/{shelf.thread_id}")


def test_on_a_broken_line_nothing_is_suggested_and_a_late_answer_is_dropped(shelf):
    page = shelf.open()
    box = page.get_by_role("combobox", name="Search")
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        box.press_sequentially("zone")
    expect(options(page)).to_have_count(0)
    page.context.set_offline(False)
    box.fill("")
    box.press_sequentially("zone")
    expect(options(page)).to_have_count(2)
    box.fill("z")
    expect(options(page)).to_have_count(0)


def test_without_scripts_it_is_a_form(shelf, browser):
    page = shelf.open(java_script_enabled=False)
    box = page.get_by_role("searchbox", name="Search")
    box.fill("zone")
    box.press("Enter")
    page.wait_for_url(f"{shelf.url}/search?q=zone")
    expect(page.get_by_role("link", name="Zones of the tide")).to_be_visible()
