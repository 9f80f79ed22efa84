"""When letters leave, by the clock of their reader."""

import datetime as dt

import pytest
from factories.accounts import make_user

from community.mailing.rules import Rhythm, Times, next_digest, quiet_until

BERLIN = "Europe/Berlin"
PAGE = "/me/letters/times"


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("begin", "end", "now", "until"),
    [
        (22, 7, "2026-03-10T21:30", "2026-03-11T06:00"),  # 22:30 on the clock
        (22, 7, "2026-03-11T05:59", "2026-03-11T06:00"),
        (22, 7, "2026-03-11T06:00", None),
        (22, 7, "2026-03-10T20:59", None),
        (9, 17, "2026-03-10T08:00", "2026-03-10T16:00"),
        (9, 17, "2026-03-10T16:00", None),
        (22, 7, "2026-03-28T22:00", "2026-03-29T05:00"),  # the night of spring is shorter
        (22, 7, "2026-10-24T21:00", "2026-10-25T06:00"),  # that of autumn longer
        (1, 2, "2026-03-29T00:30", "2026-03-29T01:00"),  # 02:00 is skipped: 03:00 it is
        (1, 2, "2026-10-25T00:30", None),  # 02:30, the first of two
        (1, 3, "2026-10-25T01:30", "2026-10-25T02:00"),  # 02:30, the second
    ],
)
def test_quiet_hours_end_by_the_clock(begin, end, now, until):
    times = Times(zone=BERLIN, quiet_from=begin, quiet_to=end)
    assert quiet_until(times, at(now)) == (at(until) if until else None)


def test_without_quiet_hours_it_is_never_quiet():
    hours = (at("2026-03-10T00:00") + dt.timedelta(hours=hour) for hour in range(24))
    assert all(quiet_until(Times(zone=BERLIN), hour) is None for hour in hours)


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Tehran"])
def test_whatever_the_hours_and_the_night_quiet_ends_and_later_than_now(zone):
    """Each half hour of the days on which clocks change, for each pair of hours."""
    days = ("2026-03-28", "2026-03-07", "2026-10-24", "2026-10-31", "2026-04-04", "2026-10-03")
    for day in days:
        for step in range(96):
            now = at(f"{day}T12:00") + dt.timedelta(minutes=30 * step)
            for begin, end in ((22, 7), (1, 2), (2, 3), (0, 3), (3, 1), (23, 2)):
                times = Times(zone=zone, quiet_from=begin, quiet_to=end)
                until = quiet_until(times, now)
                if until is not None:
                    assert now < until <= now + dt.timedelta(hours=24)
                    assert quiet_until(times, until) is None


@pytest.mark.parametrize(
    ("times", "after", "leaves"),
    [
        ({"rhythm": Rhythm.DAILY, "hour": 8}, "2026-03-10T06:59", "2026-03-10T07:00"),
        ({"rhythm": Rhythm.DAILY, "hour": 8}, "2026-03-10T07:00", "2026-03-11T07:00"),
        ({"rhythm": Rhythm.DAILY, "hour": 8}, "2026-03-28T08:00", "2026-03-29T06:00"),
        (
            {"rhythm": Rhythm.WEEKLY, "hour": 8, "weekday": 4},
            "2026-03-10T07:00",
            "2026-03-13T07:00",
        ),
        (
            {"rhythm": Rhythm.WEEKLY, "hour": 8, "weekday": 1},
            "2026-03-10T07:00",
            "2026-03-17T07:00",
        ),
        (
            {"rhythm": Rhythm.DAILY, "hour": 6, "quiet_from": 22, "quiet_to": 9},
            "2026-03-10T12:00",
            "2026-03-11T08:00",
        ),
    ],
)
def test_a_digest_leaves_at_its_hour_of_its_day(times, after, leaves):
    assert next_digest(Times(zone=BERLIN, **times), at(after)) == at(leaves)


@pytest.fixture
def ana(app):
    return make_user(app, "Ana Lima", zone="Africa/Nairobi")


FORM = {"rhythm": "weekly", "hour": "9", "weekday": "4", "quiet_from": "22", "quiet_to": "7"}


def test_the_form_keeps_what_is_chosen(browse, ana):
    client = browse(ana)
    page = client.get(PAGE).text
    assert "Nairobi" in page
    assert client.post(PAGE, data=FORM).status_code == 303
    assert client.get(f"/api/v1{PAGE}").json == {
        "rhythm": "weekly",
        "hour": 9,
        "weekday": 4,
        "quiet_from": 22,
        "quiet_to": 7,
    }
    client.post(PAGE, data=FORM | {"rhythm": "daily", "quiet_from": "", "quiet_to": ""})
    told = client.get(f"/api/v1{PAGE}").json
    assert (told["rhythm"], told["quiet_from"], told["quiet_to"]) == ("daily", None, None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rhythm": "hourly"}, "rhythm"),
        ({"hour": "24"}, "hour"),
        ({"weekday": "7"}, "weekday"),
        ({"quiet_to": ""}, "quiet_to"),
        ({"quiet_from": ""}, "quiet_from"),
        ({"quiet_to": "22"}, "quiet_to"),
    ],
)
def test_a_flaw_is_named_and_changes_nothing(browse, ana, given, field):
    client = browse(ana)
    client.post(PAGE, data=FORM)
    answer = client.post(PAGE, data=FORM | given)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert client.get(f"/api/v1{PAGE}").json["hour"] == 9
    sent = {name: int(text) if text.isdigit() else text or None for name, text in FORM.items()}
    wrong = {name: int(text) if text.isdigit() else text or None for name, text in given.items()}
    refused = client.put(f"/api/v1{PAGE}", json=sent | wrong)
    assert refused.status_code == 422
    assert list(refused.json["fields"]) == [field]


def test_the_page_of_switches_leads_there(browse, ana):
    page = browse(ana).get("/me/letters").text
    assert 'href="/me/letters/times"' in page
    assert 'href="/me/letters/ledger"' in page
