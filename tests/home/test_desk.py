"""The desk: who uses it, what it says needs somebody, and opening and closing a run."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.discussions import make_thread, reply
from factories.home import words
from factories.live import make_session
from factories.progress import make_learners
from factories.spaces import join, make_letter

from community.cohorts.models import Enrolment, Run
from community.discussions.models import Thread
from community.home.queries.desk import desk_head
from community.home.queries.waiting import open_questions
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession
from community.spaces.models import Invitation, Role, Space

LEADING = ["owner", "organiser", "facilitator"]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def change(app, statement) -> None:
    with app.app_context(), unit_of_work(Context.begin(None)):
        db.session.execute(statement)


def path_of(cast) -> str:
    return f"/spaces/{cast.world.slug}/manage"


def link_sessions(app) -> None:
    """Give the sessions that the course plans a link, so that nothing is missing."""
    change(app, sa.update(LiveSession).values(video_url="https://meet.example.org/all"))


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


def test_a_quiet_day_says_so_and_only_what_was_looked_at(app, cast, browse):
    link_sessions(app)
    said = desk(browse, cast)
    assert "Nothing needs you today" in said
    assert "Every session of the next seven days has its video link." in said
    change(app, sa.update(LiveSession).values(starts_at=now() + dt.timedelta(days=30)))
    assert "No session takes place in the next seven days." in desk(browse, cast)


# ------------------------------------------------------------------ what needs somebody


def test_a_session_of_today_without_a_video_link_is_pointed_at(app, cast, browse):
    link_sessions(app)
    make_session(
        app,
        cast.world.space,
        cast.owner,
        title="Question clinic",
        starts_at=now() + dt.timedelta(hours=5),
    )
    said = desk(browse, cast)
    assert "1 session within seven days has no video link" in said
    assert "“Question clinic” starts" in said
    assert "Add the link" in said


def test_a_session_with_its_link_asks_for_nothing_but_to_be_known(app, cast, browse):
    link_sessions(app)
    make_session(
        app,
        cast.world.space,
        cast.owner,
        title="Question clinic",
        starts_at=now() + dt.timedelta(hours=5),
        video_url="https://meet.example.org/clinic",
    )
    said = desk(browse, cast)
    assert "Its video link is set" in said
    assert "Add the link" not in said


def test_a_session_of_this_week_is_pointed_at_while_there_is_time(app, cast, browse):
    link_sessions(app)
    make_session(
        app,
        cast.world.space,
        cast.owner,
        title="Question clinic",
        starts_at=now() + dt.timedelta(days=2, hours=1),
    )
    said = desk(browse, cast)
    assert "1 session within seven days has no video link" in said
    assert "Nothing needs you today" not in said


def test_a_session_of_next_week_is_not_for_today(app, cast, browse):
    make_session(
        app,
        cast.world.space,
        cast.owner,
        title="Question clinic",
        starts_at=now() + dt.timedelta(days=8),
    )
    assert "Question clinic" not in desk(browse, cast)


def test_a_learner_who_was_not_here_for_a_week_is_named_with_the_reason(app, cast, browse):
    long_ago = now() - dt.timedelta(days=12)
    change(app, sa.update(Run).values(opened_at=long_ago))
    change(app, sa.update(Enrolment).values(enrolled_at=long_ago))
    said = desk(browse, cast)
    assert "1 learner is fading, and nobody has taken them" in said
    assert "The longest has shown no sign of work for 7 days." in said
    why = "no sign of work for 7 days; 4 activities late"
    assert f"Amina Otieno 0% {why}" in desk(browse, cast, query="?show=fading")
    listed = words(browse(cast.owner).get(f"{path_of(cast)}/fading"))
    assert f"Amina Otieno {why} 0%" in listed


def test_the_number_of_those_who_fade_is_of_the_whole_run_whatever_is_shown(app, cast, browse):
    long_ago = now() - dt.timedelta(days=12)
    make_learners(app, cast.world, [f"A{number:03} Awake" for number in range(60)])
    away = make_learners(app, cast.world, [f"Z{number} Away" for number in range(5)])
    change(app, sa.update(Run).values(opened_at=long_ago))
    change(
        app, sa.update(Enrolment).where(Enrolment.user_id.in_(away)).values(enrolled_at=long_ago)
    )
    for query in ("", "?show=late", "?q=nobody"):
        said = desk(browse, cast, query=query).split("Everybody, everything")[0]
        assert "5 learners are fading, and nobody has taken them" in said


def test_who_was_here_this_week_is_not_said_to_fade(cast, browse):
    said = desk(browse, cast, query="?show=fading")
    assert "Nobody is on this list" in said
    assert "is fading, and" not in said


def test_learners_are_found_whatever_the_accents_and_the_case(app, cast, browse):
    make_learners(app, cast.world, ["Élodie Ngũgĩ", "Strong 100%_/"])
    for query in ("élodie", "ELODIE ngugi", "ngũgĩ elo"):
        found = desk(browse, cast, query=f"?q={query}")
        assert "Élodie Ngũgĩ" in found
        assert "Amina Otieno" not in found
    assert "Strong" in desk(browse, cast, query="?q=100%25_/")
    for query in ("%25", "_", "elodie amina"):
        assert "Amina Otieno" not in desk(browse, cast, query=f"?q={query}")


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
    assert "1 person waits for an answer" in said
    assert re.search(r"“Who signs for it\?” was asked (yesterday|1 day ago)", said)


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


def test_organisers_choose_how_long_a_question_of_their_space_waits(app, cast, browse):
    young = make_thread(app, cast.world.space, cast.member, title="Asked this morning")
    aged(app, young, hours=5)
    other = make_thread(app, cast.world.network, cast.owner, title="Elsewhere this morning")
    aged(app, other, hours=5)
    path, client = f"{path_of(cast)}/questions", browse(cast.owner)
    assert "Asked this morning" not in words(client.get(path))
    answer = client.post(f"{path_of(cast)}/rescue-time", data={"hours": "4"})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    said = words(client.get(path))
    assert "once nobody has answered it for 4 hours" in said
    assert "Asked this morning" in said
    assert "1 person waits for an answer" in desk(browse, cast)
    with app.app_context():
        waiting = open_questions(acting(cast.owner), [cast.world.space, cast.world.network])
        assert set(waiting) == {cast.world.space}
    answer = browse(cast.owner).put(
        f"/api/v1/spaces/{cast.world.space}/rescue-time", json={"hours": 168}
    )
    assert answer.json["rescue_hours"] == 168
    assert "for an answer" not in desk(browse, cast).split("At a glance")[0]
    for hours in ("5", "0", "-4", "", "4.5", "x"):
        refused = client.post(f"{path_of(cast)}/rescue-time", data={"hours": hours})
        assert refused.status_code == 422, hours
    facilitator = browse(cast.facilitator)
    assert "After so long" not in words(facilitator.get(path))
    refused = facilitator.post(f"{path_of(cast)}/rescue-time", data={"hours": "4"})
    assert refused.status_code == 403
    with app.app_context():
        assert db.session.get(Space, cast.world.space).rescue_hours == 168
        told = db.session.scalars(
            sa.select(EventRow.payload)
            .where(EventRow.name == "spaces.rescue_time_set")
            .order_by(EventRow.id)
        ).all()
        assert [(each["former_hours"], each["hours"]) for each in told] == [(24, 4), (4, 168)]


@pytest.mark.parametrize("why", ["young", "answered", "elsewhere"])
def test_a_question_that_is_young_answered_or_elsewhere_does_not(app, cast, browse, why):
    space = cast.world.network if why == "elsewhere" else cast.world.space
    author = cast.owner if why == "elsewhere" else cast.member
    thread = make_thread(app, space, author, title="Who signs for it?")
    aged(app, thread, hours=10 if why == "young" else 30)
    if why == "answered":
        reply(app, thread, cast.facilitator)
    assert "for an answer" not in desk(browse, cast).split("At a glance")[0]


# ------------------------------------------------------------------ the network's, and the cost


def test_the_network_has_a_desk_of_its_own_without_a_matrix(app, cast, browse):
    slug = f"space-{cast.world.network.hex[-8:]}"
    link_sessions(app)
    found = browse(cast.owner).get(f"/spaces/{slug}/manage")
    said = words(found)
    assert found.status_code == 200
    assert "Nothing needs you today" in said
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


def test_the_desk_of_the_network_names_the_runs_one_leads_and_what_they_need(app, cast, browse):
    slug = f"space-{cast.world.network.hex[-8:]}"
    thread = make_thread(app, cast.world.space, cast.member, title="Who signs for it?")
    aged(app, thread, days=2)
    said = words(browse(cast.owner).get(f"/spaces/{slug}/manage"))
    led = said.split("Runs I lead")[1]
    assert "Cohort 9 Week 2 of 10. 1 of 500 seats are taken." in led
    assert "1 person waits for an answer" in led
    assert "Who signs for it?" not in said.split("Runs I lead")[0]


def test_the_desk_of_the_network_is_not_quiet_while_a_run_needs_something(app, cast, browse):
    slug = f"space-{cast.world.network.hex[-8:]}"
    link_sessions(app)
    made = make_session(app, cast.world.space, cast.owner, starts_at=now() + dt.timedelta(hours=5))
    page = f"/spaces/{slug}/manage"
    said = words(browse(cast.owner).get(page))
    assert "1 session within seven days has no video link" in said
    assert "Nothing needs you today" not in said
    assert "no session of the next seven days lacks its video link" not in said
    change(app, sa.delete(LiveSession).where(LiveSession.id == made))
    said = words(browse(cast.owner).get(page))
    assert "Nothing needs you today" in said


def test_the_seats_of_a_run_lead_to_who_sits_on_them(cast, browse):
    page = browse(cast.owner).get(path_of(cast)).text
    learners = f'href="/spaces/{cast.world.slug}/learners"'
    assert page.count(learners) == 2  # the figure, and the part about the run
    assert f"{learners}><b>1<small> of 500" in page


def test_the_desk_of_the_network_names_no_run_one_does_not_lead(app, cast, browse):
    slug = f"space-{cast.world.network.hex[-8:]}"
    other = make_user(app, "Otto Organiser")
    join(app, cast.world.network, other, Role.ORGANISER)
    said = words(browse(other).get(f"/spaces/{slug}/manage"))
    assert "Cohort 9" not in said
    assert "Runs I lead" not in said


def test_the_desk_of_the_network_takes_as_many_statements_for_one_run_as_for_several(
    app, browse, count_queries
):
    cohort = make_cohort(app)
    client = browse(cohort.organiser_id)
    path = f"/spaces/space-{cohort.network_id.hex[-8:]}/manage"
    few = statements(client, path, count_queries)
    for number in range(3):
        make_cohort(
            app,
            name=f"Cohort {number}",
            network_id=cohort.network_id,
            organiser_id=cohort.organiser_id,
            version_id=cohort.version_id,
        )
    many = statements(client, path, count_queries)
    assert few == many <= 10


# ------------------------------------------------------------------ invitations without an answer


def waiting(app, cast, who="owner"):
    with app.app_context():
        return desk_head(Context.begin(getattr(cast, who)), cast.world.slug).invitations


def weeks_ago(number):
    return now() - dt.timedelta(weeks=number)


def test_an_invitation_is_waited_for_since_it_was_sent_last(app, cast):
    old = {"created_at": weeks_ago(2), "last_sent_at": weeks_ago(2)}
    make_letter(app, cast.world.space, cast.owner, email="a@example.org", **old)
    assert waiting(app, cast).days == 14
    resent = now() - dt.timedelta(hours=2)
    change(app, sa.update(Invitation).values(last_sent_at=resent))
    assert waiting(app, cast) is None


def test_who_came_by_another_way_is_not_waited_for(app, cast):
    old = {"created_at": weeks_ago(1), "last_sent_at": weeks_ago(1)}
    for email in ("ana@example.org", "ben@example.org"):
        make_letter(app, cast.world.space, cast.owner, email=email, **old)
    came = make_user(app, "Ana Lind", email="ana@example.org")
    join(app, cast.world.space, came, Role.OBSERVER)
    assert waiting(app, cast).number == 1
