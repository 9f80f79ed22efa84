"""My week: one thing to do next, then what is open and unread; and never a statement too many."""

import datetime as dt

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.home import let_in, make_cast, words
from factories.live import make_session
from factories.progress import (
    close,
    enrolment_id_of,
    have_come,
    make_learner,
    make_member,
    make_run,
)
from factories.spaces import join, make_space

from community.cohorts.operations import open_run
from community.cohorts.queries import placements
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession, SessionState
from community.progress.operations import decide, report_reading
from community.progress.rules.states import Status
from community.spaces.models import Role, SpaceKind

HOUR = dt.timedelta(hours=1)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def week(browse, user_id) -> str:
    found = browse(user_id).get("/home")
    assert found.status_code == 200
    return words(found)


def read(app, world, user_id, number, fraction):
    with app.app_context():
        report_reading(
            acting(user_id),
            world.run,
            world.activities[number],
            fraction=fraction,
            client_id=f"read-{number}-{fraction}",
        )


def test_somebody_in_no_space_is_told_how_one_gets_into_one(app, browse):
    said = week(browse, make_user(app, "Lone Newcomer"))
    assert ", Lone" in said
    assert "You do not belong to a group yet" in said
    assert "Unread" not in said


def test_somebody_in_no_run_is_told_that_spaces_stay_open(app, browse):
    member = make_user(app)
    join(app, make_space(app, "The network", kind=SpaceKind.NETWORK), member)
    said = week(browse, member)
    assert "You are in no course at the moment" in said
    assert "You have read everything." in said
    assert "The network" in said


def test_the_moment_is_told_in_the_readers_own_zone(app, browse):
    tokyo = make_user(app, "Hana Sugimoto", zone="Asia/Tokyo")
    local = now() + 9 * HOUR
    said = week(browse, tokyo)
    assert f"{local:%A} {local.day} {local:%B}" in said
    assert "(Tokyo)" in said


def test_a_learner_begins_with_the_first_activity(cast, browse):
    said = week(browse, cast.member)
    assert "Next for you What counts as data" in said
    assert "Reading, module 1, 8 minutes" in said
    assert "Week 2 of 10. About 88 minutes of module 1 open module 2 to you." in said


def test_the_week_asks_for_its_module_where_that_is_open(app, browse):
    world = make_run(app, weeks_ago=0)
    said = week(browse, make_member(app, world))
    assert "Week 1 of 10 asks about 88 minutes of you." in said


def test_a_learner_goes_on_with_what_was_begun(app, cast, browse):
    read(app, cast.world, cast.member, 0, 0.5)
    said = week(browse, cast.member)
    assert "Go on where you stopped What counts as data" in said
    assert "4 minutes left" in said


def test_required_work_stands_before_what_one_does_if_one_likes(app, cast, browse):
    have_come(app, cast.world, 8)
    said = week(browse, cast.member).split("Open to me")[1]
    assert said.index("Check what you read") < said.index("A dataset you wish you had")
    assert "Was for" in said  # the first module's week is over


def test_who_came_late_has_a_week_for_what_was_due_before(cast, browse):
    page = browse(cast.member).get("/home").get_data(as_text=True)
    assert "Was for" not in page
    last = now() + dt.timedelta(days=7, minutes=-1)
    assert f"By {last:%a} {last.day} {last:%b}" in week(browse, cast.member)


def test_a_room_that_opens_soon_comes_before_what_there_is_to_read(app, cast, browse):
    make_session(
        app,
        cast.world.space,
        cast.owner,
        title="Question clinic",
        starts_at=now() + dt.timedelta(minutes=20),
    )
    said = week(browse, cast.member)
    assert "Starts in 20 minutes Question clinic" in said or "Starts in 19 minutes" in said
    assert "with Ines Marchetti" in said
    assert "Join the room" in said
    assert "Before it starts: Reading, module 1, 8 minutes What counts as data" in said
    assert "Next for you" not in said


def test_a_session_led_by_more_than_it_names_says_so(app, cast, browse):
    for name in ("Goran Ilić", "Hinemoa Rangiwai"):
        make_member(app, cast.world, name, Role.FACILITATOR)
    make_session(app, cast.world.space, cast.owner, starts_at=now() + dt.timedelta(minutes=20))
    assert "with Goran Ilić, Hinemoa Rangiwai and others" in week(browse, cast.member)


def test_a_session_later_today_shows_its_plan_until_the_room_opens(app, cast, browse):
    session = make_session(
        app, cast.world.space, cast.owner, title="Question clinic", starts_at=now() + 5 * HOUR
    )
    page = browse(cast.member).get("/home").get_data(as_text=True)
    assert f'href="/sessions/{session}"' in page
    assert f'href="/sessions/{session}/room"' not in page


def test_a_live_session_wins_over_one_that_begins_sooner(app, cast, browse):
    space = cast.world.space
    make_session(app, space, cast.owner, title="Sooner", starts_at=now() + HOUR / 6)
    make_session(
        app,
        space,
        cast.owner,
        title="Going on",
        starts_at=now() - HOUR / 2,
        state=SessionState.LIVE,
    )
    assert "Live now Going on" in week(browse, cast.member)


def test_what_lies_farther_than_a_day_does_not_shout(app, cast, browse):
    make_session(
        app, cast.world.space, cast.owner, title="In three days", starts_at=now() + 72 * HOUR
    )
    assert "Next for you What counts as data" in week(browse, cast.member)


def test_before_the_start_a_learner_is_told_the_day_and_what_opens_then(app, browse):
    world = make_run(app, weeks_ago=-2)
    said = week(browse, make_member(app, world))
    assert "Cohort 9 begins on" in said
    assert "Module 1: Module 1" in said
    assert "Open to me" not in said


def test_a_closed_run_asks_nothing_any_more(app, cast, browse):
    close(app, cast.world)
    said = week(browse, cast.member)
    assert "Open to me" not in said
    assert "Next for you" not in said
    assert "asks about" not in said


def test_a_closed_run_sends_nobody_to_a_session_nobody_will_open(app, cast, browse):
    soon = now() + dt.timedelta(hours=2)
    make_session(app, cast.world.space, cast.owner, title="Never held", starts_at=soon)
    assert "Never held" in week(browse, cast.member)
    close(app, cast.world)
    assert "Never held" not in week(browse, cast.member)
    space = browse(cast.member).get(f"/spaces/{cast.world.slug}")
    assert "Never held" not in words(space)


@pytest.mark.parametrize("who", ["owner", "organiser", "facilitator"])
def test_those_who_lead_a_run_find_its_desk(cast, browse, who):
    found = browse(getattr(cast, who)).get("/home")
    assert "Runs I lead" in words(found)
    assert f'href="/spaces/{cast.world.slug}/manage"' in found.get_data(as_text=True)
    assert "Open to me" not in words(found)


@pytest.mark.parametrize("who", ["member", "observer"])
def test_those_who_do_not_lead_are_shown_no_desk(cast, browse, who):
    found = browse(getattr(cast, who)).get("/home")
    assert "/manage" not in found.get_data(as_text=True)


def test_nothing_of_a_run_reaches_somebody_outside_it(app, cast, browse):
    make_session(app, cast.world.space, cast.owner, title="Question clinic", starts_at=now() + HOUR)
    make_thread(app, cast.world.space, cast.member, title="Who signs?")
    page = browse(cast.outsider).get("/home").get_data(as_text=True)
    for hidden in ("Cohort 9", "Question clinic", "Who signs?", "What counts as data"):
        assert hidden not in page


def test_unread_threads_say_who_spoke_and_how_much_is_new(app, cast, browse):
    thread = make_thread(app, cast.world.space, cast.facilitator, title="Who signs for it?")
    reply(app, thread, cast.organiser)
    said = week(browse, cast.member)
    assert "Who signs for it?" in said
    assert "Oona Organiser in Cohort 9" in said
    assert "2 new" in said


def test_a_thread_whose_activity_is_locked_waits_until_it_opens(app, browse):
    world = make_run(app, weeks_ago=1, opened=False)
    learner = make_member(app, world)
    with app.app_context():
        open_run(acting(world.owner), world.run)
        places = placements(world.run)
    first, second = (places[world.activities[number]].thread_id for number in (2, 6))
    assert "You have read everything." in week(browse, learner)  # an opening post is no debt
    for thread in (first, second):
        reply(app, thread, world.owner)
    page = browse(learner).get("/home").get_data(as_text=True)
    assert f"/threads/{first}" in page
    assert f"/threads/{second}" not in page
    with app.app_context():
        enrolment = enrolment_id_of(app, world, learner)
        for activity in world.activities[:4]:
            decide(
                acting(world.owner), enrolment, activity, status=Status.WAIVED, reason="As I saw."
            )
    assert f"/threads/{second}" in browse(learner).get("/home").get_data(as_text=True)


def test_a_day_says_both_of_two_things_and_how_many_more_there_are(app, browse):
    world = make_run(app, weeks_ago=0)  # module 1 opens today
    learner = make_member(app, world)
    at = dt.datetime.now(dt.UTC).replace(hour=12, minute=0)
    make_session(app, world.space, world.owner, title="Clinic", starts_at=at)
    zone = localtime.in_zone(at, "Africa/Nairobi")
    assert f"{zone:%H:%M} Clinic; Module 1 opens" in week(browse, learner)
    make_session(app, world.space, world.owner, title="Circle", starts_at=at)
    assert "Circle; 2 more that day" in week(browse, learner)


def statements(browse, user_id, counted) -> int:
    client = browse(user_id)
    client.get("/home")  # what never changes is kept from here on
    counted.clear()
    assert client.get("/home").status_code == 200
    return len(counted)


def test_a_week_takes_ten_statements_at_most_whatever_it_holds(app, browse, count_queries):
    world = make_run(app)
    small, _enrolment = make_learner(app, world)
    few = statements(browse, small, count_queries)
    big = make_user(app, "Busy Body")
    for number in range(6):
        cast = make_cast(app, name=f"Cohort {number}")
        let_in(app, cast, big, Role.MEMBER if number % 2 else Role.FACILITATOR)
        for days in range(4):
            make_session(
                app,
                cast.world.space,
                cast.owner,
                title=f"Session {days}",
                starts_at=now() + dt.timedelta(hours=1 + 24 * days),
            )
            make_thread(app, cast.world.space, cast.owner, replies=2, title=f"Thread {days}")
        read(app, cast.world, cast.member, 0, 0.5)
    many = statements(browse, big, count_queries)
    assert few <= 10
    assert many <= 10


def test_an_activity_that_is_a_session_says_when_it_begins_not_when_its_week_ends(
    app, cast, browse
):
    at = now() + dt.timedelta(days=2)
    with app.app_context():
        session_id = placements(cast.world.run)[cast.world.activities[3]].session_id
        with unit_of_work(Context.begin(None)):
            placed = db.session.get_one(LiveSession, session_id)
            placed.starts_at, title = at, placed.title
    open_to_me = week(browse, cast.member).split("Open to me")[1]
    row = open_to_me[open_to_me.index(title) :]
    zone = "Africa/Nairobi"
    assert localtime.say(at, zone, "en") in row[:120]
