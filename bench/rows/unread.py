"""What is unread, for somebody who belongs to forty spaces, beside who belongs to a few."""

from collections.abc import Iterator

from bench.report import Row
from bench.rows.pages import Seen, timed
from bench.site import Site
from bench.sizes import MANY
from bench.statements import counted


def measure(site: Site) -> Iterator[Row]:
    world = site.world
    with counted(site.database) as counter:
        for what, path in (
            ("all unread threads, on Home", "/home"),
            ("those of a space", f"/spaces/{world.many[0]}/threads?show=unread"),
            ("inbox", "/inbox"),
        ):
            row, statements = timed(site, counter, Seen(what, path), world.busy)
            yield Row(
                name=f"unread, a member in {MANY} spaces: {what}",
                database=site.database.name,
                value=row.value,
                unit="ms",
                bar=15,
                note=row.note,
            )
            yield Row(
                name=f"unread, a member in {MANY} spaces: {what}, statements",
                database=site.database.name,
                value=statements,
                unit="",
                bar=10,
            )
