"""Course folders on disk: what is read, what is left alone, and what is never followed."""

import os
from pathlib import Path

import pytest
from factories.course_files import make_course, make_course_files

from community.academy.formats.files import read_files
from community.academy.formats.folder import read_folder, write_folder
from community.academy.formats.source import ActivitySource, CourseRefused
from community.academy.kinds.builtin import KINDS
from community.kernel.errors import Conflict

ACADEMY = Path(__file__).parents[2] / "courses" / "data-stewardship-academy"
PAGE = "01-first/01-reading.md"
HEAD = "---\nkind: page\ntitle: Reading\nminutes: 4\n"


def lay(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def files_in(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def test_a_folder_is_written_and_read_back(tmp_path: Path) -> None:
    course = read_files(make_course_files(), KINDS)

    write_folder(course, tmp_path / "out" / "course", KINDS)

    assert files_in(tmp_path / "out") == {
        f"course/{name}": data for name, data in make_course_files().items()
    }
    assert read_folder(tmp_path / "out" / "course", KINDS) == course


def test_an_empty_folder_is_filled_and_a_full_one_is_left_alone(tmp_path: Path) -> None:
    course = make_course()
    write_folder(course, tmp_path, KINDS)
    before = files_in(tmp_path)

    with pytest.raises(Conflict):
        write_folder(make_course(), tmp_path, KINDS)

    assert files_in(tmp_path) == before
    assert read_folder(tmp_path, KINDS) == course


@pytest.mark.parametrize("target", ["file", "link"])
def test_nothing_is_written_over_a_file_or_through_a_link(tmp_path: Path, target: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Conflict):
        write_folder(make_course(), tmp_path / target, KINDS)

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["elsewhere", "file", "link"]


@pytest.mark.parametrize(
    "activity",
    [
        ActivitySource("../../escape", "page", "A", 1, body="x"),
        ActivitySource("a", "page", "A", 1, body="x\n"),
        ActivitySource("a", "page", "A  B", 1, body="x"),
        ActivitySource("a", "page", "A", 1, body="x\ud800"),
        ActivitySource("a", "page", "A", 0, body="x"),
        ActivitySource("a", "video", "A", 1, body="x"),
        ActivitySource("a", "page", "A", 1, body="![x](https://a.org/x.png)"),
        ActivitySource(
            "a", "quiz", "A", 1, settings={"attempts": None, "pass": 60, "questions": []}
        ),
        ActivitySource("a", "discussion", "A", 1, settings={"posts": 1}, body=""),
    ],
)
def test_what_could_not_be_read_back_is_not_written(
    tmp_path: Path, activity: ActivitySource
) -> None:
    with pytest.raises(CourseRefused):
        write_folder(make_course(activity), tmp_path / "out", KINDS)

    assert list(tmp_path.iterdir()) == []


def test_a_place_that_can_hold_no_folder_is_an_error_and_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")

    with pytest.raises(OSError, match="file"):
        write_folder(make_course(), tmp_path / "file" / "out", KINDS)

    assert files_in(tmp_path) == {"file": b"mine"}


def test_symbolic_links_pipes_and_deep_folders_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(f"{HEAD}---\nSecret")
    root = lay(tmp_path / "course", make_course_files())
    (root / "01-first" / "05-secret.md").symlink_to(secret)
    (root / "03-linked").symlink_to(root / "01-first")
    (root / "01-first" / "deep").mkdir()
    (root / "04-empty").mkdir()
    os.mkfifo(root / "01-first" / "06-pipe.md")

    with pytest.raises(CourseRefused) as caught:
        read_folder(root, KINDS)

    assert [(p.file, p.message.split()[0]) for p in caught.value.problems] == [
        ("01-first/05-secret.md", "Symbolic"),
        ("01-first/06-pipe.md", "Only"),
        ("01-first/deep", "Only"),
        ("03-linked", "Symbolic"),
        ("04-empty", "This"),
    ]
    assert "Secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["no-such-folder", "a-file", "a-link"])
def test_only_a_folder_is_read(tmp_path: Path, name: str) -> None:
    lay(tmp_path / "course", make_course_files())
    (tmp_path / "a-file").write_text("")
    (tmp_path / "a-link").symlink_to(tmp_path / "course")

    with pytest.raises(CourseRefused, match=name):
        read_folder(tmp_path / name, KINDS)


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    root = lay(tmp_path, make_course_files(**{".git/config": "x", "01-first/.DS_Store": b"\x00"}))

    assert read_folder(root, KINDS) == read_files(make_course_files(), KINDS)


def test_files_that_are_too_large_are_refused_without_reading_them_whole(tmp_path: Path) -> None:
    root = lay(tmp_path, make_course_files())
    for name in ("01-first/01-reading.md", "assets/waves.svg"):
        with (root / name).open("r+b") as file:
            file.truncate(10_000_000_000)  # sparse

    with pytest.raises(CourseRefused) as caught:
        read_folder(root, KINDS)

    assert [(p.file, "larger than" in p.message) for p in caught.value.problems] == [
        ("01-first/01-reading.md", True),
        ("assets/waves.svg", True),
    ]


def test_a_file_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    root = lay(tmp_path, make_course_files())
    with open(os.fsencode(root) + b"/01-first/05-\xff.md", "wb"):  # noqa: PTH123 (bytes)
        pass

    with pytest.raises(CourseRefused, match="name is not text") as caught:
        read_folder(root, KINDS)

    str(caught.value).encode()  # can be shown


def test_our_academy_is_exported_byte_for_byte_as_it_is_imported(tmp_path: Path) -> None:
    write_folder(read_folder(ACADEMY, KINDS), tmp_path / "out", KINDS)

    before, after = files_in(ACADEMY), files_in(tmp_path / "out")
    changed = sorted(name for name in before | after if before.get(name) != after.get(name))
    assert not changed, f"not in canonical form (import and export them once): {changed}"
