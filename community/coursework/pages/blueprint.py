"""The blueprint that the pages of coursework share, and how a part of a page is drawn."""

from typing import Any

from flask import Blueprint, render_template
from markupsafe import Markup

from community.kernel.errors import NotFound
from community.kernel.feature import Part
from community.progress.pages.activity import Shown, shown

pages = Blueprint("coursework", __name__)

ACTIVITY = "/spaces/<slug>/learn/<int:module>/<int:activity>"
"""The address of an activity; what is done in it stands below."""


def shown_as(kind: str, slug: str, module: int, activity: int) -> Shown:
    """Find an open activity of a kind by its place; raises NotFound, and what ``shown`` does."""
    what = shown(slug, module, activity)
    if what.line.kind != kind:
        raise NotFound
    return what


def drawn(
    template: str, what: Shown, *, script: str = "", above: bool = False, **given: Any
) -> Part:
    """Return a template of ``templates/coursework`` as a part; its script only where acts count.

    One that stands ``above`` the text has its script always.
    """
    html = render_template(f"coursework/{template}", what=what, **given)
    markup = Markup(html)  # noqa: S704  # escaped by the template
    return Part(html=markup, script=script if what.counts or above else "", above=above)
