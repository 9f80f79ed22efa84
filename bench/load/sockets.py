"""Socket load, in a process of its own: ``python -m bench.load.sockets`` does the job it is given.

A job is JSON on standard input, its result JSON on standard output. ``cpu`` in a result is the
client's share of a core while it measured.
"""

import asyncio
import json
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine
from typing import Any

from bench.load.client import SOCKET_IO, Client, connect, connect_all
from bench.wire import FRAME, STAMP

Job = dict[str, Any]
Result = dict[str, float]


class Clock:
    """Measures wall time and this process's share of it."""

    def __init__(self) -> None:
        self.wall, self.spent = time.perf_counter(), time.process_time()

    def cpu(self) -> float:
        return (time.process_time() - self.spent) / (time.perf_counter() - self.wall)


# ---------- a reply to many who watch


async def watch(job: Job) -> Result:
    """Post replies over the API; note when each is answered, and when the last watcher has it."""
    clients = await connect_all(job["port"], job["cookies"])
    for client in clients:
        await client.ask("thread.join", {"thread_id": job["thread"], "since": job["since"]})
    await asyncio.sleep(1.5)  # the announcement of the head comes once after joining
    commits, reached, clock = [], [], Clock()
    for number in range(job["replies"]):
        everybody: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        _count_down(clients, everybody)
        began = time.perf_counter()
        await _post(job, number)
        commits.append(time.perf_counter() - began)
        reached.append(await asyncio.wait_for(everybody, 20) - began)
        await asyncio.sleep(0.3)
    share = clock.cpu()
    commits.sort()
    reached.sort()
    return {
        "commit": commits[len(commits) // 2] * 1_000,
        "reached": reached[len(reached) * 95 // 100] * 1_000,
        "median": reached[len(reached) // 2] * 1_000,
        "cpu": share,
    }


def _count_down(clients: list[Client], everybody: "asyncio.Future[float]") -> None:
    left = len(clients)

    def heard(payload: bytes) -> None:
        nonlocal left
        if b"thread.reply_posted" in payload:
            left -= 1
            if not left and not everybody.done():
                everybody.set_result(time.perf_counter())

    for client in clients:
        client.on_event = heard


async def _post(job: Job, number: int) -> None:
    body = json.dumps({"body": f"A reply that many wait for, {number}."})
    headers = "".join(f"{name}: {value}\r\n" for name, value in job["headers"].items())
    reader, writer = await asyncio.open_connection("127.0.0.1", job["port"])
    writer.write(
        f"POST {job['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    line = await reader.readline()
    if b" 201 " not in line:
        raise RuntimeError(f"a reply was answered {line!r}")
    writer.close()


# ---------- broadcast


async def burst(job: Job) -> Result:
    """Have messages sent back to back to all; deliveries a second until the last has come."""
    clients = await _listeners(job)
    rates, clock = [], Clock()
    wanted = job["messages"] * len(FRAME)
    for _ in range(job["times"]):
        for client in clients:
            client.counting, client.received = True, 0
        began = time.perf_counter()
        await _trigger(job, job["messages"], 0)
        while min(client.received for client in clients) < wanted:
            if time.perf_counter() - began > 30:
                raise RuntimeError("some messages of a burst did not come")
            await asyncio.sleep(0.002)
        took = max(client.counted_at for client in clients) - began
        rates.append(len(clients) * job["messages"] / took)
        await asyncio.sleep(0.3)
    rates.sort()
    return {"rate": rates[len(rates) // 2], "cpu": clock.cpu()}


async def paced(job: Job) -> Result:
    """Have messages sent at a steady pace; how long each took to each listener."""
    clients = await _listeners(job)
    late: list[float] = []
    at = FRAME.index(STAMP)

    def heard(payload: bytes) -> None:
        sent = payload[at - HEADER : at - HEADER + len(STAMP)]
        late.append(time.time() - float(sent))

    for client in clients:
        client.on_event = heard
    clock = Clock()
    await _trigger(job, job["messages"], job["pace"])
    await asyncio.sleep(1)
    late.sort()
    return {
        "p50": late[len(late) // 2] * 1_000,
        "p99": late[len(late) * 99 // 100] * 1_000,
        "count": len(late),
        "cpu": clock.cpu(),
    }


HEADER = 4  # bytes before the payload of a frame of this size


async def _listeners(job: Job) -> list[Client]:
    clients = await connect_all(job["port"], job["cookies"], job["path"])
    if job["path"] == SOCKET_IO:
        for client in clients:
            await client.ask("thread.join", {"thread_id": job["thread"], "since": job["since"]})
        await asyncio.sleep(1.5)
    return clients


async def _trigger(job: Job, messages: int, pace: float) -> None:
    """Ask the server to send; answered when the last message was handed to the sockets."""
    if job["path"] == SOCKET_IO:
        address = f"http://127.0.0.1:{job['port']}/bench/{job['thread']}/{messages}/{pace}"
        await asyncio.to_thread(lambda: urllib.request.urlopen(address, timeout=60).read())
        return
    control = await connect(job["port"], "", "/control")
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    control.on_event = lambda payload: done.set_result(None)
    control.send(f"{messages} {pace}")
    await asyncio.wait_for(done, 60)
    control.close()


# ---------- acknowledged messages of rooms


async def say(job: Job) -> Result:
    """Write lines in rooms, so many at any moment; each socket as seldom as it is allowed to."""
    clients = await connect_all(job["port"], job["cookies"])
    rooms = [job["rooms"][number % len(job["rooms"])] for number in range(len(clients))]
    for client, room in zip(clients, rooms, strict=True):
        await client.ask("room.join", {"session_id": room})
    await asyncio.sleep(3)  # the buckets of the sockets fill again
    idle: asyncio.Queue[int] = asyncio.Queue()
    for number in range(len(clients)):
        idle.put_nowait(number)
    rates, took = [], []

    async def one(number: int) -> None:
        began = time.perf_counter()
        fields = {"session_id": rooms[number], "body": "We shared the survey tables."}
        fields["client_id"] = f"bench-{number}-{time.monotonic_ns()}"
        await clients[number].ask("room.say", fields)
        took.append(time.perf_counter() - began)

    async def writer(until: float) -> None:
        while time.perf_counter() < until:
            number = await idle.get()
            await one(number)
            asyncio.get_running_loop().call_later(0.3, idle.put_nowait, number)

    clock = Clock()
    for _ in range(job["times"]):
        took.clear()
        until = time.perf_counter() + job["seconds"]
        await asyncio.gather(*(writer(until) for _ in range(job["writers"])))
        rates.append(len(took) / job["seconds"])
        await asyncio.sleep(0.5)
    share = clock.cpu()
    rates.sort()
    took.clear()
    tasks = []
    for number in range(job["paced"]):
        tasks.append(asyncio.create_task(one(number % len(clients))))
        await asyncio.sleep(0.01)
    await asyncio.gather(*tasks)
    took.sort()
    return {
        "rate": rates[len(rates) // 2],
        "p50": took[len(took) // 2] * 1_000,
        "p99": took[len(took) * 99 // 100] * 1_000,
        "cpu": share,
    }


# ---------- idle connections


async def hold(job: Job) -> Result:
    """Open sockets and hold them until standard input ends."""
    began = time.perf_counter()
    clients = await connect_all(job["port"], job["cookies"])
    took = time.perf_counter() - began
    sys.stdout.write("held\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    return {"rate": len(clients) / took}


JOBS: dict[str, Callable[[Job], Coroutine[Any, Any, Result]]] = {
    "watch": watch,
    "burst": burst,
    "paced": paced,
    "say": say,
    "hold": hold,
}

if __name__ == "__main__":
    given = json.loads(sys.stdin.readline())
    print(json.dumps(asyncio.run(JOBS[given["what"]](given))))
