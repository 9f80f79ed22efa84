"""Runs of a course with people in them, made as people make them."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from flask import Flask

from community.academy.formats.source import CourseSource
from community.academy.queries import outline
from community.accounts.models import User
from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.cohorts.operations import close_run, create_run, open_run
from community.cohorts.queries import enrolment_of, placements
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.live.models import Attendance, LiveSession
from community.live.operations import end_session, start_session
from community.progress.operations import decide
from community.progress.rules.states import Status
from community.spaces.models import Membership, Role, Space, SpaceKind
from community.spaces.operations import add_member
from factories.academy import course_source, make_version
from factories.accounts import make_user
from factories.spaces import join, make_space

WHY = "She was ill that week."


@dataclasses.dataclass(frozen=True)
class World:
    """A run by its ids; ``owner`` facilitates it, ``activities`` are in order."""

    network: uuid.UUID
    version: uuid.UUID
    run: uuid.UUID
    space: uuid.UUID
    slug: str
    owner: uuid.UUID
    modules: tuple[uuid.UUID, ...]
    activities: tuple[uuid.UUID, ...]
    opens: dt.datetime


def make_run(
    app: Flask,
    source: CourseSource | None = None,
    *,
    weeks_ago: int = 1,
    opened: bool = True,
    lapsed: bool = False,
    **more: object,
) -> World:
    """Make a run that began ``weeks_ago`` weeks ago (its modules opened one a week since).

    Its sessions before now can still be held, or with ``lapsed`` never were.
    """
    owner = make_user(app, "Olga Organiser")
    network = make_space(app, "The network", kind=SpaceKind.NETWORK)
    join(app, network, owner, Role.OWNER)
    version = make_version(app, network, source or course_source())
    starts_on = dt.datetime.now(dt.UTC).date() - dt.timedelta(weeks=weeks_ago)
    values: dict[str, object] = {
        "name": "Cohort 9",
        "starts_on": starts_on,
        "weeks": 10,
        "zone": "UTC",
        "capacity": 500,
        **more,
    }
    with app.app_context():
        run = create_run(Context.begin(owner), version_id=version, **values)  # type: ignore[arg-type]
        if opened:
            open_run(Context.begin(owner), run.id)
        if not lapsed:
            _put_off(run.space_id)
        space = db.session.get_one(Space, run.space_id)
        lines = outline(version)
        return World(
            network=network,
            version=version,
            run=run.id,
            space=space.id,
            slug=space.slug,
            owner=owner,
            modules=tuple(module.id for module in lines.modules),
            activities=tuple(line.id for line in lines.activities),
            opens=dt.datetime.combine(starts_on, dt.time(), dt.UTC),
        )


def _put_off(space_id: uuid.UUID) -> None:
    """Let the sessions of a space that nobody began begin in two days or so, at their hour."""
    now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    past = sa.select(LiveSession).where(
        LiveSession.space_id == space_id, LiveSession.starts_at < now
    )
    with unit_of_work(Context.begin(None)):
        for session in db.session.scalars(past):
            session.starts_at += ((now - session.starts_at) // day + 2) * day


def make_member(
    app: Flask, world: World, name: str = "Ana Lind", role: Role = Role.MEMBER
) -> uuid.UUID:
    """Make a person and let them into the run's space; returns the user's id."""
    user_id = make_user(app, name)
    with app.app_context():
        add_member(Context.begin(world.owner), world.space, user_id, role=role)
    return user_id


def enrolment_id_of(app: Flask, world: World, user_id: uuid.UUID) -> uuid.UUID:
    """Return the id of somebody's enrolment."""
    with app.app_context():
        found = enrolment_of(world.run, user_id)
        assert found is not None
        return found.id


def make_learner(app: Flask, world: World, name: str = "Ana Lind") -> tuple[uuid.UUID, uuid.UUID]:
    """Make a learner; returns the ids of the user and of the enrolment."""
    user_id = make_member(app, world, name)
    return user_id, enrolment_id_of(app, world, user_id)


def make_learners(app: Flask, world: World, names: Sequence[str]) -> list[uuid.UUID]:
    """Make several learners; returns the users' ids."""
    return [make_member(app, world, name) for name in names]


def close(app: Flask, world: World, now: dt.datetime | None = None) -> None:
    """Close the run, at a moment or as the clock is."""
    with app.app_context():
        close_run(Context.begin(world.owner, now=now), world.run)


def have_come(app: Flask, world: World, days: int) -> None:
    """Let everybody enrolled in the run have come so many days ago."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    with app.app_context(), unit_of_work(Context.begin(None)):
        db.session.execute(
            sa.update(Enrolment).where(Enrolment.run_id == world.run).values(enrolled_at=at)
        )


def run_row(app: Flask, world: World) -> Run:
    """Return the run's row."""
    with app.app_context():
        return db.session.get_one(Run, world.run)


def hold_session(
    app: Flask, world: World, seconds: Mapping[uuid.UUID, int], number: int = 3
) -> uuid.UUID:
    """Start and end the session of an activity, with attendance as it was measured.

    Returns the session's id; what is owed to a worker is still to be done.
    """
    with app.app_context():
        session_id = placements(world.run)[world.activities[number]].session_id
        assert session_id is not None
        with unit_of_work(Context.begin(None)):
            db.session.get_one(LiveSession, session_id).starts_at = dt.datetime.now(dt.UTC)
        start_session(Context.begin(world.owner), session_id)
        end_session(Context.begin(world.owner), session_id)
        with unit_of_work(Context.begin(None)):
            db.session.execute(sa.delete(Attendance).where(Attendance.session_id == session_id))
            for user_id, there in seconds.items():
                db.session.add(
                    Attendance(session_id=session_id, user_id=user_id, seconds=there, intervals=[])
                )
    return session_id


def settle(app: Flask, world: World, user_id: uuid.UUID, numbers: Iterable[int]) -> None:
    """Let the owner waive activities for a learner, by their places in the course (from 0)."""
    with app.app_context():
        mine = enrolment_id_of(app, world, user_id)
        for number in numbers:
            decide(
                Context.begin(world.owner),
                mine,
                world.activities[number],
                status=Status.WAIVED,
                reason=WHY,
            )


def enrol_many(app: Flask, world: World, number: int, name: str) -> list[uuid.UUID]:
    """Let many people of one name learn in the run, by rows alone; returns the enrolments."""
    now = dt.datetime.now(dt.UTC)
    keys = [(new_key(), new_key()) for _ in range(number)]
    person = {"name": name, "name_folded": name.lower(), "zone": "UTC", "language": "en"}
    person["created_at"] = now
    place = {"space_id": world.space, "role": Role.MEMBER, "joined_at": now}
    seat = {"run_id": world.run, "state": EnrolmentState.ACTIVE, "enrolled_at": now}
    with app.app_context(), unit_of_work(Context.begin(None)):
        for model, rows in (
            (User, [{**person, "id": user, "email": f"{user}@example.org"} for user, _ in keys]),
            (Membership, [{**place, "id": new_key(), "user_id": user} for user, _ in keys]),
            (Enrolment, [{**seat, "id": key, "user_id": user} for user, key in keys]),
        ):
            db.session.execute(sa.insert(model), rows)
    return [key for _user, key in keys]
