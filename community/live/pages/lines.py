"""The lines of a chat as pages show them."""

import functools
from collections.abc import Sequence

from flask import current_app
from markupsafe import Markup

from community.kernel.http import reader
from community.kernel.localtime import this_year
from community.live.queries import SaidMessage

KEPT = 4096  # lines whose markup a process remembers


def lines_markup(lines: Sequence[SaidMessage]) -> list[Markup]:
    """Return the markup of lines, each drawn once for all of a zone who read it."""
    who = reader()
    terms = who.zone, who.language, this_year(who.zone)
    return [_line(line, *terms) for line in lines]


@functools.lru_cache(maxsize=KEPT)
def _line(line: SaidMessage, _zone: str, _language: str, _year: int) -> Markup:
    """Return the markup of a line; the other terms are what the words of its time depend on."""
    template = current_app.jinja_env.get_template("live/_line.html")
    made: Markup = template.module.line(line)  # type: ignore[attr-defined]  # a macro
    return made
