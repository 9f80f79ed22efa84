"""What changed between two texts, in words."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.kernel.differences import AROUND, Span, moved, word_changes

CHANGES = {
    ("one two three", "one 2 three"): "one [-two-]{+2+} three",
    ("one", "one two"): "one{+ two+}",
    ("one two", "one"): "one[- two-]",
    ("", "new"): "{+new+}",
    ("old", ""): "[-old-]",
    ("a b c d", "x y c d"): "[-a b-]{+x y+} c d",
    ("first\nsecond\nthird", "first\nthird"): "first\n[-second\n-]third",
    ("Wasser, Öl.", "Wasser; Öl."): "Wasser[-,-]{+;+} Öl.",
}


def marked(spans):
    forms = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]", "skipped": "…"}
    return "".join(forms[span.sort].format(span.text) for span in spans)


@pytest.mark.parametrize(("texts", "told"), CHANGES.items())
def test_a_change_is_told_word_by_word(texts, told):
    assert marked(word_changes(*texts)) == told


def test_equal_texts_have_no_change():
    assert word_changes("one", "one") == ()


def test_the_middle_of_what_stayed_is_skipped():
    long = "word " * 500
    spans = word_changes(f"{long}\nold\n{long}", f"{long}\nnew\n{long}")
    assert [span.sort for span in spans] == [
        "skipped", "same", "removed", "added", "same", "skipped",
    ]  # fmt: skip
    assert all(len(span.text) <= AROUND for span in spans)


SHORT = st.text(alphabet="ab \n", max_size=40)


@settings(max_examples=60, deadline=None)
@given(SHORT, SHORT)
def test_both_texts_can_be_read_out_of_their_change(before, after):
    spans = word_changes(before, after) or (Span("same", before),)
    assert "".join(s.text for s in spans if s.sort in {"same", "removed"}) == before
    assert "".join(s.text for s in spans if s.sort in {"same", "added"}) == after


HARD = {
    "lines": ("a\n" * 20_000, "b\n" * 20_000),
    "blank lines": ("\n" * 40_000, "a\n\n" * 20_000),
    "words": ("a b " * 15_000, "b c " * 15_000),
    "lines, each just not frequent": tuple(
        "\n".join(chr(0x100 + number * step % 101) for number in range(20_000)) for step in (1, 7)
    ),
    "words, each just not frequent": tuple(
        " ".join(chr(0x100 + number * step % 101) for number in range(20_000)) for step in (1, 7)
    ),
    "lines of their own": tuple(
        "\n".join(str(number * step) for number in range(8_000)) for step in (1, 3)
    ),
}


@pytest.mark.parametrize(("before", "after"), HARD.values(), ids=HARD.keys())
def test_texts_made_to_take_long_take_no_second(before, after):
    started = time.process_time()
    word_changes(before, after)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("abc", "abc", ""),
        ("abc", "bca", "a"),
        ("abcd", "abdc", "d"),
        ("abc", "axc", ""),
        ("ab", "", ""),
        ("abc", "cba", "bc"),
    ],
)
def test_what_moved_is_told_of_as_few_as_can_be(before, after, expected):
    assert len(moved(before, after)) == len(expected)
    assert moved(before, after) <= set(before) & set(after)
