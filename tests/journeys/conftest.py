"""Whole stories in a real browser, against a real server."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import make_settings, missing, postgres_url
from running import Server, running

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
) -> Iterator[Server]:
    """Serve an empty, migrated site; journeys make their own people and runs in it."""
    data: Path = tmp_path_factory.mktemp("site")
    url = "" if request.param == "sqlite" else postgres_url(f"community_site_{worker_name}")
    with running(make_settings(data, url)) as server:
        yield server
