"""A connection that was cut while it rested is replaced, and nobody notices."""

import pytest
import sqlalchemy as sa

from community.kernel import db as kernel_db
from community.kernel.db import WRITE, db


@pytest.mark.parametrize("bind", [None, WRITE])
def test_a_connection_cut_while_it_rested_is_replaced(app, monkeypatch, bind):
    monkeypatch.setattr(kernel_db, "FRESH", 0)
    with app.app_context():
        engine = db.engines[bind]
        # With others in the pool the cut one would go back to it, and the next test would get it.
        engine.dispose()
        serves = engine.dialect.name == "postgresql"  # a file does not hang up
        who = sa.text("SELECT pg_backend_pid()" if serves else "SELECT 1")
        with engine.connect() as connection:
            before = connection.scalar(who)
        if serves:
            cut(engine, before)
        with engine.connect() as connection:
            assert (connection.scalar(who) == before) is not serves


def cut(engine, pid):
    other = sa.create_engine(engine.url, poolclass=sa.NullPool)
    with other.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    other.dispose()


@pytest.mark.parametrize("bind", [None, WRITE])
def test_no_statement_is_compiled_at_run_time(app, bind):
    with app.app_context(), db.engines[bind].connect() as connection:
        if connection.dialect.name == "postgresql":  # nothing else has it
            assert connection.exec_driver_sql("SHOW jit").scalar_one() == "off"
