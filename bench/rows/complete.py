"""Completing an activity (event, state, totals, unlocking), against *insert*; and by 50 writers."""

import json
import uuid
from collections.abc import Iterator

import sqlalchemy as sa

from bench.load import http, insert
from bench.report import Row
from bench.site import CLIENTS, RUNS, SECONDS, Site, alternate
from bench.sizes import COMPLETING
from bench.visitors import writing
from community.cohorts.models import Enrolment
from community.kernel.keys import new_key

MANY = 50
SHARE = COMPLETING // (RUNS + 4)  # learners of a run; more than write at once, as of what remains


def measure(site: Site) -> Iterator[Row]:
    world, name = site.world, site.database.name
    learners = world.members[-COMPLETING:]

    def ours(number: int, clients: int = CLIENTS) -> http.Load:
        share = slice(number * SHARE, (number + 1) * SHARE if number <= RUNS else None)
        batch = _requests(site, learners[share])
        return http.run(site.server, batch, clients=clients, seconds=SECONDS, once=True)

    def floor(number: int) -> http.Load:
        return insert.run(site.database, insert.Job("complete", CLIENTS, SECONDS), items[number])

    items = _floor_items(site)
    first = _requests(site, learners[:1])[0]
    answer = http.expect(site.port, first)
    if json.loads(answer.body)["status"] != "done":
        raise http.Failed("reading to the end did not complete the activity")
    done, inserted = alternate(ours, floor)
    yield Row(
        name="complete an activity, 16 writers",
        database=name,
        value=done.rate,
        unit="req/s",
        floor=inserted.rate,
        bar=0.25,
        at_most=False,
        note=f"{done.note}, p99 {done.p99:.0f} ms",
    )
    many = ours(RUNS + 1, MANY)
    yield Row(
        name="complete an activity, 50 writers, p99",
        database=name,
        value=many.p99,
        unit="ms",
        bar=100 if name == "postgresql" else None,
        note=f"p50 {many.p50:.0f} ms, {many.rate:.0f} req/s; without a pause between two acts",
    )


def _requests(site: Site, learners: list[tuple[str, str]]) -> list[http.Request]:
    """Return each page for each learner, so that no one completes two at a time."""
    run, headers = site.world.completing["id"], [writing(person) for person in learners]
    return [
        http.Request(
            f"/api/v1/runs/{run}/activities/{page}/reading",
            one,
            "POST",
            json.dumps({"fraction": 1.0, "client_id": new_key().hex}),
        )
        for page in site.world.pages
        for one in headers
    ]


def _floor_items(site: Site) -> list[list[tuple[str, str, str]]]:
    """Return, for each run of the floor, learners of a large run with pages they have not read.

    Any enrolment and activity will do for rows that nobody looks at; each pair is used once.
    """
    engine = sa.create_engine(site.database.work_url)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.select(Enrolment.id, Enrolment.user_id).where(
                Enrolment.run_id == uuid.UUID(site.world.huge["id"])
            )
        ).all()
    engine.dispose()
    pairs = [(str(r.id), page, str(r.user_id)) for page in site.world.pages for r in rows]
    size = len(pairs) // (RUNS + 1)
    return [pairs[n * size : (n + 1) * size] for n in range(RUNS + 1)]
