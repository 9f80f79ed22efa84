"""Whole stories in a real browser, against a real server."""

import logging
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import make_settings
from databases import missing, postgres_url
from journeys.served import Site, serving
from journeys.window import Window
from playwright.sync_api import Browser, expect

LOG = logging.getLogger(__name__)
expect.set_options(timeout=40_000)  # milliseconds; a machine that runs all tests at once is slow

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use the system's Chromium; it reaches nothing but our own server."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        missing("Chromium", "install it (Debian: apt install chromium)")
    return {"executable_path": chromium, "args": CHROMIUM_FLAGS, "headless": True}


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_name: str
) -> Iterator[Site]:
    """Serve an empty, migrated site; journeys make their own people and runs in it."""
    data: Path = tmp_path_factory.mktemp("site")
    url = "" if request.param == "sqlite" else postgres_url(f"community_site_{worker_name}")
    settings = make_settings(data, url)
    with serving(settings) as made:
        yield made


@pytest.fixture
def window(site: Site, browser: Browser) -> Iterator[Callable[..., Window]]:
    """Open a browser of somebody (None: nobody signed in); after the test nothing was wrong in it.

    Motion is reduced: a page is looked at as it is, not as it fades in.
    """
    opened: list[Window] = []

    def open_window(user_id: uuid.UUID | None = None, **options: Any) -> Window:
        looks = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        context = browser.new_context(**{**looks, "timezone_id": "Africa/Nairobi", **options})
        if user_id is not None:
            context.add_cookies([site.cookie(user_id)])
        made = Window(site.url, context, context.new_page())
        made.page.set_default_timeout(40_000)
        if options.get("java_script_enabled") is False:
            made.copy = browser.new_context(**looks).new_page()
        opened.append(made)
        return made

    yield open_window
    troubles = [trouble for each in opened for trouble in each.troubles]
    for each in opened:
        LOG.info("a window ended on %s\n%s", each.page.url, each.words())  # shown with a failure
        each.context.close()
        if each.copy is not None:
            each.copy.context.close()
    assert not troubles, "in the browser:\n" + "\n".join(troubles)
