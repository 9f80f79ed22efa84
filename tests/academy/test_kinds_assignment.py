"""Assignments as files: read with line numbers, and written back the same; when one is done."""

import pytest
from factories.academy import RUBRIC

from community.academy.kinds.assignment.rubric import most_points, points_of
from community.academy.kinds.builtin import ASSIGNMENT
from community.academy.kinds.protocol import Evidence, SourceRefused

BODY = """Write to whoever holds the data.

## A heading of the prompt

Say what you ask for.

## Purpose {criterion}

Whose problem it is.

- (3) Clear
  > Somebody who was not here knows *whose* problem it is.
  >
  > And why now.
- (1) Partly
- (0) Missing

## Tone {criterion}

- (2) Kind
- (0) Rude"""
USUAL = {
    "text": True,
    "words": 1,
    "most": 2_000,
    "files": 0,
    "needed": 0,
    "sorts": [],
    "due": None,
    "time": "23:59",
    "grace": 0,
    "done": "accepted",
    "rubric": [],
}


@pytest.fixture(autouse=True)
def words(inside):
    """Refusals are said in a language."""


def flaws(body="What to make.", **front):
    with pytest.raises(SourceRefused) as refused:
        ASSIGNMENT.read(front, body, 5)
    return [(flaw.line or flaw.field, flaw.message) for flaw in refused.value.flaws]


def test_an_assignment_is_read_and_written_back_the_same():
    front = {
        "words": 0,
        "files": 3,
        "needed": 1,
        "sorts": ".DOCX, pdf",
        "due": 5,
        "time": "18:00",
        "grace": 12,
        "done": "handed_in",
    }
    parsed = ASSIGNMENT.read(front, BODY, 5)
    assert parsed.body.endswith("Say what you ask for.")
    assert parsed.settings["sorts"] == ["pdf", "docx"]
    assert parsed.settings["rubric"] == RUBRIC
    written = ASSIGNMENT.write(parsed.settings, parsed.body)
    assert written == ({**front, "sorts": "pdf, docx"}, BODY)
    assert ASSIGNMENT.read(*written, 5) == parsed


def test_what_is_usual_is_not_said():
    parsed = ASSIGNMENT.read({}, "What to make.", 5)
    assert parsed.settings == USUAL
    assert ASSIGNMENT.write(parsed.settings, parsed.body) == ({}, "What to make.")


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("", 5, "says what to make"),
        ("x" * 20_001, 5, "longer than"),
        ("P\n\n## {criterion}\n\n- (1) A\n- (0) B", 7, "needs its words"),
        ("P\n\n## A {criterion}\n\n- (1) A", 7, "2 to 8 levels"),
        ("P\n\n## A {criterion}\n\n- (1) A\n- (0) A", 10, "this level already"),
        ("P\n\n## A {criterion}\n\n- (101) A\n- (0) B", 9, "at most 100 points"),
        ("P\n\n## A {criterion}\n\n- (1)\n- (0) B", 9, "needs a word"),
        ("P\n\n## A {criterion}\n\n- (1) A\nmore\n- (0) B", 10, "no level"),
        ("P\n\n## A {criterion}\n\n## B\n\n- (1) A\n- (0) B", 9, "only criteria follow"),
        (
            "P\n\n## A {criterion}\n- (1) A\n- (0) B\n## A {criterion}\n- (1) A\n- (0) B",
            10,
            "there already",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(body, line, words):
    assert any(at == line and words in said for at, said in flaws(body))


@pytest.mark.parametrize(
    ("front", "field"),
    [
        ({"text": False}, "text"),
        ({"words": 9, "most": 8}, "most"),
        ({"needed": 1}, "needed"),
        ({"sorts": "pdf"}, "sorts"),
        ({"files": 1, "sorts": "exe"}, "sorts"),
        ({"time": "12:00"}, "time"),
        ({"due": 1, "time": "25:00"}, "time"),
        ({"done": "marked"}, "done"),
        ({"files": 11}, "files"),
        ({"grace": -1}, "grace"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(front, field):
    assert field in [at for at, _said in flaws(**front)]


def test_points_are_added_up():
    assert most_points(RUBRIC) == 5
    assert points_of(RUBRIC, {"c1": "c1l2", "c2": "c2l1"}) == 3
    assert points_of(RUBRIC, {"c2": "c9l9"}) == 0


@pytest.mark.parametrize(
    ("done", "evidence", "settled"),
    [
        ("accepted", Evidence(), False),
        ("accepted", Evidence(handed_in=2), False),
        ("accepted", Evidence(handed_in=2, accepted=2), True),
        ("handed_in", Evidence(), False),
        ("handed_in", Evidence(handed_in=1), True),
        ("handed_in", Evidence(accepted=1), True),
    ],
)
def test_it_is_done_when_its_author_said(done, evidence, settled):
    verdict = ASSIGNMENT.rule({**USUAL, "done": done}, 60, evidence)
    assert verdict.done is settled
    assert (verdict.missing == "") is settled
