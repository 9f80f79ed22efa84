"""What learners make, one module for each kind of activity."""

from community.coursework.models.assignments import (
    AssignmentWork,
    Extension,
    Marking,
    Stage,
    Submission,
    WorkFile,
)
from community.coursework.models.checklists import Checklist
from community.coursework.models.films import FilmWatching
from community.coursework.models.quizzes import QuizAttempt
from community.coursework.models.reflections import Reflection
from community.coursework.models.surveys import SurveyAnswer, SurveyBox, SurveyGone, SurveyText

__all__ = [
    "AssignmentWork",
    "Checklist",
    "Extension",
    "FilmWatching",
    "Marking",
    "QuizAttempt",
    "Reflection",
    "Stage",
    "Submission",
    "SurveyAnswer",
    "SurveyBox",
    "SurveyGone",
    "SurveyText",
    "WorkFile",
]
