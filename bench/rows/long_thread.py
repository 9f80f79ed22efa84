"""A thread of 50,000 posts, opened at its beginning, in the middle, at its end and where one is.

The beginning stands against a thread of one page, all other places against the beginning.
"""

from collections.abc import Iterator

from bench.load import http
from bench.report import Row
from bench.site import Site, alternate, load
from bench.sizes import LONG, POSTS_A_PAGE
from bench.visitors import reading

PAUSE = 0.1  # one client leaves nothing behind
SAME = 1.2  # a fifth more is the most that growth may cost
PLACES = {
    "the beginning": "?after=0",
    "the middle": f"?after={LONG // 2}",
    "the end": f"?after={LONG - POSTS_A_PAGE}",
}


def measure(site: Site) -> Iterator[Row]:
    short, long = site.world.threads[0], site.world.long
    paths = {what: f"/threads/{long}{place}" for what, place in PLACES.items()}
    yield from _rows(site, f"/threads/{short}", {**paths, "first unread": f"/threads/{long}"})
    paths = {
        f"{what}, JSON": f"/api/v1/threads/{long}/posts{place}" for what, place in PLACES.items()
    }
    yield from _rows(site, f"/api/v1/threads/{short}/posts", paths)


def _rows(site: Site, short: str, paths: dict[str, str]) -> Iterator[Row]:
    who = reading(site.world.members[0])
    requests = [http.Request(path, who) for path in (short, *paths.values())]
    for request in requests:
        http.expect(site.port, request)
    runs = [load(site.server, [request], clients=1, seconds=1) for request in requests]
    one_page, *others = alternate(*runs, warm=True, pause=PAUSE)
    for what, one in zip(paths, others, strict=True):
        floor = one_page if one is others[0] else others[0]
        yield Row(
            name=f"thread of {LONG:,}: {what}",
            database=site.database.name,
            value=one.p50,
            unit="ms",
            floor=floor.p50,
            bar=SAME,
            note=f"{one.cpu:.1f} ms of CPU",
        )
