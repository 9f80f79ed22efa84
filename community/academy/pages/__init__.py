"""Pages for those who keep courses: the catalogue as it is published, and the studio."""

from community.academy.pages import (
    beginning,
    catalogue,
    files,
    outlining,
    pictures,
    publishing,
    writing,
)
from community.academy.pages.blueprint import pages

__all__ = [
    "beginning",
    "catalogue",
    "files",
    "outlining",
    "pages",
    "pictures",
    "publishing",
    "writing",
]
