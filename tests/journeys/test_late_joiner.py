"""Who comes in week 3: what is open to them, when it is due, and what they can still meet."""

import datetime as dt
from collections.abc import Callable

import pytest
from factories.accounts import PASSWORD
from factories.live import make_session
from factories.progress import make_run
from journeys import axe
from journeys.served import ON_SQLITE, Site
from journeys.window import Window
from journeys.worlds import academy, activity, email_of, invite, link_in_letter
from playwright.sync_api import expect

from community.kernel import localtime

pytestmark = [pytest.mark.browser, ON_SQLITE]

ZONE = "Africa/Nairobi"


def test_who_comes_in_week_three_finds_their_feet(
    site: Site, window: Callable[..., Window]
) -> None:
    world = make_run(site.app, academy(), weeks_ago=2, name="Academy, cohort 8", lapsed=True)
    in_two_days = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    make_session(site.app, world.space, world.owner, title="Open hour", starts_at=in_two_days)
    jolien, address = window(), email_of("Jolien")
    page = jolien.visit(invite(site.app, world))
    page.get_by_label("Name", exact=True).fill("Jolien Visser")
    page.get_by_label("Email address").first.fill(address)
    page.get_by_label("Password", exact=True).first.fill(PASSWORD)
    jolien.follow("Make an account and join", "button")
    expect(page.get_by_role("heading", name="One step is left")).to_be_visible()
    jolien.visit(link_in_letter(site.app, address))
    jolien.follow("Make my account", "button")
    expect(page.get_by_text("Welcome, Jolien Visser.")).to_be_visible()
    expect(page.get_by_text("Week 3 of 10.")).to_be_visible()
    axe.check_narrow(page)

    jolien.visit(f"/spaces/{world.slug}/learn")
    expect(page.get_by_text("The run had begun when you came")).to_be_visible()
    own_day = localtime.in_zone(dt.datetime.now(dt.UTC) + dt.timedelta(days=7), ZONE)
    own = f"By {own_day:%a} {own_day.day} {own_day:%b}"
    group = f"Was for {world.opens + dt.timedelta(days=6):%a}"
    expect(page.get_by_text(own).first).to_be_visible()
    expect(page.get_by_text(group)).to_have_count(0)  # the group's own day is over; hers is not
    expect(page.get_by_role("link", name=activity(1, 1).title).first).to_be_visible()
    axe.check_narrow(page)

    jolien.visit("/home")
    # The week ends on Sunday: which sessions are in it depends on the day this is run.
    expect(page.get_by_role("link", name=activity(1, 1).title).first).to_be_visible()
    jolien.visit(f"/spaces/{world.slug}/sessions")
    for title in ("Question clinic", "Open hour"):
        expect(page.get_by_role("link", name=title).first).to_be_visible()
    axe.check_narrow(page)
    jolien.visit(f"/spaces/{world.slug}/learn/1/1")
    expect(page.get_by_role("heading", level=1)).to_have_text(activity(1, 1).title)
