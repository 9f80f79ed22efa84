"""The pages of progress."""

from community.progress.pages import (
    activity,
    caring,
    course,
    draft_preview,
    excusing,
    facilitating,
    mine,
    pictures,
    rules,
)
from community.progress.pages.blueprint import pages
from community.progress.pages.purpose import purpose

__all__ = [
    "activity",
    "caring",
    "course",
    "draft_preview",
    "excusing",
    "facilitating",
    "mine",
    "pages",
    "pictures",
    "purpose",
    "rules",
]
