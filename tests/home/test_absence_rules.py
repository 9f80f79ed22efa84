"""Who was away and how far back one looks: pure rules."""

import datetime as dt

import pytest

from community.home.rules import FARTHEST, Absence, is_news, last_absence, looked_back

NOW = dt.datetime(2026, 3, 9, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def absence(seen, away=None, back=None):
    def at(days):
        return None if days is None else NOW - days * DAY

    return last_absence(NOW, seen_at=at(seen), away_since=at(away), back_at=at(back), long=3 * DAY)


def test_who_was_not_seen_for_long_is_coming_back_just_now():
    assert absence(5, away=30, back=20) == Absence(NOW - 5 * DAY, None)


def test_who_was_seen_lately_was_away_when_it_is_written_that_they_were():
    assert absence(0, away=6, back=0.5) == Absence(NOW - 6 * DAY, NOW - DAY / 2)
    assert absence(2.9) is None
    assert absence(None) is None


@pytest.mark.parametrize(
    ("found", "swept", "news"),
    [
        (None, None, False),
        (Absence(NOW - 5 * DAY, None), None, True),
        (Absence(NOW - 5 * DAY, NOW - DAY / 2), None, True),
        (Absence(NOW - 5 * DAY, NOW - DAY), None, False),
        (Absence(NOW - 5 * DAY, NOW - DAY / 2), NOW, False),
        (Absence(NOW - 5 * DAY, NOW - DAY / 2), NOW - 6 * DAY, True),
        # read all within the minute it takes until it is written that they are back
        (Absence(NOW - 5 * DAY, NOW - DAY / 2), NOW - DAY / 2 - DAY / 1440, False),
        # read all as the last thing before they left, up to an hour after it is written
        (Absence(NOW - 5 * DAY, None), NOW - 5 * DAY + DAY / 25, True),
        (Absence(NOW - 5 * DAY, NOW), NOW - 5 * DAY + DAY / 25, True),
    ],
)
def test_it_is_news_for_a_day_unless_all_was_read_since(found, swept, news):
    assert is_news(found, NOW, swept) is news


def test_one_looks_back_to_what_one_asks_within_bounds():
    away = Absence(NOW - 5 * DAY, None)
    assert looked_back(NOW, away, None) == NOW - 5 * DAY
    assert looked_back(NOW, None, None) == NOW - 7 * DAY
    assert looked_back(NOW, away, NOW - 9 * DAY) == NOW - 9 * DAY
    assert looked_back(NOW, away, NOW - 400 * DAY) == NOW - FARTHEST
    assert looked_back(NOW, away, NOW + DAY) == NOW - 5 * DAY
    assert looked_back(NOW, Absence(NOW - 200 * DAY, None), None) == NOW - FARTHEST
