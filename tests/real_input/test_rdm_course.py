"""A real course by other authors: everything in its sources is in ours, or the report says why not.

The counts on the sources' side are made here with line patterns, not with our reader.
"""

import itertools
import re
import sys
from pathlib import Path

import pytest
from databases import missing

from community.academy.formats.files import write_files
from community.academy.formats.folder import read_folder, write_folder
from community.academy.formats.liascript import read_liascript
from community.academy.formats.report import Report
from community.academy.formats.source import CourseSource
from community.academy.kinds.builtin import KINDS, QUIZ

pytestmark = pytest.mark.real_input

SHARED = Path(__file__).parents[2].parent / "shared"
COURSE = SHARED / "data" / "courses" / "rdm-data-stewards"

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
ANSWER = re.compile(r"\s*\[[\[(][ xX][\])]\]")
RIGHT = re.compile(r"\s*\[[\[(][xX][\])]\]")
MARKED_HEADING = re.compile(r"#{1,6}\s+\S")
UNDERLINE = re.compile(r"(-{3,}|={3,})\s*")
TABLE = re.compile(r"\s*\|[\s|:-]*-{3,}[\s|:-]*")
PLAIN = re.compile(r"[^\[\]<>^*_#|`{}!]{40,}")


@pytest.fixture(scope="module")
def sources() -> dict[str, list[str]]:
    """Return each file's lines, comments taken out."""
    if not COURSE.is_dir():
        missing("the real course (../shared)", "lay the shared folder beside the checkout")
    return {
        path.name: COMMENT.sub("", path.read_text()).split("\n")
        for path in sorted(COURSE.glob("*.md"))
    }


@pytest.fixture(scope="module")
def imported(sources: dict[str, list[str]]) -> tuple[CourseSource, Report]:
    assert sources
    return read_liascript(COURSE, KINDS, title="Research data management", licence="CC-BY-4.0")


def headings_in(lines: list[str]) -> int:
    marked = sum(bool(MARKED_HEADING.match(line)) for line in lines)
    underlined = sum(
        bool(UNDERLINE.fullmatch(line)) and bool(above.strip()) and not MARKED_HEADING.match(above)
        for above, line in itertools.pairwise(lines)
    )
    return marked + underlined


def questions_in(lines: list[str]) -> int:
    """Runs of answer lines."""
    answers = [bool(ANSWER.match(line)) for line in lines]
    return sum(now and not before for before, now in zip([False, *answers], answers, strict=False))


def counts_of(sources: dict[str, list[str]]) -> dict[str, int]:
    lines = [line for text in sources.values() for line in text]
    return {
        "modules": len(sources),
        "headings": sum(headings_in(text) for text in sources.values()),
        "quizzes": sum(any(ANSWER.match(line) for line in text) for text in sources.values()),
        "questions": sum(questions_in(text) for text in sources.values()),
        "answers": sum(bool(ANSWER.match(line)) for line in lines),
        "right answers": sum(bool(RIGHT.match(line)) for line in lines),
        "tables": sum(bool(TABLE.fullmatch(line)) for line in lines),
        "films": sum(line.count("!?[") for line in lines),
        "pictures": sum(len(re.findall(r"!\[|<img ", line)) for line in lines),
    }


def counts_from(course: CourseSource, report: Report) -> dict[str, int]:
    changed = [note for file in report.files for note in file.changed]
    dropped = [note for file in report.files for note in file.dropped]
    options = [
        option
        for module in course.modules
        for activity in module.activities
        if activity.kind == "quiz"
        for question in activity.settings["questions"]
        for option in question["options"]
    ]
    return {
        "modules": report.modules,
        "headings": report.count("headings") + sum("heading" in note.what for note in dropped),
        "quizzes": report.quizzes,
        "questions": report.questions,
        "answers": len(options),
        "right answers": sum(option["right"] for option in options),
        "tables": report.count("tables"),
        "films": sum(note.what.startswith("Film ") for note in changed),
        "pictures": sum(note.what.startswith("Picture ") for note in changed),
    }


def test_the_imported_counts_are_the_sources_counts(
    sources: dict[str, list[str]],
    imported: tuple[CourseSource, Report],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    course, report = imported
    write_folder(course, tmp_path / "course", KINDS)
    written = [path.read_text() for path in (tmp_path / "course").glob("*/*.md")]
    pages_written = sum(text.startswith("---\nkind: page\n") for text in written)
    there, here = counts_of(sources), counts_from(course, report)

    with capsys.disabled():
        sys.stdout.write(f"\n{'':16}{'sources':>8}{'imported':>9}\n")
        for what, number in there.items():
            sys.stdout.write(f"{what:16}{number:8}{here[what]:9}\n")
        sys.stdout.write(f"{'pages':16}{there['headings']:7}*{report.pages:9}\n")
        sys.stdout.write(
            "* LiaScript shows a slide for each heading; short ones share a page here\n"
        )

    assert here == there
    assert there["modules"] == 10
    assert there["questions"] == 13
    assert report.pages == pages_written
    assert read_folder(tmp_path / "course", KINDS) == course


def test_every_plain_line_of_the_sources_is_in_the_course_once(
    sources: dict[str, list[str]], imported: tuple[CourseSource, Report]
) -> None:
    course, _report = imported
    checked = 0
    for module, lines in zip(course.modules, sources.values(), strict=True):
        texts = [module.title, module.body]
        for activity in module.activities:
            texts += [
                activity.title,
                QUIZ.write(activity.settings, activity.body)[1]
                if activity.kind == "quiz"
                else activity.body,
            ]
        whole = "\n".join(texts)
        for line in lines:
            plain = line.strip()
            if PLAIN.fullmatch(plain):
                checked += 1
                assert whole.count(plain) == sum(plain in other for other in lines), plain
    assert checked > 150


def test_modules_without_text_open_later(imported: tuple[CourseSource, Report]) -> None:
    course, report = imported

    assert [file.file for file in report.files if file.opens_later] == [
        "03_research-documentation.md",
        "08_DMPs.md",
        "09_conclusion.md",
    ]
    assert [m.title for m in course.modules if m.opens_later] == [
        "Research documentation",
        "Data Management Plans (DMPs)",
        "Conclusion",
    ]


def test_nothing_is_fetched_and_credits_stay(imported: tuple[CourseSource, Report]) -> None:
    course, report = imported
    text = "\n".join(data.decode() for data in write_files(course, KINDS).values())

    assert "![" not in text
    assert "<img" not in text
    assert "(opens elsewhere)](https://youtu.be/" in text
    assert "[CC BY](https://creativecommons.org/licenses/by/3.0/legalcode)" in text
    assert course.body.startswith("Authors: Jeanne Wilbrandt, Michael Feichtinger")
    assert not course.assets
    assert report.questions == 13


def test_pages_are_of_sensible_size(imported: tuple[CourseSource, Report]) -> None:
    minutes = [
        activity.minutes
        for module in imported[0].modules
        for activity in module.activities
        if activity.kind == "page"
    ]

    assert max(minutes) <= 6
    assert sum(minutes) / len(minutes) >= 2


def test_its_quizzes_can_be_passed_and_failed(imported: tuple[CourseSource, Report]) -> None:
    quizzes = [a for m in imported[0].modules for a in m.activities if a.kind == "quiz"]

    for quiz in quizzes:
        questions = quiz.settings["questions"]
        right = {q["id"]: [o["id"] for o in q["options"] if o["right"]] for q in questions}
        wrong = {q["id"]: [o["id"] for o in q["options"] if not o["right"]][:1] for q in questions}
        assert QUIZ.score(quiz.settings, right).score == 100
        assert QUIZ.score(quiz.settings, wrong).score == 0
