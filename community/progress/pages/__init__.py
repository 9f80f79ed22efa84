"""The pages of progress."""

from community.progress.pages import course, facilitating, pictures
from community.progress.pages.base import pages

__all__ = ["course", "facilitating", "pages", "pictures"]
