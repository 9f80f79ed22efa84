"""``community token create``."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from factories.accounts import make_user

from community.accounts.queries import Doorkeeper
from community.cli.main import community
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.log import EventRow


@pytest.fixture
def run(app):
    def command(*args):
        return CliRunner().invoke(community, ["token", "create", *args], obj=lambda: app)

    return command


def test_a_token_is_printed_once_works_and_is_told(run, app, postbox):
    ana = make_user(app, email="ana@example.org")
    answer = run("--email", "ANA@example.org", "--label", "Reports", "--days", "7")
    assert answer.exit_code == 0, answer.output
    secret = answer.stdout.strip()
    assert "Bearer" in answer.stderr
    with app.app_context():
        assert Doorkeeper().by_bearer(secret).id == ana
        [row] = db.session.execute(sa.select(EventRow.name, EventRow.actor_id, EventRow.payload))
    assert (row.name, row.actor_id) == ("accounts.token_created", None)  # nobody but the operator
    assert row.payload["user_id"] == str(ana)
    run_everything(app)
    assert "An API token was made for your account" in postbox.text_to("ana@example.org")


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (["--email", "nobody@example.org", "--label", "Reports"], "--email"),
        (["--email", "ana@example.org", "--label", " "], "--label"),
        (["--email", "ana@example.org", "--label", "x" * 81], "--label"),
        (["--email", "ana@example.org", "--label", "Reports", "--days", "0"], "--days"),
    ],
)
def test_what_cannot_be_used_is_named(run, app, args, named):
    make_user(app, email="ana@example.org")
    answer = run(*args)
    assert answer.exit_code == 2
    assert named in answer.output
