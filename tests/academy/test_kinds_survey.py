"""Surveys as files: read with line numbers, and written back the same; answers that fit them."""

import pytest
from factories.academy import ASKS

from community.academy.kinds.builtin import SURVEY
from community.academy.kinds.protocol import SourceRefused
from community.academy.kinds.survey.answers import Following, added, counted, texts_in
from community.academy.kinds.survey.examples import EXAMPLES
from community.kernel.errors import Invalid

BODY = """Four questions.

## How was it? *

- ( ) Good
- ( ) So *so*

## What helped?

- [ ] Talking
- [ ] Reading
- [ ] Time

## How sure are you?

- 1: Not at all
- 4: Very

## Anything else?

- ___"""
SETTINGS = {"anonymous": False, "counts": False, "asks": ASKS}


@pytest.fixture(autouse=True)
def words(inside):
    """Refusals are said in a language."""


def flaws(body, **front):
    with pytest.raises(SourceRefused) as refused:
        SURVEY.read(front, body, 5)
    return [(flaw.line, flaw.message) for flaw in refused.value.flaws]


def test_a_survey_is_read_and_written_back_the_same():
    parsed = SURVEY.read({"anonymous": True}, BODY, 5)
    assert parsed.body == "Four questions."
    assert parsed.settings == {**SETTINGS, "anonymous": True}
    assert SURVEY.write(parsed.settings, parsed.body) == ({"anonymous": True}, BODY)


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("No question", 5, "no question yet"),
        ("## \n\n- ___", 5, "needs its words"),
        ("## Q", 5, "answered in one way"),
        ("## Q\n\n- ( ) A\n- [ ] B", 5, "answered in one way"),
        ("## Q\n\n- ( ) A\n- ___", 5, "answered in one way"),
        ("## Q\n\n- ( ) A", 5, "2 to 12 options"),
        ("## Q\n\n- (x) A\n- ( ) B", 7, "without an x"),
        ("## Q\n\n- ( ) A\n- ( ) A", 8, "this option already"),
        ("## Q\n\n- ( ) \n- ( ) A", 7, "no text"),
        ("## Q\n\n- 1: low", 7, "two lines"),
        ("## Q\n\n- 0: low\n- 5: high", 7, "two lines"),
        ("## Q\n\n- 1: low\n- 11: high", 7, "two lines"),
        ("## Q\n\n- 1:\n- 5: high", 7, "this end"),
        ("## Q\n\n- ___\n- ___", 8, "one text"),
        ("## Q\n\n- ( ) A\nAnd more", 8, "goes before its answers"),
        ("## Q\n\n- ( ) A\n- ( ) " + "long " * 61, 8, "longer than 300"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(body, line, words):
    assert any(found[0] == line and words in found[1] for found in flaws(body))


def test_answers_are_kept_in_the_order_of_the_questions():
    given = {"q4": [" Thank you\r\n"], "q2": ["q2o3", "q2o1"], "q1": ["q1o2"], "q3": []}
    kept = SURVEY.fitting(SETTINGS, given)
    assert kept == {"q1": ["q1o2"], "q2": ["q2o1", "q2o3"], "q4": ["Thank you"]}
    assert list(kept) == ["q1", "q2", "q4"]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "q1"),
        ({"q1": ["q1o9"]}, "q1"),
        ({"q1": ["q1o1", "q1o2"]}, "q1"),
        ({"q1": ["q1o1"], "q3": ["5"]}, "q3"),
        ({"q1": ["q1o1"], "q3": ["1", "2"]}, "q3"),
        ({"q1": ["q1o1"], "q4": ["a", "b"]}, "q4"),
        ({"q1": ["q1o1"], "q4": ["x" * 1001]}, "q4"),
        ({"q1": ["q1o1"], "q4": ["\x00"]}, "q4"),
        ({"q1": ["q1o1"], "q9": ["q9o1"]}, "q9"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_question(given, where):
    with pytest.raises(Invalid) as refused:
        SURVEY.fitting(SETTINGS, given)
    assert list(refused.value.fields["answers"]) == [where]


def test_where_nothing_needs_an_answer_something_is_answered():
    with pytest.raises(Invalid):
        SURVEY.fitting({**SETTINGS, "asks": ASKS[1:]}, {"q4": ["  "]})


def test_answers_are_counted_and_counts_added():
    some = [{"q1": ["q1o1"], "q2": ["q2o1", "q2o3"]}, {"q1": ["q1o1"], "q4": ["Thanks"]}]
    counts = counted(ASKS, some)
    assert counts == {"q1": {"q1o1": 2}, "q2": {"q2o1": 1, "q2o3": 1}, "q3": {}}
    assert added(counts, {"q1": {"q1o1": 1, "q1o2": 2}})["q1"] == {"q1o1": 3, "q1o2": 2}
    assert texts_in(ASKS, some) == [("q4", "Thanks")]


def test_answers_follow_to_other_questions_by_what_those_say():
    helped = {**ASKS[1], "id": "q1", "options": [{"id": "q1o1", "text": "Time"}]}
    more = {**ASKS[2], "id": "q2"}
    wider = {**ASKS[0], "id": "q3", "kind": "multiple"}
    following = Following(ASKS, [helped, more, wider, {**ASKS[3], "id": "q4"}])
    answers = {"q1": ["q1o1"], "q2": ["q2o1", "q2o3"], "q3": ["4"], "q4": ["Thanks"]}
    assert following.answers(answers) == {"q1": ["q1o1"], "q2": ["4"], "q4": ["Thanks"]}
    assert following.counts({"q1": {"q1o1": 2}, "q2": {"q2o1": 1, "q2o3": 3}, "q3": {"4": 2}}) == {
        "q1": {"q1o1": 3},
        "q2": {"4": 2},
    }
    assert following.key("q1") is None


def test_there_is_an_example_of_every_sort_and_each_can_be_read():
    for sort, piece in EXAMPLES.items():
        (ask,) = SURVEY.read({}, str(piece.text), 1).settings["asks"]
        assert ask["kind"] == sort
    assert set(EXAMPLES) == {ask["kind"] for ask in SETTINGS["asks"]}
