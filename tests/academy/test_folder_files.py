"""Files of a course folder: looked at by content, kept as they came, and written out again."""

import dataclasses

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source, page_source
from factories.files import CSV, MP4, PDF, TAKEN, VTT
from factories.spaces import make_space

from community.academy.formats.files import read_files, write_files
from community.academy.formats.folder import read_folder, write_folder
from community.academy.formats.source import CourseRefused, FileSource
from community.academy.kinds.builtin import KINDS
from community.academy.models import Course, CourseFile, CourseVersion
from community.academy.operations import import_course
from community.academy.queries import as_source
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.files.models import StoredFile
from community.kernel.files.store import store
from community.kernel.installed import EXTENSION
from community.kernel.operation import unit_of_work
from community.spaces.models import SpaceKind

BODY = "Read [the slides](files/slides.pdf) first."


@pytest.fixture
def course():
    page = page_source(body=BODY)
    return course_source(modules=(module_source(1, activities=(page,)),), assets=())


@pytest.fixture
def folder(course, tmp_path):
    """Return the folder of a course whose page links to one of its two files."""
    place = tmp_path / "course"
    without = dataclasses.replace(page_source(), body="Read.")
    plain = course_source(modules=(module_source(1, activities=(without,)),), assets=())
    write_folder(plain, place, KINDS)
    [page] = place.glob("01-*/01-*.md")
    page.write_text(page.read_text().replace("Read.", BODY))
    (place / "files").mkdir()
    (place / "files/slides.pdf").write_bytes(PDF)
    (place / "files/talk.mp4").write_bytes(MP4)
    return place


def problems(folder):
    with pytest.raises(CourseRefused) as refused:
        read_folder(folder, KINDS)
    return {problem.file: problem.message for problem in refused.value.problems}


def tree(folder):
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.fixture
def kept(inside, folder):
    """Return the id of the version that the folder became."""
    network = make_space(inside, kind=SpaceKind.NETWORK)
    ctx = acting(None, origin="shell")
    return import_course(ctx, network, read_folder(folder, KINDS)).id


def test_a_folder_with_files_comes_back_as_it_was(kept, folder, tmp_path):
    back = tmp_path / "back"
    write_folder(as_source(db.session.get_one(CourseVersion, kept)), back, KINDS)
    assert tree(back) == tree(folder)
    assert read_folder(back, KINDS) == read_folder(folder, KINDS)


def test_files_are_kept_once_whatever_they_are_called(kept, inside, folder):
    (folder / "files/again.pdf").write_bytes(PDF)
    elsewhere = make_space(inside, "Another")
    import_course(acting(None, origin="shell"), elsewhere, read_folder(folder, KINDS))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CourseFile)) == 5


def test_another_file_by_the_same_name_makes_another_version(kept, folder):
    ctx = acting(None, origin="shell")
    space_id = db.session.scalars(sa.select(Course.space_id)).one()
    with pytest.raises(Conflict, match="Nothing changed"):
        import_course(ctx, space_id, read_folder(folder, KINDS))
    (folder / "files/slides.pdf").write_bytes(PDF + b"\n")
    assert import_course(ctx, space_id, read_folder(folder, KINDS)).number == 2


def test_a_published_version_keeps_its_files(kept):
    for change in (
        sa.delete(CourseFile),
        sa.update(CourseFile).values(path="files/other.pdf"),
        sa.insert(CourseFile).values(
            version_id=kept,
            path="files/more.pdf",
            stored_id=sa.select(StoredFile.id).limit(1).scalar_subquery(),
            id=kept,
        ),
    ):
        with (
            pytest.raises(sa.exc.DBAPIError, match="published"),
            unit_of_work(acting(None)),
        ):
            db.session.execute(change)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("slides.pdf", b"<html>", "Files of this kind are not taken"),
        ("Slides.PDF", PDF, "A file's name has small letters"),
        ("my slides.pdf", PDF, "A file's name has small letters"),
        ("slides.html", b"<html>", "Files of this kind are not taken"),
        ("waves.png", b"\x89PNG\r\n\x1a\n", "This is a picture"),
        ("table.csv", CSV.replace(b"T", b"\xff"), "not in UTF-8"),
        ("talk.txt", VTT, "should end in .vtt"),
    ],
)
def test_what_does_not_belong_is_named(inside, folder, name, content, words):
    (folder / "files" / name).write_bytes(content)
    assert words in problems(folder)[f"files/{name}"]


def test_links_and_folders_are_not_followed(inside, folder, tmp_path):
    (tmp_path / "secret.pdf").write_bytes(PDF)
    (folder / "files/secret.pdf").symlink_to(tmp_path / "secret.pdf")
    (folder / "files/deep").mkdir()
    found = problems(folder)
    assert "not followed" in found["files/secret.pdf"]
    assert "Only files" in found["files/deep"]


def test_a_link_to_a_file_that_is_not_there_is_named_with_its_line(inside, folder):
    (folder / "files/slides.pdf").unlink()
    [message] = problems(folder).values()
    assert message == "There is no files/slides.pdf."


def test_a_file_is_no_picture(inside):
    files = {
        "course.md": b"---\ntitle: A\n---\n\n![It](files/a.pdf)\n",
        "01-a/module.md": b"---\ntitle: A\nopens_later: true\n---\n",
    }
    with pytest.raises(CourseRefused, match="assets folder"):
        read_files(files, KINDS, held=[FileSource("files/a.pdf", "0" * 64, 1)])


@pytest.mark.parametrize(
    "path", ["files/../a.pdf", "a.pdf", "files/a.exe", "files/a", "files/x/a.pdf"]
)
def test_no_path_leads_out_of_the_folder(inside, course, path):
    bad = dataclasses.replace(course, files=(FileSource(path, "0" * 64, 1),))
    with pytest.raises(CourseRefused):
        write_files(bad, KINDS)


def test_a_file_that_is_too_large_is_refused_and_nothing_is_kept(inside, folder, monkeypatch):
    network = make_space(inside, kind=SpaceKind.NETWORK)
    source = read_folder(folder, KINDS)
    house = inside.extensions[EXTENSION]
    monkeypatch.setattr(house, "settings", dataclasses.replace(house.settings, file_limit=100))
    with pytest.raises(CourseRefused) as refused:
        import_course(acting(None, origin="shell"), network, source)
    assert [problem.file for problem in refused.value.problems] == ["files/talk.mp4"]
    assert db.session.scalars(sa.select(StoredFile)).all() == []


def test_a_file_that_changes_while_it_is_read_is_refused(inside, folder):
    network = make_space(inside, kind=SpaceKind.NETWORK)
    source = read_folder(folder, KINDS)
    (folder / "files/slides.pdf").write_bytes(PDF + b"\n")
    with pytest.raises(CourseRefused, match="changed while it was read"):
        import_course(acting(None, origin="shell"), network, source)


def test_an_export_says_which_file_is_away(kept, tmp_path):
    source = as_source(db.session.get_one(CourseVersion, kept))
    store().remove(source.files[0].digest)
    with pytest.raises(Conflict, match=r"files/slides\.pdf is away"):
        write_folder(source, tmp_path / "back", KINDS)
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".back*"))


def test_every_sort_of_file_may_lie_in_a_folder(inside, folder):
    for name, content in TAKEN.items():
        (folder / "files" / name).write_bytes(content)
    assert len(read_folder(folder, KINDS).files) == len({*TAKEN, "slides.pdf", "talk.mp4"})
