"""``python -m bench``: measure, print the table, write ``bench/results.json``."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from bench import report
from bench.data import load
from bench.databases import KINDS, Database, Missing
from bench.load import http
from bench.rows import (
    complete,
    long_course,
    long_thread,
    matrix,
    pages,
    quizzes,
    rebuild,
    reply,
    search,
    sockets,
    start,
    thread_page,
    unread,
    watched,
)
from bench.site import Site
from bench.sizes import SIZES, Size

GROUPS: dict[str, Callable[[Site], Iterator[report.Row]]] = {
    "thread-page": thread_page.measure,
    "pages": pages.measure,
    "long-course": long_course.measure,
    "long-thread": long_thread.measure,
    "matrix": matrix.measure,
    "search": search.measure,
    "unread": unread.measure,
    "reply": reply.measure,
    "watched": watched.measure,
    "complete": complete.measure,
    "quizzes": quizzes.measure,
    "watchers": sockets.watchers,
    "broadcast": sockets.broadcast,
    "room-messages": sockets.room_messages,
    "connections": sockets.connections,
    "start": start.measure,
    "rebuild": rebuild.measure,
}

# What hangs on no database is measured beside the first one only.
ONCE = ("broadcast", "connections", "start")


def main() -> int:
    asked = _arguments()
    size, began = SIZES[asked.size], time.monotonic()
    databases, absent = _databases(asked.database, size)
    try:
        http.wrk()
    except Missing as missing:
        absent.append(str(missing))
        sys.exit(f"Nothing can be measured: {missing}")
    where = report.machine([database.version for database in databases])
    print(f"{where}; load {os.getloadavg()[0]:.1f} before we begin", flush=True)
    rows: list[report.Row] = []
    failed: list[str] = []
    for database in databases:
        world = load.ready(database, size)
        with Site(database, size, world) as site:
            for name in asked.only or GROUPS:
                if database is databases[0] or name not in ONCE:
                    _measure(name, site, rows, failed)
    print()
    print(report.table(rows))
    report.write(rows, size=size.name, where=where)
    return _conclude(rows, [*absent, *failed], time.monotonic() - began)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench BENCH=...", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(GROUPS), metavar="GROUP")
    parser.add_argument("--size", choices=list(SIZES), default=os.environ.get("SIZE", "S"))
    parser.add_argument("--database", nargs="+", choices=list(KINDS), default=list(KINDS))
    found = parser.parse_args()
    if found.only is None and os.environ.get("ONLY"):
        found.only = os.environ["ONLY"].split()
        if unknown := set(found.only) - GROUPS.keys():
            parser.error(f"there is no group {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    return found


def _databases(names: list[str], size: Size) -> tuple[list[Database], list[str]]:
    found: list[Database] = []
    absent: list[str] = []
    for name in names:
        try:
            found.append(KINDS[name](size.name))
        except Missing as missing:
            absent.append(f"{name} is left out: {missing}")
            print(absent[-1], file=sys.stderr, flush=True)
    return found, absent


def _measure(name: str, site: Site, rows: list[report.Row], failed: list[str]) -> None:
    began = time.monotonic()
    try:
        for row in GROUPS[name](site):
            rows.append(row)
            print(report.line(row), flush=True)
    except (http.Failed, Missing, RuntimeError, OSError, subprocess.SubprocessError) as error:
        failed.append(f"{name} on {site.database.name} could not be measured: {error}")
        print(failed[-1], file=sys.stderr, flush=True)
    print(f"  ({name}, {site.database.name}: {time.monotonic() - began:.0f} s)", flush=True)


def _conclude(rows: list[report.Row], absent: list[str], seconds: float) -> int:
    """Say what was missed and what is absent; a miss is a result, a row that failed an error."""
    missed = [row for row in rows if row.ok is False]
    print(f"\n{seconds / 60:.1f} minutes, {len(rows)} rows, {len(missed)} missed their bar")
    for row in missed:
        print(f"  {row.name} ({row.database}): {row.verdict}")
    for words in absent:
        print(f"  NOT MEASURED: {words}")
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
