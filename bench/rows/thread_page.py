"""The thread page of 20 posts, signed in, as HTML and as JSON, against *raw*."""

import itertools
from collections.abc import Iterator

from bench import servers
from bench.load import http
from bench.report import Row
from bench.site import Site, alternate, load
from bench.statements import counted
from bench.visitors import reading

READERS = 16
THREADS = 40
RAW = "bench.floors.raw:make_app()"
HTML, JSON = "/threads/{}", "/api/v1/threads/{}/posts"
PAGE, POSTS = "/page/{}", "/posts/{}"


def measure(site: Site) -> Iterator[Row]:
    name = site.database.name
    html, json = _requests(site, HTML), _requests(site, JSON)
    unchanged = [_again(site, request) for request in html[:READERS]]
    with servers.gunicorn(RAW, site.database) as floor:
        page, posts = _requests(site, PAGE), _requests(site, POSTS)
        _look(site.port, html[0], json[0])
        _look(floor.port, page[0], posts[0])
        as_html, as_json, as_page, as_posts, same = alternate(
            load(site.server, html),
            load(site.server, json),
            load(floor, page),
            load(floor, posts),
            load(site.server, unchanged),
        )
    yield Row(
        name="thread page, HTML",
        database=name,
        value=as_html.rate,
        unit="req/s",
        floor=as_page.rate,
        bar=0.33,
        at_most=False,
        note=as_html.note,
    )
    yield Row(
        name="thread page, JSON",
        database=name,
        value=as_json.rate,
        unit="req/s",
        floor=as_page.rate,
        bar=0.5,
        at_most=False,
        note=f"{as_json.note}; floor with the frame: {as_page.cpu:.2f} ms",
    )
    yield Row(
        name="thread page, JSON, like for like",
        database=name,
        value=as_json.rate,
        unit="req/s",
        floor=as_posts.rate,
        bar=0.5,
        at_most=False,
        note=f"floor without the frame, JSON shows none: {as_posts.cpu:.2f} ms",
    )
    yield Row(
        name="thread page, HTML, p99 to p50",
        database=name,
        value=as_html.p99,
        unit="ms",
        floor=as_html.p50,
        bar=4,
    )
    yield Row(
        name="thread page, JSON, p99 to p50",
        database=name,
        value=as_json.p99,
        unit="ms",
        floor=as_json.p50,
        bar=4,
    )
    yield Row(
        name="thread page, unchanged (304)",
        database=name,
        value=same.rate,
        unit="req/s",
        note=same.note,
    )
    with counted(site.database) as counter:
        for what, request in (("HTML", html[0]), ("JSON", json[0])):
            yield Row(
                name=f"thread page, {what}, statements",
                database=name,
                value=counter.count(request.path, request.headers),
                unit="",
                bar=8,
            )


def _requests(site: Site, path: str) -> list[http.Request]:
    """Return requests of 16 people, each for other threads, in whose spaces all of them are."""
    people, threads = site.world.members[:READERS], _threads(site)
    return [
        http.Request(path.format(threads[number % len(threads)]), reading(people[number % READERS]))
        for number in range(THREADS * READERS)
    ]


def _threads(site: Site) -> list[str]:
    """Return threads of a page, half of them of the network, the others of the first run."""
    threads, runs = site.world.threads, site.size.runs
    of_run, of_network = threads[:: 2 * runs], threads[1::2]
    pairs = itertools.islice(zip(of_run, of_network, strict=False), THREADS * READERS)
    return list(itertools.chain.from_iterable(pairs))


def _again(site: Site, request: http.Request) -> http.Request:
    """Return the request of a browser that holds the page; its answer must be 304."""
    tag = http.expect(site.port, request).headers["etag"]
    again = http.Request(request.path, {**request.headers, "If-None-Match": tag})
    http.expect(site.port, again, 304)
    return again


def _look(port: int, *requests: http.Request) -> None:
    for request in requests:
        body = http.expect(port, request).body
        found = max(body.count(b'class="post"'), body.count(b'"number":'), body.count(b"<p>"))
        if found < 20:
            raise http.Failed(f"{request.path} does not show 20 posts")
