"""Coursework over JSON, one module for each kind of activity."""

from community.coursework.api import (
    acts,
    assignments,
    checklists,
    files,
    films,
    quizzes,
    reflections,
    surveys,
)
from community.coursework.api.blueprint import api

__all__ = [
    "acts",
    "api",
    "assignments",
    "checklists",
    "files",
    "films",
    "quizzes",
    "reflections",
    "surveys",
]
