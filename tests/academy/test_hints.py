"""Hints on texts and minutes: what an author might look at again, by its line."""

import pytest

from community.academy.rules.hints import LONG_PARAGRAPH, hints
from community.academy.rules.minutes import estimated_minutes

GOOD = """## One

A paragraph with [a name that says it](https://example.org/) and a list:

- one
- two

### Below it

![Three waves on a beach](assets/waves.svg)

| Who | What |
| --- | --- |
| Ana | Data |

## Two

A [film](https://youtu.be/x) with captions.
"""

FOUND = {
    "# Top": ["heading-top"],
    "### First": ["heading-first"],
    "## One\n\n#### Skipped": ["heading-skipped"],
    "## ": ["heading-empty"],
    "![](assets/waves.svg)": ["alt-missing"],
    "![waves.svg](assets/waves.svg)": ["alt-file-name"],
    "See [here](https://example.org/).": ["link-words"],
    "[ Read  more… ](https://example.org/)": [],
    "[Read more.](https://example.org/)": ["link-words"],
    "[](https://example.org/)": ["link-words"],
    "[https://example.org/a](https://example.org/a)": ["link-address"],
    "<https://example.org/a>": ["link-address"],
    "[a place]()": ["link-empty"],
    "[![](assets/waves.svg)](https://example.org/)": ["alt-missing", "link-words"],
    "[![The waves](assets/waves.svg)](https://example.org/)": [],
    "word " * (LONG_PARAGRAPH + 1): ["long-paragraph"],
    "word " * LONG_PARAGRAPH: [],
    "- " + "word " * (LONG_PARAGRAPH + 1): ["long-paragraph"],
    "| | |\n|---|---|\n| a | b |": ["table-head"],
    "A [film](https://vimeo.com/1) to see.": ["film-captions"],
    "A [film](assets/film.mp4?x=1) to see.": ["film-captions"],
    "A [film](https://vimeo.com/1) with subtitles.": [],
    "```\n# No heading\n[here](x)\n```": [],
}


def test_a_good_text_has_no_hints():
    assert hints(GOOD) == ()
    assert hints("") == ()


@pytest.mark.parametrize(("text", "codes"), FOUND.items())
def test_each_hint_is_given_where_it_belongs_and_nowhere_else(text, codes):
    found = hints(text)
    assert [hint.code for hint in found] == codes
    assert all(hint.message and "%(" not in hint.message for hint in found)


def test_a_hint_names_the_line_in_which_it_stands():
    text = "One.\n\nTwo\nlines with [here](https://example.org/)\nand ![](assets/a.svg)\n\n# Three"
    assert [(hint.code, hint.line) for hint in hints(text)] == [
        ("link-words", 4),
        ("alt-missing", 5),
        ("heading-top", 7),
    ]


@pytest.mark.parametrize(
    ("words", "questions", "minutes"),
    [(0, 0, 1), (1, 0, 1), (200, 0, 1), (201, 0, 2), (1000, 0, 5), (0, 7, 7), (201, 3, 5)],
)
def test_minutes_are_those_of_reading_and_of_answering(words, questions, minutes):
    assert estimated_minutes("word " * words, questions=questions) == minutes


def test_words_are_counted_as_people_count_them():
    assert estimated_minutes("don't state-of-the-art 3.5 - * " * 66 + "one two three") == 2
