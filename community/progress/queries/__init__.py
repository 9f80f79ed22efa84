"""Reads of progress: a learner's course, one activity, everybody at once."""

from community.progress.queries.activity import (
    Attempt,
    Deed,
    MarkedQuiz,
    Word,
    attempts_of,
    deeds,
    marked_quiz,
    standing_word,
    standing_words,
    words_on,
)
from community.progress.queries.course import (
    course_view,
    course_views,
    record_view,
    space_and_run,
)
from community.progress.queries.matrix import (
    CELLS,
    SHOWS,
    Column,
    Matrix,
    Row,
    longest_away,
    matrix,
    next_late,
)
from community.progress.queries.places import activity_of_thread
from community.progress.queries.views import ActivityView, CourseView, ModuleView, Place

__all__ = [
    "CELLS",
    "SHOWS",
    "ActivityView",
    "Attempt",
    "Column",
    "CourseView",
    "Deed",
    "MarkedQuiz",
    "Matrix",
    "ModuleView",
    "Place",
    "Row",
    "Word",
    "activity_of_thread",
    "attempts_of",
    "course_view",
    "course_views",
    "deeds",
    "longest_away",
    "marked_quiz",
    "matrix",
    "next_late",
    "record_view",
    "space_and_run",
    "standing_word",
    "standing_words",
    "words_on",
]
