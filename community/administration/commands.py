"""``community people`` and ``community space``: the administrator's pages, from a shell."""

import uuid

import click

from community.accounts.operations import (
    appoint_administrator,
    dismiss_administrator,
    switch_off_account,
    switch_on_account,
)
from community.administration import queries
from community.kernel.context import Context
from community.kernel.shell import in_app
from community.spaces.operations import archive_space, reopen_space

ACTS = {
    "switch-off": switch_off_account,
    "switch-on": switch_on_account,
    "appoint": appoint_administrator,
    "dismiss": dismiss_administrator,
}


def _shell() -> Context:
    return Context.begin(None, origin="shell")


@click.group("people")
def people() -> None:
    """Look after accounts: list them, shut one out, appoint administrators."""


@people.command("list")
@click.option("--search", default="", help="Part of a name or an address.")
@in_app
def list_people(search: str) -> None:
    """Print the accounts, a line each: address, name, and what is special."""
    page: str | None = None
    while True:
        found = queries.accounts(_shell(), search=search, page=page)
        for row in found.items:
            marks = [
                *(["administrator"] if row.admin else []),
                *(["switched off"] if row.deactivated_at else []),
            ]
            click.echo("\t".join([row.email, row.name, ", ".join(marks)]))
        page = found.next
        if page is None:
            return


def _act(name: str) -> click.Command:
    @click.argument("email")
    @in_app
    def run(email: str) -> None:
        user_id = queries.account_of(_shell(), email)
        if user_id is None:
            raise click.BadParameter("nobody has an account with this address")
        ACTS[name](_shell(), user_id)
        click.echo("Done.")

    return click.command(name, help=f"Do this to one account, by its address: {name}.")(run)


for _name in ACTS:
    people.add_command(_act(_name))


@click.group("space")
def space() -> None:
    """Look after spaces: list them, archive one."""


@space.command("list")
@in_app
def list_spaces() -> None:
    """Print the spaces, a line each: id, name, people, and whether it is archived."""
    page: str | None = None
    while True:
        found = queries.spaces(_shell(), page=page)
        for row in found.items:
            marks = "archived" if row.archived_at else ""
            click.echo("\t".join([str(row.id), row.name, str(row.members), marks]))
        page = found.next
        if page is None:
            return


@space.command("archive")
@click.argument("space_id", type=click.UUID)
@in_app
def archive(space_id: uuid.UUID) -> None:
    """Archive a space: its people keep reading, nothing new is written there."""
    click.echo(f"{archive_space(_shell(), space_id).name} is archived.")


@space.command("reopen")
@click.argument("space_id", type=click.UUID)
@in_app
def reopen(space_id: uuid.UUID) -> None:
    """Take a space out of the archive."""
    click.echo(f"{reopen_space(_shell(), space_id).name} is open again.")
