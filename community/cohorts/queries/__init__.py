"""Reading runs: which there are, their calendar, and who learns in them."""

from community.cohorts.queries.calendar import (
    OwnOpenings,
    Placed,
    calendar,
    openings_of,
    own_openings,
    placement_of_session,
    placement_of_thread,
    placements,
    releases,
)
from community.cohorts.queries.enrolments import enrolment_of
from community.cohorts.queries.runs import (
    RunLine,
    my_runs,
    run_in,
    run_line,
    run_lines,
    run_of,
    space_with_run,
)

__all__ = [
    "OwnOpenings",
    "Placed",
    "RunLine",
    "calendar",
    "enrolment_of",
    "my_runs",
    "openings_of",
    "own_openings",
    "placement_of_session",
    "placement_of_thread",
    "placements",
    "releases",
    "run_in",
    "run_line",
    "run_lines",
    "run_of",
    "space_with_run",
]
