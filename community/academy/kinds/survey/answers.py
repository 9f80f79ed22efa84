"""Answers to a survey: what fits its questions, how often each was given, what follows to others.

Pure functions, which know neither who answered nor when. Answers are a question's id to a list: ids
of options, the number of a scale as text, or one text.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError

from community.kernel.errors import Invalid
from community.kernel.schemas import clean_text

TEXT_LIMIT = 1_000
"""Characters of one text."""

Answers = Mapping[str, Sequence[str]]
Ask = Mapping[str, Any]
Counts = dict[str, dict[str, int]]


def choices_of(ask: Ask) -> list[str]:
    """Return what may be chosen in a question, in its order; nothing where a text is asked for."""
    if ask["kind"] == "scale":
        return [str(number) for number in range(1, ask["most"] + 1)]
    return [option["id"] for option in ask["options"]]


def fitting(asks: Sequence[Ask], answers: Answers) -> dict[str, list[str]]:
    """Return the answers as they are kept: in the order of the questions, those that say something.

    Raises Invalid, its fields nested as the answers are, for a question that is not in the survey,
    what cannot be chosen, a text that is too long, and a required question without an answer; also
    where nothing at all was answered.
    """
    known = {ask["id"]: ask for ask in asks}
    wrong = {key: _("This question is not in the survey.") for key in answers if key not in known}
    kept: dict[str, list[str]] = {}
    for key, ask in known.items():
        found, problem = _fitted(ask, list(answers.get(key, ())))
        if problem:
            wrong[key] = problem
        elif found:
            kept[key] = found
        elif ask["required"]:
            wrong[key] = _("This question needs an answer.")
    if wrong:
        raise Invalid(
            _("Some of this cannot be used."),
            fields={"answers": {key: [message] for key, message in wrong.items()}},
        )
    if not kept:
        message = _("Answer one question at least.")
        raise Invalid(message, fields={"answers": [message]})
    return kept


def _fitted(ask: Ask, given: list[str]) -> tuple[list[str], str]:
    """Return an answer as it is kept, and what is wrong with it."""
    if ask["kind"] == "text":
        if len(given) > 1:
            return [], _("Write one text.")
        try:
            text = clean_text(given[0], multiline=True) if given else ""
        except ValidationError as error:
            return [], str(error.messages[0])
        if len(text) > TEXT_LIMIT:
            return [], _("This is longer than %(limit)d characters.", limit=TEXT_LIMIT)
        return ([text] if text else []), ""
    order = choices_of(ask)
    if not set(given) <= set(order):
        return [], _("This cannot be chosen here.")
    if ask["kind"] != "multiple" and len(given) > 1:
        return [], _("Choose one.")
    return [choice for choice in order if choice in given], ""


def counted(asks: Sequence[Ask], all_answers: Iterable[Answers]) -> Counts:
    """Return how often each choice was made, by question; texts are not counted."""
    found: Counts = {ask["id"]: {} for ask in asks if ask["kind"] != "text"}
    for answers in all_answers:
        for key, chosen in answers.items():
            if key in found:
                for choice in chosen:
                    found[key][choice] = found[key].get(choice, 0) + 1
    return found


def added(counts: Counts, more: Counts) -> Counts:
    """Return two counts as one."""
    return {
        key: dict(Counter(counts.get(key, {})) + Counter(more.get(key, {})))
        for key in counts.keys() | more.keys()
    }


def texts_in(asks: Sequence[Ask], all_answers: Iterable[Answers]) -> list[tuple[str, str]]:
    """Return the texts that were written, each with its question's id."""
    keys = [ask["id"] for ask in asks if ask["kind"] == "text"]
    return [(key, text) for answers in all_answers for key in keys for text in answers.get(key, ())]


class Following:
    """What answers to some questions are answers to among others: by what those say.

    A question is the same where it asks the same thing in the same words to be answered in the same
    way; an option where it says the same. What is not asked any more is left behind.
    """

    def __init__(self, old: Sequence[Ask], new: Sequence[Ask]) -> None:
        now = {_says(ask): ask for ask in new}
        self._keys: dict[str, str] = {}
        self._choices: dict[str, dict[str, str]] = {}
        for ask in old:
            if (found := now.get(_says(ask))) is None:
                continue
            self._keys[ask["id"]] = found["id"]
            texts = {option["text"]: option["id"] for option in found["options"]}
            self._choices[ask["id"]] = {
                option["id"]: texts[option["text"]]
                for option in ask["options"]
                if option["text"] in texts
            }

    def key(self, old: str) -> str | None:
        """Return the id that a question has now."""
        return self._keys.get(old)

    def answers(self, answers: Answers) -> dict[str, list[str]]:
        """Return answers to what is asked now."""
        found = {
            self._keys[key]: [now for each in given if (now := self._now(key, each))]
            for key, given in answers.items()
            if key in self._keys
        }
        return {key: chosen for key, chosen in found.items() if chosen}

    def counts(self, counts: Mapping[str, Mapping[str, int]]) -> Counts:
        """Return counts of what is asked now."""
        return {
            self._keys[key]: {
                now: number for each, number in found.items() if (now := self._now(key, each))
            }
            for key, found in counts.items()
            if key in self._keys
        }

    def _now(self, key: str, choice: str) -> str | None:
        """Return what a choice is now: only options have ids that may be others."""
        return self._choices[key].get(choice) if self._choices[key] else choice


def _says(ask: Ask) -> tuple[str, str, int | None]:
    return ask["prompt"], ask["kind"], ask["most"]
