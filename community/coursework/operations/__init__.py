"""What can be done in the activities of a run."""

from community.coursework.operations.checklists import tick
from community.coursework.operations.closing import close_attempt
from community.coursework.operations.following import follow_version
from community.coursework.operations.leaving import erase
from community.coursework.operations.opening import open_file
from community.coursework.operations.quizzes import begin_quiz, keep_answers, submit_quiz
from community.coursework.operations.reflections import (
    hand_in_reflection,
    save_draft,
    take_back_reflection,
)
from community.coursework.operations.surveys import answer_survey
from community.coursework.operations.watching import say_watched, watch_film

__all__ = [
    "answer_survey",
    "begin_quiz",
    "close_attempt",
    "erase",
    "follow_version",
    "hand_in_reflection",
    "keep_answers",
    "open_file",
    "save_draft",
    "say_watched",
    "submit_quiz",
    "take_back_reflection",
    "tick",
    "watch_film",
]
