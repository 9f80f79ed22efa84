"""What people can mend is told in words on the command line; a fault of ours is not hidden."""

import subprocess
import sys

import click
import pytest
import sqlalchemy as sa

from community import migrating
from community.cli.main import community, main
from community.kernel.settings import read_settings

AWAY = "postgresql://nobody@127.0.0.1:9/none"
TOKEN = ["token", "create", "--email", "a@example.org", "--label", "mine"]


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return the command line over an installation whose database nobody made yet."""
    monkeypatch.setenv("COMMUNITY_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path))

    def command(*args):
        monkeypatch.setattr(sys, "argv", ["community", *args])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code

    return command


@pytest.mark.parametrize("args", [["db", "upgrade"], ["db", "revision", "what"], TOKEN])
def test_a_database_that_is_away_is_told_in_words(run, monkeypatch, args):
    monkeypatch.setenv("COMMUNITY_DATABASE_URL", AWAY)
    assert run(*args) == "PostgreSQL does not answer: OperationalError. Check the address."


def test_a_database_nobody_made_says_how_to_make_it(run):
    assert run(*TOKEN) == "SQLite answers, but is empty. Run: community db upgrade"


def test_a_fault_of_ours_is_not_blamed_on_the_database(run, monkeypatch):
    @click.command()
    def flawed():
        raise sa.exc.OperationalError("select 1", {}, Exception("ours"))

    monkeypatch.setitem(community.commands, "flawed", flawed)
    migrating.upgrade(read_settings().database)
    monkeypatch.setattr(sys, "argv", ["community", "flawed"])
    with pytest.raises(sa.exc.OperationalError, match="ours"):
        main()


def test_rubbish_is_looked_for_again_once_all_is_loaded():
    asked = "import gc, community.cli; print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.split() == ["True", "True"], done.stderr
