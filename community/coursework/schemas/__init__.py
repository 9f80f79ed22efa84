"""What goes in and out of coursework, one module for each kind of activity."""

from community.coursework.schemas.acts import ActsIn, ActsOut
from community.coursework.schemas.checklists import ChecklistOut, TicksIn
from community.coursework.schemas.files import OpensOut
from community.coursework.schemas.films import FilmOut, WatchedIn
from community.coursework.schemas.quizzes import (
    AnswersIn,
    AttemptOut,
    BeginIn,
    KeptIn,
    KeptOut,
    OpenOut,
    QuizOut,
    as_attempt,
    as_open,
    as_quiz,
)
from community.coursework.schemas.reflections import (
    ReflectionDraftIn,
    ReflectionDraftOut,
    ReflectionIn,
    ReflectionOut,
    SharedReflectionsOut,
)
from community.coursework.schemas.surveys import NamedPageOut, ResultsOut, SurveyIn, SurveyOut

__all__ = [
    "ActsIn",
    "ActsOut",
    "AnswersIn",
    "AttemptOut",
    "BeginIn",
    "ChecklistOut",
    "FilmOut",
    "KeptIn",
    "KeptOut",
    "NamedPageOut",
    "OpenOut",
    "OpensOut",
    "QuizOut",
    "ReflectionDraftIn",
    "ReflectionDraftOut",
    "ReflectionIn",
    "ReflectionOut",
    "ResultsOut",
    "SharedReflectionsOut",
    "SurveyIn",
    "SurveyOut",
    "TicksIn",
    "WatchedIn",
    "as_attempt",
    "as_open",
    "as_quiz",
]
