"""The coursework feature, assembled."""

from flask_babel import lazy_gettext as _l

from community.cohorts.events import RunReopened, RunVersionMoved
from community.coursework import letters, reactions
from community.coursework import models as models
from community.coursework.api import api
from community.coursework.operations import MAIL_ATTEMPT, MAIL_MARKED, erase
from community.coursework.operations.quizzes import CLOSE
from community.coursework.pages import (
    assignments,
    checklists,
    closing,
    files,
    films,
    pages,
    quizzes,
    reflections,
    surveys,
    waiting,
)
from community.coursework.queries.dues import more_time
from community.coursework.queries.own_waiting import handed_in
from community.coursework.queries.personal import personal
from community.kernel.feature import Feature, Personal
from community.kernel.posting import postings

COUNT_RUN_OUT = "coursework.count_run_out"

FEATURE = Feature(
    name="coursework",
    pages=(pages,),
    apis=(api,),
    reactions=((RunVersionMoved, reactions.on_run_version_moved),),
    later=((RunReopened, COUNT_RUN_OUT),),
    jobs={
        COUNT_RUN_OUT: reactions.count_run_out_job,
        CLOSE: reactions.close_attempt_job,
        **postings({MAIL_ATTEMPT: letters.write_attempt, MAIL_MARKED: letters.write_marked}),
    },
    parts={
        "activity.assignment": assignments.part,
        "activity.checklist": checklists.part,
        "activity.file": files.part,
        "activity.film": films.part,
        "activity.quiz": quizzes.part,
        "activity.reflection": reflections.part,
        "activity.survey": surveys.part,
        "my_progress.missing": waiting.part,
        "run.closing": closing.part,
    },
    more_time=more_time,
    handed_in=handed_in,
    personal=Personal(
        export=personal,
        erase=erase,
        stays=_l(
            "That you completed an activity, as a number in the totals of your cohorts. What you"
            " said in anonymous surveys, among the counts: nobody can tell which it is. What you"
            " chose in other surveys of which learners see counts, as numbers among these. What you"
            " said to the work of learners, with them."
        ),
    ),
)
