"""Courses of the three sizes, imported and begun through the platform's own operations."""

import dataclasses
import datetime as dt
import random
import uuid
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.data import words
from bench.data.bulk import insert
from bench.sizes import HUGE, VAST, WIDE
from community.academy.formats.source import ActivitySource, CourseSource, ModuleSource
from community.academy.models import Activity, CourseVersion, Module, VersionState
from community.academy.operations import import_course
from community.cohorts.operations import create_run, open_run
from community.kernel.context import Context
from community.kernel.keys import new_key

SMALL = ("page", "page", "page", "quiz", "discussion")  # ten of these: 50 activities
LARGE = ("page",) * 7 + ("quiz", "page", "discussion")
EXAM = ("exam",)
QUESTIONS = 20  # of the exam


@dataclasses.dataclass(frozen=True, slots=True)
class Begun:
    """A run that is open, with the space it is in."""

    id: uuid.UUID
    space_id: uuid.UUID
    version_id: uuid.UUID


def import_all(app: Flask, network: uuid.UUID) -> dict[str, uuid.UUID]:
    """Import the three courses into the network; returns their versions by name."""
    ctx = Context.begin(None, origin="shell")
    with app.app_context():
        return {
            name: import_course(ctx, network, source).id
            for name, source in (
                ("small", _course("Sharing data", 10, SMALL)),
                ("wide", _course("A year of stewardship", WIDE[1], LARGE)),
                ("huge", _course("Everything about data", HUGE[1], LARGE)),
                ("vast", _course("A library of data", VAST[1], ("page",))),
                ("exam", _course("An exam", 1, EXAM)),
            )
        }


def filled(connection: sa.Connection, version_id: uuid.UUID, activities: int) -> uuid.UUID:
    """Publish a version like another one, whose modules have so many activities each.

    They are more than authors may write, and all like the first; what is published stays as it is.
    """

    def rows(model: Any, at: Any) -> list[dict[str, Any]]:
        return [dict(one) for one in connection.execute(sa.select(model).where(at)).mappings()]

    [version] = rows(CourseVersion.__table__, CourseVersion.id == version_id)
    key = new_key()
    version |= {"id": key, "number": version["number"] + 1, "state": VersionState.DRAFT}
    insert(connection, CourseVersion, [version])
    for module in rows(Module.__table__, Module.version_id == version_id):
        [first] = rows(Activity.__table__, Activity.module_id == module["id"])
        made = {**module, "id": new_key(), "version_id": key}
        insert(connection, Module, [made])
        insert(connection, Activity, (_like(first, made["id"], key, n) for n in range(activities)))
    connection.execute(
        sa.update(CourseVersion).where(CourseVersion.id == key).values(state=VersionState.PUBLISHED)
    )
    return key


def _like(
    first: dict[str, Any], module_id: uuid.UUID, version_id: uuid.UUID, number: int
) -> dict[str, Any]:
    return {
        **first,
        "id": new_key(),
        "module_id": module_id,
        "version_id": version_id,
        "lineage": new_key(),
        "position": number + 1,
        "slug": f"page-{number + 1}",
        "title": f"{words.TITLES[number % 4]}, {number + 1}",
    }


def begin(
    app: Flask, owner: uuid.UUID, version_id: uuid.UUID, name: str, *, weeks_ago: int, seats: int
) -> Begun:
    """Plan and open a run that began ``weeks_ago`` weeks ago."""
    today = dt.datetime.now(dt.UTC).date()
    with app.app_context():
        run = create_run(
            Context.begin(owner),
            version_id=version_id,
            name=name,
            starts_on=today - dt.timedelta(weeks=weeks_ago),
            weeks=40,
            zone="Europe/Amsterdam",
            capacity=seats,
        )
        made = Begun(run.id, run.space_id, version_id)
        open_run(Context.begin(owner), run.id)
        return made


def _course(title: str, modules: int, kinds: tuple[str, ...]) -> CourseSource:
    rng = random.Random(3)
    return CourseSource(
        title=title,
        licence="CC-BY-4.0",
        summary="A course for measuring.",
        body="What it is about.",
        modules=tuple(_module(rng, number + 1, kinds) for number in range(modules)),
    )


def _module(rng: random.Random, number: int, kinds: tuple[str, ...]) -> ModuleSource:
    # Half of the small modules meet live instead of in a thread.
    last = "live_session" if number % 2 and len(kinds) == len(SMALL) else kinds[-1]
    return ModuleSource(
        slug=f"module-{number}",
        title=f"Module {number}",
        summary="Why, and for whom.",
        body="An introduction.",
        activities=tuple(
            _activity(rng, number, place, kind) for place, kind in enumerate((*kinds[:-1], last), 1)
        ),
    )


def _activity(rng: random.Random, module: int, place: int, kind: str) -> ActivitySource:
    settings = {
        "page": {},
        "discussion": {"posts": 1},
        "live_session": {"day": 3, "time": "15:00", "attend": 50},
        "quiz": {"attempts": None, "pass": 60, "questions": [_question(rng, n) for n in range(4)]},
        "exam": {
            "attempts": 1,
            "pass": 60,
            "time_limit": 30,
            "questions": [_question(rng, n) for n in range(QUESTIONS)],
        },
    }
    text = "\n\n".join(words.body(rng) for _ in range(6 if kind == "page" else 1))
    return ActivitySource(
        slug=f"{kind.replace('_', '-')}-{place}",
        kind="quiz" if kind == "exam" else kind,
        title=f"{words.TITLES[place % 4]}, {module}.{place}",
        minutes={"page": 10, "quiz": 5, "exam": 30, "discussion": 15, "live_session": 60}[kind],
        settings=settings[kind],  # type: ignore[arg-type]
        body="" if kind in {"quiz", "exam"} else text,
    )


def _question(rng: random.Random, number: int) -> dict[str, object]:
    return {
        "id": f"q{number + 1}",
        "kind": "single",
        "prompt": f"What would you do first? {words.sentence(rng)}",
        "options": [
            {
                "id": f"q{number + 1}o{place + 1}",
                "text": words.sentence(rng),
                "right": place == number % 3,
                "feedback": "",
            }
            for place in range(3)
        ],
        "explanation": words.sentence(rng),
    }
