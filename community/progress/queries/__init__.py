"""Reads of progress: a learner's course, one activity, everybody at once."""

from community.progress.queries.activity import (
    Deed,
    History,
    Word,
    history_of,
    standing_word,
    standing_words,
)
from community.progress.queries.caring import Letters, Sent, letters_to, nudge_to_send
from community.progress.queries.coming import Coming, coming
from community.progress.queries.course import (
    course_view,
    course_views,
    record_view,
    space_and_run,
)
from community.progress.queries.earlier import Earlier, earlier_work
from community.progress.queries.matrix import (
    CELLS,
    SHOWS,
    Column,
    Figures,
    Matrix,
    Row,
    columns,
    figures,
    matrix,
    next_late,
    row_of,
)
from community.progress.queries.opened import open_modules
from community.progress.queries.places import activity_of_thread
from community.progress.queries.policies import (
    Numbered,
    effects_of,
    judged_anew,
    policies_of,
)
from community.progress.queries.records import Record, record_of
from community.progress.queries.results import Results, results
from community.progress.queries.verdicts import Verdict, verdicts_of
from community.progress.queries.views import ActivityView, CourseView, ModuleView, Place

__all__ = [
    "CELLS",
    "SHOWS",
    "ActivityView",
    "Column",
    "Coming",
    "CourseView",
    "Deed",
    "Earlier",
    "Figures",
    "History",
    "Letters",
    "Matrix",
    "ModuleView",
    "Numbered",
    "Place",
    "Record",
    "Results",
    "Row",
    "Sent",
    "Verdict",
    "Word",
    "activity_of_thread",
    "columns",
    "coming",
    "course_view",
    "course_views",
    "earlier_work",
    "effects_of",
    "figures",
    "history_of",
    "judged_anew",
    "letters_to",
    "matrix",
    "next_late",
    "nudge_to_send",
    "open_modules",
    "policies_of",
    "record_of",
    "record_view",
    "results",
    "row_of",
    "space_and_run",
    "standing_word",
    "standing_words",
    "verdicts_of",
]
