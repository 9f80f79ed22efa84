"""A real course made with the Adapt framework, in two languages: every part of it is accounted for.

What its JSON holds is counted here by plain loops over the files, not with our reader.
"""

import json
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from databases import missing

from community.academy.formats.adapt import read_adapt
from community.academy.formats.files import write_files
from community.academy.formats.folder import read_folder, write_folder
from community.academy.formats.report import Report
from community.academy.formats.source import CourseSource
from community.academy.kinds.builtin import KINDS, QUIZ

pytestmark = pytest.mark.real_input

SHARED = Path(__file__).parents[2].parent / "shared"
ARCHIVE = SHARED / "data" / "courses" / "odi-elearning.adapt.tar.gz"
LANGUAGES = ("en", "fr")
MODULES = ("module1", "module2", "module3")


@pytest.fixture(scope="module")
def sources() -> dict[str, Any]:
    """Return the archive's JSON by its names."""
    if not ARCHIVE.is_file():
        missing("the real Adapt course (../shared)", "lay the shared folder beside the checkout")
    with tarfile.open(ARCHIVE) as archive:
        return {
            member.name: json.load(content)
            for member in archive
            if (content := archive.extractfile(member)) is not None
        }


@pytest.fixture(scope="module")
def imported(sources: dict[str, Any]) -> dict[str, tuple[CourseSource, Report]]:
    assert sources
    found = read_adapt(ARCHIVE, KINDS, title="Open data", licence="CC-BY-SA-4.0")
    return {course.language: (course, report) for course, report in found}


def components(sources: dict[str, Any], language: str) -> list[dict[str, Any]]:
    return [each for module in MODULES for each in sources[f"{module}/{language}/components.json"]]


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)
    elif isinstance(value, str):
        yield value


def courses_of(sources: dict[str, Any], language: str) -> list[dict[str, Any]]:
    return [sources[f"{module}/{language}/course.json"] for module in MODULES]


def resources_in(course: dict[str, Any]) -> list[dict[str, Any]]:
    found = course["_resources"]
    drawers = found if isinstance(found, list) else [found]
    return [item for drawer in drawers for item in drawer.get("_resourcesItems", [])]


def counts_of(sources: dict[str, Any], language: str) -> dict[str, int]:
    parts = components(sources, language)
    choices = [part for part in parts if part["_component"] == "mcq"]
    answers = [item for part in choices for item in part["_items"]]
    feedback = [text for part in choices for text in texts_in(part["_feedback"]) if text]
    graphics = [
        *(part["_graphic"]["large"] for part in parts if "_graphic" in part),
        *(
            item["_graphic"]["src"]
            for part in parts
            for item in part.get("_items", ())
            if "_graphic" in item
        ),
    ]
    shown = [
        *(text for part in parts for text in texts_in(part)),
        *(text for course in courses_of(sources, language) for text in texts_in(course)),
    ]
    kinds = Counter(part["_component"] for part in parts)
    return {
        **{f"component {kind}": number for kind, number in kinds.items()},
        "questions": len(choices),
        "answers": len(answers),
        "right answers": sum(item["_shouldBeSelected"] for item in answers),
        "feedback": len(feedback),
        "films": sum("vimeo" in part.get("_source", "") for part in parts),
        "pictures": sum(map(bool, graphics)) + sum(text.count("<img") for text in shown),
        "items": sum(
            len(part["_items"])
            for part in parts
            if part["_component"] in {"accordion", "narrative"}
        ),
        "instructions": sum(bool(part.get("instruction")) for part in parts),
        "resources": sum(len(resources_in(c)) for c in courses_of(sources, language)),
        "outcomes": sum(len(c.get("_learningOutcomes", ())) for c in courses_of(sources, language)),
    }


def quizzes(course: CourseSource) -> list[dict[str, Any]]:
    return [a.settings for m in course.modules for a in m.activities if a.kind == "quiz"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_report_found_is_what_the_source_holds_and_nothing_of_it_is_silent(
    sources: dict[str, Any],
    imported: dict[str, tuple[CourseSource, Report]],
    language: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _course, report = imported[language]
    there = counts_of(sources, language)
    tallies = {sort: report.total(sort) for sort in there}

    with capsys.disabled():
        sys.stdout.write(
            f"\n{language:24}{'source':>8}{'found':>8}{'kept':>8}{'turned':>8}{'dropped':>8}\n"
        )
        for sort, tally in sorted(tallies.items()):
            sys.stdout.write(
                f"{sort:24}{there[sort]:8}{tally.found:8}{tally.kept:8}{tally.turned:8}"
                f"{tally.dropped:8}\n"
            )

    assert {sort: tally.found for sort, tally in tallies.items()} == there
    assert {sort for file in report.files for sort in file.sorts} == set(there)
    for tally in tallies.values():
        assert tally.found == tally.kept + tally.turned + tally.dropped
    assert there["questions"] == 12
    assert len(report.files) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_keeps_its_answers_what_is_right_and_what_is_said(
    sources: dict[str, Any], imported: dict[str, tuple[CourseSource, Report]], language: str
) -> None:
    course, report = imported[language]
    asked = [question for settings in quizzes(course) for question in settings["questions"]]
    choices = [p for p in components(sources, language) if p["_component"] == "mcq"]
    for question, part in zip(asked, choices, strict=True):
        words = [one(item["text"]) for item in part["_items"]]
        assert [option["text"] for option in question["options"]] == words
        assert one(part["title"]) in question["prompt"]
        assert one(part["body"]) in question["prompt"]
        right = [item["_shouldBeSelected"] for item in part["_items"]]
        assert [option["right"] for option in question["options"]] == right
        for option in question["options"]:
            said = part["_feedback"]
            html = said["correct"] if option["right"] else said["_incorrect"]["final"]
            assert bare(option["feedback"]) == bare(BeautifulSoup(html, "html.parser").get_text())
    assert report.total("right answers").kept == len(choices)
    assert report.total("feedback").kept == 2 * len(choices)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_source_is_in_the_course(
    sources: dict[str, Any], imported: dict[str, tuple[CourseSource, Report]], language: str
) -> None:
    course, report = imported[language]
    told = bare("".join(note.what for file in report.files for note in file.dropped))
    whole = bare("\n".join(data.decode() for data in write_files(course, KINDS).values()))
    checked = 0
    for part in components(sources, language):
        for holder in (part, *part.get("_items", ())):
            for key in ("title", "body", "strapline", "text"):
                for text in blocks(holder.get(key, "")):
                    checked += 1
                    hidden = key == "title" and holder.get("displayTitle") not in {None, "", text}
                    assert bare(text) in (told if hidden else whole), (part["_id"], text)
    for course_json in courses_of(sources, language):
        for item in resources_in(course_json):
            for text in blocks(item["title"]):
                checked += 1
                assert bare(text) in whole
    assert checked > 300


def blocks(html: str) -> list[str]:
    """Return the texts of a piece of HTML that stand on their own."""
    soup = BeautifulSoup(f"<div>{html}</div>", "html.parser")
    for element in soup.find_all(["script", "style"]):
        element.decompose()
    return [text for text in (str(string).strip() for string in soup.strings) if text]


def one(html: str) -> str:
    text = BeautifulSoup(f"<div>{html}</div>", "html.parser").get_text()
    return re.sub("[ \n]+", " ", text).strip()


def bare(text: str) -> str:
    """Return a text without white space and the signs of Markdown, escaped or not."""
    return re.sub(r"[\s\\*_>\"'|]+", "", text)


def test_absent_pictures_are_told_by_name_and_films_are_links(
    imported: dict[str, tuple[CourseSource, Report]],
) -> None:
    course, report = imported["en"]
    text = "\n".join(data.decode() for data in write_files(course, KINDS).values())
    assert not course.assets
    assert "![" not in text
    assert text.count("(opens elsewhere)](https://player.vimeo.com/") == 3
    told = [str(note) for file in report.files for note in file.dropped]
    assert any(
        note.startswith("c-21: picture course/en/images/odi-1-text-image_large.jpg (What is open")
        and note.endswith("it is not in the archive")
        for note in told
    )
    assert any("a-01: not in articles.json" in note for note in told)
    assert all(re.match(r"[a-z]+(-[0-9]+)?: ", note) for note in told), "each says where"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_written_and_read_again_the_same(
    imported: dict[str, tuple[CourseSource, Report]], language: str, tmp_path: Path
) -> None:
    course, report = imported[language]
    write_folder(course, tmp_path / "course", KINDS)
    assert read_folder(tmp_path / "course", KINDS) == course
    pages = [a for m in course.modules for a in m.activities if a.kind == "page"]
    assert report.pages == len(pages)
    assert max(page.minutes for page in pages) <= 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_quizzes_can_be_passed_and_failed(
    imported: dict[str, tuple[CourseSource, Report]], language: str
) -> None:
    found = quizzes(imported[language][0])
    assert len(found) == 3
    for settings in found:
        asked = settings["questions"]
        right = {q["id"]: [o["id"] for o in q["options"] if o["right"]] for q in asked}
        wrong = {q["id"]: [o["id"] for o in q["options"] if not o["right"]][:1] for q in asked}
        assert QUIZ.score(settings, right).score == 100
        assert QUIZ.score(settings, wrong).score == 0
