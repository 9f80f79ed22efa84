"""Reads of what learners made; callers have found the enrolment under a read rule."""

from community.coursework.queries.acts import counted_before
from community.coursework.queries.attempts import Attempt, attempts_of, is_over
from community.coursework.queries.checklists import ItemText, items_of, ticked_items
from community.coursework.queries.dues import assignment_due, group_due
from community.coursework.queries.essays import EssaysView, essays
from community.coursework.queries.files import Opens, opens
from community.coursework.queries.films import Film, Watching, digest_of_film, film_of, watching
from community.coursework.queries.hand_ins import (
    HandInView,
    extensions,
    hand_in,
    learners_of,
    work_file,
)
from community.coursework.queries.marking import MarkedQuestion
from community.coursework.queries.queue import (
    ANSWERED,
    LATE,
    SHOWS,
    WAITING,
    HandIn,
    hand_ins,
)
from community.coursework.queries.quizzes import QuizView, attempt_view, quiz_view
from community.coursework.queries.reflections import (
    Shared,
    how_many_shared,
    my_reflection,
    shared_reflections,
)
from community.coursework.queries.surveys import (
    Named,
    Result,
    Results,
    all_named_answers,
    counts_for_learners,
    my_answers,
    named_answers,
    results,
)
from community.coursework.queries.waiting import HOW_MANY_WAIT, WAIT_SINCE, how_many_wait
from community.coursework.queries.works import (
    FileLine,
    Version,
    WorkView,
    my_work,
    versions_of,
)

__all__ = [
    "ANSWERED",
    "HOW_MANY_WAIT",
    "LATE",
    "SHOWS",
    "WAITING",
    "WAIT_SINCE",
    "Attempt",
    "EssaysView",
    "FileLine",
    "Film",
    "HandIn",
    "HandInView",
    "ItemText",
    "MarkedQuestion",
    "Named",
    "Opens",
    "QuizView",
    "Result",
    "Results",
    "Shared",
    "Version",
    "Watching",
    "WorkView",
    "all_named_answers",
    "assignment_due",
    "attempt_view",
    "attempts_of",
    "counted_before",
    "counts_for_learners",
    "digest_of_film",
    "essays",
    "extensions",
    "film_of",
    "group_due",
    "hand_in",
    "hand_ins",
    "how_many_shared",
    "how_many_wait",
    "is_over",
    "items_of",
    "learners_of",
    "my_answers",
    "my_reflection",
    "my_work",
    "named_answers",
    "opens",
    "quiz_view",
    "results",
    "shared_reflections",
    "ticked_items",
    "versions_of",
    "watching",
    "work_file",
]
