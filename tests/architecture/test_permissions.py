"""The permission table is whole, true, and the one that ``docs/permissions.md`` shows."""

import pytest
from architecture.permissions import (
    COLUMNS,
    DOCUMENT,
    OUTSIDE,
    ROWS,
    SHELL,
    document,
    missing,
)
from conftest import acting, empty
from factories.accounts import make_sign_in
from factories.neighbours import make_neighbours

from community.kernel.db import db
from community.kernel.policy import catalogue


@pytest.fixture(scope="module")
def world(shared_app):
    """Two networks, made once for all rows: asking changes nothing."""
    empty(shared_app)
    made = make_neighbours(shared_app)
    make_sign_in(shared_app, made.here.people["member"])
    return made


def context_of(world, who):
    if who == SHELL:
        return acting(None, origin="shell")
    key = world.here.people["other"] if who == "other member" else world.roles[who]
    return acting(key, admin=who == "admin")


def says_yes(row, ctx, about):
    if not row.reads:
        return row.rule(ctx, *about)
    *given, wanted = about
    return wanted in db.session.scalars(row.rule(ctx, *given)).all()


def test_every_rule_has_a_row():
    assert missing() == set()
    assert {row.name for row in ROWS} <= set(catalogue)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule.__name__} {row.words}".strip())
def test_every_row_is_true(shared_app, world, row):
    with shared_app.app_context():
        about = row.about(world)
        everybody = (*COLUMNS, *OUTSIDE, SHELL)
        found = {who for who in everybody if says_yes(row, context_of(world, who), about)}
    assert found == row.yes


def test_the_document_is_made_from_the_table():
    assert DOCUMENT.read_text("utf-8") == document(), "make permissions"
