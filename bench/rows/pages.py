"""Every other GET a person sees: how long it takes one client, and how many statements."""

import dataclasses
from collections.abc import Iterator

from bench.data.world import World
from bench.load import http
from bench.report import Row
from bench.site import Site, alternate, load
from bench.statements import Counter, counted
from bench.visitors import reading

SECONDS = 1
PAUSE = 0.1  # one client leaves nothing behind


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """A page and who looks at it: a learner, or the organiser of everything."""

    name: str
    path: str
    organiser: bool = False


def seen(world: World) -> list[Seen]:
    """Return the pages people see, those of members and those of organisers."""
    slug, run = world.run["slug"], world.run["id"]
    module, activity = world.activity
    return [
        Seen("home", "/home"),
        Seen("catch up, a week", "/catch-up"),
        Seen("catch up, all of it", "/catch-up?since=2000-01-01"),
        Seen("space", f"/spaces/{slug}"),
        Seen("space of the network", f"/spaces/{world.network}"),
        Seen("learn", f"/spaces/{slug}/learn"),
        Seen("activity, a page", f"/spaces/{slug}/learn/{module}/{activity}"),
        Seen("activity, a quiz", f"/spaces/{slug}/learn/{module}/{activity + 3}"),
        Seen("thread list", f"/spaces/{slug}/threads"),
        Seen("new thread", f"/spaces/{slug}/threads/new"),
        Seen("session list", f"/spaces/{slug}/sessions"),
        Seen("session", f"/sessions/{world.over}"),
        Seen("room", f"/sessions/{world.room}/room"),
        Seen("people, 500", f"/spaces/{slug}/people"),
        Seen("people, 1,000", f"/spaces/{world.network}/people"),
        Seen("people, a search of 1,000", f"/spaces/{world.network}/people?q=institute+river"),
        Seen("people, a search for nobody", f"/spaces/{world.network}/people?q=pelican"),
        Seen("a person", f"/people/{world.members[1][0]}"),
        Seen("me", "/me"),
        Seen("desk, 500 learners", f"/spaces/{slug}/manage", organiser=True),
        Seen("desk, who is fading", f"/spaces/{slug}/manage/fading", organiser=True),
        Seen("desk, excusing several", f"/spaces/{slug}/progress/excuse", organiser=True),
        Seen("desk of the network", f"/spaces/{world.network}/manage", organiser=True),
        Seen("people, organiser", f"/spaces/{slug}/people", organiser=True),
        Seen("session with attendance", f"/sessions/{world.over}", organiser=True),
        Seen("courses", "/courses", organiser=True),
        Seen("course", f"/courses/{world.run['version']}", organiser=True),
        Seen("new run", f"/runs/new?version={world.run['version']}", organiser=True),
        Seen("outline, JSON", f"/api/v1/runs/{run}/outline"),
    ]


def timed(
    site: Site, counter: Counter, page: Seen, person: tuple[str, str] | None = None
) -> tuple[Row, int]:
    """Return how long a page takes one client, and its statements; raises Failed."""
    person = person or (site.world.owner if page.organiser else site.world.members[0])
    request = http.Request(page.path, reading(person))
    http.expect(site.port, request)
    statements = counter.count(page.path, request.headers)
    [one] = alternate(
        load(site.server, [request], clients=1, seconds=SECONDS), warm=True, pause=PAUSE
    )
    row = Row(
        name=f"page: {page.name}",
        database=site.database.name,
        value=one.p50,
        unit="ms",
        bar=15,
        note=f"{one.cpu:.1f} ms of CPU, {statements} statements",
    )
    return row, statements


def measure(site: Site) -> Iterator[Row]:
    broken, most = [], (0, "")
    with counted(site.database) as counter:
        for page in seen(site.world):
            try:
                row, statements = timed(site, counter, page)
            except http.Failed as error:
                broken.append(str(error))
                continue
            most = max(most, (statements, page.name))
            yield row
    yield Row(
        name="pages, most statements",
        database=site.database.name,
        value=most[0],
        unit="",
        bar=10,
        note=most[1],
    )
    if broken:
        raise http.Failed("; ".join(broken))
