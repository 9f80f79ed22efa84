"""How many statements an answer costs, counted inside one process."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.data.load import settings_for
from bench.databases import Database
from bench.load.http import Failed
from community.app import create_app
from community.kernel.db import db

SILENT = ("BEGIN", "COMMIT", "PRAGMA")


@contextlib.contextmanager
def counted(database: Database) -> Iterator["Counter"]:
    """Build the application over the working copy, to count in."""
    app = create_app(settings_for(database.work_url, database.work_dir))
    try:
        yield Counter(app)
    finally:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


class Counter:
    """Counts the statements of single requests; the sign-in is read anew by each."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def count(self, path: str, headers: Mapping[str, str]) -> int:
        """Return the statements of one GET, once the process keeps what never changes."""
        self._get(path, headers)
        return self.during(lambda: self._get(path, headers))

    def during(self, act: Callable[[], object]) -> int:
        """Return the statements of an act in this process."""
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(SILENT):
                statements.append(statement)

        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
        return len(statements)

    def post(self, path: str, headers: Mapping[str, str], given: Mapping[str, Any]) -> None:
        """Send JSON; raises Failed unless something was made."""
        client = self.app.test_client(use_cookies=False)
        answer = client.post(path, headers=dict(headers), json=dict(given))
        if answer.status_code != 201:
            raise Failed(f"{path} answered {answer.status_code}")

    def _get(self, path: str, headers: Mapping[str, str]) -> None:
        answer = self.app.test_client(use_cookies=False).get(path, headers=dict(headers))
        if answer.status_code != 200:
            raise Failed(f"{path} answered {answer.status_code}")
