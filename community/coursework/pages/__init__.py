"""The parts of coursework in the pages of activities, and what their forms send."""

from community.coursework.pages import (
    assignments,
    checklists,
    essays,
    files,
    films,
    hand_ins,
    quizzes,
    reflections,
    surveys,
)
from community.coursework.pages.blueprint import pages

__all__ = [
    "assignments",
    "checklists",
    "essays",
    "files",
    "films",
    "hand_ins",
    "pages",
    "quizzes",
    "reflections",
    "surveys",
]
