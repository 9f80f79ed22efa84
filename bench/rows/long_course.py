"""The pages of a course of 10,000 activities, as a learner has them who has done a part of it."""

from collections.abc import Iterator

from bench.report import Row
from bench.rows.pages import Seen, timed
from bench.site import Site
from bench.statements import counted


def measure(site: Site) -> Iterator[Row]:
    slug = site.world.vast["slug"]
    with counted(site.database) as counter:
        for page in (
            Seen("10,000 activities: learn", f"/spaces/{slug}/learn"),
            Seen("10,000 activities: learn, the end", f"/spaces/{slug}/learn?module=40"),
            Seen("10,000 activities: one of them", f"/spaces/{slug}/learn/1/1"),
            Seen("10,000 activities: space", f"/spaces/{slug}"),
        ):
            row, _statements = timed(site, counter, page)
            yield row
