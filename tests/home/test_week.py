"""My week: one thing to do next, then what is open and unread; and never a statement too many."""

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine
from conftest import acting
from factories.academy import assignment_source, course_source, module_source, session_source
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
    settle,
)
from factories.spaces import join, make_space

from community.cohorts.operations import open_run, pause_learner
from community.cohorts.queries import placements
from community.coursework.operations import hand_in_work
from community.discussions.models import Thread, ThreadKind
from community.home.pages.words.times import about
from community.home.queries.sessions import SESSIONS_READ, sessions_ahead, sessions_of
from community.home.queries.week import my_week
from community.home.rules import monday_of
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession, SessionState
from community.live.operations import call_off_session
from community.progress.operations import decide, report_reading
from community.progress.rules.states import Status
from community.spaces.models import Role, SpaceKind
from community.spaces.operations import add_member

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


def test_whoever_founded_the_network_is_led_to_its_courses(app, browse):
    founder = make_user(app, "Rosa Root")
    join(app, make_space(app, "The network", kind=SpaceKind.NETWORK), founder, Role.OWNER)
    said = week(browse, founder)
    assert "You lead no run yet" in said
    assert "Choose a course" in said
    assert "When an organiser invites you" not in said


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
    assert "No new posts." in said
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


def test_of_two_runs_at_once_the_week_names_each(app, browse):
    world = make_run(app, weeks_ago=0)
    learner = make_member(app, world)
    other = make_run(app, weeks_ago=1, name="Cohort 10")
    join(app, other.network, learner)
    with app.app_context():
        add_member(acting(other.owner), other.space, learner, role=Role.MEMBER)
    said = week(browse, learner)
    assert "Cohort 9: Week 1 of 10 asks about 88 minutes of you." in said
    assert "Cohort 10: Week 2 of 10." in said


@time_machine.travel(dt.datetime(2026, 3, 3, 3, 0, tzinfo=dt.UTC))
def test_home_and_live_count_the_same_days_to_a_session(app, browse):
    world = make_run(app, opened=False)
    make_session(
        app, world.space, world.owner, starts_at=dt.datetime(2026, 3, 5, 17, 0, tzinfo=dt.UTC)
    )
    member = make_user(app)
    join(app, world.space, member, Role.OBSERVER)
    assert "Starts in 2 days" in week(browse, member)
    assert "in 2 days" in words(browse(member).get(f"/spaces/{world.slug}/sessions"))


def test_a_learner_goes_on_with_what_was_begun(app, cast, browse):
    read(app, cast.world, cast.member, 0, 0.5)
    said = week(browse, cast.member)
    assert "Go on where you stopped What counts as data" in said
    assert "4 minutes left" in said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(89, "89 minutes"), (90, "2 hours"), (149, "2 hours"), (150, "3 hours"), (210, "4 hours")],
)
def test_much_work_is_said_in_hours_and_a_half_is_the_longer(app, minutes, said):
    with app.test_request_context():
        assert about(minutes) == said


def test_required_work_stands_before_what_one_does_if_one_likes(app, cast, browse):
    have_come(app, cast.world, 8)
    said = week(browse, cast.member).split("Also open to you")[1]
    assert said.index("Check what you read") < said.index("A dataset you wish you had")
    assert "Was for" in said  # the first module's week is over


def test_who_came_late_has_a_week_for_what_was_due_before(cast, browse):
    page = browse(cast.member).get("/home").get_data(as_text=True)
    assert "Was for" not in page
    last = now() + dt.timedelta(days=7, minutes=-1)
    assert f"By {last:%a} {last.day} {last:%b}" in week(browse, cast.member)


@pytest.mark.parametrize(
    ("zone", "told"),
    [("UTC", "By Sun 8 Mar"), ("Africa/Nairobi", "By Mon 9 Mar, 03:00 (Nairobi)")],
)
@time_machine.travel(dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC))
def test_who_reads_another_clock_than_the_runs_is_told_when_its_day_ends(app, browse, zone, told):
    world = make_run(app, weeks_ago=0)
    learner = make_user(app, "Ana Lind", zone=zone)
    join(app, world.network, learner)
    with app.app_context():
        add_member(acting(world.owner), world.space, learner, role=Role.MEMBER)
    have_come(app, world, 8)
    for page in (week(browse, learner), words(browse(learner).get(f"/spaces/{world.slug}/learn"))):
        assert told in page


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
    assert "Also open to you" not in said


def test_a_closed_run_asks_nothing_any_more(app, cast, browse):
    close(app, cast.world)
    said = week(browse, cast.member)
    assert "Also open to you" not in said
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
    assert "Also open to you" not in words(found)


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


def test_beyond_ninety_nine_new_posts_of_a_space_there_are_simply_more(app, cast, browse):
    thread = make_thread(app, cast.world.space, cast.facilitator)
    for number, shown in ((99, "99"), (100, "99+")):
        with app.app_context(), unit_of_work(Context.begin(None)):
            db.session.get_one(Thread, thread).last_number = number
        page = browse(cast.member).get("/home").get_data(as_text=True)
        assert f'<span class="count">{shown}<span' in page
        assert f">{shown} new<" in page


def test_a_module_that_is_done_already_is_not_said_to_open(app, browse):
    with time_machine.travel(dt.datetime(2026, 9, 7, 9, tzinfo=dt.UTC), tick=False):
        world = make_run(app, weeks_ago=0)
        ana, _mine = make_learner(app, world)
        with app.app_context():
            assert my_week(acting(ana), "UTC").next_release.module == 2
        settle(app, world, ana, range(4, 8))
        with app.app_context():
            assert my_week(acting(ana), "UTC").next_release is None


def test_who_leads_a_run_reads_how_many_hand_ins_wait_for_them(app, browse):
    module = module_source(1, activities=(assignment_source(),))
    world = make_run(app, course_source(modules=(module,)))
    ana, _mine = make_learner(app, world)
    fay = make_member(app, world, "Fay Lee", role=Role.FACILITATOR)
    assert "Waiting for my review" not in week(browse, fay)
    with app.app_context():
        hand_in_work(
            acting(ana),
            world.run,
            world.activities[0],
            text="Dear keeper of wells, please share.",
            revision=0,
            client_id="handed-in-1",
        )
    assert "Waiting for my review" in week(browse, fay)
    assert "1 hand-in" in week(browse, fay)
    assert f'href="/spaces/{world.slug}/hand-ins"' in browse(fay).get("/home").text
    assert "Waiting for my review" not in week(browse, ana)


def test_a_thread_whose_activity_is_locked_waits_until_it_opens(app, browse):
    world = make_run(app, weeks_ago=1, opened=False)
    learner = make_member(app, world)
    with app.app_context():
        open_run(acting(world.owner), world.run)
        places = placements(world.run)
    first, second = (places[world.activities[number]].thread_id for number in (2, 6))
    assert "No new posts." in week(browse, learner)  # an opening post is no debt
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
    noon = dt.datetime.now(dt.UTC).replace(hour=12, minute=0)
    with time_machine.travel(noon - dt.timedelta(hours=4)):  # what is over is not ahead
        world = make_run(app, weeks_ago=0)  # module 1 opens today
        learner = make_member(app, world)
        make_session(app, world.space, world.owner, title="Clinic", starts_at=noon)
        zone = localtime.in_zone(noon, "Africa/Nairobi")
        assert f"{zone:%H:%M} Clinic; Module 1 opens" in week(browse, learner)
        make_session(app, world.space, world.owner, title="Circle", starts_at=noon)
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


def test_a_week_says_which_session_is_called_off_and_where_one_has_moved_from(app, cast, browse):
    space, owner = cast.world.space, cast.owner
    soon = now() + HOUR
    off = make_session(app, space, owner, title="Question clinic", starts_at=soon)
    moved = make_session(
        app, space, owner, title="Peer assist", starts_at=soon + HOUR, moved_from=soon
    )
    with app.app_context():
        call_off_session(acting(owner), off, reason="A storm.")
    browser = browse(cast.member)
    said = week(browse, cast.member)
    assert "Called off: Question clinic" in said
    assert "Moved from" in said
    page = browser.get("/home").text
    assert f'href="/sessions/{moved}"' in page
    assert f'href="/sessions/{off}' not in page


def test_a_week_says_which_session_was_not_held(app, cast, browse):
    """The strip showed it at its time like any other, also when its run was over."""
    at = now() - 5 * HOUR
    make_session(app, cast.world.space, cast.owner, title="Interview a steward", starts_at=at)
    days = [localtime.in_zone(each, "Africa/Nairobi").date() for each in (at, now())]
    this_week = monday_of(days[0]) == monday_of(days[1])
    assert ("Not held: Interview a steward" in week(browse, cast.member)) is this_week


def test_who_pauses_reads_it_at_home_and_in_the_run_and_comes_back_from_there(app, cast, browse):
    """They read that they had done all that was open, also where an organiser had paused them."""
    mine = enrolment_id_of(app, cast.world, cast.member)
    with app.app_context():
        pause_learner(acting(cast.owner), mine, reason="Ill.")
    client = browse(cast.member)
    for path in ("/home", f"/spaces/{cast.world.slug}"):
        page = client.get(path)
        assert "pausing" in words(page)
        assert f"/spaces/{cast.world.slug}/place/return" in page.text
        assert "done all that is open" not in words(page)
        assert "asks about" not in words(page)
        assert "Nothing is waiting for you" not in words(page)


def test_an_activity_that_is_a_session_says_when_it_begins_not_when_its_week_ends(
    app, cast, browse
):
    at = now() + dt.timedelta(days=2)
    with app.app_context():
        session_id = placements(cast.world.run)[cast.world.activities[3]].session_id
        with unit_of_work(Context.begin(None)):
            placed = db.session.get_one(LiveSession, session_id)
            placed.starts_at, title = at, placed.title
    open_to_me = week(browse, cast.member).split("Also open to you")[1]
    row = open_to_me[open_to_me.index(title) :]
    zone = "Africa/Nairobi"
    assert localtime.say(at, zone, "en") in row[:120]


@pytest.mark.parametrize("where", ["/home", "/spaces/cohort-9"])
def test_what_was_announced_stands_on_top_until_it_is_read(app, cast, browse, where):
    thread = make_thread(
        app, cast.world.space, cast.owner, title="The hall is closed", kind=ThreadKind.ANNOUNCEMENT
    )
    client = browse(cast.member)
    top = words(client.get(where)).split("The hall is closed")[1]
    assert "Olga Organiser announced it" in top[:40]
    client.get(f"/threads/{thread}")
    client.post(f"/threads/{thread}/read", data={"number": 1})
    assert "announced it" not in words(client.get(where))


def test_what_was_called_off_long_ago_hides_no_session_that_is_to_come(app):
    many = tuple(session_source(f"meeting-{number}") for number in range(SESSIONS_READ // 2 + 1))
    source = course_source(modules=tuple(module_source(n, activities=many) for n in (1, 2)))
    world = make_run(app, source, weeks_ago=6)
    before = now() - dt.timedelta(days=30)
    with app.app_context(), unit_of_work(Context.begin(None)):
        db.session.execute(
            sa.update(LiveSession).values(
                starts_at=before, called_off_at=before, state=SessionState.ENDED
            )
        )
    coming = make_session(
        app, world.space, world.owner, starts_at=now() + dt.timedelta(days=1), title="Next"
    )
    with app.app_context():
        ctx = Context.begin(world.owner)
        assert [line.id for line in sessions_ahead(ctx, world.space)] == [coming]
        assert len(sessions_of(ctx, world.space)) == len(many) * 2 + 1
