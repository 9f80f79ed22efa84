"""Reads of progress: a learner's course, one activity, everybody at once, what to go on with."""

from community.progress.queries.activity import (
    Attempt,
    Deed,
    MarkedQuiz,
    Word,
    attempts_of,
    deeds,
    marked_quiz,
    standing_word,
    words_on,
)
from community.progress.queries.course import (
    ActivityView,
    CourseView,
    ModuleView,
    Place,
    course_view,
    record_view,
    space_and_run,
)
from community.progress.queries.matrix import CELLS, SHOWS, Column, Matrix, Row, matrix
from community.progress.queries.resuming import Course, Todo, my_courses, resume

__all__ = [
    "CELLS",
    "SHOWS",
    "ActivityView",
    "Attempt",
    "Column",
    "Course",
    "CourseView",
    "Deed",
    "MarkedQuiz",
    "Matrix",
    "ModuleView",
    "Place",
    "Row",
    "Todo",
    "Word",
    "attempts_of",
    "course_view",
    "deeds",
    "marked_quiz",
    "matrix",
    "my_courses",
    "record_view",
    "resume",
    "space_and_run",
    "standing_word",
    "words_on",
]
