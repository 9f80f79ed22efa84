"""The pages of progress."""

from community.progress.pages import (
    activity,
    caring,
    course,
    draft_preview,
    excusing,
    facilitating,
    foreseeing,
    mine,
    pictures,
    rules,
)
from community.progress.pages.blueprint import pages
from community.progress.pages.purpose import begun_for, purpose

__all__ = [
    "activity",
    "begun_for",
    "caring",
    "course",
    "draft_preview",
    "excusing",
    "facilitating",
    "foreseeing",
    "mine",
    "pages",
    "pictures",
    "purpose",
    "rules",
]
