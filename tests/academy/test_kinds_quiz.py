"""Questions as Markdown, their scoring, and what a learner may see before answering."""

import json
from typing import Any

import pytest
from factories.course_files import QUIZ as QUIZ_FILE

from community.academy.kinds.builtin import QUIZ
from community.academy.kinds.protocol import SourceRefused
from community.kernel.errors import Invalid

BODY = QUIZ_FILE.partition("---\n\n")[2]
SINGLE = "## Q\n\n- ( ) a\n- (x) b\n"


def settings_of(body: str) -> dict[str, Any]:
    return QUIZ.read({}, body, 1).settings


def lines_refused(body: str) -> list[tuple[int | None, str]]:
    with pytest.raises(SourceRefused) as refused:
        QUIZ.read({}, body, 1)
    return [(flaw.line, flaw.message) for flaw in refused.value.flaws]


def test_a_quiz_is_read_with_ids_by_position() -> None:
    parsed = QUIZ.read({"attempts": 3, "pass": 70}, BODY, 8)

    assert parsed.body == "A short introduction."
    assert parsed.settings == {
        "attempts": 3,
        "pass": 70,
        "questions": [
            {
                "id": "q1",
                "prompt": "Which of these is data?\n\nThink of a *notebook*.",
                "kind": "single",
                "options": [
                    {
                        "id": "q1o1",
                        "text": "A river",
                        "right": False,
                        "feedback": "It becomes data once somebody measures it.",
                    },
                    {
                        "id": "q1o2",
                        "text": "A reading of its level",
                        "right": True,
                        "feedback": "Yes.",
                    },
                ],
                "explanation": "A reading is a record of something.",
            },
            {
                "id": "q2",
                "prompt": "Which apply?",
                "kind": "multiple",
                "options": [
                    {"id": "q2o1", "text": "Records", "right": True, "feedback": ""},
                    {"id": "q2o2", "text": "Rivers", "right": False, "feedback": ""},
                    {"id": "q2o3", "text": "Readings", "right": True, "feedback": ""},
                ],
                "explanation": "",
            },
        ],
    }
    assert QUIZ.write(parsed.settings, parsed.body) == (
        {"attempts": 3, "pass": 70},
        BODY.rstrip("\n"),
    )
    assert json.loads(json.dumps(parsed.settings)) == parsed.settings


def test_looser_writing_is_read_and_written_back_in_one_shape() -> None:
    loose = (
        "\r\n##   Which?  \r\n- (X)   a,\r\n\tand more\r\n\r\n    > one\r\n    >\r\n    >two\r\n"
        "- ( ) b\r\n\r\n\r\n> why\r\n\r\n> more\r\n"
    )
    tidy = "## Which?\n\n- (x) a,\n  and more\n  > one\n  >\n  > two\n- ( ) b\n\n> why\n>\n> more"

    parsed = QUIZ.read({}, loose, 1)

    assert QUIZ.write(parsed.settings, parsed.body) == ({}, tidy)
    assert QUIZ.read({}, tidy, 1) == parsed


def test_code_in_a_question_is_not_taken_for_options() -> None:
    body = "~~~\n## no question\n~~~\n\n## Q\n\n```md\n## no\n- ( ) no\n```\n\n- ( ) a\n- (x) b"

    parsed = QUIZ.read({}, body, 1)

    assert parsed.body == "~~~\n## no question\n~~~"
    assert [q["prompt"] for q in parsed.settings["questions"]] == [
        "Q\n\n```md\n## no\n- ( ) no\n```"
    ]
    assert QUIZ.write(parsed.settings, parsed.body) == ({}, body)


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("Only a text.", 1, "no question yet"),
        (SINGLE * 51, 201, "at most 50 questions"),
        ("intro\n\n##\n\n- ( ) a\n- (x) b", 3, "its words"),
        (f"## {'x' * 301}\n- ( ) a\n- (x) b", 1, "longer than 300"),
        ("## Q\n- (x) a", 1, "2 to 12 options"),
        ("## Q\n" + "".join(f"- [x] {n}\n" for n in range(13)), 1, "2 to 12 options"),
        ("## Q\n\n- ( ) a\n- ( ) b", 1, "No option is marked"),
        ("## Q\n\n- [ ] a\n- [ ] b", 1, "No option is marked"),
        ("## Q\n\n- (x) a\n- ( ) b\n- (x) c", 5, "one option is right"),
        ("## Q\n\n- (x) a\n- ( ) b\n- [ ] c", 5, "not both"),
        ("## Q\n\n- (x) a\n- ( ) a", 4, "has this option already"),
        ("## Q\n\n- (x) a\n- ( )", 4, "no text"),
        ("## Q\n\n- (x) a\n- ( )  \n- ( ) c", 4, "no text"),
        (f"## Q\n\n- (x) a\n- ( ) {'b' * 501}", 4, "longer than 500"),
        (f"## Q\n\n- (x) a\n  > {'b' * 1001}\n- ( ) b", 3, "longer than 1000"),
        (f"## Q\n\n- (x) a\n- ( ) b\n\n> {'b' * 2001}", 1, "longer than 2000"),
        (f"## Q\n\n{'t' * 5001}\n\n- (x) a\n- ( ) b", 1, "longer than 5000"),
        ("## Q\n\n- (x) a\n- ( ) b\n\nLate text", 6, "no option, feedback or explanation"),
        ("## Q\n\n- (x) a\n- ( ) b\n  > why\n  what", 6, "no option, feedback or explanation"),
        ("## Q\n\n- (x) a\n- b\n- ( ) c", 4, "no option, feedback or explanation"),
        ("## Q\n\n- (x) a\n  - ( ) b\n- ( ) c", 4, "left edge"),
        ("## Q\n\n- (x) a\n> feedback?\n- ( ) b", 5, "after the explanation"),
    ],
)
def test_a_broken_question_is_refused_at_its_line(body: str, line: int, says: str) -> None:
    refused = lines_refused(body)

    assert [(at, message) for at, message in refused if says in message and at == line], refused


def test_all_flaws_of_a_quiz_are_told_at_once() -> None:
    body = "## One\n\n- ( ) a\n- ( ) b\n\n## Two\n\n- (x) a\n\n## Three\n\n- [x] a\n- [ ] b\nstray"

    assert [line for line, _message in lines_refused(body)] == [14, 1, 6]


def test_a_learner_sees_neither_right_answers_nor_feedback() -> None:
    settings = settings_of(BODY)

    view = QUIZ.learner_view(settings)

    assert view["questions"][0] == {
        "id": "q1",
        "prompt": "Which of these is data?\n\nThink of a *notebook*.",
        "kind": "single",
        "options": [
            {"id": "q1o1", "text": "A river"},
            {"id": "q1o2", "text": "A reading of its level"},
        ],
    }
    said = json.dumps(view)
    for secret in ("right", "feedback", "explanation", "measures", "record of something"):
        assert secret not in said


@pytest.mark.parametrize(
    ("answers", "points", "marks", "partly"),
    [
        ({"q1": ["q1o2"], "q2": ["q2o1", "q2o3"]}, 100, [True, True], [False, False]),
        ({"q1": ["q1o2"], "q2": ["q2o3", "q2o1"]}, 100, [True, True], [False, False]),
        ({"q1": ["q1o2"], "q2": ["q2o1"]}, 75, [True, False], [False, True]),
        ({"q1": ["q1o1"], "q2": ["q2o1", "q2o2", "q2o3"]}, 25, [False, False], [False, True]),
        ({"q1": ["q1o1"], "q2": ["q2o1", "q2o2"]}, 0, [False, False], [False, True]),
        ({"q1": [], "q2": ["q2o2"]}, 0, [False, False], [False, False]),
        ({}, 0, [False, False], [False, False]),
    ],
)
def test_what_is_right_less_what_is_wrong_earns_its_part(
    answers: dict[str, list[str]], points: int, marks: list[bool], partly: list[bool]
) -> None:
    result = QUIZ.score(settings_of(BODY), answers)

    assert result.score == points
    assert [question.right for question in result.questions] == marks
    assert [question.partly for question in result.questions] == partly
    assert (result.right, result.total) == (sum(marks), 2)


def test_feedback_is_given_for_what_was_picked_only() -> None:
    first, second = QUIZ.score(settings_of(BODY), {"q1": ["q1o1"]}).questions

    assert first.feedback == (("q1o1", "It becomes data once somebody measures it."),)
    assert first.explanation == "A reading is a record of something."
    assert (second.feedback, second.explanation) == ((), "")


@pytest.mark.parametrize(
    ("right", "total", "points"),
    [(1, 3, 33), (2, 3, 67), (1, 8, 13), (3, 8, 38), (1, 7, 14), (5, 7, 71), (49, 50, 98)],
)
def test_a_score_is_whole_per_cent_with_a_half_rounded_up(
    right: int, total: int, points: int
) -> None:
    settings = settings_of(SINGLE * total)

    assert QUIZ.score(settings, {f"q{n}": [f"q{n}o2"] for n in range(1, right + 1)}).score == points


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"q3": ["q3o1"]}, "q3"),
        ({"q1": ["q2o1"]}, "q1"),
        ({"q1": ["q1o1", "q1o2"]}, "q1"),
        ({"q1": "q1o1"}, "q1"),
        ({"q1": None}, "q1"),
        ({"q1": [1]}, "q1"),
        ({"q1": [["q1o1"]]}, "q1"),
        ({"q2": ["q2o1", "q2o1"]}, "q2"),
    ],
)
def test_answers_that_do_not_fit_are_refused_by_question(answers: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        QUIZ.score(settings_of(BODY), {"q1": ["q1o2"], **answers})

    assert list(refused.value.fields["answers"]) == [field]
    assert all(refused.value.fields["answers"].values())
