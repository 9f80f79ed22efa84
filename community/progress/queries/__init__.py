"""Reads of progress: a learner's course, one activity, everybody at once."""

from community.progress.queries.activity import (
    Deed,
    Word,
    deeds,
    standing_word,
    standing_words,
    words_on,
)
from community.progress.queries.caring import Sent, nudge_to_send, nudges_of
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
from community.progress.queries.places import activity_of_thread
from community.progress.queries.policies import (
    Numbered,
    effects_of,
    judged_anew,
    policies_of,
)
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
    "Matrix",
    "ModuleView",
    "Numbered",
    "Place",
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
    "deeds",
    "earlier_work",
    "effects_of",
    "figures",
    "judged_anew",
    "matrix",
    "next_late",
    "nudge_to_send",
    "nudges_of",
    "policies_of",
    "record_view",
    "results",
    "row_of",
    "space_and_run",
    "standing_word",
    "standing_words",
    "verdicts_of",
    "words_on",
]
