"""An archive of mail comes in, is told of and goes again; a feed is opened, read and shut."""

import pytest
from factories.accounts import PASSWORD_HASH, make_user
from factories.mail import archive, message
from factories.spaces import join, make_space
from journeys.axe import check, check_narrow
from journeys.test_talk import served, talk  # noqa: F401  # fixtures
from playwright.sync_api import expect

from community.kernel.jobs import run_everything
from community.spaces.models import Role

pytestmark = pytest.mark.browser
LETTERS = archive(
    message(1, body="Who signs for the readings?"),
    message(2, answers="m1@lists.example", who="Ben <ben@b.example>", body="I do."),
    message(3, answers="gone@lists.example", subject="Tide tables"),
)


def look(page):
    check(page)
    check_narrow(page)


def organising(talk, slug):  # noqa: F811
    """Return the window of somebody who organises a space of their own."""
    who = make_user(talk.app, "Olga Organiser", password_hash=PASSWORD_HASH)
    join(talk.app, make_space(talk.app, "Old friends", slug=slug), who, Role.ORGANISER)
    return talk.come_in(who)


def test_an_archive_is_brought_in_told_of_and_taken_back(talk):  # noqa: F811
    page = organising(talk, "old-friends")
    page.goto(f"{talk.url}/spaces/old-friends/threads")
    page.get_by_role("link", name="Archives").click()
    look(page)
    file = {"name": "friends.mbox", "mimeType": "application/mbox", "buffer": LETTERS}
    page.get_by_label("Archive", exact=True).set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_text("The archive is being looked through.")).to_be_visible()
    run_everything(talk.app)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Kept as posts")).to_be_visible()
    expect(page.get_by_text("Answers a message that is missing; begins")).to_have_count(2)
    look(page)
    page.get_by_role("link", name="Tide tables").click()
    expect(page.get_by_text("From an archive").first).to_be_visible()
    page.go_back()
    page.locator("summary", has_text="Take it back").click()
    page.locator("[data-confirm-yes]").click()
    expect(page.get_by_text("What was brought in is being taken back.")).to_be_visible()
    run_everything(talk.app)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("All of it is gone from this space.")).to_be_visible()
    page.goto(f"{talk.url}/spaces/old-friends/threads")
    expect(page.get_by_role("link", name="Tide tables")).to_have_count(0)


def test_a_feed_is_opened_read_by_a_program_and_shut(talk, playwright):  # noqa: F811
    page = organising(talk, "readers")
    page.goto(f"{talk.url}/me/feeds")
    look(page)
    page.get_by_role("button", name="Open my feeds").click()
    look(page)
    address = page.locator("#main").get_by_role("link", name="Old friends").get_attribute("href")
    program = playwright.request.new_context()  # it is signed in nowhere
    answer = program.get(address)
    assert answer.status == 200
    assert "<title>Old friends</title>" in answer.text()
    page.locator("summary", has_text="Shut my feeds").click()
    page.locator("[data-confirm-yes]").click()
    expect(page.get_by_text("Your feeds are shut. Their addresses lead nowhere.")).to_be_visible()
    assert program.get(address).status == 404
    program.dispose()
