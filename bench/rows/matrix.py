"""The matrix of a run over JSON: 500 x 50 and 350 x 130 whole, 5,000 x 300 by its first window."""

import json
from collections.abc import Iterator

from bench.load import http
from bench.report import Row
from bench.site import Site, alternate, load
from bench.statements import counted
from bench.visitors import reading
from community.progress.queries.matrix import WINDOW

SECONDS = 1
COMPRESSED = "br, gzip"  # what browsers say


def measure(site: Site) -> Iterator[Row]:
    world, name = site.world, site.database.name
    path = "/api/v1/runs/{}/matrix?limit={}"
    headers = reading(world.owner, **{"Accept-Encoding": COMPRESSED})
    with counted(site.database) as counter:
        for what, run, window, bar in (
            ("500 x 50", world.run, 500, 20),
            ("350 x 130", world.wide, 350, 30),
            ("5,000 x 300, first window of 60", world.huge, WINDOW, 60),
        ):
            request = http.Request(path.format(run["id"], window), headers)
            _look(site, request, window)
            size = len(http.expect(site.port, request).body)
            statements = counter.count(request.path, request.headers)
            [one] = alternate(load(site.server, [request], clients=1, seconds=SECONDS))
            yield Row(
                name=f"matrix {what}",
                database=name,
                value=one.p50,
                unit="ms",
                bar=bar,
                note=f"{one.cpu:.1f} ms of CPU, {statements} statements",
            )
            yield Row(
                name=f"matrix {what}, compressed",
                database=name,
                value=size / 1_000,
                unit="kB",
                bar=200 if what == "350 x 130" else None,
            )


def _look(site: Site, request: http.Request, window: int) -> None:
    """Look at the answer before it is measured, uncompressed."""
    plain = http.Request(request.path, {"Cookie": request.headers["Cookie"]})
    found = json.loads(http.expect(site.port, plain).body)
    if len(found["items"]) != window or not found["items"][0]["cells"]:
        raise http.Failed(f"{request.path} holds {len(found['items'])} learners, not {window}")
