"""Who may read what of a course in a run, whose progress one sees, and who may rule on it."""

from community.progress.policy.access import (
    accesses,
    may_learn,
    my_enrolment,
    open_line,
    settled_ids,
    visible_activities,
)
from community.progress.policy.pictures import visible_pictures
from community.progress.policy.plans import Plan, judge, plan
from community.progress.policy.records import (
    may_decide,
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
    "judge",
    "may_decide",
    "may_learn",
    "may_rebuild",
    "may_see_answers",
    "may_see_everybody",
    "my_enrolment",
    "open_line",
    "plan",
    "settled_ids",
    "standing",
    "visible_activities",
    "visible_pictures",
    "visible_records",
]
