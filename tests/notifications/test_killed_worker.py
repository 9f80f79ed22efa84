"""Reminders by a real worker and a real SMTP server, the worker killed in between.

No mail server can be asked whether it took a letter whose answer was lost. Such a letter goes
again, under the same Message-ID, by which mailboxes tell: so it is counted by that, and nobody is
left out.
"""

import collections
import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from conftest import acting, make_settings
from databases import migrate, postgres_url
from factories.accounts import make_user
from factories.live import make_session
from factories.spaces import join, make_space
from letters import Postbox
from running import environment

from community.app import create_app
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import RELAY_AGAIN
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow
from community.kernel.settings import Settings
from community.spaces.models import Role

MEMBERS = 12
AT_ONCE = 2  # letters a worker has on the way
PATIENCE = 60.0


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request, tmp_path, worker_name, post_office) -> Settings:
    url = "" if request.param == "sqlite" else postgres_url(f"community_letters_{worker_name}")
    made = make_settings(tmp_path, url, smtp_url=f"smtp://127.0.0.1:{post_office.port}")
    migrate(made)
    return made


@pytest.fixture
def app(settings):
    made = create_app(settings)
    yield made
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


@contextlib.contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    with (settings.data_dir / "worker.log").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "community.cli", "worker"],
            env=environment(settings, "http://127.0.0.1:8000"),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def wait_until(test, why):
    deadline = time.monotonic() + PATIENCE
    while not test():
        assert time.monotonic() < deadline, why
        time.sleep(0.05)


def open_rows(app):
    with app.app_context():
        return db.session.scalar(
            sa.select(sa.func.count()).select_from(OutboxRow).where(OutboxRow.done_at.is_(None))
        )


def readers(postbox: Postbox):
    """Return the Message-IDs each address got, with how often."""
    found: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for letter in list(postbox.letters):
        found[letter["To"].addresses[0].addr_spec][letter["Message-ID"]] += 1
    return found


def test_a_worker_killed_between_two_letters_reminds_everybody_once(settings, app, postbox):
    space = make_space(app, "Cohort 9")
    people = [make_user(app, f"Person{n} Lind") for n in range(MEMBERS)]
    for person in people:
        join(app, space, person, Role.MEMBER)
    make_session(app, space, people[0], starts_at=clock() + dt.timedelta(hours=20))
    postbox.slow = 0.15
    kills = 0
    for after in (2, 6):
        with worker(settings):
            wait_until(lambda many=after: len(postbox.letters) >= many, f"no {after} letters came")
        kills += 1
        with app.app_context(), unit_of_work(acting(None)):  # two minutes pass
            db.session.execute(
                sa.update(OutboxRow)
                .where(OutboxRow.done_at.is_(None))
                .values(relayed_at=clock() - 2 * RELAY_AGAIN)
            )
    with worker(settings):
        wait_until(lambda: open_rows(app) == 0, "letters are still owed")
    got = readers(postbox)
    assert len(got) == MEMBERS
    assert all(len(letters) == 1 for letters in got.values())
    twice = sum(count - 1 for letters in got.values() for count in letters.values())
    assert twice <= kills * AT_ONCE
