"""``community token create``."""

import pytest
from click.testing import CliRunner
from factories.accounts import make_user

from community.accounts.queries import Doorkeeper
from community.cli.main import community


@pytest.fixture
def run(app):
    def command(*args):
        return CliRunner().invoke(community, ["token", "create", *args], obj=lambda: app)

    return command


def test_a_token_is_printed_once_and_works(run, app):
    ana = make_user(app, email="ana@example.org")
    answer = run("--email", "ANA@example.org", "--label", "Reports", "--days", "7")
    assert answer.exit_code == 0, answer.output
    secret = answer.stdout.strip()
    assert "Bearer" in answer.stderr
    with app.app_context():
        assert Doorkeeper().by_bearer(secret).id == ana


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
