"""Progress at the command line."""

import click
import sqlalchemy as sa

from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.shell import in_app
from community.progress.operations import rebuild
from community.spaces.models import Space


@click.group("progress")
def progress() -> None:
    """Progress of learners."""


@progress.command("rebuild")
@click.option("--run", "slug", default=None, help="The slug of one run's space; without it, all.")
@in_app
def rebuild_command(slug: str | None) -> None:
    """Make states and totals anew, add verdicts that are missing, and say what differed."""
    run_id = None
    if slug is not None:
        run_id = db.session.scalar(
            sa.select(Run.id).join(Space, Space.id == Run.space_id).where(Space.slug == slug)
        )
        if run_id is None:
            raise click.ClickException(f"There is no run at {slug!r}.")
    found = rebuild(Context.begin(None, origin="shell"), run_id)
    click.echo(f"Enrolments: {found.enrolments}")
    click.echo(f"States:     {found.states}, corrected: {found.states_corrected}")
    click.echo(f"Totals:     {found.enrolments}, corrected: {found.summaries_corrected}")
    click.echo(f"Verdicts:   added: {found.verdicts_added}; none is taken away")
