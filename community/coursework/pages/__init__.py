"""The parts of coursework in the pages of activities, and what their forms send."""

from community.coursework.pages import checklists, files, films, quizzes, reflections, surveys
from community.coursework.pages.blueprint import pages

__all__ = [
    "checklists",
    "files",
    "films",
    "pages",
    "quizzes",
    "reflections",
    "surveys",
]
