"""Pictures of the main pages: wide and narrow, light and dark, of a demo network made for them.

All of them go to var/screenshots/; the few that README.md and the guide for organisers show are
copied to docs/pictures/.
``make screenshots`` runs this; PAGES="home room" takes only some.
"""

import contextlib
import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from community.academy.models import CourseVersion
from community.academy.operations import begin_draft, edit_module
from community.academy.queries import draft_module, draft_outline
from community.accounts.models import User
from community.app import create_app
from community.cohorts.models import Run
from community.demo.material import Line, read_people, read_room_talk
from community.demo.sign_ins import demo_password
from community.discussions.models import Thread, ThreadKind
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.settings import read_settings
from community.live.models import LiveSession
from community.live.operations import (
    enter_room,
    post_message,
    raise_hand,
    schedule_session,
    start_session,
)
from community.spaces.models import Space

ALL = Path("var/screenshots")
CHOSEN = Path("docs/pictures")
README = ("home-1280-light", "activity-1280-light", "thread-1280-light", "desk-1280-light")
MORE = ("room-1280-dark", "home-375-light")
GUIDE = ("run-settings-1280-light", "invite-1280-light", "shift-1280-light")
LARGEST = 250_000  # bytes of a picture that is committed
SIZES = {1280: 860, 375: 760}
TALL = {"desk": 1100}  # the matrix is the point of it
THEMES = ("light", "dark")
READY_WITHIN = 120.0  # seconds, the filling of the network included
FLAGS = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"]
LEARNER, ORGANISER, FACILITATOR = "amina-otieno", "wanjiru-kamau", "ines-marchetti"
ADMINISTRATOR = "helena-brandstaetter"


def main() -> None:
    """Make a network, take the pictures, and leave nothing running."""
    only = os.environ.get("PAGES", "").split()
    ALL.mkdir(parents=True, exist_ok=True)
    CHOSEN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, demo(Path(scratch)) as (url, app):
        pages = [place for place in places(app) if not only or place[0] in only]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            for width in SIZES:
                for theme in THEMES:
                    _take_all(browser, (url, app), pages, (width, theme))
            browser.close()
    for name in (*README, *MORE, *GUIDE):
        picture = ALL / f"{name}.png"
        if picture.exists() and picture.stat().st_size <= LARGEST:
            shutil.copy(picture, CHOSEN / picture.name)
        elif picture.exists():
            print(f"{picture} is too large to be committed: {picture.stat().st_size} bytes")


Look = tuple[int, str]
Place = tuple[str, str | None, str]
"""Name of the picture, who looks (None: nobody signed in), path."""


def places(app: Flask) -> list[Place]:
    """Return the pages to look at, in the run that is in its third week."""
    with app.app_context():
        space = db.session.scalars(sa.select(Space).where(Space.name.contains("autumn"))).one()
        slug = space.slug
        asked = db.session.scalars(
            sa.select(Thread.id)
            .where(Thread.space_id == space.id, Thread.kind == ThreadKind.QUESTION)
            .order_by(Thread.last_number.desc(), Thread.id)
        ).first()
        room = open_a_room(space.id)
        lead = person(FACILITATOR)
        studio, writing = a_draft(space.id)
    run = f"/spaces/{slug}"
    return [
        ("signed-out", None, "/"),
        ("sign-in", None, "/sign-in"),
        ("home", LEARNER, "/home"),
        ("space", LEARNER, run),
        ("learn", LEARNER, f"{run}/learn"),
        ("activity", LEARNER, f"{run}/learn/1/2"),
        ("quiz", LEARNER, f"{run}/learn/1/3"),
        ("thread-list", LEARNER, f"{run}/threads"),
        ("thread", LEARNER, f"/threads/{asked}?after=0"),
        ("session-list", LEARNER, f"{run}/sessions"),
        ("session", LEARNER, f"/sessions/{room}"),
        ("room", LEARNER, f"/sessions/{room}/room"),
        ("room-lead", FACILITATOR, f"/sessions/{room}/room"),
        ("people", ORGANISER, f"{run}/people"),
        ("desk", ORGANISER, f"{run}/manage"),
        ("fading", ORGANISER, f"{run}/manage/fading"),
        ("learners", ORGANISER, f"{run}/learners"),
        ("hand-ins", ORGANISER, f"{run}/hand-ins"),
        ("rules", ORGANISER, f"{run}/manage/run/rules"),
        ("releases", ORGANISER, f"{run}/manage/run/releases"),
        ("who-sees", ORGANISER, f"{run}/manage/run/who-sees"),
        ("certificates", ORGANISER, f"{run}/certificates"),
        ("invite", ORGANISER, f"{run}/invite"),
        ("run-settings", ORGANISER, f"{run}/manage/run"),
        ("shift", ORGANISER, f"{run}/manage/run/shift?days=7"),
        ("next-run", ORGANISER, f"{run}/manage/run/next"),
        ("session-edit", ORGANISER, f"/sessions/{room}/edit"),
        ("administration", ADMINISTRATOR, "/administration/people"),
        ("audit", ADMINISTRATOR, "/administration/audit"),
        ("site", ADMINISTRATOR, "/administration/settings"),
        ("lost", None, "/reset"),
        ("progress", LEARNER, f"{run}/my-progress"),
        ("place", LEARNER, f"{run}/place"),
        ("person", LEARNER, f"/people/{lead}"),
        ("security", LEARNER, "/me/security"),
        ("factors", LEARNER, "/me/factors"),
        ("tokens", LEARNER, "/me/tokens"),
        ("letters", LEARNER, "/me/letters"),
        ("data", LEARNER, "/me/data"),
        ("delete", LEARNER, "/me/delete"),
        ("home-organiser", ORGANISER, "/home"),
        ("courses", ORGANISER, "/courses"),
        ("studio", ORGANISER, studio),
        ("studio-writing", ORGANISER, f"{studio}/activities/{writing}"),
        ("studio-preview", ORGANISER, f"{studio}/preview"),
        ("studio-publish", ORGANISER, f"{studio}/publish"),
        ("me", LEARNER, "/me"),
        ("not-found", LEARNER, "/spaces/nowhere"),
    ]


def a_draft(space_id: uuid.UUID) -> tuple[str, uuid.UUID]:
    """Begin a draft of a run's course with a change in it; its address and a text of it."""
    course = db.session.scalars(
        sa.select(CourseVersion.course_id)
        .join(Run, Run.version_id == CourseVersion.id)
        .where(Run.space_id == space_id)
    ).one()
    author = Context.begin(person(ORGANISER))
    draft = begin_draft(author, course)
    first = draft_outline(draft.id).modules[0]
    edit_module(
        author,
        first.id,
        title=first.title,
        summary="What counts as data, who gains when it is shared, and whom it leaves out.",
        body=draft_module(draft.id, first.id).body,
        opens_later=False,
        revision=first.revision,
    )
    return f"/studio/{draft.id}", first.activities[0].id


def open_a_room(space_id: uuid.UUID) -> uuid.UUID:
    """Begin a session twenty minutes ago, with people in its room and what they said."""
    now = dt.datetime.now(dt.UTC)
    began = now - dt.timedelta(minutes=20)
    planned = db.session.scalars(
        sa.select(LiveSession)
        .where(LiveSession.space_id == space_id, LiveSession.title == "Question clinic")
        .limit(1)
    ).one()
    lead = person(FACILITATOR)
    session = schedule_session(
        Context.begin(lead, now=began),
        space_id,
        title=planned.title,
        plan=planned.plan,
        local_at=began.replace(tzinfo=None, second=0, microsecond=0),
        zone="UTC",
        minutes=planned.minutes,
    )
    start_session(Context.begin(lead, now=began), session.id)
    lines: list[Line] = next(talk for talk in read_room_talk() if talk.run == "autumn").lines
    said = [line for line in lines if line.at <= dt.timedelta(minutes=19)]
    speakers = list(dict.fromkeys(line.by for line in said))
    for line in said:
        ctx = Context.begin(person(line.by), now=began + line.at)
        post_message(ctx, session.id, body=line.text)
    for number, key in enumerate(speakers[2:4]):
        raise_hand(
            Context.begin(person(key), now=now - dt.timedelta(minutes=2 - number)), session.id
        )
    return session.id


def fill_the_room(session_id: uuid.UUID) -> None:
    """Let people be in the room for the half minute that a socket's word counts."""
    for known in read_people():
        if "autumn" in known.runs and known.key not in {LEARNER, FACILITATOR}:
            ctx = Context.begin(person(known.key))
            enter_room(ctx, session_id, node_id=new_key())


def person(key: str) -> uuid.UUID:
    """Return the id of somebody of the demo network."""
    return db.session.scalars(sa.select(User.id).where(User.email == f"{key}@example.org")).one()


def _take_all(browser: Browser, site: tuple[str, Flask], pages: list[Place], look: Look) -> None:
    (url, app), (width, theme) = site, look
    known: dict[str | None, Page] = {}
    for name, who, path in pages:
        if who not in known:
            known[who] = enter(browser, url, who, look)
        if name.startswith("room"):
            with app.app_context():
                fill_the_room(uuid.UUID(path.split("/")[2]))
        page = known[who]
        page.set_viewport_size({"width": width, "height": TALL.get(name, SIZES[width])})
        page.goto(url + path)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        page.screenshot(path=ALL / f"{name}-{width}-{theme}.png")
        tall = ALL / "whole"
        tall.mkdir(exist_ok=True)
        page.screenshot(path=tall / f"{name}-{width}-{theme}.png", full_page=True)
        print(f"  {name}-{width}-{theme}.png")
    for page in known.values():
        page.context.close()


def enter(browser: Browser, url: str, who: str | None, look: Look) -> Page:
    """Open a browser of a size and theme, signed in as somebody."""
    width, theme = look
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if who is not None:
        page.goto(f"{url}/sign-in")
        page.get_by_label("Email address").fill(f"{who}@example.org")
        page.get_by_label("Password", exact=True).fill(
            demo_password(Path(os.environ["COMMUNITY_DATA_DIR"]))
        )
        page.get_by_label("Password", exact=True).press("Enter")
        page.wait_for_url("**/home")
    return page


@contextlib.contextmanager
def demo(data: Path) -> Iterator[tuple[str, Flask]]:
    """Serve a fresh demo network; yields its address and an application over its database."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    bind, url = f"127.0.0.1:{port}", f"http://127.0.0.1:{port}"
    os.environ.update(
        COMMUNITY_DATA_DIR=str(data),
        COMMUNITY_NETWORK_NAME="Long Table",
        COMMUNITY_BASE_URL=url,
        COMMUNITY_MODE="development",
        COMMUNITY_RATE_LIMITS="false",
    )
    process = subprocess.Popen([sys.executable, "-m", "community.cli", "demo", "--bind", bind])
    try:
        _wait_for(url, process)
        yield url, create_app(read_settings())
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{url}/sign-in", timeout=5).close()  # noqa: S310
            return
        time.sleep(0.3)
    raise RuntimeError("the demo network did not start")


def chromium() -> str:
    """Return where this machine's Chromium is. Raises SystemExit where there is none."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("Chromium is missing (Debian: apt install chromium).")
    return found


if __name__ == "__main__":
    main()
