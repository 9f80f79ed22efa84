"""The sheet of an attempt: its own copy of a quiz, as this learner has it.

It holds the rules and the questions as they are shown, in their order, with what is right; nothing
an attempt needs is looked up in the course afterwards. It is JSON-able, and kept for good: a key
may be added, never renamed.
"""

import random
from collections.abc import Mapping
from typing import Any

from community.academy.kinds.quiz.answers import CHOICES, MATCHING, ORDERING
from community.academy.kinds.quiz.settings import rules_of


def make_sheet(settings: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """Return the sheet of one attempt; the same ``seed`` makes the same one.

    What is put in order never stands in its order. Things to order and to match have ids that say
    nothing of their place in the course; other answers keep theirs.
    """
    rules = rules_of(settings)
    chance = random.Random(seed)  # noqa: S311  # a lot is drawn, no secret is made
    drawn = _drawn(settings["questions"], rules.draw, chance)
    if rules.shuffle_questions:
        chance.shuffle(drawn)
    copied = {key: value for key, value in settings.items() if key != "questions"}
    return {
        **copied,
        "seed": seed,
        "questions": [_shown(each, chance, shuffle=rules.shuffle_options) for each in drawn],
    }


def _drawn(
    questions: list[Mapping[str, Any]], draw: Mapping[str, int], chance: random.Random
) -> list[Mapping[str, Any]]:
    """Return what is asked, in the order of the course."""
    asked = {question["id"] for question in questions if question.get("pool") not in draw}
    for pool, number in draw.items():
        held = [question["id"] for question in questions if question.get("pool") == pool]
        asked.update(chance.sample(held, min(number, len(held))))
    return [question for question in questions if question["id"] in asked]


def _shown(question: Mapping[str, Any], chance: random.Random, *, shuffle: bool) -> dict[str, Any]:
    kind, key = question["kind"], question["id"]
    options = [dict(option) for option in question["options"]]
    shown = {name: value for name, value in question.items() if name != "pool"}
    if kind == ORDERING:
        places = list(range(1, len(options) + 1))
        order = chance.sample(places, len(places))
        if order == places:
            order = [*places[1:], places[0]]
        shown["options"] = [
            {**options[place - 1], "id": f"{key}i{number}", "place": place}
            for number, place in enumerate(order, 1)
        ]
    elif kind == MATCHING:
        rights = sorted({option["match"] for option in options})
        chance.shuffle(rights)
        ids = {text: f"{key}r{number}" for number, text in enumerate(rights, 1)}
        lefts = [option for option in options if option["text"]]
        if shuffle:
            chance.shuffle(lefts)
        shown["choices"] = [{"id": ids[text], "text": text} for text in rights]
        shown["options"] = [
            {**option, "id": f"{key}i{number}", "match": ids[option["match"]]}
            for number, option in enumerate(lefts, 1)
        ]
    else:
        if shuffle and kind in CHOICES:
            chance.shuffle(options)
        shown["options"] = options
    return shown
