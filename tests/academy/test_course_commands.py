"""``community course``: in, out, and refused in words."""

import shutil

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from conftest import acting
from factories.academy import course_source, make_version
from factories.adapt import LONG, choice, package, packed, part
from factories.spaces import make_space

from community.academy.commands import course
from community.academy.formats.files import write_files
from community.academy.formats.folder import write_folder
from community.academy.kinds.builtin import KINDS
from community.academy.models import Course, CourseVersion
from community.academy.queries import newest_version
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.kernel.resources import resource
from community.spaces.models import SpaceKind


@pytest.fixture
def run(app):
    def call(*words):
        return CliRunner().invoke(
            course, [str(word) for word in words], obj=lambda: app, catch_exceptions=True
        )

    return call


@pytest.fixture
def network(app):
    return make_space(app, "Long Table", kind=SpaceKind.NETWORK, slug="network")


def files_in(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def count(app, model):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_folder_goes_in_and_comes_out_the_same(app, run, network, tmp_path):
    write_folder(course_source(), tmp_path / "in", KINDS)
    result = run("import", tmp_path / "in")
    assert result.exit_code == 0, result.output
    assert "“Sharing data” is version 1 in Long Table" in result.output
    assert "3 modules (1 open later)" in result.output
    assert "questions 4" in result.output
    result = run("export", "sharing-data", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert files_in(tmp_path / "out") == files_in(tmp_path / "in")


def test_our_own_academy_goes_in_and_comes_out_byte_for_byte(app, run, network, tmp_path):
    ours = resource("courses") / "data-stewardship-academy"
    assert run("import", ours).exit_code == 0
    assert run("export", "data-stewardship-academy", tmp_path / "out").exit_code == 0
    assert files_in(tmp_path / "out") == files_in(ours)


def test_a_broken_folder_is_refused_by_file_and_line_and_nothing_is_imported(
    app, run, network, tmp_path
):
    folder = tmp_path / "course"
    write_folder(course_source(), folder, KINDS)
    page = folder / "01-module-1" / "01-what-counts.md"
    page.write_text(page.read_text().replace("minutes: 8", "minutes: soon"))
    quiz = folder / "02-module-2" / "02-check.md"
    quiz.write_text(quiz.read_text().replace("(x)", "( )"))
    result = run("import", folder)
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert any(line.startswith("01-module-1/01-what-counts.md:4: ") for line in lines)
    assert any(line.startswith("02-module-2/02-check.md:") for line in lines)
    assert lines[-1] == "Nothing was imported: 2 to mend."
    assert "Traceback" not in result.output
    assert (count(app, Course), count(app, CourseVersion)) == (0, 0)


def test_a_folder_that_is_not_there_is_said(run, network, tmp_path):
    result = run("import", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "nowhere: There is no folder of this name." in result.stderr


def test_unchanged_is_said_and_changed_is_the_next_version(app, run, network, tmp_path):
    write_folder(course_source(), tmp_path / "a", KINDS)
    run("import", tmp_path / "a")
    again = run("import", tmp_path / "a")
    assert isinstance(again.exception, Conflict)
    shutil.rmtree(tmp_path / "a")
    write_folder(course_source(summary="Changed."), tmp_path / "a", KINDS)
    assert "version 2" in run("import", tmp_path / "a").output
    with app.app_context():
        newest = newest_version(acting(None, origin="shell"), "sharing-data")
        assert newest.number == 2


def test_liascript_is_read_with_a_report(app, run, network, tmp_path):
    folder = tmp_path / "foreign"
    folder.mkdir()
    words = "word " * 300
    (folder / "01_start.md").write_text(f"# Start\n\n{words}\n\n[[X]] Right\n[[ ]] Wrong\n")
    result = run(
        "import", folder, "--format", "liascript", "--title", "Foreign", "--licence", "CC-BY-4.0"
    )
    assert result.exit_code == 0, result.output
    assert "01_start.md" in result.output
    assert "“Foreign” is version 1" in result.output


def test_the_space_is_said_or_the_only_network(app, run, network, tmp_path):
    write_folder(course_source(), tmp_path / "a", KINDS)
    other = make_space(app, "Other", kind=SpaceKind.NETWORK, slug="other")
    assert isinstance(run("import", tmp_path / "a").exception, Conflict)
    assert isinstance(run("import", tmp_path / "a", "--space", "none").exception, NotFound)
    assert run("import", tmp_path / "a", "--space", "other", "--slug", "mine").exit_code == 0
    with app.app_context():
        row = db.session.scalars(sa.select(Course)).one()
        assert (row.space_id, row.slug) == (other, "mine")


def test_export_needs_a_course_and_an_empty_place(app, run, network, tmp_path):
    make_version(app, network)
    assert isinstance(run("export", "no-such", tmp_path / "x").exception, NotFound)
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("keep")
    assert isinstance(run("export", "sharing-data", full).exception, Conflict)
    assert [path.name for path in full.iterdir()] == ["mine.txt"]


def test_what_is_stored_is_written_as_it_was_read(app, network):
    source = course_source()
    version_id = make_version(app, network, source)
    with app.app_context():
        version = db.session.get_one(CourseVersion, version_id)
        assert version.digest
    assert write_files(source, KINDS)


def test_without_a_network_one_is_told_to_make_it_first(run, tmp_path):
    write_folder(course_source(), tmp_path / "a", KINDS)
    refused = run("import", tmp_path / "a").exception
    assert isinstance(refused, Conflict)
    assert "There is no network yet. Make one first: community admin create" in refused.message


def test_adapt_is_read_with_a_report_and_each_language_is_a_course(app, run, network, tmp_path):
    files = {
        **package(part(1, title="Words", body=LONG), choice(2, True, False)),
        **package(part(1, title="Mots", body=LONG), language="fr"),
    }
    archive = packed(tmp_path, files, "foreign.tar.gz")
    result = run("import", archive, "--format", "adapt", "--title", "Foreign")
    assert result.exit_code == 0, result.output
    assert "component mcq: found 1, kept 1" in result.output
    with app.app_context():
        ctx = acting(None, origin="shell")
        for slug, language in (("foreign-en", "en"), ("foreign-fr", "fr")):
            assert newest_version(ctx, slug).language == language
    again = run("import", archive, "--format", "adapt", "--title", "Foreign")
    assert "foreign-en: Nothing changed: this is version 1 already." in again.output
    alone = run("import", archive, "--format", "adapt", "--language", "fr", "--slug", "le-cours")
    assert "“A course” is version 1 in Long Table: 1 modules" in alone.output
    broken = packed(tmp_path, package({"_id": "c-1", "title": 7}), "broken.zip")
    refused = run("import", broken, "--format", "adapt")
    assert refused.exit_code == 1
    assert "course/en/components.json: c-1: title is no text." in refused.stderr
    assert count(app, Course) == 3
