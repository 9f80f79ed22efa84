"""Reads of what learners made; callers have found the enrolment under a read rule."""

from community.coursework.queries.acts import counted_before
from community.coursework.queries.attempts import Attempt, attempts_of, is_over
from community.coursework.queries.checklists import ItemText, items_of, ticked_items
from community.coursework.queries.files import Opens, opens
from community.coursework.queries.films import Film, Watching, digest_of_film, film_of, watching
from community.coursework.queries.marking import MarkedQuestion
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

__all__ = [
    "Attempt",
    "Film",
    "ItemText",
    "MarkedQuestion",
    "Named",
    "Opens",
    "QuizView",
    "Result",
    "Results",
    "Shared",
    "Watching",
    "all_named_answers",
    "attempt_view",
    "attempts_of",
    "counted_before",
    "counts_for_learners",
    "digest_of_film",
    "film_of",
    "how_many_shared",
    "is_over",
    "items_of",
    "my_answers",
    "my_reflection",
    "named_answers",
    "opens",
    "quiz_view",
    "results",
    "shared_reflections",
    "ticked_items",
    "watching",
]
