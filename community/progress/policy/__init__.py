"""Who may read what of a course in a run, whose progress one sees, and who may rule on it."""

from community.progress.policy.access import (
    accesses,
    line_now,
    may_learn,
    may_read_activity,
    my_enrolment,
    open_line,
    settled_ids,
)
from community.progress.policy.dues import activity_due, group_due, my_due
from community.progress.policy.pictures import visible_files, visible_pictures
from community.progress.policy.plans import Plan, judge, plan
from community.progress.policy.records import (
    may_bring_in,
    may_change_rules,
    may_decide,
    may_look_after,
    may_rebuild,
    may_see_answers,
    may_see_everybody,
    visible_records,
)
from community.progress.policy.standing import Seat, Standing, standing

__all__ = [
    "Plan",
    "Seat",
    "Standing",
    "accesses",
    "activity_due",
    "group_due",
    "judge",
    "line_now",
    "may_bring_in",
    "may_change_rules",
    "may_decide",
    "may_learn",
    "may_look_after",
    "may_read_activity",
    "may_rebuild",
    "may_see_answers",
    "may_see_everybody",
    "my_due",
    "my_enrolment",
    "open_line",
    "plan",
    "settled_ids",
    "standing",
    "visible_files",
    "visible_pictures",
    "visible_records",
]
