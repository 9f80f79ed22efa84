"""Coursework over JSON, one module for each kind of activity."""

from community.coursework.api import acts, checklists, files, films, quizzes, reflections, surveys
from community.coursework.api.blueprint import api

__all__ = [
    "acts",
    "api",
    "checklists",
    "files",
    "films",
    "quizzes",
    "reflections",
    "surveys",
]
