"""A space at a glance: of the network, and of a run in each state, for each role."""

import datetime as dt

import pytest
from factories.academy import make_version
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.home import make_cast, words
from factories.live import make_session
from factories.progress import close, make_learners, make_member, make_run
from factories.spaces import join, make_space

from community.spaces.models import Role, SpaceKind

EVERYBODY = ["owner", "organiser", "facilitator", "member", "observer"]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def overview(browse, user_id, slug) -> str:
    found = browse(user_id).get(f"/spaces/{slug}")
    assert found.status_code == 200
    return words(found)


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_in_a_run_sees_its_weeks_its_people_and_its_modules(cast, browse, who):
    said = overview(browse, getattr(cast, who), cast.world.slug)
    assert "Week 2 of 10" in said
    assert "Ines Marchetti" in said.split("Led by")[1].split("All 5 people")[0]
    assert "All 5 people" in said
    assert "1. Module 1" in said
    assert "3. Module 3" in said


def test_all_who_lead_a_run_are_named_as_on_its_settings(cast, browse):
    said = overview(browse, cast.member, cast.world.slug).split("Led by")[1].split("All 5")[0]
    settings = words(browse(cast.owner).get(f"/spaces/{cast.world.slug}/manage/run"))
    listed = settings.split("Who leads it")[1]
    for name in ("Oona Organiser", "Ines Marchetti"):
        assert name in said
        assert name in listed


def test_a_space_one_does_not_belong_to_answers_as_one_that_is_not_there(cast, browse):
    client = browse(cast.outsider)
    hidden, missing = client.get(f"/spaces/{cast.world.slug}"), client.get("/spaces/not-there")
    assert hidden.status_code == missing.status_code == 404
    assert words(hidden) == words(missing)


def test_a_learner_sees_why_a_module_is_shut(cast, browse):
    said = overview(browse, cast.member, cast.world.slug)
    assert "Finish first: What counts as data, and 3 more activities" in said
    assert "Next for you What counts as data" in said
    assert "0 of 8 required activities are done." in said
    assert "Opens later" in said


def test_a_module_whose_day_has_not_come_says_when_it_opens(app, browse):
    world = make_run(app, weeks_ago=0)
    said = overview(browse, make_member(app, world), world.slug)
    opens = world.opens + dt.timedelta(weeks=1)
    assert f"Opens {opens:%a} {opens.day} {opens:%b}" in said


@pytest.mark.parametrize("who", ["owner", "organiser", "facilitator", "observer"])
def test_who_does_not_learn_is_asked_for_nothing_and_finds_everything_open(cast, browse, who):
    said = overview(browse, getattr(cast, who), cast.world.slug)
    assert "required activities" not in said
    assert "Finish first" not in said


@pytest.mark.parametrize("who", ["owner", "organiser", "facilitator"])
def test_those_who_lead_are_led_to_the_desk(cast, browse, who):
    assert "Go to the desk" in overview(browse, getattr(cast, who), cast.world.slug)


def test_before_the_start_the_days_are_counted(app, browse):
    world = make_run(app, weeks_ago=-2)
    said = overview(browse, make_member(app, world), world.slug)
    assert "Begins in" in said
    assert "Day one is" in said
    assert "Go on" not in said


def test_a_run_that_is_being_prepared_says_so_to_those_who_prepare_it(app, browse):
    cast = make_cast(app, opened=False)
    assert "Open it at the desk" in overview(browse, cast.owner, cast.world.slug)
    assert "See what is missing at the desk" in overview(browse, cast.facilitator, cast.world.slug)
    assert "Opens" in overview(browse, cast.member, cast.world.slug)
    assert "being prepared" not in overview(browse, cast.member, cast.world.slug)


def test_a_run_whose_day_has_come_unopened_promises_no_day_that_is_past(app, browse):
    world = make_run(app, weeks_ago=0, opened=False)
    learner = make_member(app, world)
    said = overview(browse, learner, world.slug)
    sentence = "not open yet: its modules open when the organisers open it."
    assert f"This run is {sentence}" in said
    assert "Week 1 of 10" not in said
    assert "You have done all" not in said
    assert "1. Module 1 Why, and for whom. Opens when the organisers open the run" in said
    learn = words(browse(learner).get(f"/spaces/{world.slug}/learn"))
    assert f"This run is {sentence}" in learn
    week = words(browse(learner).get("/home"))
    assert f"Cohort 9 is {sentence}" in week
    assert "Nothing is waiting" not in week


def test_a_closed_run_says_that_it_is_over_and_what_stays(app, cast, browse):
    close(app, cast.world)
    said = overview(browse, cast.member, cast.world.slug)
    assert "This run is over. What was open to you stays here to be read" in said
    assert "Not reached before the end" in said
    assert "Finish first" not in said
    assert "3. Module 3 Why, and for whom. Outline only" in said
    assert "Opens later" not in said
    assert "0 of 8 required activities are done." in said
    assert "Next for you" not in said


def test_sessions_and_talk_of_the_space_stand_there(app, cast, browse):
    make_session(
        app,
        cast.world.space,
        cast.owner,
        title="Question clinic",
        starts_at=now() + dt.timedelta(hours=3),
        minutes=90,
    )
    make_thread(app, cast.world.space, cast.organiser, title="Who signs for it?")
    said = overview(browse, cast.member, cast.world.slug)
    assert "Question clinic" in said
    assert "90 minutes" in said
    assert "Who signs for it? Oona Organiser" in said


@pytest.fixture
def network(app):
    """The network's space with an organiser, a member and an observer; no course yet."""
    space = make_space(app, "The network", kind=SpaceKind.NETWORK, summary="All of us.")
    people = {}
    for role in (Role.ORGANISER, Role.MEMBER, Role.OBSERVER):
        people[role] = make_user(app, f"{role.value.title()} Example")
        join(app, space, people[role], role)
    return space, people


def slug_of(space_id) -> str:
    return f"space-{space_id.hex[-8:]}"


def test_an_empty_network_says_what_will_be_there_and_what_to_do(network, browse):
    space, people = network
    said = overview(browse, people[Role.MEMBER], slug_of(space))
    assert "All of us." in said
    assert "3 people" in said
    assert "You are in no run at the moment" in said
    assert "Nobody has said anything yet" in said
    assert "Begin a thread" in said
    assert "No session ahead" in said


def test_an_observer_is_not_invited_to_write(network, browse):
    space, people = network
    assert "Begin a thread" not in overview(browse, people[Role.OBSERVER], slug_of(space))


def test_organisers_of_the_network_begin_runs_of_its_courses_and_nobody_else(app, network, browse):
    space, people = network
    version = make_version(app, space)
    offer = f"/runs/new?version={version}"
    organiser = browse(people[Role.ORGANISER]).get(f"/spaces/{slug_of(space)}")
    member = browse(people[Role.MEMBER]).get(f"/spaces/{slug_of(space)}")
    assert offer in organiser.get_data(as_text=True)
    assert "Sharing data" in words(organiser)
    assert offer not in member.get_data(as_text=True)
    assert "Sharing data" not in words(member)


def statements(browse, user_id, path, counted) -> int:
    client = browse(user_id)
    client.get(path)  # what never changes is kept from here on
    counted.clear()
    assert client.get(path).status_code == 200
    return len(counted)


def test_a_space_takes_ten_statements_at_most_whatever_it_holds(app, cast, browse, count_queries):
    path = f"/spaces/{cast.world.slug}"
    network = f"/spaces/{slug_of(cast.world.network)}"
    few = [
        statements(browse, cast.member, path, count_queries),
        statements(browse, cast.owner, path, count_queries),
        statements(browse, cast.owner, network, count_queries),
    ]
    make_learners(app, cast.world, [f"Learner {number}" for number in range(12)])
    for number in range(8):
        make_session(
            app,
            cast.world.space,
            cast.owner,
            title=f"Session {number}",
            starts_at=now() + dt.timedelta(days=number + 1),
        )
        make_thread(app, cast.world.space, cast.owner, replies=1, title=f"Thread {number}")
        make_thread(app, cast.world.network, cast.owner, title=f"Talk {number}")
    many = [
        statements(browse, cast.member, path, count_queries),
        statements(browse, cast.owner, path, count_queries),
        statements(browse, cast.owner, network, count_queries),
    ]
    assert many == few
    assert max(many) <= 10
