"""Quizzes of LiaScript: what becomes of their questions."""

from pathlib import Path

import pytest
from factories.liascript import LONG, bodies, one


def test_both_forms_of_choice_become_questions(tmp_path: Path) -> None:
    module, report = one(
        tmp_path,
        f"# T\n\n## A\n\n{LONG}\n\n## Quiz\n\nTry it.\n\n**Question 1: Waves**\nWhat moves?\n\n"
        "[( )] Sand\n[(X)] Water, says `x`\n\nWhich\nare blue?\n\n    [[X]] Sea^1^\n"
        "    [[ ]] Sun\n    [[x]] Sky\n",
    )

    page, quiz, _long = module.activities
    assert (page.kind, quiz.kind, quiz.title, quiz.body) == ("page", "quiz", "Quiz", "Try it.")
    assert quiz.minutes == 3
    assert quiz.settings == {
        "attempts": None,
        "pass": 60,
        "questions": [
            {
                "id": "q1",
                "prompt": "Waves\n\nWhat moves?",
                "kind": "single",
                "options": [
                    {"id": "q1o1", "text": "Sand", "right": False, "feedback": ""},
                    {"id": "q1o2", "text": "Water, says `x`", "right": True, "feedback": ""},
                ],
                "explanation": "",
            },
            {
                "id": "q2",
                "prompt": "Which are blue?",
                "kind": "multiple",
                "options": [
                    {"id": "q2o1", "text": "Sea¹", "right": True, "feedback": ""},
                    {"id": "q2o2", "text": "Sun", "right": False, "feedback": ""},
                    {"id": "q2o3", "text": "Sky", "right": True, "feedback": ""},
                ],
                "explanation": "",
            },
        ],
    }
    assert {k: report.kept[k] for k in ("quizzes", "questions", "options")} == {
        "quizzes": 1,
        "questions": 2,
        "options": 5,
    }


def test_text_around_a_quiz_stays_on_pages(tmp_path: Path) -> None:
    module, report = one(
        tmp_path,
        "# T\n\n## A\n\nRead this.\n\n**Knowledge check**\n\nReady?\n\nTrue?\n\n"
        "[( )] no\n[(X)] yes\n\nRead on.\n",
    )

    page, quiz, after = module.activities
    assert (page.title, page.body) == ("A", "Read this.")
    assert (quiz.title, quiz.body) == ("Knowledge check", "Ready?")
    assert quiz.settings["questions"][0]["prompt"] == "True?"
    assert after.title == "A, continued · Long"
    assert after.body.startswith("Read on.\n\n## Long")
    assert [str(n) for n in report.changed] == ["line 7: **Knowledge check** -> title of the quiz"]


def test_a_quiz_under_another_heading_is_named_after_it(tmp_path: Path) -> None:
    module, _report = one(tmp_path, "# T\n\n## Waves\n\nText.\n\nTrue?\n\n[( )] no\n[(X)] yes\n")

    assert [(a.kind, a.title) for a in module.activities] == [
        ("page", "Waves"),
        ("quiz", "Quiz: Waves"),
        ("page", "Long"),
    ]


def test_text_between_questions_belongs_to_the_next_one(tmp_path: Path) -> None:
    module, _report = one(
        tmp_path,
        "# T\n\n## Quiz\n\n[(X)] a\n[( )] b\n\nA story.\n\n- with a list\n\nWhat now?\n\n"
        "[(X)] c\n[( )] d\n\n- only\n- a list\n\n[(X)] e\n[( )] f\n",
    )

    prompts = [q["prompt"] for q in module.activities[0].settings["questions"]]
    assert prompts == [
        "Question 1",
        "What now?\n\nA story.\n\n- with a list",
        "Question 3\n\n- only\n- a list",
    ]


def test_hints_and_solutions_become_the_explanation(tmp_path: Path) -> None:
    module, report = one(
        tmp_path,
        "# T\n\n## Quiz\n\nTrue?\n\n[[X]] yes\n[[ ]] no\n[[?]] Think of <u>sand</u>.\n"
        "****\n\nBecause.\n\n* really\n\n****\n",
    )

    question = module.activities[0].settings["questions"][0]
    assert question["explanation"] == "Think of **sand**.\n\nBecause.\n\n* really"
    assert [n.line for n in report.changed if n.became == "explanation"] == [9, 10]


@pytest.mark.parametrize(
    ("answer", "kind", "options"),
    [
        ("[[ Data steward ]]", "text", [{"text": "Data steward"}]),
        ("[[12,50]]", "numeric", [{"text": "12.50", "tolerance": ""}]),
        (
            "[[a|(b)|c]]",
            "single",
            [
                {"text": "a", "right": False},
                {"text": "b", "right": True},
                {"text": "c", "right": False},
            ],
        ),
    ],
)
def test_answers_in_a_line_are_typed_or_chosen(
    tmp_path: Path, answer: str, kind: str, options: list[dict[str, object]]
) -> None:
    module, report = one(tmp_path, f"# T\n\n## Quiz\n\nWho?\n\n{answer}\n[[?]] Think.\n")

    [question] = module.activities[0].settings["questions"]
    assert (question["kind"], question["prompt"]) == (kind, "Who?")
    assert [{**each, "id": "", "feedback": ""} for each in question["options"]] == [
        {**each, "id": "", "feedback": ""} for each in options
    ]
    assert question["explanation"] == "Think."
    assert not report.dropped


@pytest.mark.parametrize(
    "answers",
    [
        "[[a|b]]",
        "[[(a)|(b)]]",
        "[[ ]] a\n[[ ]] b",
        "[(X)] a\n[(X)] b",
        "[(X)] only",
        "[[X]] a\n[[ ]] a",
        "[[X]]\n[[ ]] b",
    ],
)
def test_a_question_that_cannot_be_ours_is_dropped_and_said(tmp_path: Path, answers: str) -> None:
    module, report = one(tmp_path, f"# T\n\n## Quiz\n\nWhat is it?\n\n{answers}\n")

    assert [activity.kind for activity in module.activities] == ["page"]
    assert "What is it?" in bodies(module)
    assert [n.line for n in report.dropped] == [7]
    assert report.dropped[0].what.startswith("question: ")


def test_more_questions_than_a_quiz_holds_make_several(tmp_path: Path) -> None:
    module, report = one(tmp_path, "# T\n\n## Quiz\n\n" + "What?\n\n[(X)] a\n[( )] b\n\n" * 51)

    quizzes = [activity for activity in module.activities if activity.kind == "quiz"]
    assert [len(quiz.settings["questions"]) for quiz in quizzes] == [50, 1]
    assert quizzes[1].settings["questions"][0]["options"][1]["id"] == "q1o2"
    assert (report.kept["quizzes"], report.kept["questions"]) == (2, 51)
