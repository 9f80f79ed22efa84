"""One's certificate, said where one learns."""

from typing import Any

from flask import render_template
from markupsafe import Markup

from community.certificates.queries import own_of_run
from community.kernel.context import Context
from community.kernel.feature import Part


def part(ctx: Context, view: Any) -> Part:
    """Say on the page of a course that one's certificate is there, or that it was revoked."""
    found = own_of_run(ctx, view.run.id)
    if found is None:
        return Part(html=Markup())
    html = render_template("certificates/_mine.html", certificate=found)
    return Part(html=Markup(html))  # noqa: S704  # escaped by the template
