"""Checklists as files: read with line numbers, and written back the same."""

import pytest

from community.academy.kinds.builtin import CHECKLIST
from community.academy.kinds.protocol import Evidence, SourceRefused

BODY = "Before you write:\n\n- [ ] Find out who *holds* it\n- [ ] Name a date"


@pytest.fixture(autouse=True)
def words(inside):
    """Refusals are said in a language."""


def read(body=BODY, **front):
    return CHECKLIST.read(front, body, 5)


def flaws(body=BODY, **front):
    with pytest.raises(SourceRefused) as refused:
        read(body, **front)
    return [(flaw.line, flaw.field, flaw.message) for flaw in refused.value.flaws]


def test_a_list_is_read_and_written_back_the_same():
    parsed = read(ticks=1)
    assert parsed.settings == {
        "ticks": 1,
        "items": [
            {"id": "i1", "text": "Find out who *holds* it"},
            {"id": "i2", "text": "Name a date"},
        ],
    }
    assert parsed.body == "Before you write:"
    assert CHECKLIST.write(parsed.settings, parsed.body) == ({"ticks": 1}, BODY)


def test_a_list_without_words_before_it_is_written_back_the_same():
    body = "- [ ] One thing"
    parsed = read(body)
    assert CHECKLIST.write(parsed.settings, parsed.body) == ({}, body)


def test_all_of_them_is_the_same_as_no_number():
    assert read(ticks=2).settings["ticks"] is None


def test_boxes_in_a_code_block_are_text():
    parsed = read("```\n- [ ] no item\n```\n\n- [ ] An item")
    assert [item["text"] for item in parsed.settings["items"]] == ["An item"]
    assert "no item" in parsed.body


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("No boxes", 5, "1 to 50 items"),
        ("- [x] Done already", 5, "without an x"),
        ("- [ ] ", 5, "no text"),
        ("- [ ] A\n- [ ] A", 6, "this item already"),
        ("- [ ] A\nAnd more", 6, "come last"),
        ("- [ ] " + "long " * 101, 5, "longer than 500"),
        ("\n".join(f"- [ ] {n}" for n in range(51)), 5, "1 to 50 items"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(body, line, words):
    assert any(found[0] == line and words in found[2] for found in flaws(body))


def test_more_ticks_than_items_are_refused():
    assert flaws(ticks=3)[0][1] == "ticks"


def test_it_is_done_with_as_many_ticks_as_it_asks_for():
    all_of_it, one_of_it = read().settings, read(ticks=1).settings
    assert CHECKLIST.rule(all_of_it, 5, Evidence(ticked=1)).fraction == 0.5
    assert "1" in str(CHECKLIST.rule(all_of_it, 5, Evidence(ticked=1)).missing)
    assert CHECKLIST.rule(all_of_it, 5, Evidence(ticked=2)).done
    assert CHECKLIST.rule(one_of_it, 5, Evidence(ticked=1)).done
