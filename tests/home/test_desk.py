"""The desk: who uses it, what it says needs somebody, and opening and closing a run."""

import datetime as dt

import pytest
import sqlalchemy as sa
from factories.discussions import make_thread, reply
from factories.home import make_cast, words
from factories.live import make_session
from factories.progress import make_learners, run_row

from community.cohorts.models import Enrolment, Run, RunState
from community.discussions.models import Thread
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work

LEADING = ["owner", "organiser", "facilitator"]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def change(app, statement) -> None:
    with app.app_context(), unit_of_work(Context.begin(None)):
        db.session.execute(statement)


def path_of(cast) -> str:
    return f"/spaces/{cast.world.slug}/manage"


def desk(browse, cast, who="owner", query="") -> str:
    found = browse(getattr(cast, who)).get(path_of(cast) + query)
    assert found.status_code == 200
    return words(found)


@pytest.mark.parametrize("who", LEADING)
def test_those_who_lead_a_run_use_its_desk(cast, browse, who):
    said = desk(browse, cast, who)
    assert "Week 2 of 10" in said
    assert "1 of 500 seats taken" in said
    assert "Amina Otieno" in said  # in the matrix


@pytest.mark.parametrize("who", ["member", "observer"])
def test_who_does_not_lead_is_refused_and_sees_no_way_in(cast, browse, who):
    client = browse(getattr(cast, who))
    refused = client.get(path_of(cast))
    assert refused.status_code == 403
    assert "Amina Otieno" not in words(refused)
    overview = client.get(f"/spaces/{cast.world.slug}").get_data(as_text=True)
    assert path_of(cast) not in overview


def test_the_desk_of_a_space_one_does_not_belong_to_is_not_there(cast, browse):
    client = browse(cast.outsider)
    hidden, missing = client.get(path_of(cast)), client.get("/spaces/not-there/manage")
    assert hidden.status_code == missing.status_code == 404
    assert words(hidden) == words(missing)


def test_a_quiet_day_says_so(cast, browse):
    assert "Nothing needs you today." in desk(browse, cast)


# ------------------------------------------------------------------ what needs somebody


def test_a_session_of_today_without_a_video_link_is_pointed_at(app, cast, browse):
    make_session(
        app,
        cast.world.space,
        cast.owner,
        title="Question clinic",
        starts_at=now() + dt.timedelta(hours=5),
    )
    said = desk(browse, cast)
    assert "“Question clinic” has no video link yet" in said
    assert "Add the link" in said


def test_a_session_with_its_link_asks_for_nothing_but_to_be_known(app, cast, browse):
    make_session(
        app,
        cast.world.space,
        cast.owner,
        title="Question clinic",
        starts_at=now() + dt.timedelta(hours=5),
        video_url="https://meet.example.org/clinic",
    )
    said = desk(browse, cast)
    assert "its video link is set" in said
    assert "Add the link" not in said


def test_a_session_of_next_week_is_not_for_today(app, cast, browse):
    make_session(
        app,
        cast.world.space,
        cast.owner,
        title="Question clinic",
        starts_at=now() + dt.timedelta(days=6),
    )
    assert "Question clinic" not in desk(browse, cast)


def test_a_learner_who_was_not_here_for_a_week_is_named_with_the_reason(app, cast, browse):
    long_ago = now() - dt.timedelta(days=12)
    change(app, sa.update(Run).values(opened_at=long_ago))
    change(app, sa.update(Enrolment).values(enrolled_at=long_ago))
    said = desk(browse, cast)
    assert "Amina Otieno has not been here for 12 days" in said
    assert "0% of the required work is done; 4 activities are late" in said
    assert "Amina Otieno" in desk(browse, cast, query="?show=fading")


def test_those_longest_away_are_named_whatever_part_of_the_matrix_is_shown(app, cast, browse):
    """The names came from the sixty rows of the matrix, the number from the whole run."""
    long_ago = now() - dt.timedelta(days=12)
    make_learners(app, cast.world, [f"A{number:03} Awake" for number in range(60)])
    away = make_learners(app, cast.world, [f"Z{number} Away" for number in range(5)])
    change(app, sa.update(Run).values(opened_at=long_ago))
    change(
        app, sa.update(Enrolment).where(Enrolment.user_id.in_(away)).values(enrolled_at=long_ago)
    )
    for query in ("", "?show=late"):
        said = desk(browse, cast, query=query).split("Everybody, everything")[0]
        assert said.count("has not been here for 12 days") == 3
        assert "2 more have not been here for a week" in said


def test_who_was_here_this_week_is_not_said_to_fade(cast, browse):
    said = desk(browse, cast, query="?show=fading")
    assert "Nobody is on this list" in said
    assert "has not been here" not in said


def test_a_filter_that_is_none_shows_everybody_and_a_page_that_is_none_is_refused(cast, browse):
    assert "Amina Otieno" in desk(browse, cast, query="?show=everything")
    assert browse(cast.owner).get(path_of(cast) + "?page=nonsense").status_code == 422


def aged(app, thread_id, **age) -> None:
    at = now() - dt.timedelta(**age)
    change(app, sa.update(Thread).where(Thread.id == thread_id).values(created_at=at))


def test_a_question_nobody_else_has_written_in_for_a_day_waits(app, cast, browse):
    thread = make_thread(app, cast.world.space, cast.member, replies=1, title="Who signs for it?")
    aged(app, thread, hours=30)
    said = desk(browse, cast)
    assert "“Who signs for it?” has had no answer" in said
    assert "Amina Otieno asked yesterday" in said or "Amina Otieno asked 1 day ago" in said


def test_the_number_of_waiting_questions_opens_a_list_of_just_those(app, cast, browse):
    waiting = make_thread(app, cast.world.space, cast.member, title="Who signs for it?")
    aged(app, waiting, days=2)
    make_thread(app, cast.world.space, cast.member, title="Just asked")
    page = browse(cast.owner).get(path_of(cast)).get_data(as_text=True)
    assert f'href="{path_of(cast)}/questions"' in page
    said = words(browse(cast.owner).get(f"{path_of(cast)}/questions"))
    assert "Who signs for it?" in said
    assert "Just asked" not in said
    assert browse(cast.member).get(f"{path_of(cast)}/questions").status_code == 403


@pytest.mark.parametrize("why", ["young", "answered", "elsewhere"])
def test_a_question_that_is_young_answered_or_elsewhere_does_not(app, cast, browse, why):
    space = cast.world.network if why == "elsewhere" else cast.world.space
    author = cast.owner if why == "elsewhere" else cast.member
    thread = make_thread(app, space, author, title="Who signs for it?")
    aged(app, thread, hours=10 if why == "young" else 30)
    if why == "answered":
        reply(app, thread, cast.facilitator)
    assert "has had no answer" not in desk(browse, cast)


# ------------------------------------------------------------------ opening and closing


def test_an_organiser_opens_a_run_and_may_click_twice(app, browse):
    cast = make_cast(app, opened=False)
    client = browse(cast.organiser)
    assert "Open the run" in words(client.get(path_of(cast)))
    opened = client.post(path_of(cast) + "/open")
    assert opened.status_code == 303
    assert run_row(app, cast.world).state is RunState.OPEN
    assert "The run is open." in words(client.get(opened.headers["Location"]))
    again = client.post(path_of(cast) + "/open", follow_redirects=True)
    assert "This run is open already." in words(again)


def test_an_organiser_closes_a_run_and_what_is_there_stays(app, cast, browse):
    client = browse(cast.organiser)
    closed = client.post(path_of(cast) + "/close", follow_redirects=True)
    assert run_row(app, cast.world).state is RunState.CLOSED
    said = words(closed)
    assert "The run is closed. What is here stays to be read." in said
    assert "Amina Otieno" in said
    assert "Close the run" not in said
    today = localtime.say(run_row(app, cast.world).closed_at, "UTC", "en", "day")
    assert f"Over since {today}." in said


@pytest.mark.parametrize("act", ["open", "close"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("facilitator", 403), ("member", 403), ("observer", 403), ("outsider", 404)],
)
def test_nobody_but_an_organiser_opens_or_closes_a_run(app, browse, act, who, status):
    cast = make_cast(app, opened=act == "close")
    before = run_row(app, cast.world).state
    found = browse(getattr(cast, who)).post(f"{path_of(cast)}/{act}")
    assert found.status_code == status
    assert run_row(app, cast.world).state is before


def test_a_facilitator_is_told_who_opens_the_run(app, browse):
    cast = make_cast(app, opened=False)
    said = desk(browse, cast, "facilitator")
    assert "An organiser opens it." in said
    assert "Open the run" not in said


def test_a_form_without_its_token_opens_nothing(app, browse):
    cast = make_cast(app, opened=False)
    client = browse(cast.organiser)
    client.environ_base["HTTP_X_CSRFTOKEN"] = ""
    assert client.post(path_of(cast) + "/open").status_code == 400
    assert run_row(app, cast.world).state is RunState.PLANNED


# ------------------------------------------------------------------ the network's, and the cost


def test_the_network_has_a_desk_of_its_own_without_a_matrix(app, cast, browse):
    slug = f"space-{cast.world.network.hex[-8:]}"
    found = browse(cast.owner).get(f"/spaces/{slug}/manage")
    said = words(found)
    assert found.status_code == 200
    assert "Nothing needs you here today." in said
    assert "Courses, and runs of them" in said
    assert browse(cast.owner).post(f"/spaces/{slug}/manage/open").status_code == 404


def statements(client, path, counted) -> int:
    client.get(path)  # what never changes is kept from here on
    counted.clear()
    assert client.get(path).status_code == 200
    return len(counted)


def test_a_desk_takes_ten_statements_at_most_whatever_it_holds(app, cast, browse, count_queries):
    client = browse(cast.owner)
    few = statements(client, path_of(cast), count_queries)
    make_learners(app, cast.world, [f"Learner {number:02}" for number in range(25)])
    for number in range(6):
        make_session(
            app,
            cast.world.space,
            cast.owner,
            title=f"Session {number}",
            starts_at=now() + dt.timedelta(hours=number + 1),
        )
        thread = make_thread(app, cast.world.space, cast.member, title=f"Question {number}")
        aged(app, thread, days=2)
    many = statements(client, path_of(cast), count_queries)
    assert many == few
    assert many <= 10
