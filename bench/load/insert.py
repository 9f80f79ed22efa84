"""Runs of the floor *insert*, in a process of its own."""

import dataclasses
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

from bench.databases import Database
from bench.load.http import Load


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """What to write: ``items`` are the ids and texts of one transaction each."""

    what: str
    writers: int
    seconds: float


def run(database: Database, job: Job, items: Sequence[Sequence[str]]) -> Load:
    """Write for so many seconds, or until nothing is left."""
    given = {"url": database.work_url, "items": list(items), **dataclasses.asdict(job)}
    before, began = _spent(), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "bench.floors.insert"],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the floor failed: {done.stderr[-2_000:]}")
    found = json.loads(done.stdout)
    share = (_spent() - before) / (time.monotonic() - began)
    return Load(found["rate"], found["p50"], found["p99"], share)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
