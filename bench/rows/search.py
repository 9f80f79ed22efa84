"""Search: words that are rare and everywhere, filters, the page, what is suggested as one types.

And the index made anew.

The floor of a question is the same page without one: the sign-in, the frame, the form.
"""

import time
from collections.abc import Iterator
from urllib.parse import urlencode

import sqlalchemy as sa

from bench.load import http
from bench.report import Row
from bench.site import Site, alternate, load
from bench.statements import Counter, counted
from bench.visitors import reading
from community.kernel.context import Context
from community.kernel.db import WRITE, db
from community.search.operations import rebuild

SECONDS = 1
PAUSE = 0.1
TWO, COMMON = "rainfall sampling", "the"
QUESTIONS = {
    "two words": TWO,
    "a word that is everywhere": COMMON,
    "the beginning of a word": "tran",
    "a phrase": '"consent forms"',
    "with filters": "codebook from:a is:question after:2020",
    "in one space": "codebook in:network",
    "of somebody": "data from:amina",
    "of before a day": "data before:2030",
    "a word that is nowhere": "pelicanodrome",
}
BEGUN = {"two letters": "am", "a word in part": "tran", "two words in part": "rainfall sam"}
PAGE, JSON, SUGGESTIONS = "/search", "/api/v1/search", "/api/v1/search/suggestions"


def measure(site: Site) -> Iterator[Row]:
    name, world = site.database.name, site.world
    with counted(site.database) as counter:
        number, seconds = _filled(counter)
        yield Row(
            name=f"search, {number:,} things indexed anew",
            database=name,
            value=number / seconds,
            unit="/s",
            bar=None,
            note=f"{seconds:.0f} s",
        )
        asked = [(what, question, world.members[0]) for what, question in QUESTIONS.items()]
        begun = [(what, typed, world.members[0]) for what, typed in BEGUN.items()]
        for who, person in (("in 40 spaces", world.busy), ("leading all", world.owner)):
            for what, question in (("two words", TWO), ("a word that is everywhere", COMMON)):
                asked.append((f"{what}, {who}", question, person))
            begun.append((f"a word in part, {who}", BEGUN["a word in part"], person))
        for what, question, person in asked:
            path = f"?{urlencode({'q': question})}"
            yield from _rows(site, counter, f"search, {what}", PAGE + path, person)
            yield from _rows(site, counter, f"search, {what}, JSON", JSON + path, person)
        for what, typed, person in begun:
            path = f"{SUGGESTIONS}?{urlencode({'q': typed})}"
            yield from _rows(site, counter, f"suggestions, {what}", path, person)


def _rows(
    site: Site, counter: Counter, named: str, path: str, person: tuple[str, str]
) -> Iterator[Row]:
    who = reading(person)
    request = http.Request(path, who)
    bare = http.Request(PAGE, who)
    http.expect(site.port, request)
    statements = counter.count(request.path, request.headers)
    one, floor = alternate(
        *(load(site.server, [each], clients=1, seconds=SECONDS) for each in (request, bare)),
        warm=True,
        pause=PAUSE,
    )
    yield Row(
        name=named,
        database=site.database.name,
        value=one.p50,
        unit="ms",
        bar=15,
        note=f"{one.cpu:.1f} ms of CPU, {one.p50 / floor.p50:.1f} times the page without one",
    )
    yield Row(
        name=f"{named}, statements",
        database=site.database.name,
        value=statements,
        unit="",
        bar=10,
    )


def _filled(counter: Counter) -> tuple[int, float]:
    """Fill the index of the working copy; returns how many things there were, and the seconds."""
    with counter.app.app_context():
        began = time.monotonic()
        number = rebuild(Context.begin(None, origin="shell"))
        db.session.remove()
        seconds = time.monotonic() - began
        if db.engines[WRITE].dialect.name == "postgresql":  # as it does by itself in a while
            with db.engines[WRITE].begin() as connection:
                connection.execute(sa.text("ANALYZE search_entry"))
        return number, seconds
