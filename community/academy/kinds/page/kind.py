"""A page is done when its reader reached the end."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from community.academy.kinds.fields import FrontMatter, load_front
from community.academy.kinds.protocol import Evidence, Flaw, Parsed, SourceRefused, Verdict
from community.academy.kinds.text import canonical_text

READ_ENOUGH = 0.98
"""A browser's tool bars and rounding can hide the last few pixels of a text for ever."""


class PageFront(FrontMatter):
    """A page has no keys of its own."""

    about = lazy_gettext("A text to read, with pictures if you like.")
    writing = lazy_gettext(
        "The first paragraph is set larger: say there what the page is about. Headings begin with"
        " ##, since the page shows its title itself."
    )


class PageKind:
    """A text to read."""

    name = "page"
    label = lazy_gettext("Reading")
    front_schema = PageFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        _settings, flaws = load_front(PageFront, front)
        text = canonical_text(body)
        if not text:
            flaws.append(Flaw(_("A reading needs a text."), line=line))
        if flaws:
            raise SourceRefused(flaws)
        return Parsed({}, text)

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        return {}, body

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return dict(settings)

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        if evidence.read >= READ_ENOUGH:
            return Verdict(done=True, fraction=1.0)
        return Verdict(False, max(0.0, evidence.read), lazy_gettext("Read to the end"))
