"""What the tests of home share: a run with its people, in the middle of a day in mid-week."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from factories.home import Cast, make_cast
from flask import Flask


@pytest.fixture(autouse=True)
def midweek() -> Iterator[None]:
    """Wednesday of this week, noon: "in an hour" is today, and tomorrow is this week."""
    now = dt.datetime.now(dt.UTC)
    noon = dt.datetime.combine(now.date(), dt.time(12), tzinfo=dt.UTC)
    with time_machine.travel(noon + dt.timedelta(days=2 - now.weekday())):
        yield


@pytest.fixture
def cast(app: Flask) -> Cast:
    """A run in its second week with a person of each role, and somebody outside."""
    return make_cast(app)
