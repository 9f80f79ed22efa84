"""Release rules as they are picked: a row says what its text says, and nothing else passes."""

import pytest

from community.academy.rules.releases import NoRule, read_rule, write_rule
from community.cohorts.rules.picking import picks_of, text_of


@pytest.mark.parametrize(
    "text",
    [
        "week",
        "week 3",
        "date 2026-03-03",
        "date 2026-03-03 at 09:00",
        "joined",
        "joined + 7 days",
        "before",
        "done asking",
        "session asking/clinic",
        "week and before",
        "week 3 and done asking and session asking/clinic",
    ],
)
def test_what_can_be_picked_is_picked_and_written_the_same(text):
    picks = picks_of(read_rule(text))
    assert picks is not None
    assert text_of(picks) == text
    assert write_rule(read_rule(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "week 3 or before",
        "week 3 day 2",
        "done asking/quiz",
        "score asking/quiz 70",
        "session asking/clinic + 2 hours",
        "week 3 and before and joined and done asking",
        "not done asking",
    ],
)
def test_what_is_more_than_rows_say_stays_text(text):
    assert picks_of(read_rule(text)) is None


def test_the_same_row_twice_is_one(app):
    assert text_of([{"sort": "before"}, {"sort": "before"}, {"sort": ""}]) == "before"


@pytest.mark.parametrize("week", ["", "0", "53", "99999", "-1", "٣", "3 or before"])
def test_a_week_is_a_whole_number_of_weeks(app, week):
    with pytest.raises(NoRule, match="Which week"):
        text_of([{"sort": "week", "week": week}])


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "1999-12-31"])
def test_a_date_is_a_day_that_there_is(app, day):
    with pytest.raises(NoRule):
        text_of([{"sort": "date", "date": day}])
