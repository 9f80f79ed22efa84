"""What can be done in the activities of a run."""

from community.coursework.operations.checklists import tick
from community.coursework.operations.closing import close_attempt, count_run_out
from community.coursework.operations.extending import give_extension, take_back_extension
from community.coursework.operations.following import follow_version
from community.coursework.operations.handing_in import hand_in_work, take_back_work
from community.coursework.operations.leaving import erase
from community.coursework.operations.marking import MAIL_MARKED, mark_submission
from community.coursework.operations.marking_essays import MAIL_ATTEMPT, mark_essays
from community.coursework.operations.opening import open_file
from community.coursework.operations.quizzes import begin_quiz, keep_answers, submit_quiz
from community.coursework.operations.reflections import (
    hand_in_reflection,
    save_draft,
    take_back_reflection,
)
from community.coursework.operations.surveys import answer_survey
from community.coursework.operations.watching import say_watched, watch_film
from community.coursework.operations.works import (
    add_work_file,
    refuse_upload,
    remove_work_file,
    save_work,
)

__all__ = [
    "MAIL_ATTEMPT",
    "MAIL_MARKED",
    "add_work_file",
    "answer_survey",
    "begin_quiz",
    "close_attempt",
    "count_run_out",
    "erase",
    "follow_version",
    "give_extension",
    "hand_in_reflection",
    "hand_in_work",
    "keep_answers",
    "mark_essays",
    "mark_submission",
    "open_file",
    "refuse_upload",
    "remove_work_file",
    "save_draft",
    "save_work",
    "say_watched",
    "submit_quiz",
    "take_back_extension",
    "take_back_reflection",
    "take_back_work",
    "tick",
    "watch_film",
]
