"""*insert*: the rows of an act in bare transactions, by so many writers at once, without HTTP.

``python -m bench.floors.insert`` reads a job (JSON on standard input: url, what, writers, seconds,
and the ids to write to), and prints JSON: transactions a second, their p50 and p99 in milliseconds.
The writers are greenlets of one process, as in a server; on SQLite they take turns in Python, as
the platform's do.
"""

from gevent import monkey

monkey.patch_all()

import contextlib  # noqa: E402  # after the patch, so that the driver yields
import datetime as dt  # noqa: E402
import json  # noqa: E402
import sqlite3  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import uuid  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
import psycopg  # noqa: E402
from gevent.lock import BoundedSemaphore  # noqa: E402

from bench.databases import bare  # noqa: E402
from community.kernel.keys import new_key  # noqa: E402

Execute = Callable[..., Any]
HTML = "<p>" + "We shared the survey tables with a readme file. " * 5 + "</p>\n"

POST = """
    INSERT INTO post
    (id, thread_id, number, author_id, body, html, renderer, reply_to, created_at, edition)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
"""
THREAD = """
    UPDATE thread SET last_number = last_number + 1, last_posted_at = ?, last_author_id = ?
    WHERE id = ? RETURNING last_number
"""
POINTER = "UPDATE read_pointer SET number = ?, at = ? WHERE user_id = ? AND thread_id = ?"
NOTICE = "INSERT INTO inbox_notice (id, user_id, subject_id, why, at) VALUES (?, ?, ?, ?, ?)"
NEWS = "INSERT INTO answer_news (id, user_id, post_id, why, at) VALUES (?, ?, ?, ?, ?)"
OUTBOX = """
    INSERT INTO outbox (id, job, payload, request_id, actor_id, due_at, attempts)
    VALUES (?, ?, ?, ?, ?, ?, 0)
"""
OWN_STREAM = """
    INSERT INTO stream (id, head) VALUES (?, 1)
    ON CONFLICT (id) DO UPDATE SET head = stream.head + 1
"""
TOLD = """
    SELECT
        CASE WHEN kind IN ('question', 'ask') THEN author_id END,
        EXISTS (
            SELECT 1 FROM thread_level AS one
            WHERE one.thread_id = thread.id AND level = 'watching'
        ) OR EXISTS (
            SELECT 1 FROM space_level AS one
            WHERE one.space_id = thread.space_id AND level = 'watching'
        )
    FROM thread WHERE id = ?
"""
STREAM = "UPDATE stream SET head = head + 1 WHERE id = ? RETURNING head"
EVENT = """
    INSERT INTO event (id, name, actor_id, happened_at, stream_id, seq, client_id, payload)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
ACT = """
    INSERT INTO learning_event
    (id, enrolment_id, activity_id, client_id, kind, value, happened_at)
    VALUES (?, ?, ?, ?, 'read', 1.0, ?)
"""
STATE = """
    INSERT INTO activity_state
    (id, enrolment_id, activity_id, status, fraction, evidence, begun_at, done_at)
    VALUES (?, ?, ?, 'done', 1.0, ?, ?, ?)
"""
SUMMARY = """
    UPDATE progress_summary
    SET done = done + 1, last_activity_id = ?, last_active_at = ?
    WHERE enrolment_id = ?
"""
LINE = """
    INSERT INTO room_message (id, session_id, author_id, body, created_at) VALUES (?, ?, ?, ?, ?)
"""


def reply(execute: Execute, key: Callable[[str], Any], one: list[Any], now: Any) -> None:
    """A post, its thread's counters, its author's pointer, the stream's head, the event.

    What follows, too: the search is told of it and, where somebody watches, whoever tells them; and
    of a question the asker, in their inbox, by the letter that is owed and by their own stream.
    """
    thread, author, text = key(one[0]), key(one[1]), one[2]
    asker, watched = one[3:]
    post = key(new_key().hex)
    number = execute(THREAD, (now, author, thread)).fetchone()[0]
    execute(POST, (post, thread, number, author, text, HTML, 1, None, now))
    execute(POINTER, (number, now, author, thread))
    seq = execute(STREAM, (thread,)).fetchone()[0]
    told = json.dumps({"thread_id": one[0], "post_id": str(post), "number": number})
    event = (key(new_key().hex), "discussions.reply_posted", author, now, thread, seq)
    execute(EVENT, (*event, new_key().hex, told))
    if asker is not None and asker != author:
        execute(NOTICE, (key(new_key().hex), asker, post, "question", now))
        execute(NEWS, (key(new_key().hex), asker, post, "question", now))
    for job in ("search.index_post", "notifications.tell_watchers")[: 1 + watched]:
        execute(OUTBOX, (key(new_key().hex), job, told, new_key().hex, author, now))
    if asker is not None and asker != author:
        execute(OWN_STREAM, (asker,))


def complete(execute: Execute, key: Callable[[str], Any], one: list[str], now: Any) -> None:
    """A learning event, the state, the totals, the event."""
    enrolment, activity, user = key(one[0]), key(one[1]), key(one[2])
    execute(ACT, (key(new_key().hex), enrolment, activity, new_key().hex, now))
    execute(STATE, (key(new_key().hex), enrolment, activity, '{"read": 1.0}', now, now))
    execute(SUMMARY, (activity, now, enrolment))
    told = json.dumps({"enrolment_id": one[0], "activity_id": one[1], "status": "done"})
    event = (key(new_key().hex), "progress.progress_made", user, now, None, None)
    execute(EVENT, (*event, None, told))


def say(execute: Execute, key: Callable[[str], Any], one: list[str], now: Any) -> None:
    """A line of a room's chat, the stream's head, the event."""
    session, author = key(one[0]), key(one[1])
    line = key(new_key().hex)
    execute(LINE, (line, session, author, one[2], now))
    seq = execute(STREAM, (session,)).fetchone()[0]
    told = json.dumps({"session_id": one[0], "message_id": str(line), "author_id": one[1]})
    event = (key(new_key().hex), "live.message_posted", author, now, session, seq)
    execute(EVENT, (*event, new_key().hex, told))


WORK = {"reply": reply, "complete": complete, "say": say}


class Sqlite:
    """One connection, one writer at a time."""

    def __init__(self, url: str) -> None:
        file = url.removeprefix("sqlite:///")
        self.connection = sqlite3.connect(file, isolation_level=None, timeout=10)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.turn = BoundedSemaphore(1)

    @contextlib.contextmanager
    def transaction(self, _writer: int) -> Iterator[Execute]:
        with self.turn:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection.execute
            self.connection.execute("COMMIT")

    def key(self, text: str) -> str:
        return uuid.UUID(text).hex

    def now(self) -> str:
        return dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat(" ")


class Postgres:
    """A connection for each writer."""

    def __init__(self, url: str, writers: int) -> None:
        self.connections = [psycopg.connect(bare(url)) for _ in range(writers)]

    @contextlib.contextmanager
    def transaction(self, writer: int) -> Iterator[Execute]:
        connection = self.connections[writer]

        def execute(sql: str, given: tuple[Any, ...]) -> Any:
            return connection.execute(sql.replace("?", "%s"), given)

        yield execute
        connection.commit()

    def key(self, text: str) -> uuid.UUID:
        return uuid.UUID(text)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


def whom_to_tell(database: Sqlite | Postgres, items: list[list[Any]]) -> list[list[Any]]:
    """Add to each reply who asks in its thread (None: nobody), and whether that is watched.

    Known before the time runs: the floor reads nothing.
    """
    with database.transaction(0) as execute:
        threads = {one[0] for one in items}
        found = {key: execute(TOLD, (database.key(key),)).fetchone() for key in threads}
    return [[*one, *found[one[0]]] for one in items]


def run(job: dict[str, Any]) -> dict[str, float]:
    url, writers = job["url"], job["writers"]
    database = Sqlite(url) if url.startswith("sqlite") else Postgres(url, writers)
    work, took = WORK[job["what"]], []
    items = iter(whom_to_tell(database, job["items"]) if work is reply else job["items"])
    began = time.perf_counter()

    def write(writer: int) -> None:
        for one in items:
            start = time.perf_counter()
            if start - began > job["seconds"]:
                return
            with database.transaction(writer) as execute:
                work(execute, database.key, one, database.now())
            took.append(time.perf_counter() - start)
            gevent.sleep(0)

    gevent.joinall([gevent.spawn(write, number) for number in range(writers)], raise_error=True)
    spent = time.perf_counter() - began
    took.sort()
    return {
        "rate": len(took) / spent,
        "p50": took[len(took) // 2] * 1_000,
        "p99": took[len(took) * 99 // 100] * 1_000,
    }


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))))
