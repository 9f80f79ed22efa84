"""A live session is done when the member was there for long enough."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import validate

from community.academy.kinds.fields import (
    FrontMatter,
    Line,
    Piece,
    WholeNumber,
    from_to,
    load_front,
)
from community.academy.kinds.protocol import Evidence, Parsed, SourceRefused, Verdict
from community.academy.kinds.text import canonical_text

DEFAULTS: dict[str, Any] = {"day": 3, "time": "15:00", "attend": 50}
"""Keys in canonical order: day 1..7 of the module's week; local time of the run; per cent."""


class LiveSessionFront(FrontMatter):
    """When in the module's week it takes place, and how much of it one must attend."""

    about = lazy_gettext("A meeting in a live room, on a day of the module's week.")
    writing = lazy_gettext(
        "The plan of the session, which its room shows. A table whose first column holds minutes"
        " becomes its time table."
    )
    piece_label = lazy_gettext("Time table")
    pieces = (
        Piece(
            lazy_gettext("Time table"),
            lazy_gettext(
                "| Minutes | What |\n|---|---|\n| 0 to 10 | Welcome |\n"
                "| 10 to 50 | In circles of four |\n| 50 to 60 | What we take along |"
            ),
        ),
    )

    day = WholeNumber(
        load_default=DEFAULTS["day"],
        validate=from_to(1, 7),
        metadata={
            "label": lazy_gettext("Day"),
            "description": lazy_gettext("Of the module's week, 1 to 7."),
        },
    )
    time = Line(
        load_default=DEFAULTS["time"],
        validate=validate.Regexp(
            r"([01][0-9]|2[0-3]):[0-5][0-9]\Z",
            error=lazy_gettext('This must be a time of day as "HH:MM", from "00:00" to "23:59".'),
        ),
        metadata={
            "label": lazy_gettext("Time"),
            "description": lazy_gettext("By the run's clock."),
            "input": "time",
        },
    )
    attend = WholeNumber(
        load_default=DEFAULTS["attend"],
        validate=from_to(1, 100),
        metadata={
            "label": lazy_gettext("Be there for"),
            "description": lazy_gettext("Per cent of the minutes."),
        },
    )


class LiveSessionKind:
    """A meeting one attends; the body is its plan."""

    name = "live_session"
    label = lazy_gettext("Live session")
    front_schema = LiveSessionFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        loaded, flaws = load_front(LiveSessionFront, front)
        if flaws:
            raise SourceRefused(flaws)
        return Parsed({key: loaded[key] for key in DEFAULTS}, canonical_text(body))

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        return {key: settings[key] for key in DEFAULTS if settings[key] != DEFAULTS[key]}, body

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return dict(settings)

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        needed = -(-minutes * 60 * settings["attend"] // 100)  # seconds, rounded up
        present = max(0, evidence.seconds)
        if present >= needed:
            return Verdict(done=True, fraction=1.0)
        attended = present // 60
        facts = {"needed": -(-needed // 60), "minutes": minutes, "attended": attended}
        if attended == 0:
            missing = lazy_gettext("Be there for %(needed)d of %(minutes)d minutes", **facts)
        else:
            missing = lazy_gettext(
                "Be there for %(needed)d of %(minutes)d minutes: you were there for %(attended)d",
                **facts,
            )
        return Verdict(False, present / needed, missing)
