"""Puts the commands of the house and of its features together."""

import sys

import click
import sqlalchemy as sa

from community.app import FEATURES, create_app
from community.cli.backup import backup, restore
from community.cli.checks import look_at_database
from community.cli.db import database
from community.cli.demo import demo
from community.cli.doctor import doctor
from community.cli.files import files
from community.cli.serve import serve, worker
from community.kernel.errors import CommunityError
from community.kernel.settings import SettingsError, read_settings


@click.group(
    context_settings={
        "help_option_names": ["-h", "--help"],
        "obj": lambda: create_app(read_settings()),  # see kernel.shell
    }
)
@click.version_option(package_name="community")
def community() -> None:
    """Run and look after a Community installation."""


for command in (serve, worker, demo, database, doctor, backup, restore, files):
    community.add_command(command)
for feature in FEATURES:
    for command in feature.commands:
        community.add_command(command)


def main() -> None:
    """Run the command line; what people can mend is told in words, without a traceback."""
    try:
        community.main(standalone_mode=False)
    except SettingsError as error:
        sys.exit(f"This installation cannot start:\n{error}")
    except CommunityError as error:
        sys.exit(_in_words(error))
    except sa.exc.DBAPIError:
        fine, words = look_at_database(read_settings())
        if fine:
            raise
        sys.exit(words)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)


def _in_words(error: CommunityError) -> str:
    fields = error.details.get("fields") or {}
    lines = [f"  {name}: {said}" for name, said in fields.items()]
    return "\n".join([str(error.message), *lines])
