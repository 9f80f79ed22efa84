"""``community course``: courses in, as folders and from elsewhere, and out as folders."""

import sys
from collections import Counter
from pathlib import Path

import click

from community.academy.formats.folder import read_folder, write_folder
from community.academy.formats.liascript import read_liascript
from community.academy.formats.report import Report
from community.academy.formats.source import CourseRefused, CourseSource
from community.academy.kinds.builtin import KINDS
from community.academy.operations import import_course
from community.academy.queries import as_source, newest_version, space_for_courses
from community.kernel.context import Context
from community.kernel.errors import Conflict
from community.kernel.shell import in_app
from community.kernel.slugs import slug_of


@click.group("course")
def course() -> None:
    """Import courses, and export them as folders."""


@course.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["folder", "liascript", "adapt"]),
    default="folder",
    show_default=True,
    help="Our own course folder, Markdown files in LiaScript's flavour, or Adapt's JSON as a"
    " folder, a ZIP or a tar.gz.",
)
@click.option("--space", "space_slug", help="Slug of the space that keeps it; else the network.")
@click.option("--slug", help="Slug of the course; else made of its title.")
@click.option("--title", help="LiaScript and Adapt: what the course is called.")
@click.option("--licence", default="", help="LiaScript and Adapt: SPDX identifier.")
@click.option("--summary", default="", help="LiaScript and Adapt: what it is about, in a sentence.")
@click.option("--language", help="Adapt: only this language; else each becomes a course.")
@in_app
def import_(
    path: Path, *, form: str, space_slug: str | None, slug: str | None, **how: str | None
) -> None:
    """Import the course in PATH as a new version, all of it or nothing.

    An Adapt course in several languages becomes a course in each of them; their slugs end in it.
    """
    try:
        courses = _read(path, form, how)
        ctx = Context.begin(None, origin="shell")
        space = space_for_courses(ctx, space_slug)
        for source, report in courses:
            if report:
                click.echo(report.as_text())
            own = slug
            if len(courses) > 1:
                own = f"{slug or slug_of(source.title) or 'course'}-{source.language.lower()}"
            try:
                version = import_course(ctx, space.id, source, slug=own)
            except Conflict as unchanged:
                if len(courses) == 1:
                    raise
                click.echo(f"{own}: {unchanged.message}")
                continue
            click.echo(
                f"“{version.title}” is version {version.number} in {space.name}: {counts(source)}."
            )
    except CourseRefused as refused:
        for problem in refused.problems:
            click.echo(str(problem), err=True)
        click.echo(f"Nothing was imported: {len(refused.problems)} to mend.", err=True)
        sys.exit(1)


def _read(
    path: Path, form: str, how: dict[str, str | None]
) -> list[tuple[CourseSource, Report | None]]:
    """Read what lies at a path; ``how`` are the words given for formats that have none."""
    title, language = how["title"], how["language"]
    words = {"licence": how["licence"] or "", "summary": how["summary"] or ""}
    if form == "adapt":
        # Only here: its HTML readers would make every start of the site slower.
        from community.academy.formats.adapt import read_adapt  # noqa: PLC0415  # see above

        return list(read_adapt(path, KINDS, language=language, title=title, **words))
    if form == "liascript":
        return [read_liascript(path, KINDS, title=title, **words)]
    return [(read_folder(path, KINDS), None)]


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
