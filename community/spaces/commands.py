"""``community admin``: the first person of an installation."""

import sys

import click

from community.accounts.operations import hash_of_new
from community.accounts.schemas import RegisterIn
from community.kernel.context import Context
from community.kernel.installed import installed
from community.kernel.keys import new_key
from community.kernel.schemas import load
from community.kernel.shell import in_app
from community.spaces.operations import found_network


@click.group("admin")
def admin() -> None:
    """Look after who runs this installation."""


@admin.command("create")
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--name", required=True, help="As the others should see it.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@in_app
def create(email: str, name: str, *, password_stdin: bool) -> None:
    """Make the first administrator, and the network, which they own."""
    password = (
        sys.stdin.readline().rstrip("\r\n")
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    settings = installed().settings
    given = load(
        RegisterIn(),
        {"email": email, "name": name, "password": password, "zone": settings.default_zone},
    )
    network = found_network(
        Context.begin(new_key(), origin="shell", admin=True),
        email=given["email"],
        name=given["name"],
        password_hash=hash_of_new(given["password"], personal=(given["name"], given["email"])),
        network_name=settings.network_name,
        zone=given["zone"],
        language=settings.default_language,
    )
    click.echo(f"{given['name']} owns the network “{network.name}” now.")
    click.echo(f"Sign in at {settings.base_url}/sign-in")
    if settings.mode == "production":
        factors = f"{settings.base_url}/me/factors"
        click.echo(f"Administration asks for a second step to sign in: set one up at {factors}")
