"""A reply where 200 of a space's 1,000 members watch: what it costs who writes, and the worker."""

import itertools
import json
from collections.abc import Iterator

from bench.load import http, insert
from bench.report import Row
from bench.rows.reply import TEXT
from bench.site import CLIENTS, SECONDS, Site, alternate
from bench.sizes import WATCHING
from bench.statements import Counter, counted
from bench.visitors import writing
from community.kernel import jobs
from community.kernel.keys import new_key

WRITERS = 64
MOST = 6_000  # replies of one run; more than can be written


def measure(site: Site) -> Iterator[Row]:
    world, name = site.world, site.database.name
    people = world.members[-WRITERS:]
    headers = [writing(person) for person in people]
    numbers = itertools.count()

    def request() -> http.Request:
        number = next(numbers)
        return http.Request(
            f"/api/v1/threads/{world.watched}/posts",
            headers[number % WRITERS],
            "POST",
            json.dumps({"body": f"{TEXT} {number}", "client_id": new_key().hex}),
        )

    def ours(_number: int) -> http.Load:
        batch = [request() for _ in range(MOST)]
        return http.run(site.server, batch, clients=CLIENTS, seconds=SECONDS, once=True)

    def floor(_number: int) -> http.Load:
        items = [(world.watched, people[n % WRITERS][0], f"{TEXT} {n}") for n in range(4 * MOST)]
        return insert.run(site.database, insert.Job("reply", CLIENTS, SECONDS), items)

    # first of all: the worker of the servers is not there yet to take what is owed
    with counted(site.database) as counter:
        watched = _statements(site, counter, world.watched)
        quiet = _statements(site, counter, world.threads[5])
    what = f"reply in a space of 1,000, {WATCHING} watching"
    for part, ours_, theirs in zip(("request", "worker"), watched, quiet, strict=True):
        yield Row(
            name=f"{what}, statements of the {part}",
            database=name,
            value=ours_,
            unit="",
            bar=MOST_STATEMENTS[part],
            note=f"{theirs} where nobody watches",
        )
    http.expect(site.port, request(), 201)
    posted, inserted = alternate(ours, floor)
    yield Row(
        name=f"{what}, 16 writers in one thread",
        database=name,
        value=posted.rate,
        unit="req/s",
        floor=inserted.rate,
        bar=0.25,
        at_most=False,
        note=f"{posted.note}, p99 {posted.p99:.0f} ms",
    )


MOST_STATEMENTS = {"request": 16, "worker": 40}


def _statements(site: Site, counter: Counter, thread: str) -> tuple[int, int]:
    """Return the statements of a reply, and of all that the worker owes after it."""
    headers = writing(site.world.members[-1])
    path = f"/api/v1/threads/{thread}/posts"

    def act() -> None:
        counter.post(path, headers, {"body": TEXT, "client_id": new_key().hex})

    def work() -> None:
        jobs.run_everything(counter.app)

    act()  # a process keeps what never changes
    work()
    return counter.during(act), counter.during(work)
