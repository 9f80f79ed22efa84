"""An organiser's evening: a run from a course, a link for those who come, a matrix that moves."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from factories.academy import make_version
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from factories.spaces import join, make_space
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from journeys.worlds import academy, activity, email_of, link_in_letter
from playwright.sync_api import Page, expect

from community.accounts.models import User
from community.kernel.db import db
from community.spaces.models import Role, SpaceKind

pytestmark = [pytest.mark.browser, ON_SQLITE]


def test_an_organisers_evening(site: Site, window: Callable[..., Window]) -> None:
    wanjiru_id = make_user(site.app, "Wanjiru Kamau", password_hash=PASSWORD_HASH)
    network = make_space(site.app, "The network", kind=SpaceKind.NETWORK)
    join(site.app, network, wanjiru_id, Role.OWNER)
    make_version(site.app, network, academy())
    wanjiru = window()
    sign_in(wanjiru, site.do(lambda: db.session.get_one(User, wanjiru_id).email))

    page = wanjiru.visit("/courses")
    wanjiru.follow("Version 1")
    wanjiru.follow("Plan a run")
    begin_a_run(wanjiru)
    run = page.url.removeprefix(site.url).removesuffix("/manage")
    if not page.url.endswith("/manage"):
        wanjiru.follow("Manage")
    expect(page.get_by_text("run is not open yet")).to_be_visible()
    wanjiru.follow("Open the run", "button")
    expect(page.get_by_text("The run is open.")).to_be_visible()

    wanjiru.follow("Invite people")
    link = make_an_invitation(page)
    wanjiru.check()

    amina = window()
    newcomer, address = amina.visit(link.removeprefix(site.url)), email_of("Amina")
    newcomer.get_by_label("Name", exact=True).fill("Amina Otieno")
    newcomer.get_by_label("Email address").first.fill(address)
    newcomer.get_by_label("Password", exact=True).first.fill(PASSWORD)
    newcomer.get_by_role("button", name="Make an account and join").click()
    expect(newcomer.get_by_role("heading", name="One step is left")).to_be_visible()
    amina.visit(link_in_letter(site.app, address))
    newcomer.get_by_role("button", name="Make my account").click()
    expect(newcomer.get_by_text("Welcome, Amina Otieno.")).to_be_visible()

    wanjiru.visit(f"{run}/manage")
    row = page.get_by_role("row").filter(has_text="Amina Otieno")
    first = row.get_by_role("cell").first
    expect(first).to_have_text("·not begun")
    expect(row.get_by_role("rowheader")).to_contain_text("0%")

    amina.visit(f"{run}/learn/1/1")
    page.evaluate("window.stayed = true")  # the organiser's page is not loaded again
    newcomer.mouse.move(600, 500)
    for _ in range(20):
        newcomer.mouse.wheel(0, 600)
        newcomer.wait_for_timeout(30)
    expect(newcomer.get_by_text("Read to the end.")).to_be_visible()
    expect(first).to_have_text("✓done")
    expect(row.get_by_role("rowheader")).not_to_contain_text("0%")
    assert page.evaluate("window.stayed")
    wanjiru.check()

    wanjiru.follow("Amina Otieno")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina Otieno")
    wanjiru.follow(activity(1, 1).title)
    expect(page.get_by_text("By what was done it is complete.")).to_be_visible()

    there = page.url.partition("?")[0]
    wanjiru.visit(f"{run}/manage")
    first.click()  # a pointer goes there straight
    page.wait_for_url(f"{there}*")
    wanjiru.visit(f"{run}/manage")
    row.get_by_role("rowheader").get_by_role("link").focus()
    page.keyboard.press("ArrowRight")  # and so do the arrow keys
    expect(first.get_by_role("link")).to_be_focused()
    wanjiru.check()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{there}*")


def sign_in(person: Window, email: str) -> None:
    """Sign in by the two fields; the first try has a slip in the password."""
    page = person.visit("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill("seven quite herons")
    with person.refused(401, 422):
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Email address")).to_have_value(email)
    person.check()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/home")
    person.check()


def begin_a_run(organiser: Window) -> None:
    """Plan a run of eight weeks from today; three weeks are refused with the reason."""
    page = organiser.page
    page.get_by_label("Name", exact=True).fill("Academy, cohort 9")
    page.get_by_label("First day").fill(dt.datetime.now(dt.UTC).date().isoformat())
    page.get_by_label("Weeks").fill("3")
    page.get_by_label("Time zone").select_option("UTC")
    page.get_by_label("Seats").fill("12")
    with organiser.refused(422):
        page.get_by_role("button", name="Plan the run").click()
        expect(page.get_by_text(re.compile("give it 8 weeks or more")).first).to_be_visible()
    organiser.check()
    page.get_by_label("Weeks").fill("8")
    organiser.follow("Plan the run", "button")


def make_an_invitation(page: Page) -> str:
    """Make a link for one person, and return what the page shows this once."""
    form = page.locator("#link")
    form.get_by_label("Role").select_option("member")
    form.get_by_label("Days it works").fill("7")
    form.get_by_label("People it lets in").fill("1")
    form.get_by_role("button", name="Make a join link").click()
    shown = page.locator("#invitation-link")
    expect(shown).to_be_visible()
    return shown.inner_text().strip()
