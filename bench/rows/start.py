"""Starting: until the server answers, importing the application, memory of an idle process."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from bench import servers
from bench.report import Row
from bench.site import RUNS, Site

IMPORT = (
    "import time; began = time.perf_counter(); import community.app; "
    "print(time.perf_counter() - began)"
)
SETTLE = 2.0  # seconds after which a process that answers is idle


def measure(site: Site) -> Iterator[Row]:
    name = site.database.name
    ready, resident = [], []
    for _ in range(RUNS):
        with servers.real(site.database) as server:
            ready.append(server.ready_after)
            time.sleep(SETTLE)
            resident.append(servers.resident(server.worker))
    yield Row(
        name="start: the server answers",
        database=name,
        value=statistics.median(ready),
        unit="s",
        bar=3,
    )
    yield Row(
        name="start: an idle serving process",
        database=name,
        value=statistics.median(resident) / 1e6,
        unit="MB",
        bar=160,
    )
    imports = [
        float(subprocess.check_output([sys.executable, "-c", IMPORT], text=True))
        for _ in range(RUNS)
    ]
    yield Row(
        name="start: import community.app",
        database=name,
        value=statistics.median(imports),
        unit="s",
        bar=1.6,
    )
