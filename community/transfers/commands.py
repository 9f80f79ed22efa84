"""``community mail``: archives of mail into spaces."""

import time
from pathlib import Path

import click
import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.shell import in_app
from community.spaces.models import Space
from community.transfers.models import MailImport, MailState
from community.transfers.operations import begin_mail_import, read_mail, write_mail


@click.group("mail")
def mail() -> None:
    """Bring archives of mail into spaces."""


@mail.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--space", "slug", required=True, help="Slug of the space that they go to.")
@in_app
def import_(files: tuple[Path, ...], *, slug: str) -> None:
    """Import FILES, archives of mail in the mbox format, one after the other; gzip is unpacked.

    What is there already is not brought in again.
    """
    space_id = execute(sa.select(Space.id).where(Space.slug == slug)).scalar()
    if space_id is None:
        raise click.ClickException(f"there is no space {slug!r}")
    for file in files:
        began = time.monotonic()
        with file.open("rb") as source:
            ctx = Context.begin(None, origin="shell")
            key = begin_mail_import(ctx, space_id, name=file.name, source=source).id
        read_mail(Context.begin(None, origin="shell"), str(key))
        while (row := db.session.get_one(MailImport, key)).state is MailState.WRITING:
            write_mail(Context.begin(None, origin="shell"), str(key))
            db.session.remove()
        click.echo(in_words(file.name, row, time.monotonic() - began))


_WHY = {
    "none": "there are no messages in it",
    "many": "there are too many messages in it",
    "content": "it is not written as its description says",
    "large": "there is too much in it",
    "broken": "it could not be read to its end",
}


def in_words(name: str, row: MailImport, seconds: float) -> str:
    """Return what became of an archive, a line for each thing there is to tell."""
    if row.state is MailState.FAILED:
        return f"{name}: nothing was imported, {_WHY[row.report['failed']]}"
    told = row.report
    speed = f"{row.found / max(seconds, 0.001):.0f} messages a second"
    kept = f"{row.written} of {row.found} messages in {told['threads']} threads"
    lines = [
        f"{name}: {kept} by {told['authors']} authors, {speed}",
        f"  {told['replies']} below what they answer, {told['orphans']} answer what is not there",
        *(f"  kept, {note}: {count}" for note, count in told["notes"].items()),
        *(f"  files, {what}: {count}" for what, count in told.get("files", {}).items()),
        *(f"  dropped, {why}: {count}" for why, count in told["dropped"].items()),
    ]
    return "\n".join(lines)
