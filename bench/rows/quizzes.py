"""Quiz attempts of 500 learners, all begun within a minute, filled in and handed in.

Every learner comes over a connection of their own: begins, keeps what is answered in two steps as
the page does, and hands in. An answer that is not as it should be is a failure, not a slow one.
"""

import asyncio
import dataclasses
import json
import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

from bench.load import http
from bench.report import Row
from bench.servers import cpu_seconds
from bench.site import Site
from bench.sizes import LEARNERS
from bench.visitors import writing
from community.kernel.keys import new_key

MINUTE = 60.0
THINKING = 4.0  # seconds between two steps
BAR = 1_000  # milliseconds


@dataclasses.dataclass(slots=True)
class Learner:
    """One who takes the quiz: their connection, and how long each step took in milliseconds."""

    port: int
    path: str
    headers: dict[str, str]
    took: dict[str, float] = dataclasses.field(default_factory=dict)

    async def take(self, begins_after: float) -> None:
        await asyncio.sleep(begins_after)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = (reader, writer)
        try:
            opened = await self._send(
                lines, "begin", "POST", "/attempts/open", {"client_id": new_key().hex}
            )
            questions = opened["questions"]
            answers = {each["id"]: [each["options"][0]["id"]] for each in questions}
            for half in (list(answers)[:10], list(answers)[10:]):
                await asyncio.sleep(THINKING / 2)
                kept = {"answers": {key: answers[key] for key in half}, "number": 1}
                await self._send(lines, "keep", "PUT", "/attempts/open", kept)
            given = {"answers": answers, "number": 1, "client_id": new_key().hex}
            await self._send(lines, "hand in", "POST", "/attempts", given)
        finally:
            writer.close()

    async def _send(
        self,
        lines: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        step: str,
        method: str,
        path: str,
        fields: dict[str, Any],
    ) -> Any:
        reader, writer = lines
        body = json.dumps(fields).encode()
        head = {**self.headers, "Host": "127.0.0.1", "Content-Length": str(len(body))}
        words = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        began = time.perf_counter()
        writer.write(f"{method} {self.path}{path} HTTP/1.1\r\n{words}\r\n".encode() + body)
        said = (await reader.readuntil(b"\r\n\r\n")).decode()
        status, *names = said.split("\r\n")
        length = next(n for n in names if n.lower().startswith("content-length:"))
        answer = await reader.readexactly(int(length.partition(":")[2]))
        self.took[step] = max(self.took.get(step, 0.0), (time.perf_counter() - began) * 1_000)
        if " 20" not in status:
            raise http.Failed(f"{method} {path} answered {status}: {answer[:300]!r}")
        return json.loads(answer)


def measure(site: Site) -> Iterator[Row]:
    exam, name = site.world.exam, site.database.name
    path = f"/api/v1/runs/{exam['id']}/activities/{exam['quiz']}"
    learners = [
        Learner(site.port, path, writing(person)) for person in site.world.members[:LEARNERS]
    ]
    computed = cpu_seconds(site.server.worker)
    asyncio.run(_all(learners))
    computed = cpu_seconds(site.server.worker) - computed
    for step in ("begin", "keep", "hand in"):
        times = sorted(learner.took[step] for learner in learners)
        yield Row(
            name=f"{LEARNERS} quizzes within a minute: {step}, p99",
            database=name,
            value=times[len(times) * 99 // 100],
            unit="ms",
            bar=BAR if step == "hand in" else None,
            note=f"p50 {statistics.median(times):.0f} ms, none refused",
        )
    yield Row(
        name=f"{LEARNERS} quizzes within a minute: work of the server",
        database=name,
        value=computed / LEARNERS * 1_000,
        unit="ms",
        note=f"of CPU for each, begun, kept twice and handed in; {computed / MINUTE:.0%} of a core",
    )


async def _all(learners: list[Learner]) -> None:
    rng = random.Random(5)
    span = MINUTE - THINKING
    async with asyncio.TaskGroup() as group:
        for learner in learners:
            group.create_task(learner.take(rng.uniform(0, span)))
