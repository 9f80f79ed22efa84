"""*raw*: Flask, a session cookie, and the bare driver fetching every row the thread page shows.

``/page/<thread>`` fetches what the page and its frame show, ``/posts/<thread>`` what the JSON list
of posts shows; both answer by orjson. Statements are written by hand, sign-ins are kept in memory
as the platform keeps them.
"""

import os
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import psycopg
from flask import Flask, Response, session
from gevent.queue import LifoQueue

from bench.databases import SECRET, bare

Query = Callable[[str, Sequence[Any]], list[Any]]

SIGN_IN = """
    SELECT u.id, u.name, u.zone FROM sign_in s JOIN user_account u ON u.id = s.user_id
    WHERE s.id = ? AND s.ended_at IS NULL AND u.deactivated_at IS NULL
"""
SPACES = """
    SELECT s.id, s.slug, s.name, s.kind FROM membership m JOIN space s ON s.id = m.space_id
    WHERE m.user_id = ? AND m.ended_at IS NULL AND s.archived_at IS NULL
    ORDER BY s.kind <> 'network', s.created_at DESC
"""
UNREAD = """
    SELECT t.space_id, sum(t.last_number - coalesce(r.number, 0))
    FROM membership m
    JOIN thread t ON t.space_id = m.space_id
    LEFT JOIN read_pointer r ON r.user_id = m.user_id AND r.thread_id = t.id
    WHERE m.user_id = ? AND m.ended_at IS NULL AND t.last_number > coalesce(r.number, 0)
      AND (r.id IS NOT NULL OR t.last_posted_at > m.joined_at)
    GROUP BY t.space_id
"""
HEAD = """
    SELECT t.id, t.kind, t.title, t.author_id, t.created_at, t.last_number, t.last_posted_at,
           s.id, s.slug, s.name, s.kind, s.archived_at, st.head, r.number, r.at, m.role
    FROM thread t
    JOIN space s ON s.id = t.space_id
    JOIN membership m ON m.space_id = t.space_id AND m.user_id = ? AND m.ended_at IS NULL
    JOIN stream st ON st.id = t.id
    LEFT JOIN read_pointer r ON r.thread_id = t.id AND r.user_id = m.user_id
    WHERE t.id = ?
"""
POSTS = """
    SELECT p.id, p.number, p.html, p.reply_to, p.created_at, p.author_id, u.name, m.role, w.name
    FROM post p
    JOIN thread t ON t.id = p.thread_id
    JOIN user_account u ON u.id = p.author_id
    LEFT JOIN membership m
      ON m.space_id = t.space_id AND m.user_id = p.author_id AND m.ended_at IS NULL
    LEFT JOIN post a ON a.thread_id = p.thread_id AND a.number = p.reply_to
    LEFT JOIN user_account w ON w.id = a.author_id
    WHERE p.thread_id = ? AND p.number > 0 ORDER BY p.number LIMIT 20
"""


def sqlite_query(url: str) -> tuple[Query, Callable[[uuid.UUID], Any]]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA query_only=ON")
    return (lambda sql, given: connection.execute(sql, given).fetchall()), lambda key: key.hex


def postgres_query(url: str) -> tuple[Query, Callable[[uuid.UUID], Any]]:
    idle: LifoQueue[Any] = LifoQueue()
    for _ in range(16):
        idle.put(psycopg.connect(bare(url), autocommit=True))

    def query(sql: str, given: Sequence[Any]) -> list[Any]:
        connection = idle.get()
        try:
            return list(connection.execute(sql, given).fetchall())
        finally:
            idle.put(connection)

    return (lambda sql, given: query(sql.replace("?", "%s"), given)), lambda key: key


def make_app() -> Flask:
    url = os.environ["BENCH_URL"]
    query, key = sqlite_query(url) if url.startswith("sqlite") else postgres_query(url)
    app = Flask("raw")
    app.config.update(SECRET_KEY=SECRET, SESSION_COOKIE_NAME="community")
    known: dict[str, Any] = {}

    def who() -> Any:
        sign_in = session["_user_id"]
        if sign_in not in known:
            [known[sign_in]] = query(SIGN_IN, (key(uuid.UUID(sign_in)),))
        return known[sign_in]

    def answer(found: dict[str, Any]) -> Response:
        return Response(orjson.dumps(found), mimetype="application/json")

    @app.get("/")
    def ready() -> str:
        return "ready"

    @app.get("/page/<uuid:thread_id>")
    def page(thread_id: uuid.UUID) -> Response:
        me = who()
        return answer(
            {
                "me": [*me],
                "spaces": [[*row] for row in query(SPACES, (me[0],))],
                "unread": [[row[0], int(row[1])] for row in query(UNREAD, (me[0],))],
                "thread": [[*row] for row in query(HEAD, (me[0], key(thread_id)))],
                "posts": [[*row] for row in query(POSTS, (key(thread_id),))],
            }
        )

    @app.get("/posts/<uuid:thread_id>")
    def posts(thread_id: uuid.UUID) -> Response:
        [head] = query(HEAD, (who()[0], key(thread_id)))
        names = ("id", "number", "html", "reply_to", "created_at", "author", "name", "role", "to")
        rows = query(POSTS, (key(thread_id),))
        items = [dict(zip(names, row, strict=True)) for row in rows]
        return answer({"items": items, "next": None, "last": head[5]})

    return app
