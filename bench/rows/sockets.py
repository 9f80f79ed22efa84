"""Sockets: replies to many watchers, broadcast, acknowledged room messages, idle connections.

Information in this release, except that a reply must reach its watchers.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from bench import servers
from bench.load import insert
from bench.load.client import SOCKET_IO
from bench.load.http import Failed
from bench.report import Row
from bench.site import CLIENTS, Site
from bench.visitors import cookie, writing
from community.kernel.log import Stream

WATCHERS = 1_000
REPLIES = 20
HELD = 5_000
TALKERS, ROOMS = 480, 60
SETTLE = 2.0


def do(job: dict[str, Any]) -> dict[str, float]:
    """Do a job of the socket client in its own process; raises Failed."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load.sockets"],
        input=json.dumps(job) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{job['what']}: {done.stderr.strip().splitlines()[-1]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def watchers(site: Site) -> Iterator[Row]:
    """A reply to 1,000 watching sockets: when it is answered, when the last watcher has it."""
    world, name = site.world, site.database.name
    thread = world.threads[1]  # of the network, where everybody is
    found = do(
        {
            "what": "watch",
            "port": site.port,
            "cookies": [cookie(person) for person in world.members[:WATCHERS]],
            "thread": thread,
            "since": head(site, thread),
            "replies": REPLIES,
            "path": f"/api/v1/threads/{thread}/posts",
            "headers": writing(world.members[0]),
        }
    )
    note = f"client {found['cpu']:.0%} of a core"
    yield Row(
        name=f"reply to {WATCHERS:,} watchers, answered",
        database=name,
        value=found["commit"],
        unit="ms",
        bar=50,
        note=f"{note}; the answer follows the push",
    )
    yield Row(
        name=f"reply to {WATCHERS:,} watchers, last one reached, p95",
        database=name,
        value=found["reached"],
        unit="ms",
        bar=150,
        note=f"p50 {found['median']:.0f} ms",
    )


def head(site: Site, stream_id: str) -> int:
    """Return the number of a stream's last event."""
    engine = sa.create_engine(site.database.work_url)
    with engine.connect() as connection:
        found = connection.execute(sa.select(Stream.id, Stream.head)).all()
    engine.dispose()
    return int({str(row.id): row.head for row in found}[stream_id])


def broadcast(site: Site) -> Iterator[Row]:
    """Messages to everybody in a room, against the ``websockets`` package's broadcast."""
    port = servers.free_port()
    floor_log = site.database.work_dir / "broadcast.log"
    command = ["-m", "bench.floors.broadcast", str(port)]
    with (
        servers.gunicorn("bench.burst:make_app()", site.database, BURST) as ours,
        servers.running(port, command, {}, floor_log, "/") as floor,
    ):
        for count, messages in ((100, 400), (1_000, 100)):
            people = [cookie(p) for p in site.world.members[:count]]
            thread = site.world.threads[1]
            common = {"cookies": people, "thread": thread, "since": head(site, thread)}
            us = {**common, "port": ours.port, "path": SOCKET_IO}
            them = {**common, "port": floor.port, "path": "/"}
            job = {"what": "burst", "messages": messages, "times": 5}
            fast, bare = do({**us, **job}), do({**them, **job})
            yield Row(
                name=f"broadcast, N = {count:,}",
                database=site.database.name,
                value=fast["rate"],
                unit="deliveries/s",
                floor=bare["rate"],
                note=f"client {fast['cpu']:.0%} and {bare['cpu']:.0%} of a core",
            )
            job = {"what": "paced", "messages": 30_000 // count, "pace": count / 10_000}
            slow, steady = do({**us, **job}), do({**them, **job})
            yield Row(
                name=f"broadcast at 10,000/s, N = {count:,}, p99",
                database=site.database.name,
                value=slow["p99"],
                unit="ms",
                floor=steady["p99"],
                note=f"p50 {slow['p50']:.1f} and {steady['p50']:.1f} ms",
            )


BURST = "community.gunicorn_conf"


def room_messages(site: Site) -> Iterator[Row]:
    """Lines written in live rooms and acknowledged, 16 at any moment, against *insert*."""
    world, name = site.world, site.database.name
    people = world.members[-TALKERS:]
    rooms = world.open_rooms[:ROOMS]
    found = do(
        {
            "what": "say",
            "port": site.port,
            "cookies": [cookie(person) for person in people],
            "rooms": rooms,
            "writers": CLIENTS,
            "seconds": 2,
            "times": 3,
            "paced": 300,
        }
    )
    items = [(rooms[n % ROOMS], people[n % TALKERS][0], "We shared it.") for n in range(20_000)]
    floor = insert.run(site.database, insert.Job("say", CLIENTS, 3), items)
    yield Row(
        name="room messages acknowledged, 16 writers",
        database=name,
        value=found["rate"],
        unit="acks/s",
        floor=floor.rate,
        note=f"rooms of {TALKERS // ROOMS}, client {found['cpu']:.0%} of a core",
    )
    yield Row(
        name="room message to its ack at 100/s, p50",
        database=name,
        value=found["p50"],
        unit="ms",
        note=f"p99 {found['p99']:.0f} ms",
    )


def connections(site: Site) -> Iterator[Row]:
    """What an idle connection costs the server."""
    people = site.world.members
    cookies = [cookie(people[number % len(people)]) for number in range(HELD)]
    with servers.real(site.database, worker=False) as server:
        time.sleep(SETTLE)
        before = servers.resident(server.worker)
        with subprocess.Popen(
            [sys.executable, "-m", "bench.load.sockets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as client:
            assert client.stdin is not None  # noqa: S101  # both are pipes
            assert client.stdout is not None  # noqa: S101
            job = {"what": "hold", "port": server.port, "cookies": cookies}
            client.stdin.write(json.dumps(job) + "\n")
            client.stdin.flush()
            if client.stdout.readline() != "held\n":
                raise Failed(f"{HELD:,} connections could not be opened")
            time.sleep(SETTLE)
            after = servers.resident(server.worker)
            client.stdin.write("\n")
            client.stdin.flush()
            rate = json.loads(client.stdout.readline())["rate"]
    yield Row(
        name=f"idle connection, {HELD:,} held",
        database=site.database.name,
        value=(after - before) / HELD / 1_000,
        unit="kB",
        note=f"{rate:.0f} opened a second",
    )
