"""Sorts of questions as Markdown: read, refused with their line, written back the same."""

import json

import pytest
from factories.quizzes import GROWN, settings_of
from hypothesis import given
from hypothesis import strategies as st

from community.academy.kinds.builtin import QUIZ
from community.academy.kinds.protocol import SourceRefused
from community.academy.kinds.quiz.answers import CHOICES, PLACED, TYPED
from community.academy.kinds.quiz.examples import EXAMPLES
from community.academy.kinds.quiz.settings import begins_first, rules_of

TWO = "- (x) a\n- ( ) b"


def flaws_of(body, **front):
    with pytest.raises(SourceRefused) as refused:
        QUIZ.read(front, body, 1)
    return [(flaw.line or flaw.field, flaw.message) for flaw in refused.value.flaws]


def test_every_sort_is_read_and_written_back_the_same():
    parsed = QUIZ.read({}, GROWN, 1)
    questions = parsed.settings["questions"]
    assert [q["kind"] for q in questions] == [
        *("single", "multiple", "ordering"),
        *("matching", "numeric", "text"),
    ]
    assert questions[1]["points"] == 2
    assert "points" not in questions[0]
    assert questions[3]["options"][2] == {
        "id": "q4o3",
        "text": "",
        "match": "A cloud",
        "feedback": "",
    }
    assert questions[4]["options"][1]["tolerance"] == "2%"
    assert questions[5]["exact"] == ["accents"]
    assert QUIZ.write(parsed.settings, parsed.body) == ({}, GROWN.strip())
    assert json.loads(json.dumps(parsed.settings)) == parsed.settings


def test_looser_writing_comes_back_in_one_shape():
    loose = (
        "## Q {exact=accents,case  points=3}\n- (~)   a\n\n"
        "## N\n- (#) +12,50\u00b10,5\n- (#) 1 000 +-2 %\n\n## M\n- (=) a  =  b = c\n- (=) d = e"
    )
    tidy = (
        "## Q {points=3 exact=case,accents}\n\n- (~) a\n\n"
        "## N\n\n- (#) 12.50 +- 0.5\n- (#) 1000 +- 2%\n\n## M\n\n- (=) a = b = c\n- (=) d = e"
    )
    parsed = QUIZ.read({}, loose, 1)
    assert QUIZ.write(parsed.settings, "")[1] == tidy
    assert QUIZ.read({}, tidy, 1) == parsed


def test_braces_that_say_nothing_of_ours_belong_to_the_title():
    body = f"## What is in {{1, 2}}?\n\n{TWO}\n\n## And in {{x=1}}\n\n{TWO}"
    titles = [q["prompt"] for q in settings_of(body)["questions"]]
    assert titles == ["What is in {1, 2}?", "And in {x=1}"]
    assert QUIZ.write(settings_of(body), "")[1] == body


def test_all_that_holds_a_quiz_is_read_and_written_back():
    front = {
        "attempts": 3,
        "pass": 70,
        "draw": "basics 2, hard 1",
        "shuffle_questions": True,
        "shuffle_options": True,
        "time_limit": 20,
        "wait": 60,
        "counts": "last",
        "solutions": "never",
        "partial": False,
    }
    body = "\n\n".join(
        f"## Q{n} {{pool={pool}}}\n\n{TWO}"
        for n, pool in enumerate(["basics", "basics", "basics", "hard"])
    )
    parsed = QUIZ.read(front, body, 1)
    rules = rules_of(parsed.settings)
    assert (rules.draw, rules.partial, rules.counts) == ({"basics": 2, "hard": 1}, False, "last")
    assert QUIZ.write(parsed.settings, parsed.body) == (front, body)
    assert list(QUIZ.write(parsed.settings, "")[0]) == list(front)


def test_what_is_as_usual_is_not_there_so_that_versions_of_before_compare_equal():
    usual = {"solutions": "passed", "counts": "best", "partial": True, "draw": ""}
    assert set(settings_of(f"## Q\n\n{TWO}", **usual)) == {"attempts", "pass", "questions"}


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("## Q\n\n- (1) a\n- (3) b", 4, "count up from 1"),
        ("## Q\n\n- (1) a", 1, "2 to 12"),
        ("## Q\n\n- (=) a = b", 1, "2 to 12"),
        ("## Q\n\n- (=) a = b\n- (=) c = b", 1, "two right halves"),
        ("## Q\n\n- (=) a = b\n- (=) a = c", 4, "left half stands there"),
        ("## Q\n\n- (=) a = b\n- (=) = b", 4, "matches nothing"),
        ("## Q\n\n- (=) = b\n- (=) a = b", 1, "matches nothing"),
        ("## Q\n\n- (=) a = b\n- (=) c", 4, "left = right"),
        ("## Q\n\n- (=) = a\n- (=) = b", 1, "two right halves"),
        ("## Q\n\n- (#) twelve", 3, "no number"),
        ("## Q\n\n- (#) 1 +- x", 3, "no number"),
        ("## Q\n\n- (#) 1\n  2", 3, "one line"),
        ("## Q\n\n- (~) a\n- (~) A", 4, "accepted already"),
        (f"## Q\n\n- (~) {'a' * 201}", 3, "longer than 200"),
        ("## Q\n\n- (~) a\n- (x) b", 4, "of one sort"),
        ("## Q\n\n- (1) a\n- [ ] b", 4, "of one sort"),
        (f"## Q {{points=0}}\n\n{TWO}", 1, "from 1 to 100"),
        (f"## Q {{points=2.5}}\n\n{TWO}", 1, "from 1 to 100"),
        (f"## Q {{points=2 size=3}}\n\n{TWO}", 1, "not size=3"),
        (f"## Q {{points=2 points=3}}\n\n{TWO}", 1, "twice"),
        (f"## Q {{points=2}} {{points=1}}\n\n{TWO}", 1, "one pair of braces"),
        (f"## Q {{pool=No}}\n\n{TWO}", 1, "small letters"),
        (f"## Q {{exact=case}}\n\n{TWO}", 1, "short texts"),
        ("## Q {exact=size}\n\n- (~) a", 1, "case, spaces or accents"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(body, line, says):
    told = flaws_of(body)
    assert [each for each in told if each[0] == line and says in each[1]], told


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        ("basics", "Write each pool once"),
        ("basics 1, basics 1", "Write each pool once"),
        ("other 1", "No question has"),
        ("basics 3", "holds 2 questions"),
        ("basics 0", "holds 2 questions"),
        ("", "Nothing is drawn from the pool basics"),
    ],
)
def test_pools_that_cannot_be_drawn_from_are_told(draw, says):
    body = f"## A {{pool=basics}}\n\n{TWO}\n\n## B {{pool=basics}}\n\n{TWO}"
    [(field, message)] = flaws_of(body, draw=draw)
    assert field == "draw"
    assert says in message


@pytest.mark.parametrize(
    ("front", "field"),
    [({"counts": "worst"}, "counts"), ({"solutions": "soon"}, "solutions"), ({"wait": 0}, "wait")],
)
def test_a_setting_that_is_none_is_told(front, field):
    assert [at for at, _message in flaws_of(f"## Q\n\n{TWO}", **front)] == [field]


def test_learners_see_nothing_of_what_is_begun_first():
    settings = settings_of()
    assert begins_first(settings)
    view = QUIZ.learner_view(settings)
    assert view == {"attempts": None, "pass": 60, "questions": []}
    typed = settings_of("## N\n\n- (#) 12.5\n\n## T\n\n- (~) steward")
    assert not begins_first(typed)
    assert [q["options"] for q in QUIZ.learner_view(typed)["questions"]] == [[], []]


WORDS = st.text("ab =#~x1.,+-%(){}[]", max_size=12)
LINES = st.one_of(
    WORDS,
    st.builds("## {} {{points={}}}".format, WORDS, st.integers(0, 3)),
    *(st.builds(("- " + sign + " {}").format, WORDS) for sign in ("(=)", "(#)", "(~)", "(x)")),
    st.builds("- ({}) {}".format, st.integers(1, 3), WORDS),
    st.builds("  > {}".format, WORDS),
)


@given(st.lists(LINES, max_size=8))
def test_whatever_is_accepted_comes_back_the_same(lines):
    try:
        parsed = QUIZ.read({}, "\n".join(lines), 1)
    except SourceRefused:
        return
    front, body = QUIZ.write(parsed.settings, parsed.body)
    assert QUIZ.read(front, body, 1) == parsed
    assert QUIZ.write(parsed.settings, parsed.body) == (front, body)


def test_there_is_an_example_of_every_sort_and_each_can_be_read():
    assert set(EXAMPLES) >= CHOICES | TYPED | PLACED
    for sort, piece in EXAMPLES.items():
        (question,) = QUIZ.read({}, str(piece.text), 1).settings["questions"]
        assert question["kind"] == sort
    whole = "\n\n".join(str(piece.text) for piece in EXAMPLES.values())
    assert len(QUIZ.read({}, whole, 1).settings["questions"]) == len(EXAMPLES)


def test_what_is_wrong_with_one_question_leaves_the_others_readable():
    body = (
        "Before.\n\n## One\n\n- (x) a\n- ( ) b\n\n## Two\n\n- ( ) a\n- ( ) b\n\n## Three\n\n- (x) a"
    )
    with pytest.raises(SourceRefused) as refused:
        QUIZ.read({}, body, 1)
    partly = refused.value.partly
    assert partly.parsed.body == "Before."
    assert [q["prompt"] for q in partly.parsed.settings["questions"]] == ["One", "Two", "Three"]
    wrong = partly.flaws_of(refused.value.flaws)
    assert {number: [flaw.line for flaw in flaws] for number, flaws in wrong.items()} == {
        2: [8],
        3: [13],
    }
