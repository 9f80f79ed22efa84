"""The pages of progress."""

from community.progress.pages import course, facilitating, pictures
from community.progress.pages.base import pages
from community.progress.pages.purpose import purpose

__all__ = ["course", "facilitating", "pages", "pictures", "purpose"]
