"""What of one's own waits for somebody who reads it, said where one's progress stands."""

from flask import render_template
from markupsafe import Markup

from community.coursework.queries import with_a_reader
from community.kernel.context import Context
from community.kernel.feature import Part
from community.progress.queries.mine import Mine


def part(_ctx: Context, mine: Mine) -> Part:
    """Say of what is missing what was handed in and is read by a person, and what came back."""
    found = with_a_reader(mine.enrolment_id)
    missing = [each.line for _module, each in mine.missing if each.line.id in found]
    html = render_template(
        "coursework/_waiting.html",
        waiting=[line.title for line in missing if not found[line.id]],
        returned=[line.title for line in missing if found[line.id]],
    )
    return Part(html=Markup(html))  # noqa: S704  # escaped by the template
