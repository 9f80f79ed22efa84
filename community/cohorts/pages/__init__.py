"""The pages on which runs are planned, and settled afterwards."""

from community.cohorts.pages import (
    dates,
    leads,
    next_run,
    places,
    planning,
    releases,
    settings,
    versions,
)
from community.cohorts.pages.blueprint import pages
from community.cohorts.pages.joining import joining_words

__all__ = [
    "dates",
    "joining_words",
    "leads",
    "next_run",
    "pages",
    "places",
    "planning",
    "releases",
    "settings",
    "versions",
]
