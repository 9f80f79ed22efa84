"""What a quiz is held by: how often, how long, what is asked, what is told and what counts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from marshmallow import validate

from community.academy.kinds.fields import FrontMatter, Line, WholeNumber, YesNo, at_most, from_to
from community.academy.kinds.protocol import Flaw
from community.academy.kinds.quiz.answers import ESSAY, PLACED
from community.academy.kinds.quiz.examples import EXAMPLES

DEFAULT_PASS = 60
"""Per cent."""
EACH, PASSED, NEVER = "each", "passed", "never"
BEST, LAST, FIRST = "best", "last", "first"
_DRAWN = re.compile(r"([a-z0-9-]+)[ \t]+([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a quiz is held by; minutes and attempts None: without a limit."""

    pass_mark: int = DEFAULT_PASS
    attempts: int | None = None
    time_limit: int | None = None
    wait: int | None = None
    counts: str = BEST
    solutions: str = PASSED
    partial: bool = True
    shuffle_questions: bool = False
    shuffle_options: bool = False
    draw: Mapping[str, int] = field(default_factory=dict)


_USUAL = Rules()
_ADDED = (
    *("draw", "shuffle_questions", "shuffle_options", "time_limit"),
    *("wait", "counts", "solutions", "partial"),
)
"""Settings that are there where they are not as usual: versions of before compare equal."""


def rules_of(settings: Mapping[str, Any]) -> Rules:
    """Return what a quiz's settings, or an attempt's copy of them, hold it by."""
    more = {key: settings[key] for key in _ADDED if key in settings}
    return Rules(settings["pass"], settings["attempts"], **more)


def rules_as_settings(rules: Rules) -> dict[str, Any]:
    """Return rules as settings have them."""
    more = {
        key: getattr(rules, key) for key in _ADDED if getattr(rules, key) != getattr(_USUAL, key)
    }
    return {"attempts": rules.attempts, "pass": rules.pass_mark, **more}


def may_fall(settings: Mapping[str, Any]) -> bool:
    """Whether the score that counts may be less after another attempt."""
    return rules_of(settings).counts == LAST


def begins_first(settings: Mapping[str, Any]) -> bool:
    """Whether an attempt is begun before its questions are seen: they differ, or it takes long."""
    rules = rules_of(settings)
    return bool(
        rules.time_limit
        or rules.draw
        or rules.shuffle_questions
        or rules.shuffle_options
        or any(question["kind"] in {*PLACED, ESSAY} for question in settings["questions"])
    )


class QuizFront(FrontMatter):
    """How often one may try, what is asked, and what counts as passed."""

    about = lazy_gettext("Questions, and a kind word to each answer.")
    writing = lazy_gettext(
        "A question begins with ##; its answers stand below it, each on a line of its own. What is"
        " said to whoever picks an answer stands under it, indented, after a >. An explanation"
        " after a > at the left edge comes last. Braces after a question's words give it points or"
        " a pool: {points=2 pool=basics}."
    )
    piece_label = lazy_gettext("Question")
    pieces = tuple(EXAMPLES.values())

    attempts = WholeNumber(
        load_default=None,
        validate=from_to(1, 20),
        metadata={
            "label": lazy_gettext("Attempts"),
            "description": lazy_gettext("Empty: as many as one likes."),
        },
    )
    pass_mark = WholeNumber(
        data_key="pass",
        load_default=DEFAULT_PASS,
        validate=from_to(1, 100),
        metadata={
            "label": lazy_gettext("Pass mark"),
            "description": lazy_gettext("Per cent of the points."),
        },
    )
    draw = Line(
        load_default="",
        validate=at_most(500),
        metadata={
            "more": True,
            "label": lazy_gettext("Drawn from pools"),
            "description": lazy_gettext(
                "How many questions of each pool an attempt asks: basics 3, hard 2. Empty: all."
            ),
        },
    )
    shuffle_questions = YesNo(
        load_default=False,
        metadata={"more": True, "label": lazy_gettext("Questions in another order each time")},
    )
    shuffle_options = YesNo(
        load_default=False,
        metadata={"more": True, "label": lazy_gettext("Answers in another order each time")},
    )
    time_limit = WholeNumber(
        load_default=None,
        validate=from_to(1, 300),
        metadata={
            "more": True,
            "label": lazy_gettext("Time limit"),
            "description": lazy_gettext("Minutes for an attempt. Empty: none."),
        },
    )
    wait = WholeNumber(
        load_default=None,
        validate=from_to(1, 10_080),
        metadata={
            "more": True,
            "label": lazy_gettext("Wait between attempts"),
            "description": lazy_gettext("Minutes. Empty: one may try again at once."),
        },
    )
    counts = Line(
        load_default=BEST,
        validate=validate.OneOf(
            [BEST, LAST, FIRST],
            labels=[
                lazy_gettext("the best attempt"),
                lazy_gettext("the last attempt"),
                lazy_gettext("the first attempt"),
            ],
            error=lazy_gettext("This must be one of: {choices}."),
        ),
        metadata={"label": lazy_gettext("What counts"), "more": True},
    )
    solutions = Line(
        load_default=PASSED,
        validate=validate.OneOf(
            [EACH, PASSED, NEVER],
            labels=[
                lazy_gettext("after each attempt"),
                lazy_gettext("once passed, or without attempts left"),
                lazy_gettext("never: only what was right"),
            ],
            error=lazy_gettext("This must be one of: {choices}."),
        ),
        metadata={"label": lazy_gettext("Solutions are shown"), "more": True},
    )
    partial_credit = YesNo(
        data_key="partial",
        load_default=True,
        metadata={
            "more": True,
            "label": lazy_gettext("Partial credit"),
            "description": lazy_gettext("Without it an answer is right as a whole, or not."),
        },
    )


def read_rules(
    loaded: Mapping[str, Any], questions: Sequence[Mapping[str, Any]]
) -> tuple[Rules, list[Flaw]]:
    """Return the rules that front matter says, and what is wrong with its pools."""
    values = {**loaded, "partial": loaded["partial_credit"]}
    del values["partial_credit"]
    draw, flaws = _read_draw(values.pop("draw"), questions)
    return Rules(**values, draw=draw), flaws


def write_rules(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the front matter of a quiz, in the order of its keys, defaults left out."""
    front: dict[str, Any] = {}
    if settings["attempts"] is not None:
        front["attempts"] = settings["attempts"]
    if settings["pass"] != DEFAULT_PASS:
        front["pass"] = settings["pass"]
    for key in _ADDED:
        if key in settings:
            front[key] = settings[key]
    if "draw" in front:
        front["draw"] = ", ".join(f"{pool} {number}" for pool, number in front["draw"].items())
    return front


def _read_draw(
    text: str, questions: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, int], list[Flaw]]:
    held: dict[str, int] = {}
    for question in questions:
        if pool := question.get("pool"):
            held[pool] = held.get(pool, 0) + 1
    draw: dict[str, int] = {}
    messages: list[str] = []
    for part in text.split(",") if text else ():
        found = _DRAWN.fullmatch(part.strip(" \t"))
        if not found or found[1] in draw:
            messages.append(
                _("Write each pool once, with how many of it are asked: basics 3, hard 2")
            )
            break
        pool, number = found[1], int(found[2])
        draw[pool] = number
        if pool not in held:
            messages.append(_("No question has {pool=%(pool)s} after its words.", pool=pool))
        elif not 1 <= number <= held[pool]:
            messages.append(
                _(
                    "The pool %(pool)s holds %(held)d questions: ask 1 to %(held)d of them.",
                    pool=pool,
                    held=held[pool],
                )
            )
    messages.extend(
        _("Nothing is drawn from the pool %(pool)s: name it under draw.", pool=pool)
        for pool in held
        if pool not in draw and not messages
    )
    return draw, [Flaw(message, field="draw") for message in messages]
