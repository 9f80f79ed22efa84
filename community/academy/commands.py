"""``community course``: courses in and out as folders."""

import sys
from collections import Counter
from pathlib import Path

import click

from community.academy.formats.folder import read_folder, write_folder
from community.academy.formats.liascript import read_liascript
from community.academy.formats.source import CourseRefused, CourseSource
from community.academy.kinds.builtin import KINDS
from community.academy.operations import import_course
from community.academy.queries import as_source, newest_version, space_for_courses
from community.kernel.context import Context
from community.kernel.shell import in_app


@click.group("course")
def course() -> None:
    """Import courses from folders, and export them again."""


@course.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["folder", "liascript"]),
    default="folder",
    show_default=True,
    help="Our own course folder, or Markdown files in LiaScript's flavour.",
)
@click.option("--space", "space_slug", help="Slug of the space that keeps it; else the network.")
@click.option("--slug", help="Slug of the course; else made of its title.")
@click.option("--title", help="LiaScript only: what the course is called.")
@click.option("--licence", default="", help="LiaScript only: SPDX identifier.")
@click.option("--summary", default="", help="LiaScript only: what it is about, in a sentence.")
@in_app
def import_(
    folder: Path,
    *,
    form: str,
    space_slug: str | None,
    slug: str | None,
    title: str | None,
    licence: str,
    summary: str,
) -> None:
    """Import the course in FOLDER as a new version, all of it or nothing."""
    try:
        if form == "liascript":
            source, report = read_liascript(
                folder, KINDS, title=title, licence=licence, summary=summary
            )
            click.echo(report.as_text())
        else:
            source = read_folder(folder, KINDS)
        ctx = Context.begin(None, origin="shell")
        space = space_for_courses(ctx, space_slug)
        version = import_course(ctx, space.id, source, slug=slug)
    except CourseRefused as refused:
        for problem in refused.problems:
            click.echo(str(problem), err=True)
        click.echo(f"Nothing was imported: {len(refused.problems)} to mend.", err=True)
        sys.exit(1)
    click.echo(f"“{version.title}” is version {version.number} in {space.name}: {counts(source)}.")


@course.command("export")
@click.argument("slug")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--space", "space_slug", help="Slug of the space that keeps it.")
@in_app
def export(slug: str, folder: Path, space_slug: str | None) -> None:
    """Write the newest version of the course SLUG as FOLDER, which must be new or empty."""
    version = newest_version(Context.begin(None, origin="shell"), slug, space_slug)
    write_folder(as_source(version), folder, KINDS)
    click.echo(f"“{version.title}”, version {version.number}, is in {folder}.")


def counts(source: CourseSource) -> str:
    """Return in words how much there is of what."""
    kinds = Counter(a.kind for module in source.modules for a in module.activities)
    later = sum(module.opens_later for module in source.modules)
    questions = sum(
        len(a.settings.get("questions", ())) for module in source.modules for a in module.activities
    )
    parts = [f"{len(source.modules)} modules" + (f" ({later} open later)" if later else "")]
    parts += [f"{name} {number}" for name, number in kinds.items()]
    parts += [f"questions {questions}", f"pictures {len(source.assets)}"]
    return ", ".join(parts)
