"""The pages across features: the door, my week, a space at a glance, the organiser's desk."""

from community.home.pages.bar import contribute
from community.home.pages.blueprint import pages
from community.home.pages.catch_up import catch_up, mark_all, undo_all
from community.home.pages.desk import close_the_run, desk, desk_file, desk_list, open_the_run
from community.home.pages.landing import landing, styleguide
from community.home.pages.space import space
from community.home.pages.week import week

__all__ = [
    "catch_up",
    "close_the_run",
    "contribute",
    "desk",
    "desk_file",
    "desk_list",
    "landing",
    "mark_all",
    "open_the_run",
    "pages",
    "space",
    "styleguide",
    "undo_all",
    "week",
]
