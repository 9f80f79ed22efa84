"""A person's life here: invited, known, kept safe, locked out, let in again, gone."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from conftest import make_settings
from databases import postgres_url
from factories.accounts import PASSWORD
from factories.progress import make_run
from journeys import axe
from journeys.served import ON_SQLITE, Site, serving
from journeys.test_second_step import Device
from journeys.window import Window
from journeys.worlds import email_of
from letters import Postbox, link_of
from playwright.sync_api import expect

from community.kernel.context import Context
from community.spaces.models import Role
from community.spaces.operations import create_invitation

pytestmark = [pytest.mark.browser, ON_SQLITE]

ANOTHER = "three patient storks"


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, post_office: Postbox
) -> Iterator[Site]:
    """Serve a site that has a name, as passkeys want it, and a mail server."""
    url = "" if request.param == "sqlite" else postgres_url("community_life")
    mail = f"smtp://127.0.0.1:{post_office.port}"
    settings = make_settings(tmp_path_factory.mktemp("life"), url, smtp_url=mail)
    with serving(settings, host="localhost") as made:
        yield made


def test_a_life_from_the_invitation_to_the_last_goodbye(
    site: Site, window: Callable[..., Window], postbox: Postbox
) -> None:
    world = make_run(site.app, name="Cohort 9")
    link = site.do(
        lambda: create_invitation(
            Context.begin(world.owner), world.space, role=Role.MEMBER, days=7, max_uses=1
        )
    )[1]
    address = email_of("Amina")
    amina = window()
    come_by(amina, f"/join/{link}", address, postbox)
    tell_about_herself(amina)
    device, codes = add_a_passkey(amina)

    other = window()  # of a library, say
    lose_and_find_the_password(other, address, codes[0], postbox)
    page = amina.visit("/me")  # every browser was signed out
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    device.touched(by_itself=True)
    if "/sign-in" in page.url:  # else its field offered it already
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    device.touched(by_itself=False)

    amina.visit("/me/security")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Sign out ?:")).click()
    amina.check()
    other.page.goto(f"{site.url}/me")
    expect(other.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()

    amina.visit("/me")
    page.locator(".tabs.account summary").click()
    amina.follow("My data")
    axe.check_narrow(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download my data").click()
    kept = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert "Amina Otieno" in json.dumps(kept)
    assert "Kisumu water board" in json.dumps(kept)
    amina.follow("Delete my account")
    axe.check_narrow(page)
    page.get_by_label("I want my account to be deleted for good.").check()
    amina.follow("Delete my account", "button")
    expect(page.get_by_text("account is deleted")).to_be_visible()
    page.goto(f"{site.url}/me")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    gone = window()
    gone.visit("/sign-in")
    gone.page.get_by_label("Email address").fill(address)
    gone.page.get_by_label("Password", exact=True).fill(ANOTHER)
    with gone.refused(401, 422):
        gone.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(gone.page.get_by_role("alert")).to_be_visible()


def come_by(newcomer: Window, link: str, address: str, postbox: Postbox) -> None:
    """Join by a link; the letter proves the address."""
    page = newcomer.visit(link)
    page.get_by_label("Name", exact=True).fill("Amina Otieno")
    page.get_by_label("Email address").first.fill(address)
    page.get_by_label("Password", exact=True).first.fill(PASSWORD)
    newcomer.follow("Make an account and join", "button")
    expect(page.get_by_role("heading", name="Open the letter to go on")).to_be_visible()
    newcomer.visit(link_of(postbox.wait_for(address, "")))
    newcomer.follow("Make my account", "button")
    expect(page.get_by_text("Welcome, Amina Otieno.")).to_be_visible()


def tell_about_herself(person: Window) -> None:
    """Fill in a profile, and see it as the others do."""
    page = person.page
    page.locator(".rail-foot summary").click()
    person.follow("My account")
    page.get_by_role("textbox", name="Organisation").fill("Kisumu water board")
    page.get_by_role("textbox", name="About me").fill("I look after *readings* of wells.")
    person.follow("Save", "button")
    preview = page.get_by_role("region").filter(has_text="Kisumu water board").first
    expect(preview).to_contain_text("I look after readings of wells.")
    axe.check_narrow(page)


def add_a_passkey(person: Window) -> tuple[Device, list[str]]:
    """Let the browser's own device make a key; returns it, and the recovery codes."""
    device, page = Device(person.page), person.page
    person.visit("/me")
    page.locator(".tabs.account summary").click()
    person.follow("Sign-in and security")
    person.follow("Passkeys, app and recovery codes")
    person.follow("Add a passkey")
    page.get_by_label("Name").fill("My phone")
    device.touched(by_itself=True)
    person.follow("Make the passkey", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    codes = page.locator("#codes").inner_text().split()
    device.touched(by_itself=False)
    person.follow("I have kept them")
    expect(page.get_by_text("My phone", exact=True)).to_be_visible()
    return device, codes


def lose_and_find_the_password(person: Window, address: str, code: str, postbox: Postbox) -> None:
    """Choose another password by a letter, in a browser without the passkey, and sign in."""
    page = person.visit("/sign-in")
    person.follow("Lost your password?")
    page.get_by_label("Email address").fill(address)
    person.follow("Write to me", "button")
    expect(page.get_by_role("heading", name="Open the letter to go on")).to_be_visible()
    person.visit(link_of(postbox.wait_for(address, "password")))
    page.get_by_label("New password", exact=True).fill(ANOTHER)
    person.follow("Change it", "button")
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    person.visit("/sign-in")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Password", exact=True).fill(ANOTHER)
    person.follow("Sign in", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_label("Code", exact=True).fill(code)
    person.follow("Sign in", "button")
    page.wait_for_url("**/home")
