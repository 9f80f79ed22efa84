"""Many acts at the same moment, each in a thread with a connection of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Flask

from community.kernel.db import WRITE, db
from community.kernel.errors import CommunityError

PATIENCE = 60  # seconds; who is not done by then hangs


def at_once(app: Flask, acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Let all ``acts`` go at one moment; returns what each answered, in order.

    An error of the domain is an answer too; any other one is raised here.
    """
    barrier = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)
    broken: list[BaseException] = []

    def run(place: int, act: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                barrier.wait(PATIENCE)
                answers[place] = act()
            except CommunityError as error:
                answers[place] = error
            except BaseException as error:  # noqa: BLE001  # told in the test's own thread
                broken.append(error)

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    if broken:
        raise broken[0]
    assert not any(thread.is_alive() for thread in threads), "an act hangs"
    return answers


def in_line(app: Flask, held: sa.Select[Any], acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Let ``acts`` wait for rows that are held here, one behind the other, then let them go.

    Each begins once the one before waits, so it has read what was there, and writes by what it
    finds under its lock. The first of them is first; where it changes the row, those behind it go
    on from the new one in any order. Returns what each answered, as ``at_once`` does. Every act
    has to wait: one that does not takes no lock on these rows.

    On SQLite, which has one writer at a time, nobody reads before their turn: there each act is
    done before the next begins, and has to come to the same.
    """
    with app.app_context():
        engine = db.engines[WRITE]
    if engine.dialect.name != "postgresql":
        return [answer for act in acts for answer in at_once(app, [act])]
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                answers[place] = act()
            except Exception as error:  # noqa: BLE001  # told in the test's own thread
                answers[place] = error

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    with engine.connect() as holder:
        holder.execute(held.with_for_update())
        for number, thread in enumerate(threads, start=1):
            thread.start()
            _until(engine, number, thread)
        early = [place for place, thread in enumerate(threads) if not thread.is_alive()]
        holder.rollback()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "an act hangs"
    assert early == [], f"these did not wait: {early}, {answers}"
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, CommunityError):
            raise answer
    return answers


def _until(engine: sa.Engine, number: int, thread: threading.Thread) -> None:
    """Return once so many wait for a lock, or this one is done."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and thread.is_alive():
        with engine.connect() as connection:
            waiting = connection.exec_driver_sql(WAITING).scalar_one()
        if waiting >= number:
            return
        time.sleep(0.01)


WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
