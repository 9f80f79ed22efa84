"""What of one's own waits for somebody who reads it, said where one's progress stands."""

from flask import render_template
from markupsafe import Markup

from community.kernel.context import Context
from community.kernel.feature import Part
from community.progress.queries.mine import Mine


def part(_ctx: Context, mine: Mine) -> Part:
    """Say of what is missing what was handed in and is read by a person, and what came back."""
    missing = [each for _module, each in mine.missing]
    html = render_template(
        "coursework/_waiting.html",
        waiting=[each.line.title for each in missing if each.handed_in],
        returned=[each.line.title for each in missing if each.given_back],
    )
    return Part(html=Markup(html))  # noqa: S704  # escaped by the template
