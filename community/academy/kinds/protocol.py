"""What a kind of activity must offer, and the plain values it is asked with.

A kind is a stateless object. It reads and writes its part of an activity's file, says what a
learner may see of its settings, and judges from evidence whether the activity is done. It knows no
database, clock or request, so that a rebuild from events, a page and an export agree.

``settings`` is always a JSON-able dict with every key present (defaults filled in), as ``read``
returned it; it is what an activity stores.
"""

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol, runtime_checkable

from flask_babel import LazyString
from marshmallow import Schema

from community.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one member did in one activity, summed up; each kind looks at its own facts only.

    A fact may be added with a default, never renamed: stored rows outlive the code.
    """

    read: float = 0.0
    """Furthest point reached in a text, 0..1 (page)."""
    best_score: int | None = None
    """Best result in per cent 0..100, None before the first attempt (quiz)."""
    attempts: int = 0
    """How many attempts were handed in (quiz)."""
    posts: int = 0
    """Posts written in the activity's thread, those taken away not counted (discussion)."""
    seconds: int = 0
    """Time present in the session, from merged intervals (live session)."""
    ticked: int = 0
    """Most items that were ticked at once (checklist)."""
    opened: bool = False
    """Whether what there is to open was opened (file)."""
    watched: float = 0.0
    """Share that was played, from merged spans, 0..1 (film)."""
    written: int = 0
    """Words that were handed in, no more than were asked for (reflection)."""
    answered: int = 0
    """1 once the questions were answered, whatever was said (survey)."""
    handed_in: int = 0
    """The number of the last version that was handed in (assignment)."""
    accepted: int = 0
    """The number of the version that a person accepted, 0 for none (assignment)."""
    last_score: int | None = None
    """Result of the newest attempt in per cent, None before the first (quiz)."""
    last_at: float = 0.0
    """When that one counted, in seconds since 1970: so the order in which acts come is all one."""

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _FACTS}  # plain values: nothing to copy

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Evidence":
        """Read a stored row; a fact it does not hold yet has its default."""
        return cls(**stored)


_FACTS = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the activity is done, how far the member is, and what is missing.

    ``fraction`` is 0..1 and is 1 exactly when ``done``; ``missing`` is empty exactly when ``done``.
    """

    done: bool
    fraction: float
    missing: str | LazyString = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An activity's own part of its file: settings (JSON-able) and the Markdown that remains."""

    settings: dict[str, Any]
    body: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with an activity's source: at a line, or at a front matter key."""

    message: str
    line: int | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Partly:
    """What of a refused source could be read, for its author alone to look at.

    ``starts`` are the lines at which its parts begin, one for each question in ``parsed``: what is
    wrong from there to the next is wrong with that part.
    """

    parsed: Parsed
    starts: tuple[int, ...]

    def flaws_of(self, flaws: Sequence[Flaw]) -> dict[int, list[Flaw]]:
        """Return the flaws of each part that has any, by its number from 1."""
        found: dict[int, list[Flaw]] = {}
        for flaw in flaws:
            part = bisect.bisect_right(self.starts, flaw.line or 0)
            if part and flaw.line:
                found.setdefault(part, []).append(flaw)
        return found


class SourceRefused(Invalid):
    """A kind cannot read its part of a file; ``flaws`` holds everything that is wrong.

    A kind that is made of parts says what it could read of them.
    """

    def __init__(self, flaws: list[Flaw], partly: Partly | None = None) -> None:
        fields: dict[str, list[str]] = {}
        for flaw in flaws:
            fields.setdefault(flaw.field or f"line {flaw.line or 1}", []).append(flaw.message)
        super().__init__("; ".join(flaw.message for flaw in flaws), fields=fields)
        self.flaws = tuple(flaws)
        self.partly = partly


class ActivityKind(Protocol):
    """One kind of activity; those there are stand in ``kinds.builtin.KINDS``."""

    @property
    def name(self) -> str:
        """The word in files, rows and addresses: lower case, underscores; never renamed."""

    @property
    def label(self) -> LazyString:
        """What people call it, in their language."""

    @property
    def front_schema(self) -> type[Schema]:
        """The front matter keys of this kind beyond those every activity has; unknown=RAISE."""

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        """Read the kind's own front matter keys and the body, whose first line is ``line``.

        Raises SourceRefused with everything that is wrong.
        """

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        """Return front matter keys (in canonical order, defaults left out) and body.

        The exact inverse of ``read`` in canonical form.
        """

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings as a learner may see them before answering: no solutions."""

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        """Judge whether the activity, planned for ``minutes``, is done."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an activity is due by its own settings.

    ``days`` after its module opens at ``time`` ("HH:MM", by the clock of the run); None: with its
    module. ``grace``: hours after it is due in which it is not late yet.
    """

    days: int | None
    time: str
    grace: int


@runtime_checkable
class HasDeadline(Protocol):
    """A kind whose activities may be due by themselves, and whose learners may get more time."""

    def deadline(self, settings: Mapping[str, Any]) -> Deadline:
        """Return when an activity is due."""


@runtime_checkable
class NamesFiles(Protocol):
    """A kind whose front matter names files of the course: they must be there, and are opened."""

    def named_files(self, settings: Mapping[str, Any]) -> dict[str, str]:
        """Return the paths that are named, by the keys that name them."""
