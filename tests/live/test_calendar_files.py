"""Sessions in calendars, read back by a reader that is not the one that wrote them."""

import datetime as dt
import re
import uuid
import zoneinfo

import pytest
from conftest import NOW, acting
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import EventStatus

from community.kernel import localtime
from community.live.formats import Address, Entry, Method, icalendar
from community.live.operations import (
    call_off_session,
    move_sessions,
    reinstate_session,
    schedule_session,
    set_video_link,
)

local = dt.datetime.fromisoformat

# Each with the weeks around two changes of its clocks; Kathmandu and Nairobi have none, and one of
# them is not at a whole hour.
WEEKS = {
    "Europe/London": ("2026-03-25", "2026-10-21"),
    "America/New_York": ("2026-03-04", "2026-10-28"),
    "Australia/Sydney": ("2026-04-01", "2026-09-30"),
    "America/Santiago": ("2026-04-01", "2026-09-02"),
    "Africa/Cairo": ("2026-04-22", "2026-10-28"),
    "Africa/Nairobi": ("2026-03-25", "2026-10-21"),
    "Asia/Kathmandu": ("2026-03-25", "2026-10-21"),
}
# As printed by the zones' own authorities, not worked out by the code under test: hours from UTC of
# the Wednesdays before and after each of the two changes.
OFFSETS = {
    "Europe/London": (0, 1, 1, 0),
    "America/New_York": (-5, -4, -4, -5),
    "Australia/Sydney": (11, 10, 10, 11),
    "America/Santiago": (-3, -4, -4, -3),
    "Africa/Cairo": (2, 3, 3, 2),
    "Africa/Nairobi": (3, 3, 3, 3),
    "Asia/Kathmandu": (5.75, 5.75, 5.75, 5.75),
}


def read(content: bytes) -> Calendar:
    return IcsCalendarStream.calendar_from_ics(content.decode())


def only(content: bytes):
    [event] = read(content).events
    return event


def entry(**more) -> Entry:
    given = {
        "key": uuid.UUID(int=7),
        "sequence": 0,
        "title": "A circle of failures",
        "words": "A session.",
        "starts_at": NOW,
        "zone": "Africa/Nairobi",
        "minutes": 90,
        "page": "https://learn.example.org/sessions/7",
        "organiser": Address(name="The network", mail="office@example.org"),
        **more,
    }
    return Entry(**given)


def lines(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize("zone", WEEKS)
def test_calendars_and_pages_agree_on_the_moment_across_two_changes_of_the_clocks(zone):
    weeks = [
        local(f"{day}T14:00") + dt.timedelta(weeks=ahead) for day in WEEKS[zone] for ahead in (0, 1)
    ]
    for local_at, hours in zip(weeks, OFFSETS[zone], strict=True):
        starts_at = localtime.instant(local_at, zone)
        event = only(
            icalendar(entry(starts_at=starts_at, zone=zone), method=Method.PUBLISH, made_at=NOW)
        )
        expected = (local_at - dt.timedelta(hours=hours)).replace(tzinfo=dt.UTC)
        assert starts_at == expected
        assert event.dtstart.astimezone(dt.UTC) == expected
        assert event.dtstart.replace(tzinfo=None) == local_at
        assert event.dtstart.utcoffset() == dt.timedelta(hours=hours)
        assert (event.computed_duration, event.end.astimezone(dt.UTC)) == (
            dt.timedelta(minutes=90),
            expected + dt.timedelta(minutes=90),
        )
        assert localtime.say(starts_at, zone, "en", "clock") == "14:00"


@pytest.mark.parametrize("zone", WEEKS)
def test_a_file_says_itself_what_the_clocks_of_its_zone_do(zone):
    day = local(f"{WEEKS[zone][1]}T14:00")
    content = icalendar(
        entry(starts_at=localtime.instant(day, zone), zone=zone), method=Method.PUBLISH, made_at=NOW
    )
    [rules] = read(content).timezones
    assert rules.tz_id == zone
    told = {part.tz_offset_to.offset for part in (*rules.standard, *rules.daylight)}
    assert dt.timedelta(hours=OFFSETS[zone][2]) in told
    assert dt.timedelta(hours=OFFSETS[zone][3]) in told
    assert f"DTSTART;TZID={zone}:{day:%Y%m%dT%H%M%S}" in lines(content)


@pytest.mark.parametrize(
    ("day", "length"),
    [
        ("2026-03-29T00:30", "PT2H"),  # at one o'clock the clocks of London skip an hour
        ("2026-03-29T01:30", "PT2H"),  # a time there is not: half past two
        ("2026-10-25T01:30", "PT2H"),  # a time there is twice: the first
    ],
)
def test_a_session_across_a_change_of_the_clocks_is_as_long_as_it_is(day, length):
    starts_at = localtime.instant(local(day), "Europe/London")
    made = entry(starts_at=starts_at, zone="Europe/London", minutes=120)
    content = icalendar(made, method=Method.PUBLISH, made_at=NOW)
    assert f"DURATION:{length}" in lines(content)
    event = only(content)
    assert event.dtstart.astimezone(dt.UTC) == starts_at
    assert event.computed_duration == dt.timedelta(hours=2)


def test_utc_needs_no_rules():
    content = icalendar(entry(zone="UTC"), method=Method.PUBLISH, made_at=NOW)
    assert read(content).timezones == []
    assert "DTSTART:20260303T100000Z" in lines(content)


def test_what_people_write_is_escaped_and_long_lines_are_folded():
    title = "Värde; data, and \\ why\u2028not: " + "łąka " * 40
    words = "First line\nEND:VEVENT\nX-EVIL:1"
    content = icalendar(entry(title=title.strip(), words=words), method=Method.PUBLISH, made_at=NOW)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    event = only(content)
    assert (event.summary, event.description) == (title.strip(), words)
    assert "X-EVIL:1" not in lines(content)


def test_a_request_is_addressed_to_somebody():
    with pytest.raises(ValueError, match="addressed"):
        icalendar(entry(), method=Method.REQUEST, made_at=NOW)
    ana = Address(name='Ana "the" Lind', mail="ana@example.org")
    event = only(icalendar(entry(attendee=ana), method=Method.REQUEST, made_at=NOW))
    [attendee] = event.attendees
    assert (attendee.uri, event.organizer.uri) == (
        "mailto:ana@example.org",
        "mailto:office@example.org",
    )


def test_a_file_struck_out_says_so():
    content = icalendar(entry(sequence=2), method=Method.CANCEL, made_at=NOW)
    event = only(content)
    assert (event.status, event.sequence) == (EventStatus.CANCELLED, 2)
    assert "METHOD:CANCEL" in lines(content)


# ---------- as the house gives it ----------


def at(person):
    return acting(person, now=NOW)


def planned(cast, **more):
    given = {
        "title": "Show & tell",
        "plan": "",
        "local_at": local("2026-03-25T14:00"),
        "zone": "Europe/London",
        "minutes": 60,
        **more,
    }
    return schedule_session(at(cast.owner), cast.space, **given)


def downloaded(client, session):
    answer = client.get(f"/sessions/{session.id}.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return answer


@pytest.fixture
def member(browse, cast):
    return browse(cast.member)


def test_a_session_keeps_its_id_and_its_number_rises_with_each_change(app, cast, member):
    with app.app_context():
        session = planned(cast)
    seen = [only(downloaded(member, session).data)]
    for change in (
        lambda: move_sessions(at(cast.owner), {session.id: local("2026-04-01T14:00")}),
        lambda: call_off_session(at(cast.owner), session.id, reason="A storm, they say."),
        lambda: reinstate_session(at(cast.owner), session.id),
    ):
        with app.app_context():
            change()
        seen.append(only(downloaded(member, session).data))
    assert {event.uid for event in seen} == {str(session.id)}
    assert [event.sequence for event in seen] == [0, 1, 2, 3]
    assert [event.status for event in seen] == [
        EventStatus.CONFIRMED,
        EventStatus.CONFIRMED,
        EventStatus.CANCELLED,
        EventStatus.CONFIRMED,
    ]
    assert "A storm, they say." in seen[2].description
    assert seen[1].dtstart == dt.datetime(2026, 4, 1, 14, tzinfo=zoneinfo.ZoneInfo("Europe/London"))


def test_the_file_names_the_page_and_never_the_video_link(app, cast, member):
    with app.app_context():
        session = planned(cast)
        set_video_link(at(cast.owner), session.id, url="https://meet.example.org/secret")
    answer = downloaded(member, session)
    assert b"meet.example.org" not in answer.data
    event = only(answer.data)
    page = f"http://127.0.0.1:8000/sessions/{session.id}"
    assert (event.url, event.location) == (page, page)
    assert page in event.description
    assert answer.headers["Content-Disposition"] == 'attachment; filename="show-tell.ics"'


@pytest.mark.parametrize("zone", WEEKS)
def test_the_page_and_the_file_say_the_same_moment_to_a_reader_elsewhere(app, cast, member, zone):
    for day in WEEKS[zone]:
        with app.app_context():
            session = planned(cast, zone=zone, local_at=local(f"{day}T14:00"))
            move_sessions(at(cast.owner), {session.id: session.local_at + dt.timedelta(weeks=1)})
        said = only(downloaded(member, session).data).dtstart
        page = member.get(f"/sessions/{session.id}").text
        times = re.findall(r'<time datetime="([^"]+)"', page)
        assert said.astimezone(dt.UTC) in [local(at).astimezone(dt.UTC) for at in times]
        assert f"{said:%H:%M}" == "14:00"


def test_a_hidden_session_has_no_file(app, cast, browse):
    with app.app_context():
        session = planned(cast)
    stranger = browse(cast.outsider)
    absent = stranger.get("/sessions/00000000-0000-7000-8000-000000000000.ics")
    hidden = stranger.get(f"/sessions/{session.id}.ics")
    assert (hidden.status_code, absent.status_code) == (404, 404)
