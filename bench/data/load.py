"""The pristine data set: loaded when there is none of today, or the loader or schema changed."""

import ast
import datetime as dt
import hashlib
import sqlite3
import time
import uuid
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from bench.data import courses, learning, people, sessions, talk
from bench.data.world import World
from bench.databases import SECRET, Database
from bench.sizes import COMPLETING, HUGE, LEARNERS, LONG, VAST, WATCHING, WIDE, Size
from community import migrating
from community.academy.queries import ActivityLine, outline
from community.accounts.models import SignIn
from community.app import create_app
from community.discussions.models import Post, Thread
from community.kernel.db import db
from community.kernel.settings import Settings
from community.live.models import LiveSession, SessionState
from community.progress.models import ActivityState
from community.spaces.models import Space

WATCHED = 3  # of the threads of exactly a page: one of the network
WEEKS_AGO = {"run": 6, "completing": 12, "wide": 12, "huge": 12, "vast": 30, "exam": 1}


def settings_for(url: str, data_dir: Path) -> Settings:
    """Return the settings of a measured installation: production, but nobody is slowed down."""
    return Settings(
        secret_key=SECRET,
        data_dir=data_dir,
        database_url=url,
        network_name="The whole network",
        rate_limits=False,
    )


def ready(database: Database, size: Size) -> World:
    """Return the world of a database whose working copy is fresh; loads it if it must."""
    fingerprint = _fingerprint()
    world = World.read(database, fingerprint)
    if world is None:
        print(f"loading size {size.name} into {database.name} (kept for today) ...", flush=True)
        began = time.monotonic()
        database.stamp.unlink(missing_ok=True)  # a load that fails leaves nothing to go on with
        database.clear()
        migrating.upgrade(database.pristine_url)
        world = _load(database, size)
        database.settle()
        world.write(database, fingerprint)
        print(f"  {time.monotonic() - began:.0f} s: {_said(world.counts)}", flush=True)
    database.copy()
    engine = sa.create_engine(database.work_url)
    with engine.begin() as connection:
        sessions.open_now(connection)
    engine.dispose()
    return world


def _said(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _fingerprint() -> str:
    """Say what the data set depends on: the loader, the schema, and the day it is true on."""
    parts = [dt.datetime.now(dt.UTC).date().isoformat(), migrating.newest() or ""]
    sources = [*sorted(Path(__file__).parent.glob("*.py")), Path("bench/sizes.py")]
    sources += sorted(Path("migrations/versions").glob("*.py"))
    return hashlib.sha256("".join([*parts, *map(_meaning, sources)]).encode()).hexdigest()


def _meaning(file: Path) -> str:
    """Return what a file says to Python, so that its layout may change."""
    return ast.dump(ast.parse(file.read_text()))


def _load(database: Database, size: Size) -> World:
    engine = sa.create_engine(database.pristine_url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _hurry)
    app = create_app(settings_for(database.pristine_url, database.home))
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with engine.begin() as connection:
        everybody = people.load(connection, size, now)
    runs = _begin_runs(engine, app, size, everybody)
    with app.app_context():
        lines = {name: outline(found[0].version_id).activities for name, found in runs.items()}
    with engine.begin() as connection:
        _enrol(connection, everybody, runs, lines, now)
    with engine.begin() as connection:
        threads = talk.load(connection, size, everybody, [r.space_id for r in runs["run"]], now)
        vast = runs["vast"][0].space_id
        everybody.of_space[vast] = everybody.members[: VAST[0]]
        long = talk.load_long(connection, everybody, vast, LONG, now)
        talk.load_many(connection, everybody, now)
        talk.watch(connection, threads[WATCHED], everybody.members[:WATCHING], now)
        room = sessions.load(connection, everybody, runs["run"][0].space_id, now)
    with engine.connect() as connection:
        world = _world(
            connection,
            everybody,
            runs,
            lines=lines["completing"],
            exam=lines["exam"],
            threads=threads,
            long=long,
            room=room,
        )
    engine.dispose()
    with app.app_context():
        for used in db.engines.values():
            used.dispose()
    return world


def _hurry(raw: sqlite3.Connection, _record: object) -> None:
    """Wait for no disk, and keep the pages of indexes at hand, whose keys come in no order."""
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("PRAGMA cache_size=-4000000")  # kilobytes


def _begin_runs(
    engine: sa.Engine, app: Flask, size: Size, everybody: people.People
) -> dict[str, list[courses.Begun]]:
    versions = courses.import_all(app, everybody.network)
    with engine.begin() as connection:
        versions["vast"] = courses.filled(connection, versions["vast"], VAST[2])

    def begin(name: str, version: str, seats: int) -> courses.Begun:
        ago = WEEKS_AGO[name.partition(" ")[0]]
        return courses.begin(
            app, everybody.owner, versions[version], name, weeks_ago=ago, seats=seats
        )

    return {
        "run": [begin(f"run {n + 1}", "small", LEARNERS) for n in range(size.runs)],
        "completing": [begin("completing", "small", COMPLETING)],
        "wide": [begin("wide", "wide", WIDE[0])],
        "huge": [begin("huge", "huge", HUGE[0])],
        "vast": [begin("vast", "vast", VAST[0])],
        "exam": [begin("exam", "exam", LEARNERS)],
    }


def _enrol(
    connection: sa.Connection,
    everybody: people.People,
    runs: dict[str, list[courses.Begun]],
    lines: dict[str, tuple[ActivityLine, ...]],
    now: dt.datetime,
) -> None:
    members = everybody.members
    for number, run in enumerate(runs["run"]):
        start = number * LEARNERS % len(members)
        learners = members[start : start + LEARNERS]
        everybody.of_space[run.space_id] = learners
        small = lines["run"]
        learning.load(
            connection,
            run,
            learners=learners,
            lines=small,
            choose=learning.in_order(small, released=35),
            now=now,
        )
    [completing], small = runs["completing"], lines["completing"]
    learning.load(
        connection,
        completing,
        learners=members[-COMPLETING:],
        lines=small,
        choose=learning.all_but_pages(small),
        now=now,
    )
    for name, learners, half in (
        ("vast", members[: VAST[0]], len(lines["vast"]) // 2),
        ("exam", members[:LEARNERS], 0),
    ):
        choose = learning.in_order(lines[name], released=half)
        learning.load(
            connection, runs[name][0], learners=learners, lines=lines[name], choose=choose, now=now
        )
    for name, (seats, _modules) in (("wide", WIDE), ("huge", HUGE)):
        choose = learning.in_order(lines[name], released=130)
        learning.load(
            connection,
            runs[name][0],
            learners=everybody.extra[:seats],
            lines=lines[name],
            choose=choose,
            now=now,
            acts=False,
        )


def _world(
    connection: sa.Connection,
    everybody: people.People,
    runs: dict[str, list[courses.Begun]],
    *,
    lines: tuple[ActivityLine, ...],
    exam: tuple[ActivityLine, ...],
    threads: list[uuid.UUID],
    long: uuid.UUID,
    room: uuid.UUID,
) -> World:
    sign_ins = dict(connection.execute(sa.select(SignIn.user_id, SignIn.id)).tuples().all())
    slugs = dict(connection.execute(sa.select(Space.id, Space.slug)).tuples().all())

    def person(key: uuid.UUID) -> tuple[str, str]:
        return str(key), str(sign_ins[key])

    def run(name: str) -> dict[str, str]:
        found = runs[name][0]
        return {
            "id": str(found.id),
            "space": str(found.space_id),
            "slug": slugs[found.space_id],
            "version": str(found.version_id),
        }

    def session(space_id: uuid.UUID, state: SessionState) -> list[str]:
        rows = connection.scalars(
            sa.select(LiveSession.id).where(
                LiveSession.space_id == space_id, LiveSession.state == state
            )
        )
        return [str(key) for key in rows]

    return World(
        owner=person(everybody.owner),
        members=[person(key) for key in everybody.members],
        threads=[str(key) for key in threads],
        network=slugs[everybody.network],
        busy=person(everybody.busy),
        many=[slugs[key] for key in everybody.many],
        watched=str(threads[WATCHED]),
        run=run("run"),
        completing=run("completing"),
        wide=run("wide"),
        huge=run("huge"),
        vast=run("vast"),
        long=str(long),
        exam=run("exam") | {"quiz": str(exam[0].id)},
        room=str(room),
        over=session(runs["run"][0].space_id, SessionState.ENDED)[0],
        open_rooms=session(everybody.rooms, SessionState.LIVE),
        pages=[str(line.id) for line in lines if line.kind == "page"],
        activity=(1, 1),
        counts={
            "members": len(everybody.members),
            "spaces": len(slugs),
            "threads": connection.scalar(sa.select(sa.func.count()).select_from(Thread)) or 0,
            "posts": connection.scalar(sa.select(sa.func.count()).select_from(Post)) or 0,
            "states": connection.scalar(sa.select(sa.func.count()).select_from(ActivityState)) or 0,
        },
    )
