"""What stands before a journey begins: our own course, and runs of it."""

import functools
import re
import time
import uuid
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from factories.progress import World
from flask import Flask
from letters import text_of

from community.academy.formats.folder import read_folder
from community.academy.formats.source import ActivitySource, CourseSource
from community.academy.kinds.builtin import KINDS
from community.kernel.context import Context
from community.kernel.installed import EXTENSION
from community.spaces.models import Role
from community.spaces.operations import create_invitation

ACADEMY = Path(__file__).parents[2] / "courses" / "data-stewardship-academy"


@functools.cache
def academy() -> CourseSource:
    """Return the stewardship academy as it lies in this repository."""
    return read_folder(ACADEMY, KINDS)


def activity(module: int, number: int) -> ActivitySource:
    """Return an activity of the academy by its place, from 1."""
    return academy().modules[module - 1].activities[number - 1]


def invite(app: Flask, world: World, role: Role = Role.MEMBER) -> str:
    """Return the path of a fresh invitation into a run."""
    with app.app_context():
        ctx = Context.begin(world.owner)
        _, token = create_invitation(ctx, world.space, role=role, days=7, max_uses=5)
    return f"/join/{token}"


def answers(quiz: ActivitySource, *, right: bool) -> dict[str, list[str]]:
    """Return what to tick in a quiz, question to options; wrong means each one wrong."""
    chosen = {}
    for question in quiz.settings["questions"]:
        ticked = [each["id"] for each in question["options"] if each["right"] is right]
        chosen[question["id"]] = ticked if question["kind"] == "multiple" else ticked[:1]
    return chosen


def email_of(name: str) -> str:
    """Return an address nobody has yet."""
    return f"{name.split(maxsplit=1)[0].lower()}.{uuid.uuid4().hex[:8]}@example.org"


def link_in_letter(app: Flask, address: str) -> str:
    """Return the path of the link in the letter to an address; without a mail server it is a file.

    The worker of the site writes it a moment after it was asked for.
    """
    folder = app.extensions[EXTENSION].settings.data_dir / "mail"
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        for file in sorted(folder.glob("*.eml"), reverse=True):
            letter = BytesParser(EmailMessage, policy=default).parsebytes(file.read_bytes())
            found = re.search(r"^https?://[^/\s]+(/\S+)\s*$", text_of(letter), re.MULTILINE)
            if address in letter["To"] and found:
                return found[1]
        time.sleep(0.2)
    raise AssertionError(f"no letter to {address}")
