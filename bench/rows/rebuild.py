"""Making the progress of 5,000 learners anew from a million events, as the command does it.

The floor reads the same events, batch by batch, with the bare driver. The command runs twice: what
the loader wrote is put right by the first, and the second, measured, must find nothing to correct.
"""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa

from bench.data.bulk import insert
from bench.databases import SECRET, bare
from bench.report import Row
from bench.site import Site
from community.cohorts.models import Enrolment
from community.kernel.keys import new_key
from community.progress.models import ActivityState, LearningEvent
from community.progress.operations.rebuilding import BATCH

EVENTS = 1_000_000
MEMORY = 400  # megabytes
READ = "SELECT enrolment_id, activity_id, kind, value, happened_at FROM learning_event WHERE {}"
DONE = re.compile(r"^(Events|States|Totals): +(\d+)(?:, corrected: (\d+))?", re.MULTILINE)
LIMITS = (
    "import resource, runpy, sys; sys.argv = ['community', *sys.argv[1:]]\n"
    "try:\n    runpy.run_module('community.cli', run_name='__main__')\n"
    "finally:\n    used = resource.getrusage(resource.RUSAGE_SELF)\n"
    "    own = [line for line in open('/proc/self/status') if line.startswith('VmHWM')][0]\n"
    "    print('USED', own.split()[1], used.ru_utime + used.ru_stime)\n"
)


def measure(site: Site) -> Iterator[Row]:
    name = site.database.name
    keys = _load(site)
    slug = site.world.huge["slug"]
    _rebuild(site, slug)
    said, seconds, memory, computed = _rebuild(site, slug)
    found = {what: (int(count), int(wrong or 0)) for what, count, wrong in DONE.findall(said)}
    if found["States"][1] or found["Totals"][1]:
        raise RuntimeError(f"a rebuild found something to correct in what one had made: {said}")
    events = found["Events"][0]
    floor = _floor(site, keys)
    yield Row(
        name="rebuild of a million events",
        database=name,
        value=events / seconds,
        unit="events/s",
        floor=events / floor,
        note=f"{seconds:.0f} s, {computed:.0f} s of CPU; {found['States'][0]:,} states as stored",
    )
    yield Row(
        name="rebuild of a million events, most memory",
        database=name,
        value=memory,
        unit="MB",
        bar=MEMORY,
    )


def _load(site: Site) -> list[uuid.UUID]:
    """Let each state of the run of 5,000 have several acts behind it, a million in all."""
    engine = sa.create_engine(site.database.work_url)
    of_run = Enrolment.run_id == uuid.UUID(site.world.huge["id"])
    with engine.begin() as connection:
        states = connection.execute(
            sa.select(ActivityState.enrolment_id, ActivityState.activity_id, ActivityState.done_at)
            .join(Enrolment, Enrolment.id == ActivityState.enrolment_id)
            .where(of_run)
        ).all()
        acts = -(-EVENTS // len(states))
        insert(connection, LearningEvent, _acts(states, acts))
        keys = list(connection.scalars(sa.select(Enrolment.id).where(of_run)))
    engine.dispose()
    return sorted(keys)


def _acts(states: Sequence[Any], acts: int) -> Iterator[dict[str, Any]]:
    for number in range(min(EVENTS, len(states) * acts)):
        state, part = states[number // acts], number % acts + 1
        yield {
            "id": new_key(),
            "enrolment_id": state.enrolment_id,
            "activity_id": state.activity_id,
            "client_id": f"loaded-{number}",
            "kind": "read",
            "value": part / acts,
            "happened_at": state.done_at,
        }


def _rebuild(site: Site, slug: str) -> tuple[str, float, float, float]:
    """Return what the command says, its seconds, megabytes and seconds of CPU."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", LIMITS, "progress", "rebuild", "--run", slug],
        env={
            **os.environ,
            "COMMUNITY_SECRET_KEY": SECRET,
            "COMMUNITY_DATA_DIR": str(site.database.work_dir),
            "COMMUNITY_DATABASE_URL": site.database.work_url,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.monotonic() - began
    if done.returncode:
        raise RuntimeError(f"the rebuild failed: {done.stderr[-2_000:]}")
    used = done.stdout.rpartition("USED ")[2].split()
    return done.stdout, took, int(used[0]) / 1_000, float(used[1])


def _floor(site: Site, keys: list[uuid.UUID]) -> float:
    """Return the seconds in which the bare driver reads the same events, in the same batches."""
    began = time.monotonic()
    batches = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
    if site.database.name == "sqlite":
        file = site.database.work_url.removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(file)) as connection:
            for batch in batches:
                marks = ", ".join("?" * len(batch))
                statement = READ.format(f"enrolment_id IN ({marks})")
                connection.execute(statement, [key.hex for key in batch]).fetchall()
    else:
        with psycopg.connect(bare(site.database.work_url)) as connection:
            for batch in batches:
                connection.execute(READ.format("enrolment_id = ANY(%s)"), [batch]).fetchall()
    return time.monotonic() - began
