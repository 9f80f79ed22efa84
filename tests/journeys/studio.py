"""What an author does in the studio, wherever a journey leads."""

import re
import uuid

from factories.accounts import make_user
from factories.spaces import join, make_space
from journeys.served import Site
from journeys.window import Window
from playwright.sync_api import Page, expect

from community.spaces.models import Role, SpaceKind


def network(site: Site, *names: str) -> list[uuid.UUID]:
    """Make a network with organisers of these names."""
    space = make_space(site.app, "The network", kind=SpaceKind.NETWORK)
    people = [make_user(site.app, name) for name in names]
    for person in people:
        join(site.app, space, person, Role.OWNER)
    return people


def begin(author: Window, title: str) -> Page:
    """Begin a course, as one comes to it."""
    author.visit("/courses")
    author.follow("Write a course")
    author.page.get_by_label("Title").fill(title)
    return author.follow("Begin", "button")


def add(author: Window, kind: str, title: str) -> Page:
    """Add an activity to the module that is open, by the menu at the foot of the outline."""
    page = author.page
    page.locator(".outline-foot summary", has_text="Activity").click()
    panel = page.locator(".outline-foot details[open]")
    panel.get_by_label("Title of the activity").fill(title)
    with page.expect_navigation():
        panel.get_by_role("button", name=re.compile(f"^{kind}")).click()
    expect(page.get_by_label("Title", exact=True)).to_have_value(title)
    return page


def write(page: Page, text: str) -> None:
    """Write the text of what is open, and wait until it is saved by itself."""
    area = page.locator("#f-body")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        area.fill(text)
    saved(page)


def saved(page: Page) -> None:
    expect(page.locator("[data-part=saved]")).to_contain_text("Saved")
    expect(page.locator("[data-trouble]")).to_be_hidden()
