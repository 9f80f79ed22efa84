"""``community demo``: a whole network to look round in, on this machine."""

import datetime as dt
import os
import sys
from pathlib import Path

import click
from flask import Flask

from community import migrating
from community.app import create_app
from community.cli.doctor import write_key
from community.cli.serve import Supervisor
from community.demo import fill
from community.demo.sign_ins import ROLES, demo_password
from community.kernel.settings import PREFIX, read_settings

NAME = "Long Table"


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
@click.option("--serve/--no-serve", default=True, help="Serve it, or only fill it.")
def demo(bind: str, *, serve: bool) -> None:
    """Make, fill and serve a demo network; run again it keeps what was typed."""
    data = Path(os.environ.get(f"{PREFIX}DATA_DIR", "var/demo"))
    os.environ.setdefault(f"{PREFIX}DATA_DIR", str(data))
    os.environ.setdefault(f"{PREFIX}NETWORK_NAME", NAME)
    os.environ.setdefault(f"{PREFIX}BASE_URL", f"http://{bind}")
    os.environ.setdefault(f"{PREFIX}MODE", "development")
    if not (data / "secret_key").exists() and f"{PREFIX}SECRET_KEY" not in os.environ:
        write_key(data / "secret_key")
    settings = read_settings()
    if migrating.revision_of(settings.database) != migrating.newest():
        click.echo("-> Making the database")
        migrating.upgrade(settings.database)
    app = create_app(settings)
    password = demo_password(data)
    with app.app_context():
        empty = fill.is_empty()
    if empty:
        _fill(app, password, settings.network_name)
    click.echo(f"\n{settings.network_name} is at http://{bind}\n")
    for role, key in ROLES:
        click.echo(f"  {role:<12} {key}@example.org   {password}")
    click.echo("\nStop it with Ctrl-C. What is typed is kept in " + str(data))
    if serve:
        Supervisor([bind], with_worker=True).run()


def _fill(app: Flask, password: str, name: str) -> None:
    click.echo("-> Filling the demo network: 70 people, three runs, their talk and progress")
    shown, step = "", 1 if sys.stdout.isatty() else 25  # a log needs fewer words than a screen

    def report(what: str, done: int, of: int) -> None:
        nonlocal shown
        percent = 100 * done // of // step * step
        line = f"\r   {what}: {percent}%" if step == 1 else f"   {what}: {percent}%"
        if line != shown:
            click.echo(line, nl=step > 1 or done == of)
            shown = line

    fill.fill(app, password, name, dt.datetime.now(dt.UTC), report)
