"""When an activity is done, how far one is, and what is said to be missing."""

import pytest

from community.academy.kinds.builtin import DISCUSSION, KINDS, LIVE_SESSION, PAGE, QUIZ
from community.academy.kinds.protocol import ActivityKind, Evidence, SourceRefused, Verdict

QUIZ_SETTINGS = {"attempts": 2, "pass": 60, "questions": []}
LIVE_SETTINGS = {"day": 3, "time": "15:00", "attend": 50}


@pytest.mark.parametrize(
    ("kind", "settings", "evidence", "done", "fraction", "missing"),
    [
        (PAGE, {}, Evidence(), False, 0.0, "Read to the end"),
        (PAGE, {}, Evidence(read=0.5), False, 0.5, "Read to the end"),
        (PAGE, {}, Evidence(read=0.979), False, 0.979, "Read to the end"),
        (PAGE, {}, Evidence(read=0.98), True, 1.0, ""),
        (PAGE, {}, Evidence(read=1.0), True, 1.0, ""),
        (QUIZ, QUIZ_SETTINGS, Evidence(), False, 0.0, "Score 60% or more"),
        (
            QUIZ,
            QUIZ_SETTINGS,
            Evidence(best_score=30, attempts=1),
            False,
            0.5,
            "Score 60% or more: your best is 30%",
        ),
        (
            QUIZ,
            QUIZ_SETTINGS,
            Evidence(best_score=59, attempts=2),
            False,
            59 / 60,
            "Score 60% or more: your best is 59%, and no attempt is left. Ask your facilitator",
        ),
        (
            QUIZ,
            {**QUIZ_SETTINGS, "attempts": None},
            Evidence(best_score=0, attempts=99),
            False,
            0.0,
            "Score 60% or more: your best is 0%",
        ),
        (QUIZ, QUIZ_SETTINGS, Evidence(best_score=60, attempts=2), True, 1.0, ""),
        (
            QUIZ,
            {**QUIZ_SETTINGS, "counts": "last", "attempts": None},
            Evidence(best_score=70, attempts=2, last_score=30),
            False,
            0.5,
            "Score 60% or more: your last attempt counts, with 30%",
        ),
        (
            QUIZ,
            {**QUIZ_SETTINGS, "counts": "last", "attempts": 2},
            Evidence(best_score=70, attempts=2, last_score=30),
            False,
            0.5,
            (
                "Score 60% or more: your last attempt counts, with 30%, and none is left. Ask your"
                " facilitator"
            ),
        ),
        (DISCUSSION, {"posts": 1}, Evidence(), False, 0.0, "Write one post"),
        (DISCUSSION, {"posts": 1}, Evidence(posts=1), True, 1.0, ""),
        (DISCUSSION, {"posts": 4}, Evidence(), False, 0.0, "Write 4 posts"),
        (
            DISCUSSION,
            {"posts": 4},
            Evidence(posts=1),
            False,
            0.25,
            "Write 4 posts: you have written 1",
        ),
        (DISCUSSION, {"posts": 4}, Evidence(posts=9), True, 1.0, ""),
        (LIVE_SESSION, LIVE_SETTINGS, Evidence(), False, 0.0, "Be there for 45 of 90 minutes"),
        (
            LIVE_SESSION,
            LIVE_SETTINGS,
            Evidence(seconds=12 * 60 + 59),
            False,
            779 / 2700,
            "Be there for 45 of 90 minutes: you were there for 12",
        ),
        (LIVE_SESSION, LIVE_SETTINGS, Evidence(seconds=45 * 60), True, 1.0, ""),
    ],
)
def test_each_kind_judges_its_own_evidence(
    kind: ActivityKind,
    settings: dict[str, object],
    evidence: Evidence,
    done: bool,
    fraction: float,
    missing: str,
) -> None:
    verdict = kind.rule(settings, 90, evidence)

    assert verdict == Verdict(done, pytest.approx(fraction), missing)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_evidence_of_other_kinds_completes_nothing(kind: ActivityKind) -> None:
    everything = Evidence(
        read=1.0,
        best_score=100,
        attempts=1,
        posts=20,
        seconds=90 * 60,
        ticked=3,
        opened=True,
        watched=1.0,
        written=5,
        answered=1,
        handed_in=1,
        accepted=1,
    )
    own = {
        "page": "read",
        "quiz": "best_score",
        "discussion": "posts",
        "live_session": "seconds",
        "checklist": "ticked",
        "file": "opened",
        "film": "watched",
        "reflection": "written",
        "survey": "answered",
        "assignment": "accepted",
    }
    asked = {
        "posts": 20,
        "ticks": 3,
        "items": [],
        "words": 5,
        "file": None,
        "link": "l",
        "done": "accepted",
    }
    settings = {**QUIZ_SETTINGS, **LIVE_SETTINGS, **asked, "watch": 90}
    others = {**everything.as_json(), own[kind.name]: Evidence().as_json()[own[kind.name]]}

    assert kind.rule(settings, 90, everything).done
    assert not kind.rule(settings, 90, Evidence.from_json(others)).done


def test_attendance_asked_for_is_rounded_up_to_the_second() -> None:
    settings = {**LIVE_SETTINGS, "attend": 33}  # of one minute: 19.8 seconds

    assert not LIVE_SESSION.rule(settings, 1, Evidence(seconds=19)).done
    assert LIVE_SESSION.rule(settings, 1, Evidence(seconds=20)).done


def test_evidence_stored_before_a_fact_was_known_takes_its_default() -> None:
    assert Evidence.from_json({"read": 0.4}) == Evidence(read=0.4)


@pytest.mark.parametrize(
    ("kind", "front", "body", "settings"),
    [
        (PAGE, {}, "Text", {}),
        (DISCUSSION, {}, "Prompt", {"posts": 1}),
        (DISCUSSION, {"posts": 3}, "Prompt", {"posts": 3}),
        (LIVE_SESSION, {}, "", {"day": 3, "time": "15:00", "attend": 50}),
        (
            LIVE_SESSION,
            {"day": 7, "time": "08:05", "attend": 100},
            "Plan",
            {"day": 7, "time": "08:05", "attend": 100},
        ),
    ],
)
def test_settings_hold_every_key_and_are_written_without_defaults(
    kind: ActivityKind, front: dict[str, object], body: str, settings: dict[str, object]
) -> None:
    parsed = kind.read(front, f"\n\r\n{body} \n  \n", 7)

    assert parsed.settings == settings
    assert kind.learner_view(settings) == settings
    assert parsed.body.rstrip(" ") == body
    assert kind.write(parsed.settings, body) == (front, body)


@pytest.mark.parametrize(
    ("kind", "front", "body", "flaws"),
    [
        (PAGE, {"attempts": 1}, " ", {("attempts", None), (None, 9)}),
        (DISCUSSION, {"posts": 0}, "", {("posts", None), (None, 9)}),
        (DISCUSSION, {"posts": 21}, "x" * 10_001, {("posts", None), (None, 9)}),
        (DISCUSSION, {"posts": "2"}, "Prompt", {("posts", None)}),
        (DISCUSSION, {"posts": True}, "Prompt", {("posts", None)}),
        (LIVE_SESSION, {"day": 0, "attend": 101}, "", {("day", None), ("attend", None)}),
        (LIVE_SESSION, {"time": "24:00"}, "", {("time", None)}),
        (LIVE_SESSION, {"time": 900}, "", {("time", None)}),
        (LIVE_SESSION, {"time": "9:00"}, "", {("time", None)}),
        (QUIZ, {"pass": 0, "attempts": 21}, "", {("pass", None), ("attempts", None), (None, 9)}),
    ],
)
def test_a_kind_refuses_naming_every_key_and_line(
    kind: ActivityKind,
    front: dict[str, object],
    body: str,
    flaws: set[tuple[str | None, int | None]],
) -> None:
    with pytest.raises(SourceRefused) as refused:
        kind.read(front, body, 9)

    assert {(flaw.field, flaw.line) for flaw in refused.value.flaws} == flaws
    assert all(flaw.message for flaw in refused.value.flaws)
