"""What one can do with runs: make, open, change, move, copy and end them; take and leave a seat."""

from community.cohorts.operations.copying import copy_run
from community.cohorts.operations.dates import reschedule_run, shift_run
from community.cohorts.operations.editing import appoint_lead, dismiss_lead, edit_run
from community.cohorts.operations.ending import close_run, reopen_run, withdraw_run
from community.cohorts.operations.enrolments import (
    JOB,
    pause_learner,
    return_learner,
    withdraw_learner,
)
from community.cohorts.operations.opening import (
    open_module,
    open_module_for,
    set_release,
    shift_learner,
    shut_module,
    shut_module_for,
)
from community.cohorts.operations.releasing import settle_session
from community.cohorts.operations.runs import create_run, open_run
from community.cohorts.operations.seats import give_back_seat, take_seat
from community.cohorts.operations.versions import move_run_to_version

__all__ = [
    "JOB",
    "appoint_lead",
    "close_run",
    "copy_run",
    "create_run",
    "dismiss_lead",
    "edit_run",
    "give_back_seat",
    "move_run_to_version",
    "open_module",
    "open_module_for",
    "open_run",
    "pause_learner",
    "reopen_run",
    "reschedule_run",
    "return_learner",
    "set_release",
    "settle_session",
    "shift_learner",
    "shift_run",
    "shut_module",
    "shut_module_for",
    "take_seat",
    "withdraw_learner",
    "withdraw_run",
]
