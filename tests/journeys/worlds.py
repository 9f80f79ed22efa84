"""What stands before a journey begins: our own course, and runs of it."""

import functools
import uuid
from pathlib import Path

from factories.progress import World
from flask import Flask

from community.academy.formats.folder import read_folder
from community.academy.formats.source import ActivitySource, CourseSource
from community.academy.kinds.builtin import KINDS
from community.kernel.context import Context
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
