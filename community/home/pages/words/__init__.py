"""What the pages say of times, weeks, runs and tasks, in the reader's language."""

from community.home.pages.words.desk import lacking, late_url, line, listed, quiet
from community.home.pages.words.missed import answered, held
from community.home.pages.words.runs import (
    learn_url,
    outcome,
    rest,
    seats,
    span_of_run,
    week_of_run,
    weeks_of_run,
)
from community.home.pages.words.tasks import go, kind, nudge, what_is_left
from community.home.pages.words.times import (
    about,
    begins,
    date,
    greeting,
    opening_day,
    this_moment,
    was,
    when,
)
from community.home.pages.words.week import leads_of_week, new_posts, week_line

__all__ = [
    "about",
    "answered",
    "begins",
    "date",
    "go",
    "greeting",
    "held",
    "kind",
    "lacking",
    "late_url",
    "leads_of_week",
    "learn_url",
    "line",
    "listed",
    "new_posts",
    "nudge",
    "opening_day",
    "outcome",
    "quiet",
    "rest",
    "seats",
    "span_of_run",
    "this_moment",
    "was",
    "week_line",
    "week_of_run",
    "weeks_of_run",
    "what_is_left",
    "when",
]
