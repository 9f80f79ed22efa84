"""Films as files: their keys and chapters are read with line numbers, and written back the same."""

import pytest

from community.academy.kinds.builtin import FILM
from community.academy.kinds.protocol import Evidence, SourceRefused

BODY = "- 0:00 Welcome\n- 1:05 Who *holds* it\n- 1:02:09 The end\n\nWhat is said in it."
FILE = "files/talk.mp4"


@pytest.fixture(autouse=True)
def words(inside):
    """Refusals are said in a language."""


def flaws(body=BODY, **front):
    with pytest.raises(SourceRefused) as refused:
        FILM.read({"file": FILE, **front}, body, 5)
    return [(flaw.line, flaw.field, flaw.message) for flaw in refused.value.flaws]


def test_a_film_is_read_and_written_back_the_same():
    front = {
        "file": FILE,
        "poster": "assets/talk.jpg",
        "captions": "files/talk.vtt",
        "captions_in": "pt-BR",
        "watch": 50,
    }
    parsed = FILM.read(front, BODY, 5)
    assert [each["at"] for each in parsed.settings["chapters"]] == [0, 65, 3_729]
    assert parsed.body == "What is said in it."
    assert FILM.write(parsed.settings, parsed.body) == (front, BODY)
    assert FILM.named_files(parsed.settings) == {
        "file": FILE,
        "poster": "assets/talk.jpg",
        "captions": "files/talk.vtt",
    }


def test_without_chapters_the_text_stands_alone_and_what_is_usual_is_left_out():
    parsed = FILM.read({"file": FILE}, "\n\nJust a text.\n- 0:00 not first", 5)
    assert (parsed.settings["chapters"], parsed.settings["watch"]) == ([], 90)
    assert FILM.write(parsed.settings, parsed.body) == (
        {"file": FILE},
        "Just a text.\n- 0:00 not first",
    )


def test_minutes_may_pass_the_hour_and_are_written_with_it():
    parsed = FILM.read({"file": FILE}, "- 00:00 A\n- 75:10 B", 5)
    assert FILM.write(parsed.settings, "")[1] == "- 0:00 A\n- 1:15:10 B"


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("- 0:10 Late", 5, "begins at 0:00"),
        ("- 0:00 A\n- 0:00 B", 6, "after the one before"),
        ("- 0:00 A\n- 0:75 B", 6, "no time"),
        ("- 0:00 A\n- 1:75:10 B", 6, "no time"),
        ("- 0:00 A\nand then text", 6, "an empty line"),
        ("- 0:00 A\n- B", 6, "an empty line"),
        ("\n\n- 0:00 " + "x" * 121, 7, "longer than 120"),
        ("\n".join(f"- {n}:00 A{n}" for n in range(61)), 65, "at most 60"),
    ],
)
def test_chapters_that_cannot_be_are_told_with_their_line(body, line, words):
    [(found, field, message)] = flaws(body)
    assert (found, field) == (line, None)
    assert words in message


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("file", "files/talk.pdf"),
        ("file", "assets/talk.mp4"),
        ("file", "https://example.org/talk.mp4"),
        ("poster", "files/talk.jpg"),
        ("poster", "assets/talk.svg"),
        ("captions", "files/talk.srt"),
        ("captions_in", "English"),
        ("watch", 0),
        ("watch", 101),
    ],
)
def test_keys_name_what_they_must(key, value):
    given = {"captions": "files/talk.vtt", key: value}
    assert [field for _line, field, _message in flaws(**given)] == [key]


def test_a_film_is_needed_and_a_language_only_with_captions():
    with pytest.raises(SourceRefused):
        FILM.read({}, "", 5)
    assert [field for _l, field, _m in flaws(captions_in="en")] == ["captions_in"]


@pytest.mark.parametrize(
    ("watched", "done", "fraction"),
    [(0.0, False, 0.0), (0.45, False, 0.5), (0.89, False, 0.89 / 0.9), (0.9, True, 1.0)],
)
def test_it_is_done_when_enough_was_played(watched, done, fraction):
    verdict = FILM.rule({"watch": 90}, 5, Evidence(watched=watched))
    assert (verdict.done, verdict.fraction) == (done, pytest.approx(fraction))
