"""A passkey and a second step, in a browser that has a device to make keys with."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator

import pyotp
import pytest
from conftest import make_settings
from factories.accounts import PASSWORD, PASSWORD_HASH, make_user
from journeys.served import Site, serving
from journeys.window import Window
from playwright.sync_api import CDPSession, Page, expect

from community.accounts.models import User
from community.kernel.db import db

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}

PLAIN_KEY = {"protocol": "u2f", "transport": "usb"}  # no PIN, and it keeps no names


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a site that has a name, as passkeys want it; they are the same on every database."""
    settings = make_settings(tmp_path_factory.mktemp("named"))
    with serving(settings, worker=False, host="localhost") as made:
        yield made


@pytest.fixture
def amina(site: Site) -> uuid.UUID:
    email = f"amina.{uuid.uuid4().hex}@example.org"
    return make_user(site.app, "Amina Otieno", email=email, password_hash=PASSWORD_HASH)


def email_of(site: Site, user_id: uuid.UUID) -> str:
    return str(site.do(lambda: db.session.get_one(User, user_id).email))


class Device:
    """The browser's own device; ``touched`` is whether somebody lays a finger on it."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        self.key = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.touched(by_itself=False)

    def touched(self, *, by_itself: bool) -> None:
        given = {"authenticatorId": self.key["authenticatorId"], "enabled": by_itself}
        self.cdp.send("WebAuthn.setAutomaticPresenceSimulation", given)


def sign_out(window: Window) -> None:
    window.visit("/me")
    window.follow("Sign out", role="button")


def by_password(window: Window, email: str) -> None:
    page = window.visit("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()
    window.check()


def test_a_passkey_is_made_signs_in_alone_and_as_second_step_and_is_removed(
    site: Site, window: Callable[..., Window], amina: uuid.UUID
) -> None:
    hers, email = window(amina), email_of(site, amina)
    page = hers.page
    device = Device(page)
    hers.visit("/me/security")
    hers.follow("Passkeys, app and recovery codes")
    hers.follow("Add a passkey")
    page.get_by_label("Name").fill("My laptop")
    device.touched(by_itself=True)
    hers.follow("Make the passkey", role="button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    codes = page.locator("#codes").inner_text().split()
    assert len(codes) == 10
    hers.follow("I have kept them")
    expect(page.get_by_text("My laptop", exact=True)).to_be_visible()

    device.touched(by_itself=False)
    sign_out(hers)
    hers.visit("/sign-in?next=/me/factors")
    device.touched(by_itself=True)
    button = page.get_by_role("button", name="Sign in with a passkey")
    if page.url.endswith("/sign-in?next=/me/factors"):  # else its field offered it already
        with page.expect_navigation():
            button.click()
    page.wait_for_url("**/me/factors")
    expect(page.get_by_text("last used")).to_be_visible()

    device.touched(by_itself=False)
    sign_out(hers)
    by_password(hers, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    device.touched(by_itself=True)
    hers.follow("Use a passkey", role="button")
    device.touched(by_itself=False)
    sign_out(hers)
    by_password(hers, email)
    page.get_by_label("Code", exact=True).fill(codes[0].lower())
    hers.follow("Sign in", role="button")
    hers.visit("/me/factors")
    expect(page.get_by_text("9 recovery codes are left")).to_be_visible()
    page.get_by_text("Rename").click()
    page.get_by_label("Name").fill("Old laptop")
    hers.follow("Save", role="button")
    page.get_by_text("Remove", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name="Remove it").click()
    hers.check()
    expect(page.get_by_text("Old laptop", exact=True)).to_have_count(0)


def test_a_plain_security_key_is_a_second_step(
    site: Site, window: Callable[..., Window], amina: uuid.UUID
) -> None:
    hers = window(amina)
    device = Device(hers.page)
    hers.visit("/me/passkeys/new")
    device.cdp.send("WebAuthn.removeVirtualAuthenticator", device.key)
    device.cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": PLAIN_KEY},
    )
    hers.page.get_by_label("Name").fill("My key")
    hers.follow("Make the passkey", role="button")  # a plain key without a PIN is a second step
    expect(hers.page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_authenticator_app_is_set_up_and_asked_for(
    site: Site, window: Callable[..., Window], amina: uuid.UUID, scripts: bool
) -> None:
    hers = window(amina, java_script_enabled=scripts)
    email, page = email_of(site, amina), hers.page
    hers.visit("/me/factors")
    hers.follow("Set up an app", role="button")
    secret = page.locator("#app-key").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    hers.follow("Turn it on", role="button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    assert download.value.path().read_text().count("-") == 30
    sign_out(hers)
    by_password(hers, email)
    step = int(dt.datetime.now(dt.UTC).timestamp()) // 30 + 1  # this one was used above
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).generate_otp(step))
    hers.follow("Sign in", role="button")
    hers.visit("/me/factors")
    expect(page.get_by_text("An app on your phone shows the codes we ask for.")).to_be_visible()


def test_the_second_step_is_usable_on_a_narrow_screen_and_by_keyboard(
    site: Site, window: Callable[..., Window], amina: uuid.UUID
) -> None:
    # as tall as its pages: what the bar at a phone's foot covers is scrolled away from under it
    hers = window(amina, viewport={"width": 320, "height": 2400})
    page = hers.page
    for path in ("/me/factors", "/me/passkeys/new", "/me/tokens"):
        hers.visit(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    hers.visit("/me/factors")
    page.get_by_role("button", name="Set up an app").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    hers.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    secret = page.locator("#app-key").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).focus()
    page.keyboard.type(pyotp.TOTP(secret).now())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    hers.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
