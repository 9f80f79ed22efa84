"""``community admin create``."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from factories.accounts import make_user

from community.accounts.models import User
from community.accounts.rules import verify_password
from community.cli.main import community
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid
from community.spaces.models import Membership, Role, Space, SpaceKind

ARGS = ["admin", "create", "--email", "root@example.org", "--name", "Rosa Root"]


@pytest.fixture
def run(app):
    def command(*args, **more):
        return CliRunner().invoke(community, args, obj=lambda: app, **more)

    return command


def test_the_first_administrator_gets_the_network(run, app):
    answer = run(*ARGS, "--password-stdin", input="seven quiet herons\n")
    assert answer.exit_code == 0, answer.output
    assert "Long Table" in answer.output
    assert "herons" not in answer.output
    with app.app_context():
        user = db.session.scalars(sa.select(User)).one()
        space = db.session.scalars(sa.select(Space)).one()
        role = db.session.scalar(sa.select(Membership.role))
    assert user.admin
    assert verify_password(user.password_hash, "seven quiet herons")
    assert (space.kind, space.slug, role) == (SpaceKind.NETWORK, "long-table", Role.OWNER)


def test_the_password_is_asked_for_twice(run, app):
    answer = run(*ARGS, input="seven quiet herons\nseven quiet herons\n")
    assert answer.exit_code == 0, answer.output
    assert "herons" not in answer.output


def test_there_is_no_second_network(run, app):
    run(*ARGS, "--password-stdin", input="seven quiet herons\n")
    again = run(*ARGS, "--password-stdin", input="seven quiet herons\n")
    assert isinstance(again.exception, Conflict)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Space)) == 1


@pytest.mark.parametrize(
    ("args", "password", "named"),
    [
        (ARGS, "short", "password"),
        ([*ARGS[:3], "nowhere", *ARGS[4:]], "seven quiet herons", "email"),
        ([*ARGS[:5], " "], "seven quiet herons", "name"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_made(run, app, args, password, named):
    answer = run(*args, "--password-stdin", input=password)
    assert isinstance(answer.exception, Invalid)
    assert list(answer.exception.fields) == [named]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0


def test_an_address_that_is_taken_makes_no_network(run, app):
    make_user(app, email="root@example.org")
    answer = run(*ARGS, "--password-stdin", input="seven quiet herons\n")
    assert isinstance(answer.exception, Conflict)
    with app.app_context():
        assert db.session.scalar(sa.select(Space.id)) is None
