"""A file or a link is done when it was opened."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from marshmallow import validate

from community.academy.kinds.fields import FrontMatter, Line, at_most, load_front
from community.academy.kinds.protocol import Evidence, Flaw, Parsed, SourceRefused, Verdict
from community.academy.kinds.text import canonical_text

LINK_LIMIT = 1_000
"""Characters."""
PATH = re.compile(r"files/[a-z0-9][a-z0-9_-]{0,79}\.[a-z0-9]{2,5}\Z")
_ODD = re.compile(r"[\s\\<>\"`{}|^]|[^ -~]")


class FileFront(FrontMatter):
    """What there is to open: a file of the course, or an address."""

    about = lazy_gettext("Slides, a table, a document to take along; or a page elsewhere.")
    writing = lazy_gettext(
        "Say what it is, and what to look for in it. Upload the file above, or give an address."
    )

    file = Line(
        load_default=None,
        validate=validate.Regexp(
            PATH, error=lazy_gettext("This must be a file of the course, such as files/map.pdf.")
        ),
        metadata={
            "label": lazy_gettext("File"),
            "files": ("document", "film", "sound", "captions"),
        },
    )
    link = Line(
        load_default=None,
        validate=at_most(LINK_LIMIT),
        metadata={
            "label": lazy_gettext("Or an address"),
            "description": lazy_gettext("It begins with https://"),
        },
    )


class FileKind:
    """One thing to open; the text says what it is.

    Settings: ``file`` (path in the course, or None), ``link`` (https address, or None); one is
    there.
    """

    name = "file"
    label = lazy_gettext("File or link")
    front_schema = FileFront

    def read(self, front: Mapping[str, Any], body: str, line: int) -> Parsed:
        loaded, flaws = load_front(FileFront, front)
        file, link = loaded.get("file"), loaded.get("link")
        if loaded and not file and not link:
            flaws.append(Flaw(_("Name a file of the course, or an address."), field="file"))
        if file and link:
            flaws.append(Flaw(_("Name a file or an address, not both."), field="link"))
        if link and not is_secure_address(link):
            words = _("This must be a whole address that begins with https://")
            flaws.append(Flaw(words, field="link"))
        if flaws:
            raise SourceRefused(flaws)
        return Parsed({"file": file, "link": link}, canonical_text(body))

    def write(self, settings: Mapping[str, Any], body: str) -> tuple[dict[str, Any], str]:
        return {key: settings[key] for key in ("file", "link") if settings[key]}, body

    def learner_view(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return dict(settings)

    def named_files(self, settings: Mapping[str, Any]) -> dict[str, str]:
        return {"file": settings["file"]} if settings["file"] else {}

    def rule(self, settings: Mapping[str, Any], minutes: int, evidence: Evidence) -> Verdict:
        if evidence.opened:
            return Verdict(done=True, fraction=1.0)
        words = lazy_gettext("Open the link") if settings["link"] else lazy_gettext("Open the file")
        return Verdict(False, 0.0, words)


def is_secure_address(link: str) -> bool:
    """Whether a link leads to a host by TLS, without a name or a password in it."""
    try:
        parts = urlsplit(link)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return parts.scheme == "https" and named and "@" not in parts.netloc and not _ODD.search(link)
