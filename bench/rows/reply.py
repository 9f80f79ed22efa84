"""Posting a reply by 16 writers at once, against *insert*."""

import itertools
import json
from collections.abc import Iterator

from bench.load import http, insert
from bench.report import Row
from bench.site import CLIENTS, SECONDS, Site, alternate
from bench.visitors import writing
from community.kernel.keys import new_key

WRITERS = 64  # people, of whom 16 write at any moment
MOST = 6_000  # replies of one run; more than can be written
TEXT = "We shared the survey tables with *a readme file*, because nobody could find them. " * 3


def measure(site: Site) -> Iterator[Row]:
    people, threads = site.world.members[:WRITERS], site.world.threads
    headers = [writing(person) for person in people]
    numbers = itertools.count()

    def request() -> http.Request:
        number = next(numbers)
        return http.Request(
            f"/api/v1/threads/{threads[number % len(threads)]}/posts",
            headers[number % WRITERS],
            "POST",
            json.dumps({"body": f"{TEXT} {number}", "client_id": new_key().hex}),
        )

    def ours(_number: int) -> http.Load:
        batch = [request() for _ in range(MOST)]
        return http.run(site.server, batch, clients=CLIENTS, seconds=SECONDS, once=True)

    def floor(_number: int) -> http.Load:
        job = insert.Job("reply", CLIENTS, SECONDS)
        items = [
            (threads[n % len(threads)], people[n % WRITERS][0], f"{TEXT} {n}")
            for n in range(4 * MOST)
        ]
        return insert.run(site.database, job, items)

    http.expect(site.port, request(), 201)
    posted, inserted = alternate(ours, floor)
    yield Row(
        name="post a reply, 16 writers",
        database=site.database.name,
        value=posted.rate,
        unit="req/s",
        floor=inserted.rate,
        bar=0.25,
        at_most=False,
        note=f"{posted.note}, p99 {posted.p99:.0f} ms",
    )
