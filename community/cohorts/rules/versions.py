"""What a newer version of a course changes in a module or an activity: pure functions."""

import dataclasses
import enum
import uuid
from collections.abc import Mapping
from typing import Any


class Fate(enum.StrEnum):
    """What becomes of a part of a course in a newer version."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


class Aspect(enum.StrEnum):
    """In which way a part that stays is another one."""

    TITLE = "title"
    TEXT = "text"
    QUESTIONS = "questions"
    ITEMS = "items"
    READERS = "readers"  # who reads what is written or answered
    RULE = "rule"  # what completes it
    TIME = "time"  # the day and hour its author gives a session
    MINUTES = "minutes"
    REQUIRED = "required"  # from now on
    OPTIONAL = "optional"  # from now on
    PHASE = "phase"
    OPENS = "opens"  # the rule by which a module opens
    PLACE = "place"  # in another module, or a module elsewhere in the course
    FILLED = "filled"  # it was an outline
    EMPTIED = "emptied"  # it is an outline


_OWN = {
    "questions": Aspect.QUESTIONS,
    "asks": Aspect.QUESTIONS,
    "items": Aspect.ITEMS,
    "readers": Aspect.READERS,
    "anonymous": Aspect.READERS,
    "counts": Aspect.READERS,
    "day": Aspect.TIME,
    "time": Aspect.TIME,
}
"""What settings of kinds stand for; any other says what completes an activity."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is compared of a module or an activity; ``place`` is where in the course it stands."""

    title: str
    text: str
    place: uuid.UUID | int
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    minutes: int = 0
    required: bool = True
    phase: str | None = None
    outline: bool = False
    release: str = ""


def aspects(old: Facts, new: Facts) -> tuple[Aspect, ...]:
    """Return in which ways ``new`` differs from ``old``, in the order of ``Aspect``."""
    found = {
        Aspect.TITLE: old.title != new.title,
        Aspect.TEXT: old.text != new.text,
        Aspect.MINUTES: old.minutes != new.minutes,
        Aspect.REQUIRED: new.required and not old.required,
        Aspect.OPTIONAL: old.required and not new.required,
        Aspect.PHASE: old.phase != new.phase,
        Aspect.OPENS: old.release != new.release,
        Aspect.PLACE: old.place != new.place,
        Aspect.FILLED: old.outline and not new.outline,
        Aspect.EMPTIED: new.outline and not old.outline,
    }
    for key in old.settings.keys() | new.settings.keys():
        if old.settings.get(key) != new.settings.get(key):
            found[_OWN.get(key, Aspect.RULE)] = True
    return tuple(aspect for aspect in Aspect if found.get(aspect))
