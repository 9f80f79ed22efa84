"""The lines of a chat as pages show them, and what the room reports between them."""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup

from community.kernel.doors import reader
from community.live.queries import SaidMessage
from community.live.rules import goes_on

KEPT = 4096  # lines whose markup a process remembers


def chat_markup(
    lines: Sequence[SaidMessage], reports: Mapping[str, dt.datetime | None] | None = None
) -> list[Markup]:
    """Return the markup of lines, and at their places that the session started or ended.

    ``reports`` says when: ``{"started": ..., "ended": ...}``. Each line is drawn once for all of a
    zone who read it.
    """
    who = reader()
    events: list[tuple[dt.datetime, object, SaidMessage | str]] = [
        (at, what, what) for what, at in (reports or {}).items() if at is not None
    ]
    events += [(line.created_at, line.author.id, line) for line in lines]
    events.sort(key=lambda event: event[0])
    folded = goes_on((by, at) for at, by, _said in events)
    return [
        _report(said, at) if isinstance(said, str) else _line(said, under, who.zone, who.language)
        for (at, _by, said), under in zip(events, folded, strict=True)
    ]


@functools.lru_cache(maxsize=KEPT)
def _line(line: SaidMessage, under: bool, _zone: str, _language: str) -> Markup:
    """Return the markup of a line; the last terms are what the words of its time depend on."""
    made: Markup = _macros().line(line, under)
    return made


def _report(what: str, at: dt.datetime) -> Markup:
    made: Markup = _macros().report(what, at)
    return made


def _macros() -> Any:
    return current_app.jinja_env.get_template("live/_line.html").module
